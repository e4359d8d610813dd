"""``publish``: what is handed to the broker, and where the flow goes then."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import Any

import pytest

from ivrkit.call.events import Asked, Left
from ivrkit.call.requests.broker import BrokerRequest
from ivrkit.qa.given import ConnectorUse, Given
from ivrkit.service.registries import reader
from tests.engine.conftest import Bench

FRAME = """
variables:
  account: {type: digits, default: "123456"}
  pin: secret
  name: {type: text, default: Żaneta}
  nothing: {type: text, optional: true}
on_error: failed
exits: {unroutable: nobody, unknown: unsure}
sections:
  main:
    - answer
%s
  failed: [{log: "{{ error.code }}"}]
  nobody: [{log: nobody}]
  unsure: [{log: unsure}]
"""


def flow(steps: str) -> str:
    return FRAME % indent(dedent(steps).strip("\n"), "    ")


def events(use: ConnectorUse | None = None) -> Given:
    return Given(connectors={"broker.events": use or ConnectorUse("sent")})


def requests(bench: Bench) -> list[BrokerRequest]:
    asked = bench.simulation.connectors.requests
    return [each for each in asked if isinstance(each, BrokerRequest)]


async def played(bench: Bench, steps: str, given: Given) -> list[str]:
    await bench.call(flow(steps), given=given)
    await bench.ended()
    return bench.notes


async def test_a_message_of_json(bench: Bench) -> None:
    steps = """
        - publish:
            broker: events
            to: orders.created
            message: {account: "{{ account }}", items: [1, {name: "{{ name }}"}], vip: true}
            headers: {tenant: acme, order-id: "{{ account }}", left-out: "{{ nothing }}"}
            expires: 1h
        - log: done
    """
    assert await played(bench, steps, events()) == ["done"]
    (request,) = requests(bench)
    assert request.to == "orders.created"
    assert request.body.decode() == (
        '{"account":"123456","items":[1,{"name":"Żaneta"}],"vip":true}'
    )
    assert request.content_type == "application/json"
    assert request.headers == {"tenant": "acme", "order-id": "123456"}
    assert (request.kept, request.answered, request.lives) == (False, False, 3600.0)
    assert (request.reads, request.again, request.secret, request.alone) == (
        *(False, False),
        *(False, False),
    )
    assert request.key == "call-1.2"
    (asked,) = bench.of(Asked)
    assert (asked.connector, asked.operation, asked.parameters["to"]) == (
        "broker.events",
        "publish",
        "orders.created",
    )


async def test_a_text_and_a_destination_from_data(bench: Bench) -> None:
    steps = """
        - publish: {broker: events, to: "calls/{{ account }}", text: "Hello {{ name }}"}
        - log: done
    """
    assert await played(bench, steps, events()) == ["done"]
    (request,) = requests(bench)
    assert (request.to, request.body.decode()) == ("calls/123456", "Hello Żaneta")
    assert request.content_type == "text/plain; charset=utf-8"


async def test_without_a_message_it_is_an_empty_record(bench: Bench) -> None:
    assert (
        await played(bench, "- publish: {broker: events, to: ping}\n- log: done", events())
    ) == ["done"]
    assert requests(bench)[0].body == b"{}"


async def test_what_is_kept_can_be_run_again(bench: Bench) -> None:
    steps = """
        - publish: {broker: events, to: orders, keep_until_sent: true}
        - log: done
    """
    assert await played(bench, steps, events()) == ["done"]
    (request,) = requests(bench)
    assert (request.kept, request.alone, request.again) == (True, True, True)
    assert set(request.exits) == {"timeout"}


async def test_secrets_go_to_the_broker_and_nowhere_else(bench: Bench) -> None:
    steps = """
        - set: {pin: "2580"}
        - publish:
            broker: events
            to: pins
            message: {pin: "{{ pin }}"}
            headers: {token: "t-{{ pin }}"}
        - log: done
    """
    assert await played(bench, steps, events()) == ["done"]
    (request,) = requests(bench)
    assert request.secret
    assert request.body == b'{"pin":"2580"}'
    assert request.headers == {"token": "t-2580"}
    assert "2580" not in repr(request)
    assert "2580" not in str(bench.of(Asked))


@pytest.mark.parametrize(
    ("use", "note"),
    [
        (ConnectorUse(exit="unroutable"), "nobody"),
        (ConnectorUse(exit="unknown"), "unsure"),
        (ConnectorUse(exit="timeout"), "connector_timeout"),
        (ConnectorUse(exit="error"), "connector"),
        (ConnectorUse("an answer"), "request_refused"),
    ],
)
async def test_where_the_flow_goes(bench: Bench, use: ConnectorUse, note: str) -> None:
    steps = "- publish: {broker: events, to: orders}\n- log: done"
    assert await played(bench, steps, events(use)) == [note]
    assert bench.of(Left)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("to: \"orders.{{ '#' }}\"", "value"),
        ('to: "{{ nothing }}"', "expression"),
        ("to: \"orders.{{ 'a.b' }}\"", "value"),
        ("to: \"orders/{{ 'a/admin' }}\"", "value"),
        ('to: "$SYS/{{ account }}"', "value"),
        ("to: \"{{ replace('a' ~ account, 'a', ' ') }}\"", "value"),
        ('to: orders, headers: {tenant: "a{{ name }}\\n"}', "expression"),
        ('to: orders, expires: "{{ now - now }}"', "value"),
    ],
)
async def test_values_that_cannot_be_sent(bench: Bench, fields: str, code: str) -> None:
    steps = f"- publish: {{broker: events, {fields}}}\n- log: done"
    assert await played(bench, steps, events()) == [code]
    assert requests(bench) == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("to: orders.#", "a name of letters, digits"),
        ("to: orders, message: {a: 1}, text: b", "message and text are two messages"),
        ('to: orders, headers: {"a b": c}', "the name of a header"),
        ("to: orders, keep_until_sent: true, repeatable: true", "stored once"),
    ],
)
def test_what_cannot_be_meant(fields: str, message: str) -> None:
    _, found = reader().read("main.yaml", flow(f"- publish: {{broker: events, {fields}}}"))
    errors: list[Any] = [each.message for each in found]
    assert any(message in each for each in errors), errors
