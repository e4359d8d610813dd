from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivrkit.call.queues import QueueRequest
from ivrkit.handoff import HandoffSettings, Payloads
from tests.handoff.support import SECRET, Shelf
from tests.handoff.test_webhook import Receiver

REQUEST = QueueRequest("service", "c1.7", payload={"a": "1"}, flow="bank", path=("x",))


def settings(**values: Any) -> HandoffSettings:
    return HandoffSettings.model_validate(values)


async def test_a_document_can_be_read_by_its_id() -> None:
    payloads = Payloads(Shelf(), settings())
    document = await payloads.make("c1", REQUEST)
    assert await payloads.document(document.id) == document
    assert await payloads.document("another") is None


async def test_ids_are_of_128_random_bits() -> None:
    payloads = Payloads(Shelf(), settings())
    ids = {(await payloads.make("c1", REQUEST)).id for _ in range(20)}
    assert len(ids) == 20
    assert all(len(name) == 32 and int(name, 16) for name in ids)


async def test_it_expires_as_the_site_says() -> None:
    shelf = Shelf()
    await Payloads(shelf, settings(keep="2h")).make("c1", REQUEST)
    (kept,) = shelf.kept.values()
    assert kept.expires is not None
    assert timedelta(minutes=119) < kept.expires - datetime.now(UTC) <= timedelta(hours=2)


async def test_the_store_decides_where_the_site_says_nothing() -> None:
    shelf = Shelf()
    document = await Payloads(shelf, settings()).make("c1", REQUEST)
    assert shelf.kept[document.id].expires is None


async def test_an_expired_one_is_none() -> None:
    shelf = Shelf()
    payloads = Payloads(shelf, settings())
    document = await payloads.make("c1", REQUEST)
    shelf.kept[document.id].document = None
    assert await payloads.document(document.id) is None


async def test_agents_programs_are_told_from_the_store_too() -> None:
    """After a restart of the engine the document is not at hand."""
    async with Receiver() as receiver:
        payloads = Payloads(Shelf(), settings(webhook={"url": receiver.url, "secret": SECRET}))
        document = await payloads.make("c1", REQUEST)
        await payloads.tell("called", document.id, "PJSIP/1001", document)
        await payloads.tell("connected", document.id, "PJSIP/1001", None)
        await payloads.tell("connected", "unknown", "PJSIP/1001", None)
        await payloads.tell("connected", "", "PJSIP/1001", None)
        await payloads.stop()
        events = sorted(body["event"] for body in receiver.bodies)
        assert events == ["called", "connected"]
        assert all(body["document"]["payload"] == {"a": "1"} for body in receiver.bodies)


async def test_a_store_that_fails_only_costs_the_push(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf()
    webhook = {"url": "http://127.0.0.1:9/", "secret": SECRET}
    payloads = Payloads(shelf, settings(webhook=webhook))
    shelf.broken = True
    await payloads.tell("connected", "id", "PJSIP/1001", None)
    assert "could not be read" in caplog.text
    await payloads.stop()


async def test_without_a_webhook_nobody_is_told() -> None:
    payloads = Payloads(Shelf(), settings())
    await payloads.tell("called", "id", "PJSIP/1001", None)
    await payloads.stop()
