"""The keys of steps that last: matched while other steps run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from ivrkit.call.asking import MenuEntry
from ivrkit.call.clock import Clock
from ivrkit.input.buffer import TypeAhead
from ivrkit.input.entries import EntrySet
from ivrkit.input.machine import KeyMachine, TimerDue, Timing
from ivrkit.input.states import Chosen, State, Waiting

BETWEEN_DIGITS = 3.0
"""The language's default (language.md, "Keys, exactly")."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A step that lasts, with the entries that hold now; ``depth`` is that of its frame."""

    depth: int
    entries: tuple[MenuEntry, ...]


class KeyWatch:
    """Reads the type-ahead buffer over the shoulder of the steps that run.

    What is chosen is taken out of the buffer; keys that mean nothing here are left in it for the
    next step that asks. ``steps`` are those whose keys hold, innermost first. ``take`` raises the
    interrupt to which a choice leads. While a step asks (``asking``), the keys are its own.
    """

    __slots__ = (
        "_buffer",
        "_clock",
        "_entries",
        "_fed",
        "_machine",
        "_passed",
        "_take",
        "_timing",
        "asking",
        "due",
        "steps",
    )

    def __init__(
        self,
        buffer: TypeAhead,
        clock: Clock,
        entries: EntrySet,
        timing: Timing,
        steps: tuple[Keyed, ...],
        take: Callable[[Chosen, tuple[Keyed, ...]], NoReturn],
    ) -> None:
        self._buffer = buffer
        self._clock = clock
        self._entries = entries
        self._timing = timing
        self._take = take
        self.steps = steps
        self.asking = False
        self.begin()

    def begin(self) -> None:
        """Look at all keys that are waiting, as if for the first time."""
        self._passed = 0
        self._again()

    @property
    def pending(self) -> bool:
        """Whether keys were pressed that may still become one of the entries."""
        return self._fed > 0

    def check(self) -> None:
        """Take what the caller has pressed. Raises the interrupt to which it leads, if any."""
        if self.asking:
            return
        buffer = self._buffer
        if len(buffer) < self._passed + self._fed:  # somebody else has taken keys
            self.begin()
        while len(buffer) > self._passed + self._fed:
            key = buffer.peek(self._passed + self._fed)
            self._fed += 1
            self._look(self._machine.feed(key))
            self._arm()
        if self.due is not None and self._clock.time() >= self.due:
            for name in self._machine.timers():
                self._look(self._machine.feed(TimerDue(name, self._machine.turn)))

    def _look(self, state: State) -> None:
        if isinstance(state, Waiting):
            return
        if isinstance(state, Chosen):
            self._buffer.remove(self._passed, self._fed)
            self._again()
            self._take(state, self.steps)
        self._passed += self._fed
        self._again()

    def _again(self) -> None:
        self._machine = KeyMachine(self._entries, self._timing)
        self._fed = 0
        self.due: float | None = None

    def _arm(self) -> None:
        seconds = min(self._machine.timers().values(), default=None)
        self.due = None if seconds is None else self._clock.time() + seconds
