"""A broker's connector as calls reach it, with an outbox where it is asked for."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ivrkit.call.outbox import Outbox
from ivrkit.call.requests.broker import TEXT, BrokerRequest
from ivrkit.connectors.broker import Broker
from ivrkit.connectors.connector import Place
from ivrkit.connectors.guard import Guard
from ivrkit.connectors.messaging.settings import BrokerSettings
from ivrkit.connectors.service import connector_of
from ivrkit.testing.brokers import PrivateBroker

_keys = itertools.count(1)


@asynccontextmanager
async def guarded(
    url: str, *, outbox: Outbox | None = None, folder: Path = Path(), **settings: Any
) -> AsyncIterator[tuple[Guard, Broker]]:
    """The connector ``broker.events``, open."""
    read = BrokerSettings.model_validate({"url": url, "timeout": "5s", **settings})
    connector = connector_of("broker", "events", read, Place(folder, folder, outbox))
    assert isinstance(connector, Broker)
    await connector.start()
    try:
        yield Guard(connector), connector
    finally:
        await connector.close()


def message(to: str, body: bytes = b'{"order": 17}', **fields: Any) -> BrokerRequest:
    """What a step asks."""
    return BrokerRequest(
        connector="events",
        operation="publish",
        parameters={"to": to},
        to=to,
        body=body,
        **{"key": f"call.{next(_keys)}", **fields},
    )


def text(to: str, body: str, **fields: Any) -> BrokerRequest:
    return message(to, body.encode(), content_type=TEXT, **fields)


def unused(broker: PrivateBroker) -> str:
    """A destination of this broker that no other test uses."""
    return f"test.{broker.scheme}.{next(_keys)}"
