"""A telephone on the desk: a call to a flow, played by hand in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ivrkit.call.events import TraceEvent
from ivrkit.qa.conversation import Conversation
from ivrkit.qa.given import Given
from ivrkit.qa.script import Dial
from ivrkit.qa.simulated_line import Scene, SimulatedLine

STEP = 0.25
"""How finely time is let pass while something is awaited, in seconds."""
LONGEST = 3600.0


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the call is. ``variables`` are as the trace shows them: secrets masked."""

    seconds: float
    section: str
    step: str
    listening: bool
    away: bool
    speaking: str
    variables: Mapping[str, Any]
    ended: str | None


class Workbench:
    """One call at a time to a flow, in the hands of whoever sits before it.

    Virtual time passes only in :meth:`pass_time` and :meth:`until_listening`; between them the
    call stands still, however long the hands take. ``watch`` is told of every trace event, which
    is all that a terminal needs to show.
    """

    def __init__(self, scene: Scene, given: Given | None = None) -> None:
        self._line = SimulatedLine(scene, given or Given())
        self._call = Conversation()
        self._watchers: list[Callable[[TraceEvent], None]] = []
        self._playing = self._line.player()
        self._entered = False
        self._began = 0.0

    def watch(self, watcher: Callable[[TraceEvent], None]) -> None:
        """Be told of everything that happens."""
        self._watchers.append(watcher)

    async def start(self, flow: str = "", *, number: str = "", caller: str = "") -> None:
        """Call a flow or a number. Raises IvrkitError when there is none. Must be called, like
        everything else here, in one task."""
        if not self._entered:
            await self._line.simulation.start()
            self._playing.__enter__()
            self._entered = True
        elif self._call.ended is None:
            await self.hang_up()
        self._call = Conversation()
        self._began = self._line.clock.time()
        await self._line.dial(Dial(number=number, flow=flow, caller=caller), self._hear)
        await self._line.settle()

    async def close(self) -> None:
        """Put the telephone away."""
        if self._entered:
            await self.hang_up()
            await self._line.simulation.stop()
            self._playing.__exit__(None, None, None)
            self._entered = False

    # ---- hands ---------------------------------------------------------------------------------

    async def press(self, keys: str) -> None:
        """Press keys one behind the other, now."""
        await self._line.press(keys)
        await self._line.settle()

    async def hang_up(self) -> None:
        """Hang up, and let the flow's ``on_end`` run."""
        await self._line.hang_up()
        await self._line.settle()
        while self._call.ended is None and self._call.events:
            await self.pass_time(STEP)

    async def pass_time(self, seconds: float) -> None:
        """Let so many seconds pass, or as many as the call lasts."""
        clock = self._line.clock
        until = clock.time() + seconds
        while self._call.ended is None and clock.time() < until:
            await clock.sleep(min(STEP, until - clock.time()))
            await self._line.settle()

    async def until_listening(self) -> bool:
        """Let time pass until the call waits for keys or is over; False when it does neither
        within an hour."""
        until = self._line.clock.time() + LONGEST
        while not (self._call.listening or self._call.ended is not None):
            if self._line.clock.time() >= until:
                return False
            await self.pass_time(STEP)
        return True

    @property
    def situation(self) -> Situation:
        """Where the call is now."""
        call = self._call
        last = call.said[-1] if call.said else None
        return Situation(
            round(self._line.clock.time() - self._began, 3),
            call.section,
            call.place,
            call.listening,
            call.away,
            last.text if last is not None and last.seconds is None else "",
            dict(call.variables),
            call.ended,
        )

    def _hear(self, event: TraceEvent) -> None:
        self._call.feed(event)
        for watcher in self._watchers:
            watcher(event)
