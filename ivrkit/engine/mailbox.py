"""A call's mailbox: its events in order, with hang-up in front of everything."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from ivrkit.call.channel import ChannelEvent, Gap, HungUp, KeyPressed
from ivrkit.call.clock import Clock
from ivrkit.engine.breaking import BreakingIn
from ivrkit.engine.interrupts import HangUp, LimitReached
from ivrkit.engine.news import News
from ivrkit.input.buffer import Put, TypeAhead
from ivrkit.input.patterns import Key


class Mailbox:
    """Events of one call.

    Keys go into the call's type-ahead buffer, which belongs to the session; a hang-up is kept
    apart, because it overtakes; the rest waits in order for whoever asks for its kind. Among
    several things at once: hang-up, then operations done, then limits, then keys. ``breaking`` is
    what steps that last have to do with it. ``on_gap`` is told how many seconds the carrier was
    away. ``over``: the call has ended, and that its channel goes breaks into nothing any more.
    """

    __slots__ = (
        "_clock",
        "_events",
        "_news",
        "breaking",
        "buffer",
        "hung_up",
        "limit",
        "lost",
        "on_gap",
        "over",
        "waits",
    )

    def __init__(self, clock: Clock, buffer: TypeAhead) -> None:
        self._clock = clock
        self._events: deque[ChannelEvent] = deque()
        self._news = News()
        self.breaking: BreakingIn | None = None
        self.buffer = buffer
        self.hung_up: HungUp | None = None
        self.limit: float | None = None
        self.lost = 0
        self.over = False
        self.on_gap: Callable[[float], None] = _nothing
        self.waits = 0

    def put(self, event: ChannelEvent) -> None:
        """Deliver an event. Called from the carrier's reader; never blocks."""
        if isinstance(event, KeyPressed):
            if self.buffer.put(Key(event.key, self._clock.time())) is Put.DROPPED:
                self.lost += 1
        elif isinstance(event, HungUp):
            self.hung_up = self.hung_up or event  # the first news is the right one
        elif isinstance(event, Gap):
            self.on_gap(event.seconds)
        else:
            self._events.append(event)
        self._news.tell()

    def wake(self) -> None:
        """Let the call look again."""
        self._news.tell()

    def check(self) -> None:
        """Raise the interrupt that is due, if any."""
        if self.hung_up is not None and not self.over:
            raise HangUp(self.hung_up.cause)
        breaking = self.breaking
        if breaking is not None and breaking.operations:
            breaking.check_operations()
        if self.limit is not None and self._clock.time() >= self.limit:
            raise LimitReached
        if breaking is not None:
            breaking.check_limits()
            breaking.check_keys()

    def take(self, kinds: tuple[type[object], ...]) -> ChannelEvent | None:
        """The first waiting event of these kinds, removed."""
        events = self._events
        for index, event in enumerate(events):
            if isinstance(event, kinds):
                del events[index]
                return event
        return None

    async def wait(self, until: float | None) -> bool:
        """Wait for anything to arrive; False when that time, or a limit, is reached first.
        ``waits`` counts how often time could pass: a wait for no time at all is none."""
        limit = self.limit
        deadline = until if limit is None or (until is not None and until < limit) else limit
        if self.breaking is not None:
            due = self.breaking.due
            deadline = due if deadline is None or (due is not None and due < deadline) else deadline
        if deadline is not None and self._clock.time() >= deadline:
            return False
        self.waits += 1
        return await self._news.wait(self._clock, deadline)


def _nothing(seconds: float) -> None:
    """Nobody wants to know."""
