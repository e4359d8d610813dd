"""Calls whose store is in PostgreSQL: the server is restarted and gone for a while, the engine is
killed. Callers hear no difference; what may not be done twice is not begun while it cannot be
saved; records and traces are whole afterwards."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ivrkit.call.events import Entered, Failed, Left, Resumed
from ivrkit.errors import NotAvailable
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.databases import PrivatePostgreSQL
from tests.live.answering import answering
from tests.live.conftest import unavailable
from tests.live.harness import LiveCall, exchange_of, own_flows
from tests.live.served import served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

SITE = 6
GONE_SECONDS = 5
ASKS, PAID, LATER = "Do you want to pay your fare?", "We thank you.", "Please pay on the tram."
FLOW = f"""\
ivrkit: 1
flow: tram
exits: {{no_input: hangup, no_match: hangup}}
sections:
  main:
    - answer
    - menu: {{prompt: "{ASKS}", keys: {{1: pays, 2: main, 3: hangup}}, first_digit: 10m}}
  pays:
    - http: {{service: far, post: "/fares/{{{{ call.id }}}}", json: {{amount: 1}}, timeout: 30s}}
      exits: {{error: later, else: later}}
    - say: {PAID}
    - goto: main
  later:
    - say: {LATER}
    - goto: main
"""


class Cashier:
    """The service at which is paid. ``hand`` holds what it answers back."""

    def __init__(self) -> None:
        self.url = ""
        self.fares: Counter[str] = Counter()
        self.hand = asyncio.Event()
        self.hand.set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.fares[request.path.rpartition("/")[2]] += 1
        await self.hand.wait()
        return web.json_response({"receipt": 1})


@asynccontextmanager
async def cashier() -> AsyncIterator[Cashier]:
    found = Cashier()
    async with answering(found.answer) as found.url:
        yield found


class Server:
    """A server that does not stall the calls when it stops and starts. It lives as long as the
    thread that has started it."""

    def __init__(self) -> None:
        self.server = PrivatePostgreSQL()
        self._thread = ThreadPoolExecutor(1)

    async def do(self, what: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, what)

    async def close(self) -> None:
        await self.do(self.server.close)
        self._thread.shutdown()


@asynccontextmanager
async def postgresql() -> AsyncIterator[Server]:
    found = Server()
    try:
        await found.do(found.server.start)
        yield found
    except NotAvailable as error:
        unavailable(error)
    finally:
        await found.close()


def site_of(folder: Path, server: Server, far: Cashier) -> dict[str, Any]:
    connectors = {"http": {"far": {"url": far.url, "allow_private": ["127.0.0.0/8"]}}}
    return {
        "store": {"url": server.server.url()},
        **own_flows(folder, {"tram": FLOW}, connectors),
    }


async def until_so(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.05)


async def says_no(call: LiveCall) -> None:
    await call.press("3")
    await call.ends()


@pytest.mark.timeout(150)
async def test_callers_hear_no_difference_when_the_server_is_restarted(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    async with postgresql() as server, cashier() as far:
        settings = site_of(tmp_path, server, far)
        async with (
            exchange_of(asterisk, tmp_path, SITE, **settings) as (exchange, site),
            exchange.calling(f"7{SITE}00") as menu,
            exchange.calling(f"7{SITE}00") as paying,
            exchange.calling(f"7{SITE}00") as late,
        ):
            calls = (menu, paying, late)
            for call in calls:
                await call.until_said(ASKS)
            far.hand.clear()
            await paying.press("1")
            await until_so(lambda: far.fares)
            await server.do(server.server.stop)
            gone = asyncio.get_running_loop().time()
            await menu.press("2")
            await menu.until_said(ASKS)
            # What may not be done twice is not begun: the flow's own exit has the caller.
            await late.press("1")
            await late.until_said(LATER)
            await late.until_said(ASKS)
            # What was begun before is done, and the caller hears it.
            far.hand.set()
            await paying.until_said(PAID)
            assert sum(far.fares.values()) == 1
            assert any("unsaved" in each for each in site.unready())
            await asyncio.sleep(gone + GONE_SECONDS - asyncio.get_running_loop().time())
            await server.do(server.server.start)
            await until_so(lambda: not site.unready())
            await late.press("1")
            await late.until_said(PAID)
            assert sorted(far.fares.values()) == [1, 1]
            for call in (paying, late):
                await call.until_said(ASKS)
            for call in calls:
                await says_no(call)
            await site.store.flush()
            for call_id, events in exchange.traces.calls.items():
                assert await site.store.trace(call_id) == events
            records = await site.store.records()
            assert [each.ended for each in records] == ["flow"] * len(calls)
            assert await site.store.sessions() == []
        assert [each.code for each in late.happened(Failed)] == ["store"]


@pytest.mark.timeout(150)
async def test_calls_go_on_after_their_engine_was_killed(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    async with postgresql() as server, cashier() as far:
        settings = site_of(tmp_path, server, far)
        async with (
            served(asterisk, tmp_path, SITE, **settings) as (exchange, engine),
            exchange.calling(f"7{SITE}00") as menu,
            exchange.calling(f"7{SITE}00") as paying,
        ):
            for call in (menu, paying):
                await call.until_said(ASKS)
            far.hand.clear()
            await paying.press("1")
            await until_so(lambda: far.fares)
            await engine.kill()
            # Not in 10 s: the server knows at once that the connection of the lease has ended.
            await engine.start()
            far.hand.set()
            for call in (menu, paying):
                await call.until(Resumed)
            await paying.until_said(LATER)
            assert sum(far.fares.values()) == 1
            for call in (menu, paying):
                await call.until_said(ASKS)
                await says_no(call)
        (left,) = [each for each in paying.happened(Left) if each.path.startswith("pays/0")]
        assert left.exit == "unknown"
        assert [each.path for each in paying.happened(Entered)].count("pays/0") >= 1
        assert server.server.password not in engine.told()
