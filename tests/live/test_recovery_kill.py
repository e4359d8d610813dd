"""The engine is killed (``kill -9``) with callers everywhere in their flows, and away for six
seconds: nobody is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ivrkit.call.events import Resumed, Said, Saying
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import RATE, read_wave, write_wave
from ivrkit.testing.load import Crowd, HangUp, Load, Pause
from ivrkit.testing.phones import Baresip
from ivrkit.testing.scenario import BYE
from tests.live.harness import LiveCall
from tests.live.killed import (
    EARS,
    NUMBERS,
    PATIENCE,
    Figures,
    Story,
    check_payments,
    check_variables,
    far_side,
    loads,
    sections,
    stories,
)
from tests.live.played import Restart
from tests.live.served import Served, served
from tests.soak import SOAK, times

pytestmark = [
    pytest.mark.live,
    pytest.mark.alone,
    pytest.mark.soak,
    pytest.mark.asyncio(loop_scope="session"),
]

CALLS, KILLS = times(48, 200), times(1, 20)
SITE = 8
AWAY = 6.0
"""Seconds that the engine is away."""
PROMISED = 2.0
"""Seconds from the moment in which a call is taken up until it is spoken to."""
OTHERS = 5
FALLBACK, MUSIC = "[s@ivrkit-fallback:1]", "StartMusicOnHold("


@pytest.mark.timeout(times(150, 3600))
async def test_an_engine_that_is_killed_loses_nobody(
    asterisk: PrivateAsterisk,
    ari: Any,
    prompts: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    chance = random.Random(seed)
    speech = long_speech(prompts, tmp_path / "speech.wav")
    figures = Figures(seed)
    async with (
        far_side(chance) as far,
        served(asterisk, tmp_path, SITE, watched=False, **sections(far)) as (exchange, engine),
        AsyncExitStack() as phones,
    ):
        ears = {flow: await phones.enter_async_context(exchange.caller()) for flow in EARS}
        for kill in range(KILLS):
            crowd = Crowd(asterisk.sip_port, tmp_path / f"crowd-{kill}")
            listens = {flow: ear.phone for flow, ear in ears.items()} if kill == 0 else {}
            callers = loads(SITE, speech, CALLS, rate=40, caller=f"+4955{kill:02}")
            figures += await one_kill(asterisk, ari, engine, chance, crowd, callers, listens)
            with capsys.disabled():
                print(f"\nafter kill {kill + 1}: {figures}")
        for ear in ears.values():
            await ear.phone.closed(PATIENCE)
        found = await stories(tmp_path / "state" / "ivrkit.db")
        for story in found:
            figures.look(story)
            check_variables(story, far)
            if story.flow == "pays":
                figures.paid += check_payments(story, far)
            if (ear := ears.get(story.flow)) and story.caller == ear.phone.name:
                check_ear(ears.pop(story.flow), story)
            if story.caller in figures.last:
                figures.last.remove(story.caller)
                assert (story.ended, story.all(Resumed)) == ("flow", []), str(story)
    with capsys.disabled():
        print(f"\n{figures}")
    assert figures.ended.keys() <= {"flow", "in that moment"}
    assert figures.taken_up["lost"] == figures.ended["in that moment"]
    assert figures.taken_up.keys() <= {"resumed", "waiting", "begun", "lost"}
    assert sum(far.payments.values()) == figures.paid["made"]
    assert figures.taken_up["begun"] > 0, "of those who came just before nobody was served"
    assert not ears, "these have heard nothing"
    assert not figures.last, "they came just before, and were never served"
    if SOAK:
        assert max(figures.seconds) < PROMISED


async def one_kill(
    asterisk: PrivateAsterisk,
    ari: Any,
    engine: Served,
    chance: random.Random,
    crowd: Crowd,
    callers: Sequence[Load],
    ears: Mapping[str, Baresip],
) -> Figures:
    """Callers come, the engine dies, others come, it is back; all come to their end. ``ears``
    listen, each to a flow."""
    since = len(asterisk.log())
    async with crowd:
        for load in callers:
            await crowd.call(load)
        await crowd.until_answered()
        numbers = {flow: number for number, flow in NUMBERS.items()}
        await asyncio.gather(
            *(ear.dial(f"7{SITE}{numbers[flow][1:]}") for flow, ear in ears.items())
        )
        await asyncio.sleep(chance.uniform(3, times(5, 8)))  # all have typed their secret by then
        # These come one by one while the engine dies: some of them just before.
        short = Load(f"7{SITE}12", calls=40, rate=80, caller=callers[0].caller, audio=False)
        arriving = await crowd.call(short)
        await arriving.until_answered(10)
        await asyncio.sleep(chance.uniform(0, 0.2))
        last = {await comes_last(ari, engine, crowd, short)} if ears else set()
        await engine.kill()
        await asyncio.gather(asyncio.sleep(AWAY), others_come(crowd, short))
        over = {
            caller
            for each in crowd.loads
            for caller, happened in each.happened().items()
            if BYE in happened
        }
        names = {each["id"]: each["name"] for each in await ari.request("GET", "channels")}
        await engine.start()
        result = await crowd.result()
    log = asterisk.log()[since:]
    assert (result.failed, result.unexpected) == (0, 0), result.errors
    fallback, music = log.count(FALLBACK), log.count(MUSIC)
    assert fallback >= OTHERS
    assert music > 0, "of those who came back nobody has heard any"
    return Figures(
        kills=1,
        taken_up=taken_up(engine.told()),
        fallback=fallback,
        over=over,
        restarts=[Restart.read(log, f"live-{SITE}", names)],
        last=last,
    )


async def comes_last(ari: Any, engine: Served, crowd: Crowd, short: Load) -> str:
    """A caller who is in the application when the engine can do nothing any more, and then dies:
    nothing of the call is saved. In the other kills that is left to chance."""
    engine.halt()
    (number,) = (await crowd.call(replace(short, calls=1))).numbers
    async with asyncio.timeout(PATIENCE):
        while True:
            for channel in await ari.request("GET", "channels"):
                here = channel["dialplan"]["app_name"] == "Stasis"
                if here and channel["caller"]["number"] == number:
                    return number
            await asyncio.sleep(0.1)


async def others_come(crowd: Crowd, short: Load) -> None:
    """While no engine is there: the dialplan's fallback has them."""
    steps = (Pause(2), HangUp())
    others = await crowd.call(replace(short, calls=OTHERS, rate=5, steps=steps))
    await others.until_answered()


