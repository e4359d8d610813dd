"""Store and forward over real brokers: a hundred messages, a broker that goes and comes, and an
engine that dies; each arrives at least once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from ivrkit.connectors.connector import BreakerSettings
from ivrkit.connectors.messaging import forwarder
from ivrkit.errors import ConnectionLost, ConnectorError, ConnectorResting
from ivrkit.store import Store
from ivrkit.testing.brokers import PrivateBroker, PrivateMosquitto, PrivateRabbit, running
from tests.connectors.messaging.sides import side_of
from tests.connectors.messaging.support import guarded, message, unused

pytestmark = pytest.mark.asyncio(loop_scope="module")

MESSAGES = 100


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def rabbit(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PrivateRabbit]:
    async with running(PrivateRabbit(tmp_path_factory.mktemp("amqp"))) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def mosquitto(tmp_path: Path) -> AsyncIterator[PrivateMosquitto]:
    async with running(PrivateMosquitto(tmp_path / "broker")) as started:
        yield started


@pytest.fixture(params=["mosquitto", "rabbit"])
def broker(request: pytest.FixtureRequest) -> PrivateBroker:
    found: PrivateBroker = request.getfixturevalue(request.param)
    return found


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarder, "LONGEST_PAUSE", 1.0)


async def down(broker: PrivateBroker) -> None:
    """RabbitMQ has what it has confirmed on its disk; Mosquitto writes its file when it ends."""
    await (broker.kill() if isinstance(broker, PrivateRabbit) else broker.stop())


async def test_a_hundred_messages_while_the_broker_goes_and_comes(
    broker: PrivateBroker, tmp_path: Path
) -> None:
    store = Store(tmp_path / "s.db")
    await store.open()
    orders = unused(broker)
    async with side_of(broker) as side:
        await side.declare(orders)
    asked = [message(orders, kept=True) for _ in range(MESSAGES)]
    async with guarded(broker.url, outbox=store.outbox) as (guard, connector):

        async def publish() -> None:
            for each in asked:
                await guard.ask(each)
                await asyncio.sleep(0.02)

        publishing = asyncio.create_task(publish())
        for _ in range(2):
            await asyncio.sleep(0.3)
            await down(broker)
            await asyncio.sleep(0.3)
            await broker.start()
        await publishing
        async with side_of(broker) as side:
            await side.take(orders)
            await side.until_all({each.key for each in asked})
            seen = list(dict.fromkeys(each.id for each in side.taken))
            assert seen == [each.key for each in asked]
        async with asyncio.timeout(20):
            while (await store.outbox.waiting(connector.full_name)).count:
                await asyncio.sleep(0.01)
    await store.close()


async def test_messages_survive_the_engine_and_arrive_when_the_broker_is_there(
    rabbit: PrivateRabbit, tmp_path: Path
) -> None:
    orders = unused(rabbit)
    asked = [message(orders, kept=True) for _ in range(20)]
    store = Store(tmp_path / "s.db")
    await store.open()
    async with guarded("amqp://127.0.0.1:1", outbox=store.outbox) as (guard, _):
        await asyncio.gather(*(guard.ask(each) for each in asked))
    await store.close()
    store = Store(tmp_path / "s.db")
    await store.open()
    async with side_of(rabbit) as side:
        await side.take(orders)
        async with guarded(rabbit.url, outbox=store.outbox) as (guard, _):
            # A step that is run again after the restart puts nothing in twice.
            await asyncio.gather(*(guard.ask(each) for each in asked))
            await side.until_all({each.key for each in asked})
            await asyncio.gather(*(guard.ask(each) for each in asked))
            last = message(orders, kept=True)
            await guard.ask(last)
            await side.until_all({last.key})
            assert len(side.taken) == 21
    await store.close()


async def test_a_broker_that_rests_is_no_reason_not_to_keep(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.db")
    await store.open()
    once = BreakerSettings(failures=1).model_dump()
    async with guarded("mqtt://127.0.0.1:1", outbox=store.outbox, breaker=once) as (guard, made):
        with pytest.raises(ConnectionLost):
            await guard.ask(message("orders"))
        with pytest.raises(ConnectorResting):
            await guard.ask(message("orders"))
        await guard.ask(message("orders", kept=True))
        assert (await store.outbox.waiting(made.full_name)).count == 1
        async with asyncio.timeout(20):
            while guard.fare.unsent != 1:
                await asyncio.sleep(0.005)
    await store.close()


async def test_a_full_outbox_and_secrets_without_a_key_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.db")
    await store.open()
    settings = {"outbox": store.outbox, "folder": tmp_path}
    async with guarded("mqtt://127.0.0.1:1", **settings) as (guard, connector):
        with pytest.raises(ConnectorError, match="the store has no key"):
            await guard.ask(message("orders", kept=True, secret=True))
        full = connector.settings.outbox.model_copy(update={"most": 1})
        connector.settings = connector.settings.model_copy(update={"outbox": full})
        await guard.ask(message("orders", kept=True))
        with pytest.raises(ConnectorError, match="is full"):
            await guard.ask(message("orders", kept=True))
        assert guard.fare.state == "closed"
    await store.close()


async def test_where_no_engine_serves_nothing_is_kept() -> None:
    async with guarded("mqtt://127.0.0.1:1") as (guard, _):
        with pytest.raises(ConnectorError, match="this is none"):
            await guard.ask(message("orders", kept=True))


async def test_a_rejected_publish_is_put_off_and_comes_when_there_is_a_queue(
    rabbit: PrivateRabbit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarder, "REFUSED_FIRST", timedelta(milliseconds=50))
    monkeypatch.setattr(forwarder, "LOOK_AGAIN", 0.1)
    store = Store(tmp_path / "s.db")
    await store.open()
    async with (
        side_of(rabbit) as side,
        guarded(rabbit.url, outbox=store.outbox) as (guard, connector),
    ):
        nowhere = unused(rabbit)
        await guard.ask(message(nowhere, kept=True))
        async with asyncio.timeout(20):
            while not connector.troubles():
                await asyncio.sleep(0.01)
        assert "not wanted by broker.events" in connector.troubles()[0]
        assert side.taken == []
        await side.take(nowhere)
        (taken,) = await side.until_taken(1)
        assert taken.data == {"order": 17}
    await store.close()
