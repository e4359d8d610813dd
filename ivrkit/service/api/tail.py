"""The live tail: trace events of calls in progress, as they happen.

Events are encoded once, whoever listens, and only while somebody does. A listener who does not
keep up loses events, never the calls their time: it is told how many.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import msgspec

from ivrkit.call.events import ENCODER, TraceEvent
from ivrkit.service.api.live import LiveCalls

MOST_WAITING = 2000


Wanted = Callable[[str, TraceEvent], bool]


class Listening:
    """One listener: a sequence of messages that ends when the server stops."""

    def __init__(self, wanted: Wanted, allowed: Callable[[], bool]) -> None:
        self.wanted = wanted
        self.allowed = allowed
        self.withdrawn = False
        """Whoever listens may not any more."""
        self._waiting: deque[bytes] = deque()
        self._lost = 0
        self._ended = False
        self._there = asyncio.Event()

    def put(self, message: bytes) -> None:
        """Hand over a message, or count it as lost."""
        if self._ended:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._lost += 1
        else:
            self._waiting.append(message)
        self._there.set()

    def end(self) -> None:
        """No more messages."""
        self._ended = True
        self._there.set()

    def withdraw(self) -> None:
        """No more messages, not even those that wait."""
        self.withdrawn = True
        self._waiting.clear()
        self._lost = 0
        self.end()

    async def messages(self) -> AsyncIterator[bytes]:
        """The messages in their order; where some were lost, one that says how many."""
        while not self._ended:
            await self._there.wait()
            while self._waiting:
                yield self._waiting.popleft()
            if self._lost:
                lost, self._lost = self._lost, 0
                yield msgspec.json.encode({"event": "lost", "count": lost})
            elif not self._waiting:
                self._there.clear()


class Tail:
    """Hands the events of the engine to everybody who listens."""

    def __init__(self, calls: LiveCalls) -> None:
        self._calls = calls
        self._listeners: list[Listening] = []
        self._stop: Callable[[], None] | None = None

    def __len__(self) -> int:
        return len(self._listeners)

    @contextmanager
    def listen(self, wanted: Wanted, allowed: Callable[[], bool]) -> Iterator[Listening]:
        """Listen to the events that are wanted, as long as it is ``allowed``."""
        listening = Listening(wanted, allowed)
        self._listeners.append(listening)
        if self._stop is None:
            self._stop = self._calls.subscribe(self._hear)
        try:
            yield listening
        finally:
            self._listeners.remove(listening)
            if not self._listeners:
                self._stop()
                self._stop = None

    def check(self) -> None:
        """End the listening of those who may not any more."""
        for listening in self._listeners:
            if not listening.allowed():
                listening.withdraw()

    def end(self) -> None:
        """The server stops: end all listening."""
        for listening in self._listeners:
            listening.end()

    def _hear(self, call_id: str, event: TraceEvent) -> None:
        message = b""
        for listening in self._listeners:
            if listening.wanted(call_id, event):
                message = message or _message(call_id, event)
                listening.put(message)


def _message(call_id: str, event: TraceEvent) -> bytes:
    """The event as the trace has it, with the id of its call in front."""
    try:
        body = ENCODER.encode(event)
    except (TypeError, ValueError, RecursionError):
        body = msgspec.json.encode({"event": "error", "at": event.at, "code": "trace"})
    return b'{"call":' + msgspec.json.encode(call_id) + b"," + body[1:]
