"""The API's own description: true of every answer, as schemathesis finds by asking."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from ivrkit.call.events import EVENTS, Ended, Entered, Pressed, Said
from ivrkit.service.api.listening import ApiServer
from ivrkit.service.api.openapi import failures
from ivrkit.service.api.routes import routes
from ivrkit.service.api.server import describe
from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.api.tokens import own_token
from ivrkit.store import Store
from tests.service.api.support import NOON, Engine, app, record, secret
from tests.soak import times

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = times(10, soak=500)
"""Of each operation and phase."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(describe())
    return found


def test_it_is_a_valid_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document, cls=OpenAPIV31SpecValidator)


def test_every_route_is_in_it_with_its_scope_and_its_failures(document: dict[str, Any]) -> None:
    told = {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(told) == {(route.method, route.path) for route in routes()}
    for route in routes():
        operation = told[route.method, route.path]
        assert operation["summary"] == route.text
        assert operation["description"]
        scopes = [] if route.scope is None else [{"token": [route.scope.value]}]
        assert operation["security"] == scopes
        for failure in failures(route):
            assert f"`{failure.code}`" in operation["responses"][str(failure.status)]["description"]
    names = [each["operationId"] for each in told.values()]
    assert len(set(names)) == len(names)


def test_a_body_is_required_where_it_has_to_say_something(document: dict[str, Any]) -> None:
    paths = document["paths"]
    assert paths["/v1/callers/erase"]["post"]["requestBody"]["required"] is True
    assert paths["/v1/drain"]["post"]["requestBody"]["required"] is False


def test_every_event_of_a_trace_is_in_it(document: dict[str, Any]) -> None:
    events = {each.__name__ for each in EVENTS.__args__}
    assert events <= set(document["components"]["schemas"])


@pytest.fixture
async def full_store(tmp_path: Path) -> AsyncIterator[Store]:
    """Calls of all kinds, and a payload."""
    store = Store(tmp_path / "s.db")
    await store.open()
    for number in range(30):
        begun = NOON + timedelta(minutes=number)
        ended = {"ended": "caller", "ended_at": begun, "path": "main/2"} if number % 3 else {}
        call = f"c{number}"
        store.put_record(record(call, started=begun, answered=begun, queue="service", **ended))
        store.append(
            call,
            [
                Entered(at=1, path="main/0", verb="menu"),
                Said(at=2, text="Zoë, 'x' €", end="finished", language="en"),
                Pressed(at=3, keys="••••", result="chosen"),
                Ended(at=4, ended="flow"),
            ],
        )
    expires = datetime.now(UTC) + timedelta(hours=1)
    await store.put_payload("p1", b'{"customer":"Ann Lee"}', expires, call_id="c1")
    await store.flush()
    yield store
    await store.close()


@pytest.fixture
async def address(full_store: Store) -> AsyncIterator[str]:
    """That of an API that listens, with calls in progress."""
    engine = Engine()
    for number in range(200):
        engine.begin(f"live{number}", started=NOON + timedelta(hours=1))
    api = app(full_store, engine, own_token(secret("all")), failures_per_minute=1e6)
    server = ApiServer(api, ApiSettings(port=0))
    yield f"http://127.0.0.1:{await server.start()}"
    await server.stop()


async def test_every_answer_is_as_it_says(address: str, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    command = [program, "--config-file", str(CONFIGURATION)]
    command += ["run", f"{address}/v1/openapi.json", "--checks", "all", "--no-color"]
    command += ["--header", f"Authorization: Bearer {secret('all')}"]
    command += ["--max-examples", str(EXAMPLES), "--seed", "1", "--generation-database", "none"]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=tmp_path,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
