"""All that there is of a caller is counted, handed out and erased; nobody else's is touched."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection

from ivrkit.call.events import Milestone, VariableSet
from ivrkit.call.messages import Keeping
from ivrkit.errors import StoreError
from ivrkit.store import Holdings, Store, callers
from ivrkit.store.callers import find_caller_data
from tests.store.support import NOON, record, sql
from tests.store.test_messages import sound

HIS = ["+49301234567", "0301234567"]
OTHER = "+49301234568"
KEEPING = Keeping("letter", "message", timedelta(days=3650))


def call(call_id: str, caller: str) -> Any:
    return SimpleNamespace(
        id=call_id,
        clock=SimpleNamespace(now=lambda: NOON),
        session=SimpleNamespace(lookup=lambda name: {"from": caller}),
    )


async def fill(store: Store) -> None:
    """Two calls of his that are over, one of another, one of his in progress."""
    calls = (("a", HIS[0]), ("b", HIS[1]), ("c", OTHER), ("now", HIS[0]))
    for call_id, caller in calls:
        store.put_record(record(call_id, caller=caller))
        store.append(call_id, [VariableSet(name="secretly", value=f"said by {call_id}")])
        store.append(call_id, [Milestone(name="sold", values={"what": call_id})])
        await store.put_payload(f"p-{call_id}", b"{}", call_id=call_id)
        await store.memories.remember(call(call_id, caller), f"last:{call_id}", "paid", None)
        await store.messages.keep(call(call_id, caller), f"m-{call_id}", sound(), KEEPING)
        await store.outbox.put("mq", f"{call_id}.1", b"{}", expires=NOON + timedelta(days=36500))
    store.save("now", b"x")
    await store.flush()


async def test_all_of_a_caller_is_counted_and_erased(store: Store) -> None:
    await fill(store)
    there = Holdings(
        calls=2,
        traces=2,
        milestones=2,
        payloads=2,
        memories=3,
        messages=2,
        outbox=2,
        in_progress=("now",),
    )
    assert await store.callers.holdings(HIS) == there
    assert await store.callers.erase(HIS) == there
    left = await store.callers.holdings(HIS)
    assert left.nothing
    assert left.in_progress == ("now",)
    assert await store.callers.holdings([OTHER]) == Holdings(1, 1, 1, 1, 1, 1, 1)
    assert {each.id for each in await store.records()} == {"c", "now"}
    assert await store.trace("a") == []
    assert await store.trace("now") != []
    assert await store.payload("p-a") is None
    files = {each.stem for each in store.messages.folder.glob("*.wav")}
    assert files == {"m-c", "m-now"}
    assert sql(store, "SELECT key FROM outbox ORDER BY key") == [("c.1",), ("now.1",)]


async def test_many_calls_go_in_pieces_each_of_which_is_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captures of other calls get in between, and what fails is done again."""
    monkeypatch.setattr(callers, "PIECE", 2)
    erase, pieces = callers._erase_calls, list[list[str]]()

    def failing(connection: Connection, over: list[str]) -> Holdings:
        pieces.append(over)
        found = erase(connection, over)
        if len(pieces) == 2:
            raise StoreError("the disk is full")
        return found

    monkeypatch.setattr(callers, "_erase_calls", failing)
    for number in range(5):
        name = f"call-{number}"
        store.put_record(record(name, started=NOON + timedelta(seconds=number), ended="caller"))
        store.append(name, [Milestone(name="done")])
    with pytest.raises(StoreError, match="the disk is full"):
        await store.callers.erase(["+49301"])
    assert pieces == [["call-0", "call-1"], ["call-2", "call-3"]]
    left = {each.id for each in await store.records()}
    assert left == {"call-2", "call-3", "call-4"}
    assert [len(await store.trace(f"call-{each}")) for each in range(5)] == [0, 0, 1, 1, 1]
    gone = await store.callers.erase(["+49301"])
    assert gone == Holdings(calls=3, traces=3, milestones=3)
    assert await store.callers.holdings(["+49301"]) == Holdings()


async def test_what_ends_while_the_others_are_erased_is_left_alone_and_named(store: Store) -> None:
    for name in ("first", "second"):
        store.put_record(record(name, ended="caller"))
    await store.flush()
    gone = await store.callers.erase(["+49301"], ["first"])
    assert (gone.calls, gone.in_progress) == (1, ("second",))
    assert [each.id for each in await store.records()] == ["second"]


async def test_the_numbers_that_may_be_his_are_found_by_their_ending(store: Store) -> None:
    await fill(store)
    assert await store.callers.known("+49 (0)30 1234567") == set(HIS)
    assert await store.callers.known("%%%%") == set()


async def test_all_of_a_caller_is_handed_out(store: Store) -> None:
    await fill(store)
    data = await store.query(lambda c: find_caller_data(c, HIS))
    assert {each.id for each in data.records} == {"a", "b", "now"}
    assert data.traces["a"][0] == VariableSet(name="secretly", value="said by a")
    assert data.milestones["b"][0].values == {"what": "b"}
    assert {each.key for each in data.memories} == {"last:a", "last:b", "last:now"}
    assert {each.id for each in data.messages} == {"m-a", "m-b", "m-now"}
    assert {each.id for each in data.payloads} == {"p-a", "p-b", "p-now"}


async def test_nobody_has_nothing(store: Store, tmp_path: Path) -> None:
    assert await store.callers.holdings(["+1"]) == Holdings()
    assert await store.callers.erase([]) == Holdings()
