"""A site that has to end before it could begin."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from ivrkit.errors import CarrierRefused
from ivrkit.service.ending import End, begin
from ivrkit.service.site import Site


class Starting:
    """A site whose start lasts until a test lets it go on."""

    def __init__(self, error: Exception | None = None) -> None:
        self.lost = asyncio.Event()
        self.there = asyncio.Event()
        self.undone = False
        self._error = error

    async def start(self) -> None:
        try:
            await self.there.wait()
        except asyncio.CancelledError:
            self.undone = True
            raise
        if self._error is not None:
            raise self._error


async def began(site: Starting, stop: asyncio.Event) -> asyncio.Task[End | None]:
    beginning = asyncio.create_task(begin(cast(Site, site), stop))
    await asyncio.sleep(0)
    return beginning


async def test_it_begins() -> None:
    site = Starting()
    beginning = await began(site, asyncio.Event())
    site.there.set()
    assert await beginning is None
    assert not site.undone


async def test_a_signal_ends_it_while_it_waits() -> None:
    site, stop = Starting(), asyncio.Event()
    beginning = await began(site, stop)
    stop.set()
    assert await beginning is End.STOPPED
    assert site.undone


async def test_another_engine_takes_the_application_while_it_waits() -> None:
    site = Starting()
    beginning = await began(site, asyncio.Event())
    site.lost.set()
    assert await beginning is End.LOST
    assert site.undone


async def test_what_keeps_it_from_beginning_is_said() -> None:
    site = Starting(CarrierRefused("it refuses the user"))
    beginning = await began(site, asyncio.Event())
    site.there.set()
    with pytest.raises(CarrierRefused, match="refuses the user"):
        await beginning


async def test_who_starts_it_may_be_broken_off() -> None:
    site = Starting()
    beginning = await began(site, asyncio.Event())
    beginning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await beginning
    assert site.undone
