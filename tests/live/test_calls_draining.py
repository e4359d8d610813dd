"""An engine that is emptied before it ends, and one that cannot keep up: new calls go elsewhere at
once, and nobody who is in a call notices."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ivrkit.call.events import Resumed
from ivrkit.service.configuration import load_configuration
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.load import HangUp, Load, Pause, place
from tests.live.harness import LiveCall, own_flows
from tests.live.served import ROOT, served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

SITE = 6
LIKES = "Do you like the rain today?"
FINE = "How nice, we like the rain too."
FLOW = f"""\
ivrkit: 1
flow: patient
exits: {{no_input: hangup, no_match: hangup}}
sections:
  main:
    - answer
    - menu: {{prompt: "{LIKES}", keys: {{1: fine}}, first_digit: 10m}}
  fine:
    - say: {FINE}
    - hangup
"""
FALLBACK = "Executing [s@ivrkit-fallback:1]"
HELD_UP = 1.5
"""Seconds for which the engine does nothing at all."""


@pytest.mark.timeout(150)
async def test_callers_end_by_themselves_or_go_on_in_the_next_engine(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    site = own_flows(tmp_path, {"patient": FLOW}, {})
    async with (
        served(asterisk, tmp_path, SITE, drain="1h", **site) as (exchange, engine),
        exchange.calling(f"7{SITE}00") as first,
        exchange.calling(f"7{SITE}00") as second,
    ):
        for each in (first, second):
            await each.until_said(LIKES)
        assert "2 calls in progress" in await drain(tmp_path)
        await falls_back(asterisk, exchange)
        assert "new calls are taken again" in await drain(tmp_path, "--cancel")
        engine.signal(signal.SIGTERM)
        await engine.tells("draining for 3600 s at the most: 2 calls in progress")
        await falls_back(asterisk, exchange)
        await comes_in(first)
        waiting = await begin_to_drain(tmp_path, "--wait")
        assert waiting.stdout is not None
        assert "1 call in progress" in (await waiting.stdout.readline()).decode()
        engine.signal(signal.SIGTERM)
        await engine.tells("stopping; 1 call left for the next engine")
        assert await engine.ended() == 0
        assert "the engine has ended" in (await waiting.stdout.readline()).decode()
        assert await waiting.wait() == 0
        await engine.start()
        await second.until(Resumed)
        await second.until_said(LIKES)
        await comes_in(second)


async def drain(folder: Path, *options: str) -> str:
    """The command, and what it prints."""
    printed, _ = await (await begin_to_drain(folder, *options)).communicate()
    return printed.decode()


async def begin_to_drain(folder: Path, *options: str) -> Process:
    command = [sys.executable, "-m", "ivrkit", "drain", "--config", str(folder), *options]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)


async def falls_back(asterisk: PrivateAsterisk, exchange: Any) -> None:
    """A new call gets what it gets when there is no engine."""
    since = len(asterisk.log())
    async with exchange.caller() as late:
        await late.phone.dial(f"7{SITE}00")
        while FALLBACK not in asterisk.log()[since:]:
            await asyncio.sleep(0.1)
        await late.hang_up()
        await late.phone.closed()


async def comes_in(call: LiveCall) -> None:
    await call.press("1")
    await call.until_said(FINE)
    await call.ends()


@pytest.mark.timeout(150)
async def test_a_loop_that_is_held_up_sends_new_calls_back_and_hurts_nobody(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    site = own_flows(tmp_path, {"patient": FLOW}, {})
    async with (
        served(asterisk, tmp_path, SITE, limits={"late": "500ms"}, **site) as (exchange, engine),
        exchange.calling(f"7{SITE}00") as call,
    ):
        await call.until_said(LIKES)
        engine.signal(signal.SIGSTOP)
        newcomers = asyncio.create_task(
            place(
                Load(f"7{SITE}00", 10, rate=50, steps=(Pause(1), HangUp()), audio=False),
                asterisk.sip_port,
            )
        )
        await call.press("1")  # he does not know that nobody hears him now
        await asyncio.sleep(HELD_UP)
        engine.signal(signal.SIGCONT)
        await engine.tells("new calls are sent back to the dialplan")
        result = await newcomers
        assert (result.refused, result.errors.count("refused 486")) == (10, 10)
        await call.until_said(FINE)
        await call.ends()
        await is_ready(tmp_path)
        async with exchange.calling(f"7{SITE}00") as later:
            await later.until_said(LIKES)
            await comes_in(later)


async def is_ready(folder: Path) -> None:
    """Until the engine takes new calls again."""
    configuration = load_configuration(folder)
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{configuration.api.port}/ready") as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.1)
