"""Asterisk itself is restarted, killed, stopped and slow, with calls in progress."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from ivrkit.call.events import Ended, Failed, HandedOff, Interruption, Music, Recording, Said
from ivrkit.errors import NotAvailable
from ivrkit.service.site import Site
from ivrkit.store import Store
from ivrkit.testing import processes
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.ari_support import eventually
from tests.live.conftest import OVERRIDES, unavailable
from tests.live.cutting import GUIDE, TOUR, gaps
from tests.live.harness import Exchange, LiveCall, exchange_of, own_flows
from tests.soak import SOAK

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def victim() -> AsyncIterator[PrivateAsterisk]:
    """An Asterisk for these tests alone."""
    try:
        async with PrivateAsterisk(overrides=OVERRIDES) as running:
            yield running
    except NotAvailable as error:
        unavailable(error)


@asynccontextmanager
async def served_by(
    asterisk: PrivateAsterisk, folder: Path, ping: str
) -> AsyncIterator[tuple[Exchange, Site]]:
    flows = own_flows(folder, {"tour": TOUR, "guide": GUIDE}, {})
    async with exchange_of(asterisk, folder, 5, connection={"ping": ping}, **flows) as both:
        yield both


async def at_the_menu(call: LiveCall) -> None:
    await call.until_asked("press 1")


async def with_music(call: LiveCall) -> None:
    await at_the_menu(call)
    await call.press("1")
    await call.until_asked("number of a room")
    await call.press("42")
    await call.until(Music)


async def recording(call: LiveCall) -> None:
    await with_music(call)
    await call.until(Recording)


async def with_an_agent(call: LiveCall) -> None:
    await call.until(HandedOff, state="connected")


async def restart(asterisk: PrivateAsterisk) -> None:
    await asterisk.command("core restart now")


async def kill(asterisk: PrivateAsterisk) -> None:
    await asterisk.kill()
    await asterisk.start()


@pytest.mark.parametrize("how", [restart, kill])
async def test_an_asterisk_that_is_another_one_now_has_lost_its_calls(
    victim: PrivateAsterisk, tmp_path: Path, how: Callable[[PrivateAsterisk], Awaitable[None]]
) -> None:
    """Each record is closed with its reason, on_end has run, and the next call is served without
    anybody's help."""
    places = [("7500", at_the_menu), ("7500", with_music), ("7500", recording)]
    async with served_by(victim, tmp_path, "4s") as (exchange, site):
        client = site.carrier.client
        calls: list[LiveCall] = []
        async with exchange.agent(), exchange.calling("7501") as talking:
            await with_an_agent(talking)

            async def caller(number: str, reach: Callable[[LiveCall], Awaitable[None]]) -> None:
                async with exchange.calling(number) as call:
                    calls.append(call)
                    await reach(call)
                    await there.wait()
                    await call.until(Ended)

            there = asyncio.Barrier(len(places) + 1)
            async with asyncio.TaskGroup() as group:
                for number, reach in places:
                    group.create_task(caller(number, reach))
                await there.wait()
                breaking = group.create_task(how(victim))
                await eventually(lambda: not client.is_connected)
                assert any("Asterisk is away" in problem for problem in site.problems())
                await breaking
                await eventually(lambda: client.is_connected, 60)
            await talking.until(Ended)
        for call in (*calls, talking):
            assert [over.ended for over in call.happened(Ended)] == ["lost"], call.story()
            assert call.noted()[-1].endswith(": lost")
        await are_closed(site.store, [call.id for call in (*calls, talking)])
        assert site.problems() == []
        assert not site.engine.live()
        assert not site.carrier.channels_by_id
        async with exchange.calling("7500") as call:
            await at_the_menu(call)
            await call.press("1")
            await call.until_asked("number of a room")
            await call.hang_up()
            await call.ends("caller")
        assert call.happened(Failed) == []
        assert gaps(call.events) == []


async def are_closed(store: Store, calls: Sequence[str]) -> None:
    """The record of each says when and how it ended, and nothing of a call is kept that another
    engine would take up."""
    await store.flush()
    for call in calls:
        record = await store.record(call)
        assert record is not None
        assert record.ended == "lost", record
        assert record.ended_at is not None, record
        assert record.ended_at >= record.started, record
        assert await store.session(call) is None, record


@pytest.mark.parametrize(("ping", "seconds"), [("4s", 2.0), ("1s", 4.0)])
async def test_an_asterisk_that_stands_still_for_a_while(
    victim: PrivateAsterisk, tmp_path: Path, ping: str, seconds: float
) -> None:
    """A short while passes by unseen, a longer one is a gap; calls go on after both."""
    async with (
        served_by(victim, tmp_path, ping) as (exchange, site),
        exchange.calling("7500") as asked,
        exchange.calling("7500") as listener,
    ):
        await at_the_menu(asked)
        await listener.until_said("old town")
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.kill(victim.pid, signal.SIGCONT)
        if ping == "1s":
            await asyncio.gather(*(call.until(Interruption) for call in (asked, listener)))
            # Where the old connection ends after the new one is there, Asterisk may make that deaf:
            # that is found out by the next ping at the latest, and is one more gap.
            await asyncio.sleep(4)
            await eventually(lambda: site.carrier.client.is_connected)
        await asked.press("1")
        await at_the_menu(listener)
        await listener.press("1")
        for call in (asked, listener):
            await call.until_asked("number of a room")
            assert call.happened(Failed) == []
            assert {said.end for said in call.happened(Said)} == {"finished"}
            assert bool(gaps(call.events)) == (ping == "1s")
            await call.hang_up()
            await call.ends("caller")


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="`make test` itself keeps the machine busy enough")
async def test_a_machine_that_has_much_else_to_do(victim: PrivateAsterisk, tmp_path: Path) -> None:
    """More busy processes than cores, while a call goes its way."""
    async with served_by(victim, tmp_path, "1s") as (exchange, _):
        command = ["sh", "-c", "while :; do :; done"]
        busy = [await processes.start(command) for _ in range((os.cpu_count() or 1) + 1)]
        try:
            async with exchange.calling("7500") as call:
                await recording(call)
                await call.press("#")
                await call.ends()
        finally:
            for each in busy:
                await processes.end(each, signal.SIGKILL)
        assert gaps(call.events) == []
        assert call.noted() == ["tour: flow"]