def check_ear(call: LiveCall, story: Story) -> None:
    """What was played when the engine died was stopped in the middle, and heard anew once, from
    its beginning to its end. Where it was over before the next engine came, that was heard too."""
    call.take(story.call, story.events)
    (said,) = (each for each in call.happened(Said) if len(each.media) > 1)
    before, (resumed,) = call.happened(Saying)[0], call.happened(Resumed)
    over = resumed.at - before.at >= before.seconds
    first, _, third, *_, last = [call.file(name) for name in said.media]
    ears = call.listened()
    ears.rewind()
    # On a busy machine the first sounds of a call may be torn. The third file went on when the
    # engine had died.
    assert ears.times(first, 1) <= 2
    assert ears.times(third, 1) == 2
    assert ears.times(last, 1) == (2 if over else 1)


def taken_up(told: str) -> Counter[str]:
    """The figures of the last line that tells of the calls that were taken up."""
    line = re.findall(r"calls taken up: (.*)", told)[-1]
    return Counter({name: int(count) for count, name in re.findall(r"(\d+) ([a-z ]+)", line)})


def long_speech(prompts: dict[str, Path], file: Path) -> Path:
    """Half a minute of speech."""
    samples = np.concatenate([read_wave(each) for each in prompts.values()])
    write_wave(file, np.resize(samples, 30 * RATE))
    return file
