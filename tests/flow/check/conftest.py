"""Flows written in the tests, checked with the verbs of the language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import dedent

import pytest

import ivrkit.prompts.parts
import ivrkit.steps
from ivrkit.call.channel import Channel
from ivrkit.call.hearing import DeliverSpeech, Ear, Grammar, Hearing, Recognition
from ivrkit.call.prompt import Part
from ivrkit.call.step import Step
from ivrkit.errors import PromptError
from ivrkit.flow.check import check
from ivrkit.flow.check.graph import Graph
from ivrkit.flow.diagnostics import Diagnostic
from ivrkit.flow.model import Flow, FlowVersion
from ivrkit.flow.reader import Reader
from ivrkit.flow.registry import Registry
from ivrkit.flow.world import Announced, Entrance, Functions, Wording
from ivrkit.prompts.language import Languages
from ivrkit.prompts.part import refusal


@dataclass
class Understanding:
    """Understands English, without some words."""

    unknown: Collection[str] = ()

    def problem(self, language: str) -> str:
        return "" if language == "en" else "there is no model"

    def unknown_words(self, grammar: Grammar) -> Collection[str]:
        return grammar.vocabulary & frozenset(self.unknown)

    def listen(self, channel: Channel, ear: str, hearing: Hearing, deliver: DeliverSpeech) -> Ear:
        raise AssertionError("nobody calls")


@dataclass
class Site:
    """A world of a test."""

    queues: Collection[str] | None = None
    flows: Collection[str] = ()
    dialplan: Collection[str] | None = None
    ports: Collection[type] | None = None
    connectors: Mapping[str, Mapping[str, bool]] | None = None
    functions: Functions | None = None
    recordings: Collection[str] | None = None
    languages: Languages = field(default_factory=lambda: Languages("EUR"))
    lengths: dict[str, float] = field(default_factory=dict)
    spoken: Collection[str] | None = None
    calendars: Collection[str] | None = None
    recognition: Recognition | None = None
    numbers: Sequence[Entrance] = ()

    def entrances(self, flow: str) -> Sequence[Entrance]:
        return self.numbers

    def speaks(self, language: str) -> bool | None:
        return None if self.spoken is None else language in self.spoken

    def has_audio(self, name: str) -> bool | None:
        return None if self.recordings is None else name in self.recordings

    def announced(self, text: str, language: str) -> Sequence[Announced]:
        return self.languages.announced(text, language)

    def wording(self, language: str) -> Wording | None:
        return self.languages.text_words(language)

    def recorded(self, name: str, language: str) -> float | None:
        return self.lengths.get(name)

    def unsayable(self, part: Part, language: str) -> PromptError | None:
        known = self.languages.speaks(language)
        return refusal(part, self.languages.find(language)) if known else None


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(
        Registry.find(Step, "verb", ivrkit.steps),  # type: ignore[type-abstract]
        Registry.find(Part, "form", ivrkit.prompts.parts),  # type: ignore[type-abstract]
    )


OF_WHOLE_FLOWS = frozenset({"unused", "silent-end"})

ReadFlow = Callable[..., Flow]
CheckFlow = Callable[..., list[Diagnostic]]


@pytest.fixture(scope="session")
def read(reader: Reader) -> ReadFlow:
    """Reads a flow that is well formed."""

    def read_flow(text: str, name: str = "bank") -> Flow:
        flow, found = reader.read(f"{name}.yaml", dedent(text), name=name)
        assert flow is not None, [str(each) for each in found]
        return flow

    return read_flow


@pytest.fixture(scope="session")
def findings(read: ReadFlow) -> CheckFlow:
    """Checks a flow, with the flows that it runs, and gives what was found in the flow itself;
    only with ``lint`` also what is told of every flow that is but a piece."""

    def check_text(
        text: str,
        site: Site | None = None,
        *,
        as_part: bool | None = None,
        lint: bool = False,
        **runs: str,
    ) -> list[Diagnostic]:
        flows = {"bank": read(text)}
        for name, other in runs.items():
            flows[name] = read(other, name)
        found = check(FlowVersion("bank", "", flows), site or Site(), part=as_part)
        return [
            each
            for each in found
            if each.mark.file == "bank.yaml" and (lint or each.code not in OF_WHOLE_FLOWS)
        ]

    return check_text


@pytest.fixture(scope="session")
def graph(read: ReadFlow) -> Callable[..., Graph]:
    """The graph of a flow."""

    def graph_of(text: str, **runs: str) -> Graph:
        flows = {name: read(other, name) for name, other in runs.items()}
        flow = read(text)
        return Graph.of(flow, {"bank": flow, **flows})

    return graph_of


def told(found: list[Diagnostic]) -> list[tuple[str, int]]:
    """Codes with their lines."""
    return [(each.code, each.mark.line) for each in found]
