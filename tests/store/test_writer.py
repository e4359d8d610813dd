from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from ivrkit.errors import StoreError
from ivrkit.store import Observer, Store, writer
from ivrkit.store.batch import Batch, Fence, Written, write
from ivrkit.store.prepared import Prepared
from ivrkit.store.records import find_left
from ivrkit.store.tables import payloads
from tests.store.support import NOON, Ears, read_afresh, record, sql, until


async def test_an_entry_that_can_never_be_written_does_not_block_the_rest(
    store: Store, ears: Ears
) -> None:
    store.save("bad", object())  # type: ignore[arg-type]
    await until(lambda: ears.alarms)
    assert store.statistics.dropped == 1
    await store.save_ahead("good", b"1")
    assert await store.sessions() == [("good", b"1")]


async def test_also_then_a_call_has_its_session_as_long_as_its_record_is_open(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other engines would take it for one that nobody goes on with."""
    left: list[list[str]] = []

    def watched(prepared: Prepared, batch: Batch, fence: Fence) -> Written:
        written = write(prepared, batch, fence)
        with prepared.connection.begin():
            left.append(find_left(prepared.connection))
        return written

    await store.save_ahead("ends", b"1")
    store.put_record(record("ends"))
    await store.flush()
    monkeypatch.setattr(writer, "write", watched)
    store.save("bad", object())  # type: ignore[arg-type]
    store.put_record(record("ends", ended="caller"))
    store.forget("ends")
    store.save("begins", b"1")
    store.put_record(record("begins"))
    await until(lambda: store.statistics.dropped)
    await store.flush()
    assert {each.id: each.ended for each in await store.records()} == {
        "begins": "",
        "ends": "caller",
    }
    assert await store.sessions() == [("begins", b"1")]
    assert left == [[]] * len(left) != []


async def test_an_operation_that_breaks_a_rule_does_not_take_others_with_it(store: Store) -> None:
    def bad(connection: Connection) -> None:
        connection.execute(insert(payloads).values(id="p", call_id="a", expires=NOON))
        connection.execute(insert(payloads).values(id="q"))

    outcomes = await asyncio.gather(
        store.save_ahead("a", b"1"),
        store._writer.run(bad),
        store.put_payload("r", b"{}"),
        return_exceptions=True,
    )
    assert outcomes[0] is None
    assert isinstance(outcomes[1], StoreError)
    assert outcomes[2] is None
    assert await store.session("a") == b"1"
    assert await store.payload("p") is None
    assert await store.payload("r") is not None


async def test_closing_writes_what_waits(url: str) -> None:
    store = Store(url)
    await store.open()
    for number in range(500):
        store.save(f"c{number}", b"x")
    await store.close()
    assert sql(store, "SELECT count(*) FROM sessions") == [(500,)]


def test_a_process_may_end_without_closing(tmp_path: Path) -> None:
    async def forgetful() -> Store:
        store = Store(tmp_path / "s.db")
        await store.open()
        return store

    store = asyncio.run(forgetful())
    store.save("a", b"1")
    asyncio.run(_wait_for(store))
    store._writer._stopping = True
    store._writer._hurry()


async def _wait_for(store: Store) -> None:
    for _ in range(1000):
        if await read_afresh(store, "a") == b"1":
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not written")


async def test_each_commit_is_told_with_its_delay(tmp_path: Path) -> None:
    delays: list[float] = []
    store = Store(tmp_path / "ivrkit.db", observer=Observer(committed=delays.append))
    await store.open()
    store.save("c1", b"one")
    await store.flush()
    assert delays
    assert all(delay >= 0 for delay in delays)
    assert store.waiting == 0
    await store.close()


async def test_whoever_looks_on_does_not_end_the_writing(tmp_path: Path) -> None:
    def broken(seconds: float) -> None:
        raise ValueError(seconds)

    store = Store(tmp_path / "s.db", observer=Observer(committed=broken))
    await store.open()
    store.save("a", b"1")
    await store.flush()
    await store.save_ahead("a", b"2")
    assert await store.session("a") == b"2"
    await store.close()
