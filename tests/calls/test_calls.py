"""Every script in this folder, played in the simulator, with and without restarts; together they go
through every section of the flows and every way out of their steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.qa.reading import load_script
from ivrkit.qa.simulating import play_simulated
from ivrkit.service.configuration import load_configuration
from ivrkit.service.connecting import AnyVariable
from ivrkit.service.scripts import FlowBook, play_scripts
from tests.soak import times

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
SCRIPTS = sorted(HERE.rglob("*.yaml"))
BOOK = FlowBook(load_configuration(PROJECT, AnyVariable()))


def test_there_are_enough() -> None:
    assert len(SCRIPTS) >= 30


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(HERE).as_posix())
async def test_in_the_simulator(path: Path) -> None:
    outcome = await play_simulated(load_script(path), BOOK.scene())
    assert outcome.failure is None
    assert outcome.unused == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(HERE).as_posix())
async def test_with_an_engine_that_dies_at_every_step(path: Path) -> None:
    outcome = await play_simulated(load_script(path), BOOK.scene(), restart_everywhere=True)
    assert outcome.failure is None
    assert outcome.restarts > 0


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(HERE).as_posix())
async def test_with_an_engine_that_dies_inside_steps(path: Path) -> None:
    script = load_script(path)
    for seed in range(1, times(2, 50) + 1):
        outcome = await play_simulated(script, BOOK.scene(), restart_inside=seed)
        assert outcome.failure is None


async def test_they_cover_every_section_and_every_way_of_every_flow() -> None:
    run = await play_scripts([HERE], None, restart_everywhere=False, show=lambda _: None)
    covered = run.coverage.flows()
    assert [str(each) for flow in covered for each in flow.uncovered] == []
    files = {Path(flow.file) for flow in covered}
    assert files == set((PROJECT / "flows").rglob("*.yaml"))
