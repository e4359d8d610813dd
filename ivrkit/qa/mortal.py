"""An engine that can be killed at any instant: whatever it asks of the world comes by here, and
nothing does any more once it is dead, as with a process."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from ivrkit.call.channel import Channel
from ivrkit.call.events import TraceEvent

Passing = Callable[[str], None]


class Life:
    """The life of one engine. ``passing`` is told of every instant between two things that it
    does, and may end it (:meth:`end`) there."""

    def __init__(self, passing: Passing) -> None:
        self._passing = passing
        self.over = False

    def end(self) -> None:
        """It is dead: what it does from now on reaches nobody."""
        self.over = True

    def passes(self, what: str) -> None:
        """The engine is about to do something. Raises CancelledError in one that is dead."""
        if not self.over:
            self._passing(what)
        if self.over:
            raise asyncio.CancelledError


class MortalChannel:
    """A channel in the hands of one engine: it can die before a command and behind it."""

    def __init__(self, channel: Channel, life: Life) -> None:
        self._channel = channel
        self._life = life

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._channel, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def command(*arguments: Any, **named: Any) -> Any:
            self._life.passes(f"before the command {name}")
            answer = await found(*arguments, **named)
            self._life.passes(f"behind the command {name}")
            return answer

        return command


def mortal(channel: Channel, life: Life) -> Channel:
    """The channel as an engine with this life has it."""
    return cast(Channel, MortalChannel(channel, life))


class Commits(Protocol):
    """Where captures go: those behind soon, those ahead now."""

    def behind(self, call_id: str, capture: bytes | None) -> None: ...

    async def ahead(self, call_id: str, capture: bytes) -> None: ...

    def append(self, call_id: str, events: Sequence[TraceEvent]) -> None: ...


class MortalKeeper:
    """The keeper of one engine: it can die before a commit and behind it."""

    def __init__(self, commits: Commits, life: Life) -> None:
        self._commits = commits
        self._life = life
        self._kept: set[str] = set()

    def describe(self, call_id: str, flow: str, version: str, channel: str) -> None:
        """What a call is of; nobody asks for it here."""

    def save(self, call_id: str, capture: bytes) -> None:
        """Keep the newest capture of a call, soon. The first comes with its arrival: an engine that
        dies there has no call yet."""
        if call_id in self._kept:
            self._life.passes("before a capture")
        self._kept.add(call_id)
        self._commits.behind(call_id, capture)

    async def save_ahead(self, call_id: str, capture: bytes) -> None:
        """Keep it now."""
        self._life.passes("before a commit")
        await self._commits.ahead(call_id, capture)
        self._life.passes("between a commit and the command")

    def append(self, call_id: str, events: Sequence[TraceEvent]) -> None:
        """Add to the trace of a call."""
        self._life.passes(f"at the event {type(events[0]).__name__}")
        self._commits.append(call_id, events)

    def forget(self, call_id: str) -> None:
        """The call is over."""
        self._life.passes("before the capture of a call that is over goes")
        self._commits.behind(call_id, None)
