"""The demo from its beginning to its end, and the exit status."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import uvloop

from ivrkit.errors import NotAvailable
from ivrkit.service.demo import call, spoken
from ivrkit.service.demo.call import place_call
from ivrkit.service.demo.facts import check
from ivrkit.service.demo.open_house import stay
from ivrkit.service.demo.place import demo_folder
from ivrkit.service.demo.simulated import simulate
from ivrkit.service.demo.stage import Fact, Stage
from ivrkit.service.demo.world import World, bring_up, require

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_demo(stage: Stage, *, stays: bool, parent: Path) -> int:
    """Run it; 0 when the call did what it should, else 1.

    With ``stays`` it goes on after the call until Ctrl-C. Everything lies in a folder in
    ``parent``. Raises IvrkitError when it cannot begin.
    """
    return uvloop.run(_until_signal(stage, stays, parent))


async def _until_signal(stage: Stage, stays: bool, parent: Path) -> int:
    result = [1]
    demo = asyncio.create_task(_demo(stage, stays, parent, result), name="ivrkit-demo")
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, demo.cancel)
    try:
        await demo
    except asyncio.CancelledError:
        stage.tell("stopping what was started")
    return result[0]


async def _demo(stage: Stage, stays: bool, parent: Path, result: list[int]) -> None:
    stage.heading("Starting")
    try:
        require()
        with demo_folder(parent) as folder:
            await _live(stage, stays, folder, result)
    except NotAvailable as error:
        stage.tell(f"no live call here: {error}")
        result[0] = await simulate(stage)


async def _live(stage: Stage, stays: bool, folder: Path, result: list[int]) -> None:
    async with bring_up(folder, stage) as world:
        stage.heading(f"A call to {call.NUMBER}")
        outcome = await place_call(world, stage)
        stage.heading("What it should have done, and whether it did")
        facts = await check(world, outcome)
        for fact in facts:
            stage.fact(fact)
        facts += await _spoken(world, stage)
        result[0] = 0 if all(fact.true for fact in facts) else 1
        if stays:
            await stay(world, stage)


async def _spoken(world: World, stage: Stage) -> list[Fact]:
    """The second call, where words are understood."""
    stage.heading(f"A call to {spoken.NUMBER}, answered by word")
    problem = spoken.problem(world)
    if problem:
        stage.tell(f"words are not understood here, keys are: {problem}")
        return []
    facts = list(spoken.facts(await spoken.place_spoken_call(world, stage)))
    for fact in facts:
        stage.fact(fact)
    return facts
