"""Lines that are written while calls run: each carries its call's id, and no secret."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import TypeAdapter
from structlog.contextvars import bound_contextvars, get_contextvars

from ivrkit.call import Call
from ivrkit.call.connecting import Request
from ivrkit.call.events import Ended, HandedOff, Resumed, TraceEvent
from ivrkit.call.settings import secret_texts
from ivrkit.connectors.broker import Broker
from ivrkit.connectors.connector import Place, kinds
from ivrkit.connectors.guard import Guard
from ivrkit.connectors.messaging.settings import BrokerSettings
from ivrkit.connectors.odbc.line import Line
from ivrkit.connectors.service import ConfiguredConnectors
from ivrkit.errors import ConnectorError
from ivrkit.qa.connectors import ScriptedConnectors
from ivrkit.qa.given import ConnectorUse, Given
from ivrkit.service.logs import LogSettings, configure_logs, hide
from ivrkit.service.logs.calls import log_event
from ivrkit.workers.threads import Threads
from tests.engine.conftest import Bench

Captured = pytest.CaptureFixture[str]
LOG = logging.getLogger("ivrkit.test")
SECRET = "h4rd-to-guess"
FLOW = """
    exits: {else: hangup}
    on_error: sorry
    variables: {rows: number, account: digits}
    sections:
      main:
        - answer
        - collect: {into: account, digits: 4, prompt: Your account.}
        - database: {source: crm, execute: delete from people, into: rows}
      sorry:
        - say: Something is wrong.
        - hangup
"""


def lines(log: Captured) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.readouterr().err.splitlines()]


def told_to(bench: Bench) -> None:
    """Let the log hear the events of the bench's calls, as an engine of a site does."""
    genuine = bench.events.append

    class Heard(list[TraceEvent]):
        def append(self, event: TraceEvent) -> None:
            genuine(event)
            super().append(event)
            log_event("call-1", event)

    bench.events = Heard()


