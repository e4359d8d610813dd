"""Parts of the dialplan, live: run for a flow, with values, and across a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import InDialplan, VariableSet
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.harness import LiveCall
from tests.live.served import served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


async def test_a_call_goes_there_and_comes_back_though_the_engine_is_killed(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    async with (
        served(asterisk, tmp_path, 8, numbers={"800": "counter"}) as (exchange, engine),
        exchange.calling("7800") as call,
        exchange.calling("7800") as gone,
    ):
        await asyncio.gather(to_the_echo(call), to_the_echo(gone))
        await gone.hang_up()
        await gone.ends("caller")
        await call.press("1#")
        await call.until_said("The echo is over")
        await call.until(InDialplan, state="left", name="slow")
        await engine.kill()
        await engine.start()
        await call.until_said("The slow one says yes it has")
        await call.ends()
    assert call.noted() == [
        "Zo%C3%AB & ${CDR(start)}",
        "no context",
        "no application",
        "counter: flow",
    ]
    assert [(e.name, e.done) for e in call.happened(InDialplan) if e.state == "back"] == [
        ("tariff", True),
        ("no-context", False),
        ("no-application", False),
        ("echo", True),
        ("slow", True),
    ]
    assert gone.noted()[-1] == "counter: caller"


async def to_the_echo(call: LiveCall) -> None:
    due = await call.until(VariableSet, name="due")
    assert due.value["amount"] == "12"
    await call.until_said("That makes 12 euros")
    await call.until(InDialplan, state="left", name="echo")
