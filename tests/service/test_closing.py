"""Calls of which an engine has left a record and nothing with which another could go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from ivrkit.call.events import Ended, Entered, TraceEvent
from ivrkit.service import closing
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
    assert await close_left(store, live=lambda: {"left"}) == 0
    assert (await ends(store))["left"] == ""


async def test_nor_is_one_that_begins_while_it_is_looked_for(store: Store) -> None:
    live: set[str] = set()
    find = store.query

    async def begins(work: Callable[[Connection], Any]) -> Any:
        live.add("begun")  # and its session cannot be written
        store.put_record(record("begun"))
        await store.flush()
        return await find(work)

    store.query = begins  # type: ignore[method-assign]
    assert await close_left(store, live=lambda: live) == 1
    assert await ends(store) == {"goes-on": "", "over": "caller", "left": "lost", "begun": ""}


def meanwhile(store: Store, work: Callable[[], Awaitable[object]]) -> None:
    """Do something after it was found which calls are left, and before they are closed."""
    read = store.trace

    async def trace(call_id: str) -> list[TraceEvent]:
        found = await read(call_id)
        await work()
        return found

    store.trace = trace  # type: ignore[method-assign]


async def test_a_record_that_is_closed_meanwhile_stays_as_it_is(store: Store) -> None:
    """Its engine was not able to write for a while."""
    other = Store(store.database.url)
    await other.open()

    async def ends_there() -> None:
        other.put_record(record("left", "caller"))
        await other.flush()

    meanwhile(store, ends_there)
    assert await close_left(store) == 0
    assert (await ends(store))["left"] == "caller"
    assert [type(each) for each in await other.trace("left")] == [Entered]
    await other.close()


async def test_nor_is_one_whose_session_comes_late(store: Store) -> None:
    meanwhile(store, lambda: store.save_ahead("left", b"captured"))
    assert await close_left(store) == 0
    assert (await ends(store))["left"] == ""


async def test_a_record_that_is_erased_meanwhile_does_not_come_back(store: Store) -> None:
    meanwhile(store, lambda: store.callers.erase(["+49301"], ["left"]))
    assert await close_left(store) == 0
    assert await store.record("left") is None
    assert await store.trace("left") == []


async def test_calls_of_other_engines_that_share_the_store_are_theirs(store: Store) -> None:
    """Also of one that has died, and of one that is to hand over."""
    await store.acquire("ivrkit-1", "this one")
    other = Store(store.database.url)
    await other.open()
    await other.acquire("ivrkit-2", "another one")
    await other.save_ahead("theirs", b"captured")
    other.put_record(record("theirs"))
    await other.flush()
    assert await close_left(store) == 1
    await other.release()
    assert await close_left(store) == 0
    assert (await ends(store))["theirs"] == ""
    await other.close()


async def test_those_that_go_into_several_transactions_are_counted_together(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "PIECE", 2)
    for number in range(4):
        store.put_record(record(f"left-{number}"))
    assert await close_left(store) == 5
    assert set((await ends(store)).values()) == {"", "caller", "lost"}


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
