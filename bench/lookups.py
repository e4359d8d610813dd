"""What a look-up costs, as a connector makes it and as a step of a call, beside the bare library: a
row by pyodbc, a document by aiohttp."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import pyodbc
from aiohttp import web

from bench.rows import Benchmark, Row, Tell, rounded
from bench.scripts import played
from ivrkit.call.connecting import Request
from ivrkit.call.requests.database import DatabaseRequest, Statement, Take
from ivrkit.call.requests.http import HttpRequest, Reply
from ivrkit.connectors.connector import Place, kinds
from ivrkit.connectors.guard import Guard
from ivrkit.connectors.service import ConnectorService
from ivrkit.qa.connectors import ALL, Site
from ivrkit.service.configuration import Configuration
from ivrkit.service.scripts import FlowBook
from ivrkit.testing.databases import PrivatePostgreSQL

NAME = "lookups"
LOOKUPS, QUICK_LOOKUPS = 3000, 50
QUERY = "select name, balance from accounts where number = {}"
AT_ONCE = 5
STEPS = 50
FLOW = """\
ivrkit: 1
flow: {name}
language: en
variables:
  account: {{type: digits, default: "123456"}}
  found: {{name: text, balance: money}}
on_error: failed
exits: {{else: failed}}
sections:
  main:
    - answer
    - repeat: {steps}
      do:
        - {step}
      exits: {{used_up: done}}
  done:
    - log: done
  failed:
    - log: failed
"""
DATABASE = 'database: {source: bench, query: "' + QUERY.format(":account") + '", into: found}'
HTTP = "http: {service: bench, get: /accounts/123456, into: found}"
SCRIPT = """\
script: 1
flow: {flow}
call:
  - section: done
"""

Ask = Callable[[], Awaitable[Any]]
Measured = Callable[[int], Awaitable[float]]
"""Does it so many times, and gives the milliseconds of one."""


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Ours and the bare library in turns. Raises IvrkitError."""
    many = QUICK_LOOKUPS if quick else LOOKUPS
    with PrivatePostgreSQL() as server:
        _fill(server.connection)
        database = _guard("database", {"connection": server.connection, "pool": AT_ONCE})
        bare_database = _BareDatabase(server.connection)
        runner, url = await _serve()
        http = _guard("http", {"url": url, "allow_private": True})
        settings = {"database": {"bench": database.connector.settings}}
        settings["http"] = {"bench": http.connector.settings}
        service = ConnectorService(settings, Place())
        site = Site(settings, (ALL,), service)
        try:
            async with aiohttp.ClientSession() as session:
                bare = {
                    "bare pyodbc": bare_database.direct,
                    "bare pyodbc in a thread": bare_database.in_thread,
                    "bare aiohttp": lambda: _fetch(session, f"{url}/accounts/123456"),
                }
                ours = (
                    ("database look-up", _often(lambda: database.ask(_row())), "bare pyodbc"),
                    (
                        "the same",
                        _often(lambda: database.ask(_row())),
                        "bare pyodbc in a thread",
                    ),
                    ("database step of a call", _steps(folder, site, DATABASE), "bare pyodbc"),
                    ("http look-up", _often(lambda: http.ask(_document())), "bare aiohttp"),
                    ("http step of a call", _steps(folder, site, HTTP), "bare aiohttp"),
                )
                rows = [
                    await _row_of(name, mine, beside, _often(bare[beside]), many, rounds, tell)
                    for name, mine, beside in ours
                ]
        finally:
            await database.connector.close()
            await http.connector.close()
            await service.close()
            await runner.cleanup()
            bare_database.close()
    return Benchmark(NAME, "Look-ups by a connector", "ms", tuple(rows), {"lookups": many})


async def _row_of(
    name: str, ours: Measured, beside: str, bare: Measured, many: int, rounds: int, tell: Tell
) -> Row:
    await ours(20)
    await bare(20)
    mine, theirs = [], []
    for number in range(1, rounds + 1):
        mine.append(await ours(many))
        theirs.append(await bare(many))
        tell(f"{number}/{rounds} {name} {mine[-1]:.3f} ms, {beside} {theirs[-1]:.3f} ms")
    ratio = median(one / other for one, other in zip(mine, theirs, strict=True))
    measured, reference = (round(median(each), 3) for each in (mine, theirs))
    return Row(name, beside, measured, reference, rounded(ratio))


def _often(ask: Ask) -> Measured:
    """Asked one after the other; milliseconds of one."""

    async def measured(many: int) -> float:
        before = time.perf_counter()
        for _ in range(many):
            await ask()
        return 1000 * (time.perf_counter() - before) / many

    return measured


def _steps(folder: Path, site: Site, step: str) -> Measured:
    """Calls with many such steps, in the simulator; milliseconds of one step, beside a step that
    asks nobody."""

    async def measured(many: int) -> float:
        calls = max(1, many // STEPS)
        flows = []
        for name, text in (("asks", step), ("asks-nobody", "log: nobody")):
            (folder / f"{name}.yaml").write_text(FLOW.format(name=name, steps=STEPS, step=text))
            flows.append(name)
        book = FlowBook(Configuration(flows=folder), site)
        scripts = [SCRIPT.format(flow=name) for name in flows]
        asking, idle = [await played(book, each, calls, time.perf_counter) for each in scripts]
        return 1000 * (asking - idle) / (calls * STEPS)

    return measured


def _guard(kind: str, settings: dict[str, Any]) -> Guard:
    found = kinds()[kind]
    return Guard(found("bench", found.settings_model(**settings), Place()))


def _row() -> Request:
    return DatabaseRequest(
        connector="bench",
        operation="query",
        statements=(Statement.of(QUERY.format(":account"), Take.ROW),),
        parameters={"account": "123456"},
        reads=True,
    )


def _document() -> Request:
    return HttpRequest(
        connector="bench",
        operation="get an account",
        method="GET",
        parameters={"path": "/accounts/123456"},
        reply=Reply.JSON,
        reads=True,
    )


class _BareDatabase:
    def __init__(self, connection: str) -> None:
        self._connection = pyodbc.connect(connection, autocommit=True)
        self._thread = ThreadPoolExecutor(1)

    def _look_up(self) -> Any:
        cursor = self._connection.cursor()
        row = cursor.execute(QUERY.format("?"), "123456").fetchone()
        cursor.close()
        return row

    async def direct(self) -> Any:
        return self._look_up()

    async def in_thread(self) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._look_up)

    def close(self) -> None:
        self._thread.shutdown()
        self._connection.close()


def _fill(connection: str) -> None:
    with pyodbc.connect(connection, autocommit=True) as opened:
        opened.execute(
            "create table accounts (number text primary key, name text, balance numeric)"
        )
        opened.execute(
            "insert into accounts select (123000 + n)::text, 'Ann Lee', n "
            "from generate_series(1, 1000) n"
        )


async def _serve() -> tuple[web.AppRunner, str]:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"name": "Ann Lee", "balance": 12.5})

    app = web.Application()
    app.router.add_get("/accounts/{number}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _fetch(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as response:
        return await response.json()
