from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ivrkit.call.channel import Arrival, ChannelEvent, Deliver, SentBack
from ivrkit.call.prompt import Media
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.channels.ari.channel import AriChannel
from ivrkit.channels.ari.timings import Timings
from ivrkit.testing.fake_asterisk import FakeAsterisk

# Long enough that nothing fires by itself in a test which does not ask for it.
NEVER = 600.0
QUIET = Timings(first=NEVER, grace=NEVER, stopped=NEVER, left=0.01, backoff=0.01, settled=NEVER)
SOON = dataclasses.replace(QUIET, ping=0.25, overtaken=0.001)


async def eventually(condition: Callable[[], Any]) -> Any:
    """Wait until something is so; it must become so."""
    async with asyncio.timeout(10):
        while not (value := condition()):
            await asyncio.sleep(0.002)
    return value


def sound(name: str = "hello", seconds: float = 1.0) -> Media:
    return Media(Path(f"/sounds/{name}.wav"), seconds)


def uri(media: Media) -> str:
    return f"sound:{media.path.with_suffix('')}"


class Line:
    """A carrier on a fake Asterisk, and what it has reported."""

    def __init__(self, asterisk: FakeAsterisk, timings: Timings = QUIET, **settings: Any) -> None:
        self.asterisk = asterisk
        self.carrier = AriCarrier(asterisk.settings(**settings), uri, timings=timings)
        self.arrivals: list[Arrival] = []
        self.events: dict[str, list[ChannelEvent]] = {}
        self.taking = True

    def receive(self, arrival: Arrival) -> Deliver | SentBack:
        self.arrivals.append(arrival)
        if not self.taking:
            return SentBack.BUSY
        return self.events.setdefault(arrival.channel.id, []).append

    async def __aenter__(self) -> Line:
        await self.carrier.start(self.receive)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.carrier.stop()

    async def call(self, **arguments: Any) -> AriChannel:
        """A call comes in; its channel."""
        name = self.asterisk.call(**arguments)
        return await eventually(lambda: self.carrier.channels_by_id.get(name))

    async def heard(self, channel: AriChannel, *events: ChannelEvent) -> None:
        """These events have been reported, in this order and no others."""
        seen = self.events[channel.id]
        await eventually(lambda: len(seen) >= len(events))
        assert seen == list(events), f"{seen} is not {events}"
        seen.clear()

    async def reconnected(self, before: int) -> None:
        await eventually(lambda: self.asterisk.connects > before)
        await eventually(lambda: self.carrier.client.is_connected)

    async def settled(self) -> None:
        """Everything that was sent so far has been handled: a question travels behind it."""
        await self.carrier.client.request("GET", "asterisk/ping")
