"""What exists at a site, as far as a check of a flow must know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from ivrkit.call.hearing import Recognition
from ivrkit.call.prompt import Part
from ivrkit.errors import PromptError


class Announced(NamedTuple):
    """Keys that a text tells the caller to press: the keys as they are typed (``*2``), and where
    in the text they stand."""

    keys: str
    offset: int
    length: int


class Wording(Protocol):
    """What the checks understand of the texts of a language."""

    def digit_counts(self, text: str) -> Sequence[int]:
        """The numbers of digits that a text speaks of: ``your 8 digit code`` gives 8."""

    def says_delete(self, text: str) -> bool:
        """Whether a text announces that something is deleted."""

    def seconds(self, text: str) -> float:
        """How long a voice speaks a text, about."""


class Entrance(NamedTuple):
    """A number that leads to a flow: the section at which it begins, and the names of the values
    that it gives."""

    number: str
    section: str
    values: Collection[str] = ()


class Function(NamedTuple):
    """Something that a connector does under a name: the ``arguments`` that it takes, and whether
    each is needed (None where that is not known), and whether it only ``reads``."""

    arguments: Mapping[str, bool] | None = None
    reads: bool = False


Functions = Mapping[str, Mapping[str, Mapping[str, Function]]]
"""What connectors do by name, by kind and name of the connector."""


class World(Protocol):
    """The names that the configuration gives meaning to. ``None`` says that nothing is known
    (a check without a configuration): then names are not complained about."""

    @property
    def queues(self) -> Collection[str] | None: ...

    @property
    def dialplan(self) -> Collection[str] | None:
        """The parts of the dialplan that flows may run."""

    @property
    def connectors(self) -> Mapping[str, Mapping[str, bool]] | None:
        """The systems outside, by kind and name, and whether each of them only reads."""

    @property
    def patience(self) -> Mapping[str, Mapping[str, float]]:
        """The seconds that each connector, by kind and name, has for an answer where the step
        does not say; empty where that is not known."""

    @property
    def functions(self) -> Functions | None:
        """What the connectors of those kinds do whose functions have names."""

    @property
    def flows(self) -> Collection[str]: ...

    @property
    def ports(self) -> Collection[type] | None:
        """The ports that this site serves; a verb that needs another cannot run here."""

    @property
    def recognition(self) -> Recognition | None:
        """Who understands what callers say; None where that is not known."""

    @property
    def calendars(self) -> Collection[str] | None: ...

    def entrances(self, flow: str) -> Sequence[Entrance]:
        """The numbers that lead to a flow."""

    def speaks(self, language: str) -> bool | None:
        """Whether there are say rules for a language."""

    def has_audio(self, name: str) -> bool | None:
        """Whether a recording of this name exists under ``prompts/``, in any language. Raises
        PromptError for what is no name of one."""

    def announced(self, text: str, language: str) -> Sequence[Announced]:
        """The keys that a text of a language announces ("press 1"), in their order; none in a
        language whose words for it are not known."""

    def wording(self, language: str) -> Wording | None:
        """What is understood of texts of a language; None: nothing."""

    def recorded(self, name: str, language: str) -> float | None:
        """The length of a recording in seconds; None where there is none, or it is not known."""

    def unsayable(self, part: Part, language: str) -> PromptError | None:
        """Why a part of a prompt cannot be said in a language whatever its value is in the call;
        None where that is not known."""
