"""Calls of which an engine has left a record and nothing with which another could go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Ended, Entered
from ivrkit.service.closing import close_left
from ivrkit.service.site.housekeeping import keep_house
from ivrkit.store import CallRecord, Retention, Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def record(call_id: str, ended: str = "") -> CallRecord:
    return CallRecord(
        id=call_id,
        flow="bank",
        version="v1",
        caller="+49301",
        number="800",
        started=NOON,
        ended=ended,
        tenant="a-bank",
    )


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """With a call that goes on, one that is over, and one whose session is gone."""
    opened = Store(tmp_path / "ivrkit.db")
    await opened.open()
    opened.save("goes-on", b"captured")
    for each in (record("goes-on"), record("over", "caller"), record("left")):
        opened.put_record(each)
        opened.append(each.id, [Entered(at=7.5, path="main/0", verb="say")])
    await opened.flush()
    yield opened
    await opened.close()


async def ends(store: Store) -> dict[str, str]:
    return {each.id: each.ended for each in await store.records()}


async def test_what_was_left_is_lost_when_it_was_heard_of_last(store: Store) -> None:
    assert await close_left(store) == 1
    assert await ends(store) == {"goes-on": "", "over": "caller", "left": "lost"}
    closed = await store.record("left")
    assert closed is not None
    assert (closed.ended_at, closed.tenant) == (NOON + timedelta(seconds=7.5), "a-bank")
    assert (await store.trace("left"))[-1] == Ended(at=7.5, ended="lost")
    assert await close_left(store) == 0


async def test_a_call_of_this_engine_that_could_not_be_saved_is_not_lost(store: Store) -> None:
    assert await close_left(store, but={"left"}) == 0
    assert (await ends(store))["left"] == ""


class Flows:
    def versions(self) -> list[Any]:
        return []


async def test_an_engine_that_starts_closes_it(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    # Nothing of that day is to be erased.
    store.retention = Retention(record=timedelta(days=36500))
    house = asyncio.create_task(keep_house(store, Flows(), set))  # type: ignore[arg-type]
    async with asyncio.timeout(20):
        while (await ends(store))["left"] != "lost" or "lost" not in caplog.text:
            await asyncio.sleep(0.005)
    house.cancel()
    await asyncio.gather(house, return_exceptions=True)
    assert "closed as lost: 1 calls" in caplog.text
