"""What is sent later: in its order, once in the outbox however often it is put in, never lost."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from ivrkit.call.outbox import Waiting
from ivrkit.errors import StoreError
from ivrkit.store import Store
from ivrkit.store.outbox import StoredOutbox
from tests.store.support import sql

EVENTS = "broker.events"


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


async def put(store: Store, key: str, **more: object) -> None:
    await store.outbox.put(
        EVENTS,
        key,
        f"document of {key}".encode(),
        **{"expires": soon()} | more,  # type: ignore[arg-type]
    )


async def due(store: Store, most: int = 100) -> list[tuple[str, bytes | None]]:
    return [(each.key, each.document) for each in await store.outbox.due(EVENTS, now(), most)]


@pytest.fixture
async def sealed(store: Store, tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(store.database.url, key=b"k" * 32)
    await opened.open()
    yield opened
    await opened.close()


async def test_documents_are_due_in_the_order_in_which_they_came(store: Store) -> None:
    for number in range(12):
        await put(store, f"c.{number}")
    assert [key for key, _ in await due(store)] == [f"c.{number}" for number in range(12)]
    assert await due(store, 2) == [("c.0", b"document of c.0"), ("c.1", b"document of c.1")]


async def test_each_sender_sees_its_own(store: Store) -> None:
    await put(store, "c.1")
    assert await store.outbox.due("broker.others", now(), 10) == []
    assert await store.outbox.waiting("broker.others") == Waiting()


async def test_a_key_is_put_in_once_sent_or_not(store: Store) -> None:
    await put(store, "c.1")
    await store.outbox.put(EVENTS, "c.1", b"another", expires=soon())
    assert await due(store) == [("c.1", b"document of c.1")]
    await store.outbox.sent(["c.1"])
    await put(store, "c.1")
    assert await due(store) == []
    assert (await store.outbox.waiting(EVENTS)).count == 0


async def test_it_survives_the_store_s_end(store: Store) -> None:
    await put(store, "c.1")
    await store.close()
    again = Store(store.database.url)
    await again.open()
    assert await due(again) == [("c.1", b"document of c.1")]
    await again.close()


async def test_what_the_other_side_does_not_want_keeps_nobody_waiting(store: Store) -> None:
    await put(store, "c.1")
    await put(store, "c.2")
    await store.outbox.put_off("c.1", soon(), "no queue takes it")
    assert [key for key, _ in await due(store)] == ["c.2"]
    waits = await store.outbox.waiting(EVENTS)
    assert (waits.count, waits.refused, waits.reason) == (2, 1, "no queue takes it")
    await store.outbox.put_off("c.1", now() - timedelta(seconds=1), "no queue takes it")
    (first, _) = await store.outbox.due(EVENTS, now(), 10)
    assert (first.key, first.tries) == ("c.1", 2)


async def test_how_long_the_oldest_waits_is_known(store: Store) -> None:
    began = now()
    await put(store, "c.1")
    await put(store, "c.2")
    since = (await store.outbox.waiting(EVENTS)).since
    assert since is not None
    assert began - timedelta(seconds=1) <= since <= now()


async def test_what_expires_is_dropped_and_its_document_erased(store: Store) -> None:
    await put(store, "c.1", expires=now() - timedelta(seconds=1))
    await put(store, "c.2")
    assert [key for key, _ in await due(store)] == ["c.2"]
    assert await store.outbox.drop_expired(EVENTS, now()) == 1
    assert await store.outbox.drop_expired(EVENTS, now()) == 0
    assert (await store.outbox.waiting(EVENTS)).count == 1
    documents = sql(store, "SELECT key, document FROM outbox ORDER BY id")
    assert documents == [("c.1", None), ("c.2", b"document of c.2")]


async def test_there_is_room_for_so_many(store: Store) -> None:
    await put(store, "c.1", most=2)
    await put(store, "c.2", most=2)
    with pytest.raises(StoreError, match=r"outbox of broker.events is full: 2 messages wait"):
        await put(store, "c.3", most=2)
    await put(store, "c.2", most=2)
    await store.outbox.sent(["c.1"])
    await put(store, "c.3", most=2)


async def test_secrets_need_a_key_and_are_sealed(store: Store, sealed: Store) -> None:
    with pytest.raises(StoreError, match="the store has no key"):
        await put(store, "c.1", secret=True)
    assert await due(store) == []
    await put(sealed, "c.1", secret=True)
    assert await due(sealed) == [("c.1", b"document of c.1")]
    assert b"document of" not in sql(sealed, "SELECT document FROM outbox")[0][0]


async def test_with_another_key_it_is_told_as_unreadable(sealed: Store) -> None:
    await put(sealed, "c.1")
    await sealed.close()
    other = Store(sealed.database.url, key=os.urandom(32))
    await other.open()
    assert await due(other) == [("c.1", None)]
    await other.close()


async def test_the_rows_are_those_of_the_application(store: Store) -> None:
    await put(store, "c.1")
    await store.acquire("ivrkit-1", "here")
    assert await due(store) == []
    await put(store, "c.2")
    assert [key for key, _ in await due(store)] == ["c.2"]


class Slow:
    """A store that writes when it is told to."""

    def __init__(self) -> None:
        self.works: list[Callable[[Connection], object]] = []

    async def write(self, work: Callable[[Connection], object]) -> None:
        self.works.append(work)
        await asyncio.Event().wait()


async def test_who_gives_up_before_it_is_written_has_put_nothing_in(store: Store) -> None:
    slow = Slow()
    outbox = StoredOutbox(slow, store.sealer, lambda: "")  # type: ignore[arg-type]
    task = asyncio.create_task(outbox.put(EVENTS, "c.1", b"document", expires=soon()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (work,) = slow.works
    await store.write(work)
    assert await due(store) == []


async def test_keys_and_leftovers_go_after_a_week(store: Store) -> None:
    await put(store, "c.1")
    await put(store, "c.2", expires=now() + timedelta(days=30))
    await store.outbox.sent(["c.1"])
    await store.erase_expired(now() + timedelta(days=6))
    await put(store, "c.1")
    assert [key for key, _ in await due(store)] == ["c.2"]
    await store.erase_expired(now() + timedelta(days=8))
    await put(store, "c.1")
    assert [key for key, _ in await due(store)] == ["c.2", "c.1"]
