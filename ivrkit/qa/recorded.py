"""What was done in a call by hand, so that it can be done again. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivrkit.call.events import TraceEvent
from ivrkit.qa.given import Given
from ivrkit.qa.script import Dial


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done. ``at`` is seconds since the call arrived, ``count`` how many steps had been
    come to by then, ``events`` how many events the trace had; ``held``: the call was held in front
    of the last of the steps."""

    what: Pressed | Spoke | HungUp | WasSet | WentTo | WasGiven
    at: float
    count: int
    events: int
    held: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """Keys were pressed."""

    keys: str


@dataclass(frozen=True, slots=True)
class Spoke:
    """Something was said, which took so many seconds."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller hung up."""


@dataclass(frozen=True, slots=True)
class WasSet:
    """A variable was set to the value of an expression."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class WentTo:
    """The call was sent into a section."""

    section: str


@dataclass(frozen=True, slots=True)
class WasGiven:
    """The world was changed. ``texts`` is what was written, by what it is about."""

    given: Given
    texts: Mapping[str, str]


@dataclass
class Recorded:
    """A call by hand: how it was placed, in which world, what was done, and its trace.

    ``texts`` is the world as it was written, before the call and in it; ``uses`` are the texts
    that held when each queue and each connector was used, in order.
    """

    dial: Dial
    given: Given
    texts: dict[str, str] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    events: list[TraceEvent] = field(default_factory=list)
    uses: dict[str, list[str]] = field(default_factory=dict)
