"""Messages over real brokers: taken, refused, answered; brokers that die and brokers that say
nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from ivrkit.connectors.messaging.link import Incoming
from ivrkit.errors import (
    ConnectionLost,
    ConnectorError,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
)
from ivrkit.testing.brokers import PrivateBroker, PrivateMosquitto, PrivateRabbit, running
from tests.connectors.messaging.sides import Side, Taken, side_of
from tests.connectors.messaging.support import guarded, message, text, unused

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["mqtt", "amqp"])
async def broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PrivateBroker]:
    kind = PrivateRabbit if request.param == "amqp" else PrivateMosquitto
    async with running(kind(tmp_path_factory.mktemp(request.param))) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def side(broker: PrivateBroker) -> AsyncIterator[Side]:
    async with side_of(broker) as opened:
        yield opened


# ---- publishing ----------------------------------------------------------------------------------


async def test_a_message_arrives_with_its_id_and_headers(broker: PrivateBroker, side: Side) -> None:
    to = unused(broker)
    await side.take(to)
    async with guarded(broker.url) as (guard, _):
        asked = message(to, headers={"tenant": "acme"}, lives=60.0)
        assert await guard.ask(asked) is None
        (taken,) = await side.until_taken(1)
        assert taken.data == {"order": 17}
        assert (taken.id, taken.headers) == (asked.key, {"tenant": "acme"})
        assert taken.content_type == "application/json"
        assert taken.persistent
        assert taken.expires == pytest.approx(60, abs=5)


async def test_fifty_at_once_go_over_one_connection(broker: PrivateBroker, side: Side) -> None:
    to = unused(broker)
    await side.take(to)
    async with guarded(broker.url, at_once=50) as (guard, connector):
        asked = [message(to) for _ in range(50)]
        await asyncio.gather(*(guard.ask(each) for each in asked))
        link = connector._link
        await guard.ask(message(to))
        assert connector._link is link
        await side.until_taken(51)
        assert {each.key for each in asked} < {each.id for each in side.taken}


async def test_a_message_that_nobody_would_receive(broker: PrivateBroker) -> None:
    async with guarded(broker.url, mandatory=True) as (guard, _):
        with pytest.raises(RequestRefused, match="nobody would receive") as caught:
            await guard.ask(message(unused(broker)))
        assert caught.value.exit == "unroutable"
        assert guard.fare.state == "closed"
    async with guarded(broker.url, mandatory=False) as (guard, _):
        await guard.ask(message(unused(broker)))


async def test_without_a_broker_it_fails_at_once() -> None:
    for scheme in ("amqp", "mqtt"):
        async with guarded(f"{scheme}://127.0.0.1:1") as (guard, connector):
            with pytest.raises(ConnectionLost, match=r"cannot be reached"):
                await guard.ask(message("orders"))
            with pytest.raises(ConnectorError, match=r"cannot be reached"):
                await connector.probe()


async def test_a_probe_tells_what_is_there(broker: PrivateBroker) -> None:
    async with guarded(broker.url) as (_, connector):
        assert (await connector.probe()).startswith(("RabbitMQ 3", "MQTT 5"))


# ---- answers -------------------------------------------------------------------------------------


async def test_a_question_is_answered(broker: PrivateBroker, side: Side) -> None:
    to = unused(broker)
    await side.answer(to, lambda taken: ({"price": 12.50, "for": taken.data["order"]}, {}))
    async with guarded(broker.url) as (guard, _):
        answer = await guard.ask(message(to, answered=True))
        assert answer == {"price": Decimal("12.5"), "for": Decimal(17)}


async def test_each_gets_his_own_answer(broker: PrivateBroker, side: Side) -> None:
    to = unused(broker)
    await side.answer(to, lambda taken: (taken.body, {}))
    async with guarded(broker.url, at_once=40) as (guard, _):
        questions = [f"caller {number}" for number in range(40)]
        answers = await asyncio.gather(
            *(guard.ask(text(to, each, answered=True)) for each in questions)
        )
        assert answers == questions


async def test_what_a_consumer_says_of_it(broker: PrivateBroker, side: Side) -> None:
    to = unused(broker)
    replies: dict[bytes, Any] = {
        b"none": (b"", {"status": "not_found"}),
        b"bad": (b"no such plan", {"status": "error"}),
        b"empty": (b"", {"status": "ok"}),
        b"large": (b"x" * 2000, {}),
        b"rubbish": (b"\xff\xfe", {}),
    }
    await side.answer(to, lambda taken: replies[taken.body])
    async with guarded(broker.url, kilobytes=1) as (guard, _):
        with pytest.raises(RequestRefused) as caught:
            await guard.ask(text(to, "none", answered=True))
        assert caught.value.exit == "not_found"
        with pytest.raises(RequestRefused, match="has answered error: no such plan"):
            await guard.ask(text(to, "bad", answered=True))
        assert await guard.ask(text(to, "empty", answered=True)) is None
        with pytest.raises(RequestRefused, match="has 2000 bytes"):
            await guard.ask(text(to, "large", answered=True))
        with pytest.raises(ConnectorError, match="no text in UTF-8"):
            await guard.ask(text(to, "rubbish", answered=True))


async def test_nobody_there_to_answer(broker: PrivateBroker) -> None:
    async with guarded(broker.url) as (guard, _):
        with pytest.raises(RequestRefused) as caught:
            await guard.ask(message(unused(broker), answered=True))
        assert caught.value.exit == "unroutable"


async def test_a_late_answer_is_dropped(broker: PrivateBroker, side: Side) -> None:
    to = unused(broker)
    held: list[Taken] = []
    await side.answer(to, lambda taken: held.append(taken))  # type: ignore[func-returns-value]
    async with guarded(broker.url) as (guard, connector):
        asking = message(to, answered=True, seconds=0.5)
        with pytest.raises(OutcomeUnknown, match=r"did not answer within 0.5 s"):
            await guard.ask(asking)
        with pytest.raises(ConnectorTimeout):
            await guard.ask(message(to, answered=True, seconds=0.5, reads=True))
        await side.until_taken(2)
        assert connector._questions == {}
        connector._answered(Incoming("of somebody who has gone", b"1"))
        await side.answer(to + ".other", lambda taken: (b"mine", {}))
        assert await guard.ask(text(to + ".other", "?", answered=True)) == "mine"


# ---- brokers that die, and brokers that say nothing ----------------------------------------------


async def test_a_broker_that_dies_while_it_is_asked(broker: PrivateBroker, side: Side) -> None:
    to = unused(broker)
    await side.answer(to, lambda taken: None)
    async with guarded(broker.url, timeout="20s") as (guard, _):
        asking = asyncio.create_task(guard.ask(message(to, answered=True)))
        await side.until_taken(1)
        await broker.kill()
        with pytest.raises(OutcomeUnknown, match="broke"):
            await asking
        with pytest.raises(ConnectionLost, match="cannot be reached"):
            await guard.ask(message(to))
        await broker.start()
        async with side_of(broker) as again:
            await again.take(to)
            await guard.ask(message(to))
            await again.until(lambda: bool(again.taken))


async def test_a_broker_that_dies_before_it_confirms(broker: PrivateBroker, side: Side) -> None:
    to = unused(broker)
    await side.take(to)
    async with guarded(broker.url, timeout="20s") as (guard, connector):
        await guard.ask(message(to))
        await side.until_taken(1)
        broker.mute()
        asking = asyncio.create_task(guard.ask(message(to)))
        again = asyncio.create_task(guard.ask(message(to, repeatable=True)))
        await asyncio.wait({asking, again}, timeout=0.3)
        await broker.kill()
        with pytest.raises(OutcomeUnknown, match="broke"):
            await asking
        with pytest.raises(ConnectionLost, match="cannot be reached"):
            await again
        await broker.start()
        assert connector._questions == {}


async def test_a_mute_broker_costs_no_more_than_the_time(broker: PrivateBroker, side: Side) -> None:
    to = unused(broker)
    await side.take(to)
    async with guarded(broker.url) as (guard, _):
        await guard.ask(message(to))
        broker.mute()
        try:
            with pytest.raises(OutcomeUnknown, match=r"did not answer within 0.5 s"):
                await guard.ask(message(to, seconds=0.5))
            with pytest.raises(ConnectorTimeout, match=r"did not answer within 0.5 s"):
                await guard.ask(message(to, seconds=0.5, repeatable=True))
        finally:
            broker.speak()
        await guard.ask(message(to))
        await side.until(lambda: len(side.taken) >= 2)


async def test_a_broker_that_is_mute_when_it_is_called(broker: PrivateBroker) -> None:
    broker.mute()
    try:
        async with guarded(broker.url) as (guard, _):
            with pytest.raises(ConnectorTimeout):
                await guard.ask(message("orders", seconds=0.5))
    finally:
        broker.speak()


async def test_it_can_be_closed_at_any_time(broker: PrivateBroker) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(3):
            guard, connector = await stack.enter_async_context(guarded(broker.url))
            asking = asyncio.create_task(guard.ask(message("orders", seconds=5)))
            await asyncio.sleep(0)
            await connector.close()
            asking.cancel()
            await asyncio.wait({asking})
            assert guard.fare.busy == guard.fare.waiting == 0


@pytest.mark.parametrize("broker", ["mqtt"], indirect=True)
async def test_a_flood_on_the_topic_for_answers_stays_with_the_broker(
    broker: PrivateBroker, side: Side
) -> None:
    to = unused(broker)
    sizes = iter([3_000_000, 10])
    await side.answer(to, lambda taken: (b"x" * next(sizes), {}))
    async with guarded(broker.url) as (guard, connector):
        with pytest.raises(OutcomeUnknown):
            await guard.ask(text(to, "large", answered=True, seconds=1.0))
        link = connector._link
        assert await guard.ask(text(to, "small", answered=True)) == "x" * 10
        assert connector._link is link
