"""A call script: who calls, what is given, and the turns of the call. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ivrkit.call.hearing import Hypothesis
from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.qa.given import Given

CHARACTERS_A_SECOND: Final = 15.0
"""How fast a caller is taken to speak, as prompts are in the simulator."""


def speaking_time(text: str) -> float:
    """How many seconds it takes to say something."""
    return max(1.0, len(text) / CHARACTERS_A_SECOND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One item of ``call:``."""

    mark: Mark = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Hear(Turn):
    """These words are said, from here on, behind what was heard before."""

    text: str


@dataclass(frozen=True, slots=True)
class NeverHear(Turn):
    """These words are not said any more in this call."""

    text: str


@dataclass(frozen=True, slots=True)
class Press(Turn):
    """The caller presses keys, when the call listens."""

    keys: str


@dataclass(frozen=True, slots=True)
class Say(Turn):
    """The caller says something, when the call records or listens to words; the script goes on
    when it is said, and understood. ``seconds`` is how long it takes; by default as long as a voice
    needs for the text. ``readings`` are what a recogniser makes of it, where it is not sure of the
    text; without text and readings it is a noise."""

    text: str
    seconds: float
    readings: tuple[Hypothesis, ...] = ()

    @property
    def heard(self) -> tuple[Hypothesis, ...]:
        """What is understood of it, the likeliest first."""
        return self.readings or ((Hypothesis(self.text),) if self.text else ())


@dataclass(frozen=True, slots=True)
class Silence(Turn):
    """The caller is silent for so many seconds, from when the call listens."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Wait(Turn):
    """So many seconds pass, whatever happens in them."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp(Turn):
    """The caller hangs up."""


@dataclass(frozen=True, slots=True)
class InSection(Turn):
    """The call comes into a section."""

    section: str


@dataclass(frozen=True, slots=True)
class Queued(Turn):
    """The call is handed to a queue. ``payload`` holds the fields that matter. ``until`` is how far
    it is waited for (``queued``, ``called``, ``connected``, ``back``), ``exit`` how it comes back.
    """

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    exit: str | None = None
    until: str = "queued"


@dataclass(frozen=True, slots=True)
class Expect(Turn):
    """How the call ended, by which exit a step was left, what variables hold."""

    ended: str | None = None
    exit: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dial(Turn):
    """A call is placed: to a number, or straight to a flow (and to a section of it)."""

    number: str = ""
    flow: str = ""
    section: str = ""
    caller: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    """A call script. ``turns`` begins with a :class:`Dial`; ``source`` is the text of the file."""

    file: str
    name: str
    given: Given
    turns: tuple[Turn, ...]
    source: str = field(default="", repr=False)
