"""The site for which samples are checked, and what is found in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from ivrkit.call.channel import Channel
from ivrkit.call.hearing import DeliverSpeech, Ear, Grammar, Hearing
from ivrkit.errors import NotAvailable
from ivrkit.flow.check import check
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.diagnostics import Diagnostic, Diagnostics, render_all
from ivrkit.flow.world import Function
from ivrkit.service.registries import reader
from ivrkit.service.world import SiteWorld

FOLDER: Final = Path(__file__).parent / "flows"
"""Does not exist: samples are read from texts only."""
PHRASES: Final = FOLDER.parent / "prompts" / "phrases.yaml"
"""The catalogue of the samples; it lies where that of a folder of flows does."""
OTHERS: Final = {
    "library/question": """\
ivrkit: 1
params: {question: text}
sections:
  main:
    - say: "{{ question }}"
"""
}
"""Flows that others run."""
RECORDINGS: Final = frozenset({"welcome"})


class Understanding:
    """Who understands callers at that site: not in German, and not every word."""

    def problem(self, language: str) -> str:
        """German is not understood."""
        return "no recogniser is named for it" if language == "de" else ""

    def unknown_words(self, grammar: Grammar) -> Collection[str]:
        """The words that are not known."""
        return grammar.vocabulary & {"helpdesk"}

    def listen(self, channel: Channel, ear: str, hearing: Hearing, deliver: DeliverSpeech) -> Ear:
        """There are no calls."""
        raise NotAvailable("samples are read, and never called")


WORLD: Final = SiteWorld(
    flows=("main", *OTHERS),
    queues=("service", "cards"),
    dialplan=("card-terminal",),
    connectors={"database": {"crm": False, "archive": True}, "native": {"tariff": False}},
    functions={"native": {"tariff": {"quote": Function({"zone": True})}}},
    calendars=("office",),
    recognition=Understanding(),
    audio=lambda name: name in RECORDINGS,
)


def findings(
    text: str,
    name: str = "main",
    *,
    world: SiteWorld = WORLD,
    others: Mapping[str, str] = OTHERS,
) -> Diagnostics:
    """What is found in a flow file of this name."""
    library = FlowLibrary(reader(), FOLDER)
    loaded = library.load(name, {name: text, **others})
    if loaded.version is not None:
        loaded.diagnostics.extend(check(loaded.version, world))
    return Diagnostics(
        each for each in loaded.diagnostics if each.mark.file == str(FOLDER / f"{name}.yaml")
    )


def shown(found: Iterable[Diagnostic], text: str) -> str:
    """The findings as ``ivrkit check`` prints them."""
    return render_all(found, text).replace(f"{FOLDER}/", "flows/")
