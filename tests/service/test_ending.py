"""A site that has to end, before it could begin or while it serves."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from typing import Any, cast

import pytest

from ivrkit.errors import CarrierRefused
from ivrkit.service.ending import End, Stop, begin, until_ended
from ivrkit.service.site import Site
from tests.service.test_draining import Calls


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


class Serving:
    """A site with two calls in progress; ``notes`` is what the audit keeps."""

    def __init__(self) -> None:
        self.lost, self.wanted = asyncio.Event(), asyncio.Event()
        self.calls = Calls()
        self.draining = self.calls.draining
        self.notes: list[tuple[str, str, str, Mapping[str, Any]]] = []
        self.noted = asyncio.Event()

    def note(self, action: str, outcome: str, *, by: str, details: Mapping[str, Any]) -> None:
        self.notes.append((action, outcome, by, details))
        self.noted.set()


async def test_the_audit_keeps_which_signal_has_drained_the_engine() -> None:
    site, stop = Serving(), Stop()
    ending = asyncio.create_task(until_ended(cast(Site, site), stop, 60, lambda text: None))
    stop.told(signal.SIGTERM)
    async with asyncio.timeout(20):
        await site.noted.wait()
    drained = {"now": False, "calls": 2, "seconds": 60}
    assert site.notes == [("drain", "done", "SIGTERM", drained)]
    site.calls.end()
    async with asyncio.timeout(20):
        assert await ending is End.STOPPED
    assert len(site.notes) == 1


async def test_the_audit_keeps_which_signal_has_ended_it_at_once() -> None:
    site, stop = Serving(), Stop()
    stop.told(signal.SIGINT)
    async with asyncio.timeout(20):
        end = await until_ended(cast(Site, site), stop, 0, lambda text: None)
    assert end is End.STOPPED
    assert site.notes == [("drain", "done", "SIGINT", {"now": True, "calls": 2})]


async def test_what_an_operator_has_ended_was_kept_as_his() -> None:
    site = Serving()
    site.draining.let_go()
    async with asyncio.timeout(20):
        assert await until_ended(cast(Site, site), Stop(), 60, lambda text: None) is End.STOPPED
    assert site.notes == []
