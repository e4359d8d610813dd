"""An application belongs to one engine: what happens when a second one is started, when the one
that takes over dies, and when the one in service is cut off from its store or from Asterisk."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Left, Resumed
from ivrkit.errors import LeaseHeld, NotAvailable
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.service.site import Site
from ivrkit.service.site.succession import look
from ivrkit.store import Store
from ivrkit.store.handovers import HandoverState, ask, move
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.databases import PrivatePostgreSQL
from ivrkit.testing.wire import Wire
from tests.live.conftest import unavailable
from tests.live.harness import LiveCall, configure, exchange_of, own_flows
from tests.live.served import ROOT, Served, served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

SITE = 6
APPLICATION = f"live-{SITE}"
ASKS, FINE, LATER = "Do you like the rain?", "We like it too.", "We shall ask you later."
FLOW = f"""\
ivrkit: 1
flow: patient
exits: {{no_input: hangup, no_match: hangup}}
sections:
  main:
    - answer
    - menu: {{prompt: "{ASKS}", keys: {{1: fine, 2: main, 3: writes}}, first_digit: 10m}}
  fine:
    - say: {FINE}
    - hangup
  writes:
    - remember: {{key: rain, value: likes, keep: 1h}}
      exits: {{error: later}}
    - hangup
  later:
    - say: {LATER}
    - goto: main
"""


async def comes_in(call: LiveCall) -> None:
    await call.press("1")
    await call.until_said(FINE)
    await call.ends()


async def insists(call: LiveCall) -> None:
    """Like who comes in, but what he presses may be lost: nobody tells him when the other engine
    has begun to listen."""
    said = asyncio.create_task(call.until_said(FINE))
    while not said.done():
        await call.press("1")
        await asyncio.wait([said], timeout=5)
    await said
    await call.ends()


async def refused(folder: Path) -> str:
    """What a second engine says that is not to take over."""
    command = [sys.executable, "-m", "ivrkit", "serve", "--config", str(folder)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=STDOUT)
    printed, _ = await process.communicate()
    assert process.returncode == 1
    return " ".join(printed.decode().split())


async def until(store: Store, state: HandoverState) -> None:
    async with asyncio.timeout(30):
        while (await look(store, APPLICATION)).state is not state:
            await asyncio.sleep(0.01)


@pytest.mark.timeout(150)
async def test_nobody_is_left_without_an_engine_when_the_new_one_dies(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    site = own_flows(tmp_path, {"patient": FLOW}, {})
    async with (
        served(asterisk, tmp_path, SITE, **site) as (exchange, engine),
        exchange.calling(f"7{SITE}00") as call,
    ):
        await call.until_said(ASKS)
        said = await refused(tmp_path)
        assert f"'{APPLICATION}' is in the hands of" in said
        assert "stop that engine, or start with --take-over" in said
        other = Store(tmp_path / "state" / "ivrkit.db")
        await other.open()
        # It dies before it has connected to Asterisk: the engine in service goes on.
        asking = partial(ask, application=APPLICATION, asker="dies")
        await other.write(asking)
        await until(other, HandoverState.OFFERED)
        await call.press("2")  # pressed while nobody has the call
        await engine.tells("it did not come: calls go on here")
        await call.until(Resumed)
        await call.until(Left, exit="2")
        await call.until_said(ASKS)
        # It dies when the calls are its own, and it has not taken them up: so it does again.
        await other.write(asking)
        await until(other, HandoverState.OFFERED)
        connected = partial(
            move, old=HandoverState.OFFERED, new=HandoverState.CONNECTED, asker="dies"
        )
        async with ari.application(APPLICATION):
            assert await other.write(partial(connected, application=APPLICATION))
            await engine.tells("handed over: 1 call")
            await other.acquire(APPLICATION, "dies")
        await other.close()
        await engine.tells("the engine that took over has died: this one goes on")
        await call.until(Resumed)
        await call.until_said(ASKS)
        await comes_in(call)


@pytest.mark.timeout(150)
async def test_an_engine_that_is_cut_off_from_asterisk_keeps_its_application(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    site = own_flows(tmp_path, {"patient": FLOW}, {})
    async with Wire(asterisk.ari_url) as wire:
        connection = {"connection": {"url": wire.url}}
        async with (
            served(asterisk, tmp_path, SITE, **connection, **site) as (exchange, engine),
            exchange.calling(f"7{SITE}00") as call,
        ):
            await call.until_said(ASKS)
            wire.refuse()
            wire.cut()
            assert f"'{APPLICATION}' is in the hands of" in await refused(tmp_path)
            # One on another machine, which reaches Asterisk: it is asked for, and given.
            direct = tmp_path / "direct"
            port = load_configuration(tmp_path).api.port
            settings = {"state": str(tmp_path / "state"), "api": {"port": port}, **site}
            configure(asterisk, direct, SITE, **settings)
            other = Served(direct, "other")
            try:
                await other.start("--take-over")
                await engine.tells("handed over: 1 call")
                assert await engine.ended() == 0
                await call.until(Resumed)
                await call.until_said(ASKS)
                await comes_in(call)
            finally:
                await other.stop()


@asynccontextmanager
async def postgresql() -> AsyncIterator[PrivatePostgreSQL]:
    try:
        server = await asyncio.to_thread(PrivatePostgreSQL().__enter__)
    except NotAvailable as error:
        unavailable(error)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


@pytest.mark.timeout(200)
async def test_an_engine_that_is_cut_off_from_its_store_lets_go_when_another_has_its_application(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    flows = own_flows(tmp_path, {"patient": FLOW}, {})
    async with postgresql() as server, Wire(f"http://127.0.0.1:{server.port}") as wire:
        direct = server.url()
        url = direct.replace(f":{server.port}/", f":{wire.port}/")
        near = exchange_of(asterisk, tmp_path / "near", SITE, store={"url": url}, **flows)
        async with near as (exchange, site), exchange.calling(f"7{SITE}00") as call:
            await call.until_said(ASKS)
            await saved(site, call)
            wire.refuse()
            wire.cut()
            # It goes on; what may not be done twice is not done.
            await call.press("2")
            await call.until_said(ASKS)
            await call.press("3")
            await call.until_said(LATER)
            await call.until_said(ASKS)
            assert any("unsaved" in each for each in site.unready())
            # Nobody can know that it lives: a second engine may be started.
            other = configure(asterisk, tmp_path / "far", SITE, store={"url": direct}, **flows)
            async with stopped(await started(other)) as successor:
                successor.engine.subscribe(exchange.traces.hear)
                await until_so(lambda: not site.carrier.client.is_connected)
                # Not a word more: it has not even hung up on whom the other one speaks to.
                assert not site.lost.is_set()
                await insists(call)
                await wire.accept()
                await asyncio.wait_for(site.lost.wait(), 30)
                assert "another engine" in site.carrier.problem


async def saved(site: Site, call: LiveCall) -> None:
    """Wait until the call would be gone on with if its engine died."""
    async with asyncio.timeout(30):
        while await site.store.session(call.id) is None:
            await asyncio.sleep(0.01)


async def started(configuration: Configuration) -> Site:
    """An engine, as soon as the lease of the one before has run out."""
    async with asyncio.timeout(60):
        while True:
            site = Site(configuration)
            try:
                await site.start()
            except LeaseHeld:
                await asyncio.sleep(0.2)
            else:
                return site


@asynccontextmanager
async def stopped(site: Site) -> AsyncIterator[Site]:
    """Stop it in the end."""
    try:
        yield site
    finally:
        await site.stop()


async def until_so(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.05)
