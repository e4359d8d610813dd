"""A new engine takes over in daylight: calls in progress, keys being pressed, payments under way.
Nobody is lost, no key is, and nothing is done twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

from ivrkit.call.events import Left, Resumed, TraceEvent
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import RATE, read_wave, write_wave
from ivrkit.testing.load import Crowd, Keys, Load, Pause
from tests.live.killed import (
    NUMBERS,
    Figures,
    check_payments,
    check_variables,
    far_side,
    loads,
    sections,
    stories,
)
from tests.live.served import Served, served
from tests.soak import times

pytestmark = [
    pytest.mark.live,
    pytest.mark.soak,
    pytest.mark.asyncio(loop_scope="session"),
]

SITE = 9
TYPISTS = times(6, 40)
CALLS = times(24, 200)
WHOLE = times(0, 1)
"""Whether the whole crowd calls, or only those who type, are asked and pay."""
PRESSED = "0123456789" * 4
TAKE_OVERS = times(2, 4)
SHORT = ("pays", "lists", "comes-back")


@pytest.mark.timeout(times(150, 1800))
async def test_engines_take_over_from_each_other_in_daylight(
    asterisk: PrivateAsterisk,
    ari: Any,
    prompts: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    chance = random.Random(seed)
    speech = tmp_path / "speech.wav"
    write_wave(speech, np.resize(read_wave(prompts["one"]), 30 * RATE))
    async with far_side(chance) as far:
        changes = sections(far)
        changes["numbers"] = NUMBERS | {"819": "types"}
        async with served(asterisk, tmp_path, SITE, watched=False, **changes) as (_, first):
            last = await in_daylight(asterisk, tmp_path, first, speech, chance)
            await last.stop()
        figures = Figures(seed, TAKE_OVERS)
        standstills: list[float] = []
        for story in await stories(tmp_path / "state" / "ivrkit.db"):
            figures.look(story)
            standstills += standing(story.events)
            check_variables(story, far)
            if story.flow == "types":
                assert story.notes == [f"typed {PRESSED}"], str(story)
            if story.flow == "pays":
                figures.paid += check_payments(story, far)
    with capsys.disabled():
        print(f"\n{figures}\nstood still: {len(standstills)} times, {spread(standstills)}")
    assert figures.ended.keys() == {"flow"}
    assert figures.paid["unknown"] == 0
    assert sum(far.payments.values()) == figures.paid["made"] == figures.paid["next"]


async def in_daylight(
    asterisk: PrivateAsterisk, folder: Path, engine: Served, speech: Path, chance: random.Random
) -> Served:
    """Callers come and do what they do, while one engine after the other takes over; gives the
    last one."""
    async with Crowd(asterisk.sip_port, folder / "crowd") as crowd:
        for load in loads(SITE, speech, CALLS, rate=40, caller="+49555"):
            if WHOLE or NUMBERS[f"8{load.number[2:]}"] in SHORT:
                await crowd.call(load)
        steps = (Pause(0.5, 3.0), Keys(PRESSED))
        await crowd.call(Load(f"7{SITE}19", TYPISTS, rate=20, steps=steps, audio=False))
        await crowd.until_answered()
        for number in range(TAKE_OVERS):
            await asyncio.sleep(chance.uniform(0, 2))
            successor = Served(folder, f"engine-{number}")
            await successor.start("--take-over")
            await engine.tells("handed over")
            assert await engine.ended() == 0
            engine = successor
        result = await crowd.result()
    assert (result.failed, result.refused, result.unexpected) == (0, 0, 0), result.errors
    return engine


def standing(events: Sequence[TraceEvent]) -> list[float]:
    """For how many seconds nobody had the call, each time that it was handed over."""
    return [
        after.at - before.at
        for before, after in pairwise(events)
        if isinstance(after, Resumed) and isinstance(before, Left)
    ]


def spread(seconds: list[float]) -> str:
    return f"{max(seconds):.3f} s at the most, median {median(seconds):.3f} s" if seconds else "-"
