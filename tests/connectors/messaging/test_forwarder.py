"""The outbox is emptied in its order; who is away is waited for, who refuses keeps none waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ivrkit.connectors.messaging import forwarder
from ivrkit.connectors.messaging.forwarder import Forwarder
from ivrkit.connectors.messaging.link import Link, Outgoing, unroutable
from ivrkit.connectors.messaging.settings import BrokerSettings
from ivrkit.errors import ConnectionLost, StoreError
from ivrkit.store import Store

NAME = "broker.events"


class FakeLink:
    """A broker that does what a test wants: ``refuses`` and ``silent`` are ids."""

    def __init__(self) -> None:
        self.away = 0
        self.refuses: set[str] = set()
        self.silent: set[str] = set()
        self.sent: list[str] = []
        self.lives: list[float] = []
        self.opened = 0
        self.dropped = 0
        self.changed = asyncio.Event()

    async def open(self) -> Link:
        self.opened += 1
        self.changed.set()
        if self.away:
            self.away -= 1
            raise ConnectionLost("the broker is away")
        return self  # type: ignore[return-value]

    async def drop(self, link: Link) -> None:
        self.dropped += 1
        self.silent.clear()

    async def publish(self, message: Outgoing, *, lives: float, correlation: str = "") -> None:
        if message.id in self.silent:
            await asyncio.Event().wait()
        if message.id in self.refuses:
            raise unroutable()
        self.sent.append(message.id)
        self.lives.append(lives)
        self.changed.set()

    async def until(self, *sent: str) -> None:
        async with asyncio.timeout(20):
            while self.sent != list(sent):
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "s.db")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def link() -> FakeLink:
    return FakeLink()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarder, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(forwarder, "LONGEST_PAUSE", 0.02)
    monkeypatch.setattr(forwarder, "LOOK_AGAIN", 0.02)


async def put(store: Store, *keys: str, lives: timedelta = timedelta(hours=1)) -> None:
    for key in keys:
        document = msgspec.json.encode(Outgoing("orders", key, b"{}", "application/json"))
        await store.outbox.put(NAME, key, document, expires=datetime.now(UTC) + lives)


@asynccontextmanager
async def forwarding(store: Store, link: FakeLink, **settings: Any) -> AsyncIterator[Forwarder]:
    read = BrokerSettings.model_validate({"url": "amqp://localhost", "timeout": "0.1s"} | settings)
    made = Forwarder(NAME, read, store.outbox, link.open, link.drop)
    task = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.wait({task})


async def empty(store: Store) -> None:
    async with asyncio.timeout(20):
        while (await store.outbox.waiting(NAME)).count:
            await asyncio.sleep(0.005)


async def test_what_was_left_is_sent_first(store: Store, link: FakeLink) -> None:
    await put(store, "1", "2", "3")
    async with forwarding(store, link) as made:
        await link.until("1", "2", "3")
        await put(store, "4")
        made.wake()
        await link.until("1", "2", "3", "4")
        await empty(store)
        assert all(0 < each <= 3600 for each in link.lives)


async def test_a_broker_that_is_away_is_tried_again(store: Store, link: FakeLink) -> None:
    link.away = 5
    await put(store, "1", "2")
    async with forwarding(store, link):
        await link.until("1", "2")
        assert link.opened == 6


async def test_pauses_grow_to_a_limit(
    store: Store, link: FakeLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def noted(self: Forwarder, seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(forwarder, "FIRST_PAUSE", 0.5)
    monkeypatch.setattr(forwarder, "LONGEST_PAUSE", 3.0)
    monkeypatch.setattr(Forwarder, "_rest", noted)
    link.away = 5
    await put(store, "1")
    async with forwarding(store, link):
        await link.until("1")
        assert pauses[:5] == [0.5, 1.0, 2.0, 3.0, 3.0]


async def test_one_that_is_refused_keeps_nobody_waiting(store: Store, link: FakeLink) -> None:
    link.refuses = {"2"}
    await put(store, "1", "2", "3")
    async with forwarding(store, link) as made:
        await link.until("1", "3")
        async with asyncio.timeout(20):
            while not made.troubles():
                await asyncio.sleep(0.005)
        assert made.troubles() == [
            "1 messages of the outbox are not wanted by broker.events: nobody would receive this "
            "message"
        ]
        link.refuses = set()
        (row,) = await store.outbox.due(NAME, datetime.now(UTC) + timedelta(minutes=1), 9)
        assert (row.key, row.tries) == ("2", 1)
        await store.outbox.put_off("2", datetime.now(UTC), "")
        await link.until("1", "3", "2")
        await empty(store)


async def test_a_broker_that_does_not_confirm_loses_its_connection(
    store: Store, link: FakeLink
) -> None:
    link.silent = {"1"}
    await put(store, "1", "2")
    async with forwarding(store, link):
        await link.until("1", "2")
        assert link.dropped == 1


async def test_what_expires_is_not_sent(
    store: Store, link: FakeLink, caplog: pytest.LogCaptureFixture
) -> None:
    await put(store, "1", lives=timedelta(seconds=-1))
    await put(store, "2")
    async with forwarding(store, link):
        await link.until("2")
        await empty(store)
    assert "1 messages have expired in the outbox unsent" in caplog.text


async def test_what_cannot_be_unsealed_is_told_of(tmp_path: Path, link: FakeLink) -> None:
    for key, what in ((b"a" * 32, "1"), (b"b" * 32, "2")):
        store = Store(tmp_path / "sealed.db", key=key)
        await store.open()
        await put(store, what)
        if what == "2":
            async with forwarding(store, link) as made:
                await link.until("2")
                async with asyncio.timeout(20):
                    while not made.troubles():
                        await asyncio.sleep(0.005)
                assert "sealed with another key" in made.troubles()[0]
        await store.close()


async def test_messages_that_wait_for_long_are_an_alarm(store: Store, link: FakeLink) -> None:
    link.away = 1_000_000
    await put(store, "1", "2")
    async with forwarding(store, link, outbox={"alarm": "1ms"}) as made:
        async with asyncio.timeout(20):
            while not made.troubles():
                await asyncio.sleep(0.005)
        (told,) = made.troubles()
        assert told.startswith("2 messages wait in the outbox of broker.events, the oldest for ")
        assert told.endswith(": the broker is away")


async def test_how_much_waits_is_known_while_the_broker_rests(
    store: Store, link: FakeLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarder, "FIRST_PAUSE", 1000.0)
    monkeypatch.setattr(forwarder, "LONGEST_PAUSE", 1000.0)
    link.away = 1
    await put(store, "1")
    async with forwarding(store, link) as made:
        async with asyncio.timeout(20):
            for count in (1, 2, 3):
                while made.waiting.count < count:
                    await asyncio.sleep(0.005)
                await put(store, f"next {count}")
                made.wake()
        assert link.opened == 1


async def test_what_is_no_message_keeps_nobody_waiting(store: Store, link: FakeLink) -> None:
    expires = datetime.now(UTC) + timedelta(hours=1)
    await store.outbox.put(NAME, "1", b'{"to": 5}', expires=expires)
    await put(store, "2")
    async with forwarding(store, link) as made:
        await link.until("2")
        async with asyncio.timeout(20):
            while not made.troubles():
                await asyncio.sleep(0.005)
        assert "another version of ivrkit" in made.troubles()[0]


async def test_an_error_of_a_library_is_tried_again(
    store: Store, link: FakeLink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [KeyError("what is never seen")]
    publish = link.publish

    async def failing(message: Outgoing, **more: Any) -> None:
        if failures:
            raise failures.pop()
        await publish(message, **more)

    monkeypatch.setattr(link, "publish", failing)
    await put(store, "1")
    async with forwarding(store, link):
        await link.until("1")
    assert "the outbox waits: KeyError in failing" in caplog.text
    assert "never seen" not in caplog.text


async def test_a_store_that_fails_is_tried_again(
    store: Store, link: FakeLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, failures = store.outbox.due, [StoreError("the disk is full")] * 3

    async def failing(*arguments: Any) -> Any:
        if failures:
            raise failures.pop()
        return await due(*arguments)

    monkeypatch.setattr(store.outbox, "due", failing)
    await put(store, "1")
    async with forwarding(store, link):
        await link.until("1")
    assert failures == []
