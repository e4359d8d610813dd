"""Every script in this folder, played in the simulator, with and without restarts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from ivrkit.engine.engine import Start
from ivrkit.errors import ScriptError
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.model import FlowVersion
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.reading import load_script
from ivrkit.qa.script import Dial
from ivrkit.qa.simulated_line import Scene, play_simulated
from ivrkit.service.registries import reader
from ivrkit.testing.clock import START, VirtualClock

HERE = Path(__file__).parent
SCRIPTS = sorted(HERE.rglob("*.yaml"))
NUMBERS = {"800": "bank", "801": "clinic"}
LIBRARY = FlowLibrary(reader(), HERE.parents[1] / "flows")
VERSIONS: dict[str, FlowVersion] = {}


def directory(dial: Dial) -> Start:
    name = dial.flow or NUMBERS.get(dial.number)
    if name is None:
        raise ScriptError(f"nobody has the number {dial.number}")
    if name not in VERSIONS:
        VERSIONS[name] = LIBRARY.load(name).required()
    return Start(VERSIONS[name], dial.section or "main", dial.arguments)


def clock(start: datetime | None) -> VirtualClock:
    return VirtualClock(start or START)


SCENE = Scene(clock, TextPrompts(currency="EUR"), directory)


def test_there_are_enough() -> None:
    assert len(SCRIPTS) >= 30


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(HERE).as_posix())
async def test_in_the_simulator(path: Path) -> None:
    outcome = await play_simulated(load_script(path), SCENE)
    assert outcome.failure is None


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(HERE).as_posix())
async def test_with_an_engine_that_dies_at_every_step(path: Path) -> None:
    outcome = await play_simulated(load_script(path), SCENE, restart_everywhere=True)
    assert outcome.failure is None
    assert outcome.restarts > 0
