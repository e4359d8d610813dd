"""The network between engine and Asterisk breaks, in every way, while calls are in progress."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.ari_support import eventually
from tests.live.cutting import (
    Cutter,
    Quiet,
    Script,
    course,
    gaps,
    guide,
    over_a_wire,
    presses,
    talking,
    tour,
)
from tests.live.harness import LiveCall
from tests.soak import times

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

CUTS = times(10, 50)


@pytest.mark.soak
@pytest.mark.parametrize("rest", ["websocket", "http"])
async def test_calls_over_a_cut_network_go_as_over_a_whole_one(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, rest: str
) -> None:
    """Every way of breaking, at any moment: the traces differ by nothing but their gaps."""
    scripts: dict[str, Script] = {"7500": tour, "7501": guide}
    async with (
        over_a_wire(asterisk, tmp_path, 5, rest=rest) as (exchange, site, wire),
        exchange.agent() as agent,
    ):
        quiet = Quiet()
        press = presses(site, quiet)
        talks = asyncio.create_task(talking(agent))
        calls: list[tuple[str, LiveCall]] = []

        async def call(number: str) -> LiveCall:
            async with exchange.caller() as made:
                async with quiet:  # one that comes in a gap takes the fallback
                    await eventually(lambda: site.carrier.client.is_connected)
                    await made.dial(number)
                await scripts[number](made, press)
                return made

        whole = {
            number: course(made.events)
            for number, made in zip(scripts, await asyncio.gather(*map(call, scripts)), strict=True)
        }
        cutter = Cutter(site, wire, quiet, seed=6)
        over = False

        async def callers(number: str) -> None:
            while not over:
                calls.append((number, await call(number)))

        async with asyncio.TaskGroup() as group:
            for number in ("7500", "7500", "7501"):
                group.create_task(callers(number))
            for _ in range(CUTS):
                await cutter.cut()
            over = True
        talks.cancel()
    heard = [length for _, made in calls for length in gaps(made.events)]
    print(
        f"\n{rest}: {len(cutter.done)} cuts in {len(calls)} calls, {len(heard)} gaps told; away "
        f"{sum(cutter.away) / len(cutter.away):.2f} s on average, {max(cutter.away):.2f} s at most"
    )
    for number, made in calls:
        assert course(made.events) == whole[number], made.story()
    assert heard
