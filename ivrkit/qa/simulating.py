"""Plays scripts in the simulator: as they are, and again with engines that die."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ivrkit.call.events import TraceEvent
from ivrkit.errors import IvrkitError
from ivrkit.qa.diary import Diary, PlayedCall
from ivrkit.qa.inside import InsideRestarts
from ivrkit.qa.instants import chance, instants
from ivrkit.qa.outcome import Failure, Outcome
from ivrkit.qa.player import play
from ivrkit.qa.repeating import Repeating
from ivrkit.qa.restarts import Restarts, difference
from ivrkit.qa.script import Script
from ivrkit.qa.simulated_line import Scene, SimulatedLine
from ivrkit.qa.simulation import KEY
from ivrkit.store import Store


async def play_simulated(
    script: Script,
    scene: Scene,
    *,
    restart_everywhere: bool = False,
    restart_inside: int | None = None,
) -> Outcome:
    """Play a script in the simulator. ``restart_everywhere`` plays it once more with an engine
    that dies at every step, and demands the same trace. ``restart_inside`` is a seed: it is played
    once more with an engine that dies at random instants. A script that gives what connectors that
    are really asked cannot be made to do is skipped."""
    lacking = scene.site.cannot(script.given)
    if lacking:
        return Outcome(script, skipped=lacking)
    line = SimulatedLine(scene, script.given)
    await line.simulation.start()
    outcome = await play(script, line)
    await line.simulation.stop()
    if outcome.passed and restart_everywhere:
        outcome = await _everywhere(script, scene, outcome)
    if outcome.passed and restart_inside is not None:
        async with _temporary_store() as store:
            inside = _Inside(script, scene, restart_inside, store)
            outcome.failure = await inside.play(line.diary)
            outcome.restarts += inside.restarts.count
    return outcome


async def _everywhere(script: Script, scene: Scene, whole: Outcome) -> Outcome:
    """The same script with an engine that dies at every step."""
    line = SimulatedLine(scene, script.given)
    async with _temporary_store() as store:
        line.restarts = restarts = Restarts(line.simulation, store)
        await line.simulation.start()
        outcome = await play(script, line)
        await restarts.wait()
        await line.simulation.stop()
    outcome.restarts = restarts.count
    if outcome.failure is None:
        for one, other in zip(whole.traces, outcome.traces, strict=True):
            different = difference(one, other)
            if different:
                outcome.failure = Failure(f"a restart of the engine changes the call: {different}")
                break
    return outcome


class _Inside:
    """The same calls with an engine that dies at random instants."""

    def __init__(self, script: Script, scene: Scene, seed: int, store: Store) -> None:
        self._script = script
        self._scene = scene
        self._seed = seed
        self._line = SimulatedLine(scene, script.given)
        self.restarts = InsideRestarts(self._line.simulation, store)

    async def play(self, diary: Diary) -> Failure | None:
        """Play them, up to one that fails or goes another way: those behind it may find another
        world."""
        line, failure = self._line, None
        await line.simulation.start()
        with line.player():
            for number, played in enumerate(diary.calls, start=1):
                told = Repeating(played, line.clock)
                failure = await self._call(number, played, told)
                if failure is not None or told.otherwise:
                    break
        await line.simulation.stop()
        return failure

    async def _call(self, number: int, played: PlayedCall, told: Repeating) -> Failure | None:
        line, restarts = self._line, self.restarts

        def hear(event: TraceEvent) -> None:
            told.hear(event)
            restarts.heard()

        chances = chance(self._seed, self._script, number)
        version = self._scene.directory(played.dial).version
        await line.clock.sleep(played.after)
        await restarts.begin(told, version, instants(chances, played), chances)
        broken = ""
        try:
            await line.dial(played.dial, hear)
            await told.play(line)
        except IvrkitError as error:
            broken = str(error)
        await restarts.wait()
        twice = [f"{name} was done twice" for name in line.simulation.connectors.twice]
        found = next(filter(None, (*restarts.failures, *twice, broken)), "")
        failure = Failure(found) if found else told.complaint()
        if failure is None:
            return None
        return replace(
            failure,
            message=f"call {number}, when its engine dies: {failure.message}",
            mark=self._script.turns[0].mark,
            errors=(
                *(f"it died after {each}" for each in told.restarts),
                f"again: ivrkit test {self._script.file} --restart-inside {self._seed}",
            ),
        )


@asynccontextmanager
async def _temporary_store() -> AsyncIterator[Store]:
    with TemporaryDirectory(prefix="ivrkit-") as folder:
        store = Store(Path(folder) / "store.sqlite", key=KEY)
        await store.open()
        try:
            yield store
        finally:
            await store.close()
