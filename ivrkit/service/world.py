"""What exists at a site, for the check of its flows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ivrkit.call.connecting import Connectors
from ivrkit.call.dialplan import Dialplan
from ivrkit.call.hearing import Recognition, Understanding
from ivrkit.call.memory import Memories
from ivrkit.call.messages import Messages
from ivrkit.call.opening import Calendars
from ivrkit.call.prompt import Part, Prompts
from ivrkit.call.queues import Queues
from ivrkit.errors import PromptError
from ivrkit.flow.world import Announced, Entrance, Functions, Wording
from ivrkit.prompts.language import Languages
from ivrkit.prompts.part import refusal
from ivrkit.prompts.recordings import Recordings
from ivrkit.service.configuration import Configuration
from ivrkit.service.numbers import Numbers
from ivrkit.speech.service import SpeechService

SERVED: frozenset[type] = frozenset(
    {Calendars, Connectors, Dialplan, Memories, Messages, Prompts, Queues, Understanding}
)
"""The ports that every site of this version serves."""


def no_recordings(name: str) -> bool | None:
    """Nothing is known about recordings."""
    return None


def no_lengths(name: str, language: str) -> float | None:
    """Nothing is known about the length of recordings."""
    return None


def any_currency() -> Languages:
    """The languages of a site of which nothing is known: its amounts have a currency."""
    return Languages("EUR")


def no_numbers(flow: str) -> Sequence[Entrance]:
    """Nothing is known about numbers."""
    return ()


@dataclass(frozen=True)
class SiteWorld:
    """The names of a site; ``queues`` and their like are None where no configuration says which
    there are."""

    flows: Collection[str] = ()
    queues: Collection[str] | None = None
    dialplan: Collection[str] | None = None
    ports: Collection[type] | None = SERVED
    connectors: Mapping[str, Mapping[str, bool]] | None = None
    patience: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    functions: Functions | None = None
    calendars: Collection[str] | None = None
    recognition: Recognition | None = None
    audio: Callable[[str], bool | None] = field(default=no_recordings)
    languages: Languages = field(default_factory=any_currency)
    lengths: Callable[[str, str], float | None] = field(default=no_lengths)
    numbers: Callable[[str], Sequence[Entrance]] = field(default=no_numbers)

    def entrances(self, flow: str) -> Sequence[Entrance]:
        """The numbers that lead to a flow."""
        return self.numbers(flow)

    def speaks(self, language: str) -> bool | None:
        """Whether there are say rules for a language."""
        return self.languages.speaks(language)

    def has_audio(self, name: str) -> bool | None:
        """Whether there is a recording of this name."""
        return self.audio(name)

    def announced(self, text: str, language: str) -> Sequence[Announced]:
        """The keys that a text of a language announces."""
        return self.languages.announced(text, language)

    def wording(self, language: str) -> Wording | None:
        """What is understood of texts of a language."""
        return self.languages.text_words(language)

    def recorded(self, name: str, language: str) -> float | None:
        """The length of a recording."""
        return self.lengths(name, language)

    def unsayable(self, part: Part, language: str) -> PromptError | None:
        """Why a part of a prompt cannot be said in a language."""
        known = self.languages.speaks(language)
        return refusal(part, self.languages.find(language)) if known else None


def folder_world(root: Path, names: Collection[str]) -> SiteWorld:
    """A folder of flows without a configuration: nothing is known of queues or recordings."""
    return SiteWorld(flows=names)


def connectors_of(configuration: Configuration) -> Mapping[str, Mapping[str, bool]]:
    """The connectors of a site, and whether each of them only reads."""
    settings = configuration.connectors.by_kind()
    return {
        kind: {name: each.read_only for name, each in named.items()}
        for kind, named in settings.items()
    }


def patience_of(configuration: Configuration) -> Mapping[str, Mapping[str, float]]:
    """The seconds that connectors have for an answer where a step does not say."""
    return {
        kind: {name: each.timeout.total_seconds() for name, each in named.items()}
        for kind, named in configuration.connectors.by_kind().items()
    }


def functions_of(configuration: Configuration) -> Functions:
    """What connectors do by name."""
    place = configuration.place
    return {
        kind: {name: each.offers(place) for name, each in named.items()}
        for kind, named in configuration.connectors.by_kind().items()
    }


def configured_world(configuration: Configuration, names: Collection[str]) -> SiteWorld:
    """What a site has, by its configuration and its recordings, without starting anything."""
    prompts = configuration.prompts
    recordings = Recordings.of(prompts)
    return SiteWorld(
        flows=names,
        queues=set(configuration.queues),
        dialplan=set(configuration.dialplan),
        connectors=connectors_of(configuration),
        patience=patience_of(configuration),
        functions=functions_of(configuration),
        calendars=set(configuration.calendars),
        recognition=SpeechService(configuration.speech),
        audio=recordings.exists,
        languages=Languages(prompts.currency, fallbacks=prompts.fallbacks),
        lengths=recordings.seconds,
        numbers=Numbers(configuration).entrances,
    )
