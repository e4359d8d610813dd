"""A virtual caller: keys at their times, and every timer that was ever armed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import pytest

from ivrkit.input import Key, KeyMachine, Restarted, State, TimerDue

Timeline: TypeAlias = Callable[..., tuple[State, float | None]]


def run_timeline(
    machine: KeyMachine, keys: Sequence[tuple[float, str]], listen_at: float | None = 0.0
) -> tuple[State, float | None]:
    """Play a caller; return the state in which the question ended, and when (None: never).

    Timers are not taken back when a key overtakes them: a machine has to know the old ones.
    At the same instant keys come first, then the end of the prompt, then timers.
    """
    happenings: list[tuple[float, int, int, Key | TimerDue | None]] = [
        (at, 0, order, Key(key, at)) for order, (at, key) in enumerate(keys)
    ]
    if listen_at is not None:
        happenings.append((listen_at, 1, 0, None))
    turn = machine.turn
    while happenings:
        happenings.sort(key=lambda happening: happening[:3])
        now, _, _, fed = happenings.pop(0)
        state = machine.listen() if fed is None else machine.feed(fed)
        if machine.over:
            return state, now
        if isinstance(state, Restarted):
            assert machine.keys == ""
        if machine.turn != turn:
            turn = machine.turn
            for name, seconds in machine.timers().items():
                happenings.append((now + seconds, 2, turn, TimerDue(name, turn)))
    return machine.state, None


@pytest.fixture(scope="session")
def timeline() -> Timeline:
    return run_timeline
