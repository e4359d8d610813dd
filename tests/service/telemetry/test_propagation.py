"""Another system's trace goes on where the call stood: HTTP, webhook, payload."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from ivrkit.call.queues import QueueRequest
from ivrkit.call.tracing import TRACEPARENT
from ivrkit.handoff import HandoffSettings, Payloads
from tests.connectors.test_http import ask, connected, says, serving
from tests.handoff.support import SECRET, Shelf
from tests.handoff.test_webhook import Receiver

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
REQUEST = QueueRequest("service", "c1.7", payload={"a": "1"}, flow="bank", path=("x",))


@pytest.fixture
def traced() -> Iterator[None]:
    token = TRACEPARENT.set(PARENT)
    yield
    TRACEPARENT.reset(token)


@pytest.mark.parametrize("parent", ["", PARENT])
async def test_requests_over_http_say_where_the_call_stands(parent: str) -> None:
    token = TRACEPARENT.set(parent)
    async with serving(says({})) as service, connected(service.url()) as guard:
        await guard.ask(ask())
    TRACEPARENT.reset(token)
    assert service.requests[0].headers.get("traceparent", "") == parent


@pytest.mark.usefixtures("traced")
async def test_what_a_flow_sends_itself_is_not_replaced() -> None:
    own = PARENT.replace("b7", "c8")
    async with serving(says({})) as service, connected(service.url()) as guard:
        await guard.ask(ask(parameters={"headers": {"traceparent": own}}))
    assert service.requests[0].headers.getall("traceparent") == [own]


@pytest.mark.usefixtures("traced")
async def test_a_hand_off_says_it_in_its_document_and_to_the_webhook() -> None:
    shelf = Shelf()
    async with Receiver() as receiver:
        settings = HandoffSettings.model_validate(
            {"webhook": {"url": receiver.url, "secret": SECRET}}
        )
        payloads = Payloads(shelf, settings)
        document = await payloads.make("c1", REQUEST)
        await payloads.tell("called", document.id, "PJSIP/1001", document)
        await payloads.stop()
        assert receiver.headers[0]["traceparent"] == PARENT
        assert receiver.bodies[0]["document"]["traceparent"] == PARENT
    assert await payloads.document(document.id) == document


async def test_where_nothing_is_traced_a_document_says_nothing_of_it() -> None:
    document = await Payloads(Shelf(), HandoffSettings()).make("c1", REQUEST)
    assert "traceparent" not in msgspec.to_builtins(document)
