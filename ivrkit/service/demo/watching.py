"""Follows the calls of the engine: shows every event, and waits for those that matter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from ivrkit.call.events import Ended, TraceEvent
from ivrkit.service.demo.stage import Stage
from ivrkit.service.timeline import Tone, line_of

EventT = TypeVar("EventT", bound=TraceEvent)
PATIENCE = 20.0
"""Seconds to wait for something that must happen."""


class Watch:
    """Hears the trace of all calls. ``events`` are those so far, with the ids of their calls."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.events: list[tuple[str, TraceEvent]] = []
        self._going_on: set[str] = set()
        self._next = 0
        self._more = asyncio.Event()

    def heard(self, call_id: str, event: TraceEvent) -> None:
        """An event of a call."""
        self.events.append((call_id, event))
        self._more.set()
        self._going_on.add(call_id)
        line = line_of(event)
        if line is not None and line.tone is not Tone.DETAIL:
            self._stage.line(line, call_id if len(self._going_on) > 1 else "")
        if isinstance(event, Ended):
            self._going_on.discard(call_id)

    def of(self, kind: type[EventT]) -> list[EventT]:
        """The events of a kind so far."""
        return [event for _, event in self.events if isinstance(event, kind)]

    async def wait_for(
        self,
        kind: type[EventT],
        wanted: Callable[[EventT], bool] = lambda event: True,
        what: str = "",
    ) -> tuple[str, EventT]:
        """The next event that is wanted, behind the one waited for last, with its call's id.

        Raises TimeoutError that names what did not happen.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                while (found := self.find(kind, wanted)) is None:
                    self._more.clear()
                    await self._more.wait()
                return found
        except TimeoutError:
            raise TimeoutError(f"{what or kind.__name__} did not happen in time") from None

    def find(
        self, kind: type[EventT], wanted: Callable[[EventT], bool] = lambda event: True
    ) -> tuple[str, EventT] | None:
        """As :meth:`wait_for`, among what has happened so far; None if it has not."""
        while self._next < len(self.events):
            call_id, event = self.events[self._next]
            self._next += 1
            if isinstance(event, kind) and wanted(event):
                return call_id, event
        return None