async def test_every_line_of_a_call_carries_its_id(
    bench: Bench, log: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrival, steps, what a connector logs, a step that breaks down, the end."""

    async def breaks(port: ScriptedConnectors, call: Call, request: Request) -> Any:
        LOG.warning("asked for %s", request.operation)
        await asyncio.create_task(asyncio.to_thread(LOG.warning, "from a thread"))
        raise RuntimeError(f"PWD={SECRET} Authorization: Bearer {SECRET}")

    monkeypatch.setattr(ScriptedConnectors, "ask", breaks)
    configure_logs(LogSettings.model_validate({"level": "debug", "format": "json"}))
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    told_to(bench)
    uses = {"database.crm": ConnectorUse(1)}
    await bench.call(FLOW, given=Given(connectors=uses), caller="+493055501234")
    await bench.quiet()
    await bench.press("7766")
    assert await bench.ended() == "flow"
    logging.getLogger("asyncio").setLevel(logging.NOTSET)
    found = lines(log)
    texts = [each["message"] for each in found]
    assert texts[0].startswith("arrived: flow=main number=800")
    assert "from a thread" in texts
    assert any(text.startswith("step failed: code=internal") for text in texts)
    assert any("RuntimeError" in each.get("exception", "") for each in found)
    assert texts[-1].startswith("ended: flow after")
    assert {each.get("call") for each in found} == {"call-1"}
    for planted in (SECRET, "+4930555", "7766"):
        assert planted not in json.dumps(found)


async def test_calls_at_the_same_time_keep_their_lines_apart(bench: Bench, log: Captured) -> None:
    configure_logs(LogSettings.model_validate({"level": "info", "format": "json"}))
    flow = """
        exits: {else: hangup}
        sections:
          main:
            - answer
            - wait: 2s
            - log: done
    """
    await bench.call(flow)
    engine = bench.simulation.engine
    engine.subscribe(lambda call, event: LOG.info("%s", call))
    for _ in range(3):
        bench.simulation.call("800", "")
    await bench.ended()
    found = [each for each in lines(log) if each["logger"] == "ivrkit.test"]
    # The arrival is told before there is a task.
    assert {each["message"] for each in found} == {"call-1", "call-2", "call-3", "call-4"}
    assert all(each.get("call", each["message"]) == each["message"] for each in found)


def test_what_is_told_of_a_call_is_neither_its_caller_nor_its_payload(log: Captured) -> None:
    configure_logs(LogSettings.model_validate({"rooms": {"calls": "info"}, "format": "json"}))
    log_event("c1", Resumed(path="main/3", flow="bank", number="800"))
    log_event("c1", HandedOff(state="back", queue="service", result="answered", payload={"a": 1}))
    log_event("c1", Ended(ended="caller", at=12.34))
    assert [(each["call"], each["message"]) for each in lines(log)] == [
        ("c1", "taken up: flow=bank step=main/3"),
        ("c1", "hand-off: back queue=service answered"),
        ("c1", "ended: caller after 12.3 s"),
    ]


async def in_a_thread() -> None:
    await Threads("test").run(lambda: LOG.warning("here"))


async def on_a_line_of_odbc() -> None:
    class Source:
        def session(self) -> Any:
            raise OSError("there is none")

    line = Line("test", Source(), 30.0)  # type: ignore[arg-type]
    line._do = lambda work: LOG.warning("here")  # type: ignore[method-assign]
    await line.start(lambda session: None)
    line.end()


@pytest.mark.parametrize("work", [in_a_thread, on_a_line_of_odbc])
async def test_work_on_other_threads_belongs_to_its_call(
    log: Captured, work: Callable[[], Any]
) -> None:
    configure_logs(LogSettings.model_validate({"format": "json"}))
    with bound_contextvars(call="c7"):
        await work()
    (line,) = lines(log)
    assert (line["call"], line["message"]) == ("c7", "here")


SETTINGS: dict[str, dict[str, Any]] = {
    "broker": {"url": "amqp://127.0.0.1:1/", "user": "u", "password": SECRET},
    "database": {"connection": f"DRIVER=none;UID=ivr;PWD={SECRET}"},
    "file": {"root": "files", "create": True},
    "http": {"url": "https://crm.example", "auth": {"bearer": SECRET}},
    "native": {
        "library": "tariff.so",
        "functions": {"quote": {}},
        "environment": {"LICENCE": SECRET},
    },
    "python": {
        "module": "scoring",
        "functions": ["score"],
        "in": "process",
        "environment": {"API": SECRET},
    },
    "socket": {
        "address": "127.0.0.1:1",
        "framing": {"delimiter": "\\n"},
        "login": [{"send": SECRET}],
    },
}


def test_every_kind_of_connector_is_among_them() -> None:
    assert set(SETTINGS) == set(kinds())


@pytest.mark.parametrize("kind", sorted(SETTINGS))
@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_connector_tells_its_secret(
    kind: str, form: str, log: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks down in it, and however that is written: in the error that the call gets, in
    the connector's own line, in a traceback that somebody else logs."""
    adapter = TypeAdapter[Any](ConfiguredConnectors)
    configured = adapter.validate_python({kind: {"crm": SETTINGS[kind]}})
    configure_logs(LogSettings.model_validate({"format": form}))
    hide(secret_texts(configured))
    settings = configured.by_kind()[kind]["crm"]
    (tmp_path / "plugins").mkdir()
    connector = kinds()[kind].__new__(kinds()[kind])
    connector.name, connector.settings, connector.place = "crm", settings, Place(project=tmp_path)
    raised: list[Exception] = []

    async def breaks(self: Any, request: Request, attempt: Any) -> Any:
        texts = (f"login failed: {SECRET!r}", f"Authorization: Bearer {SECRET}", f"PWD={SECRET};")
        try:
            raise OSError(" ".join(texts))
        except OSError as error:
            raised.append(RuntimeError(f"https://u:{SECRET}@crm.example"))
            raise raised[0] from error

    monkeypatch.setattr(type(connector), "ask", breaks)
    monkeypatch.setattr(type(connector), "secrets", lambda self: iter(secret_texts(settings)))
    with bound_contextvars(call="c9"), pytest.raises(ConnectorError) as failed:
        await Guard(connector).ask(Request(connector="crm", operation="op"))
    LOG.error("somebody else tells it", exc_info=raised[0])
    written = log.readouterr().err
    assert "broke down" in written
    assert "call" in written
    assert "RuntimeError" in written
    told = "".join(traceback.format_exception_only(failed.value))
    assert SECRET not in written + told


async def test_a_connection_that_serves_many_calls_belongs_to_none() -> None:
    """Or every line about it would carry the id of the call that happened to open it."""
    seen: list[str] = []

    class Opening(Broker):
        async def _connect(self) -> Any:
            seen.append(str(get_contextvars().get("call", "none")))
            return SimpleNamespace(is_open=True)

    settings = BrokerSettings(url="amqp://127.0.0.1:1/")
    connector = Opening("crm", settings, Place(project=Path()))
    with bound_contextvars(call="c9"):
        await connector._open_link()
    assert seen == ["none"]
