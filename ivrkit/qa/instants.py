"""When an engine is killed in a call that is played again: chosen by chance, the same chance for
the same seed, script and call."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from ivrkit.qa.diary import PlayedCall
from ivrkit.qa.script import Script

_HOW_MANY: Final = (1, 1, 2, 3)
_PASSINGS: Final = 6


@dataclass(frozen=True, slots=True)
class Instant:
    """Behind the event with this number of the trace: ``after`` so many seconds, or, without, when
    the engine comes ``passing`` so many times from one thing that it does to the next."""

    event: int
    after: float | None = None
    passing: int = 0


def chance(seed: int, script: Script, call: int) -> random.Random:
    """The chance of one call of a script."""
    return random.Random(f"{seed} {PurePath(script.file).name} {script.name} {call}")  # noqa: S311


def instants(chances: random.Random, played: PlayedCall) -> Sequence[Instant]:
    """The instants of one call, in order. Half of them lie inside a span of time (a prompt, a wait,
    keys, another system's work), the others between two things that happen at once."""
    times = played.times
    spans = [at for at in range(1, len(times)) if times[at] > times[at - 1]]
    found = []
    for _ in range(chances.choice(_HOW_MANY)):
        if spans and chances.random() < 0.5:
            event = chances.choice(spans)
            span = times[event] - times[event - 1]
            found.append(Instant(event, after=span * chances.uniform(0.02, 0.98)))
        elif times:
            event = chances.randrange(1, len(times) + 1)
            found.append(Instant(event, passing=chances.randrange(_PASSINGS)))
    return sorted(found, key=lambda each: each.event)
