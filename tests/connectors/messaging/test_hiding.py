"""What a broker or its library says gets into no log with a secret or a value of a call in it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.parse import quote

import aio_pika.exceptions
import aiormq.exceptions
import pytest

from ivrkit.connectors.messaging.amqp import AmqpLink
from ivrkit.connectors.messaging.link import Link
from tests.connectors.messaging.support import guarded

SECRET = "s3cr3t/w0rd!"
CALLER = "+493055501234"
OWN = {"user": "ivr", "password": SECRET, "exchange": "rides"}


@pytest.fixture(autouse=True)
def everything(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    levels = {name: logging.getLogger(name).level for name in ("aiormq", "aio_pika")}
    caplog.set_level(logging.DEBUG)
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def opened(link: Link) -> AmqpLink:
    assert isinstance(link, AmqpLink)
    link._is_open = True
    return link


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (f"'customer.{CALLER}'", "ACCESS_REFUSED - write access to topic ••••"),
        (f"'O'Brien {CALLER}'", "ACCESS_REFUSED - write access to topic ••••"),
        (f'"{CALLER}"', "ACCESS_REFUSED - write access to topic ••••"),
        (f"'{CALLER}", "ACCESS_REFUSED - write access to topic ••••"),
        (f"'rides' or '{CALLER}'", "ACCESS_REFUSED - write access to topic 'rides' or ••••"),
    ],
)
async def test_a_routing_key_that_is_refused(
    caplog: pytest.LogCaptureFixture, name: str, kept: str
) -> None:
    text = f"ACCESS_REFUSED - write access to topic {name} in vhost '/' refused for user 'ivr'"
    async with guarded("amqp://127.0.0.1:1", **OWN) as (_, connector):
        link = opened(connector._new_link())
        link._closed(None, aiormq.exceptions.ChannelAccessRefused(403, text))
    assert kept in caplog.text
    for planted in (CALLER, "Brien"):
        assert planted not in caplog.text


async def test_what_an_operator_says_and_our_own_names_are_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with guarded("amqp://127.0.0.1:1", **OWN) as (_, connector):
        forced = "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'"
        opened(connector._new_link())._closed(None, aiormq.exceptions.ConnectionClosed(320, forced))
        refused = "NOT_FOUND - no exchange 'rides' in vhost '/'"
        error = aiormq.exceptions.ChannelNotFoundEntity(404, refused)
        opened(connector._new_link())._closed(None, error)
    assert forced in caplog.text
    assert refused in caplog.text


@pytest.mark.parametrize("written", [SECRET, quote(SECRET, safe="")])
async def test_a_password_in_the_text_of_a_library(
    caplog: pytest.LogCaptureFixture, written: str
) -> None:
    async with guarded("amqp://127.0.0.1:1", **OWN) as (_, connector):
        link = opened(connector._new_link())
        link._closed(None, aio_pika.exceptions.AMQPConnectionError(f"amqp://ivr:{written}@host\n"))
        for error in (link.unreachable(written), link.rejected(written)):
            assert written not in error.message
    assert "the connection to broker.events broke: amqp://ivr:••••@host" in caplog.text
    assert written not in caplog.text


async def test_the_library_tells_no_message(caplog: pytest.LogCaptureFixture) -> None:
    async with guarded("amqp://127.0.0.1:1", **OWN):
        logging.getLogger("aio_pika.exchange").debug("publishing with routing key %r", CALLER)
        logging.getLogger("aiormq.connection").error("closed: %r", CALLER)
    assert CALLER not in caplog.text
