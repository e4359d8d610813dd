"""When what is checked, without a server: the checks themselves are held."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from ivrkit.call.targets import Mark
from ivrkit.errors import FlowError
from ivrkit.flow.diagnostics import Diagnostic
from ivrkit.service.editing.checks import Checks
from ivrkit.service.editing.workshop import Findings, Workshop

BANK, SURVEY = Path("/flows/bank.yaml"), Path("/flows/survey.yaml")
SECONDS = 30.0


class Held(Workshop):
    """Checks that wait until they are let go; the bank runs the survey."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Semaphore(0)
        self.began: asyncio.Queue[Path] = asyncio.Queue()
        self.loop = asyncio.get_running_loop()
        self.broken = False

    def check(self, path: Path) -> Findings:
        text = self.text(path)
        self.loop.call_soon_threadsafe(self.began.put_nowait, path)
        assert self.go.acquire(timeout=SECONDS)
        if self.broken:
            raise FlowError("broken")
        files = frozenset([BANK, SURVEY]) if path == BANK else frozenset([path])
        return Findings(
            {path: [Diagnostic("unused", "warning", Mark(str(path), 1, 1), text)]}, files
        )


@pytest.fixture
async def workshop() -> Held:
    return Held()


@pytest.fixture
async def told() -> asyncio.Queue[tuple[Path, list[str]]]:
    return asyncio.Queue()


@pytest.fixture
async def checks(workshop: Held, told: asyncio.Queue[tuple[Path, list[str]]]) -> Checks:
    def publish(path: Path, found: list[Diagnostic]) -> None:
        told.put_nowait((path, [each.message for each in found]))

    return Checks(workshop, publish, pause=0.0)


async def test_what_is_typed_while_a_check_runs_is_checked_once_more_and_once_only(
    workshop: Held, checks: Checks, told: asyncio.Queue[tuple[Path, list[str]]]
) -> None:
    workshop.put(BANK, "flow: one")
    checks.touched(BANK)
    await workshop.began.get()
    for text in ("flow: two", "flow: three", "flow: four"):
        workshop.put(BANK, text)
        checks.touched(BANK)
    workshop.go.release()
    await workshop.began.get()
    assert told.empty()  # what was found in a text that is no more is not shown
    workshop.go.release()
    assert await told.get() == (BANK, ["flow: four"])
    assert workshop.began.empty()


async def test_a_flow_is_checked_when_one_that_it_runs_has_changed(
    workshop: Held, checks: Checks, told: asyncio.Queue[tuple[Path, list[str]]]
) -> None:
    for _ in range(4):
        workshop.go.release()
    workshop.put(BANK, "flow: bank")
    checks.touched(BANK)
    assert await told.get() == (BANK, ["flow: bank"])
    workshop.put(SURVEY, "flow: survey")
    checks.touched(SURVEY)
    assert {await workshop.began.get() for _ in range(3)} == {BANK, SURVEY}


async def test_nothing_is_said_any_more_of_a_file_that_was_closed(
    workshop: Held, checks: Checks, told: asyncio.Queue[tuple[Path, list[str]]]
) -> None:
    workshop.put(SURVEY, "flow: survey")
    checks.touched(SURVEY)
    workshop.go.release()
    assert await told.get() == (SURVEY, ["flow: survey"])
    workshop.drop(SURVEY)
    checks.closed(SURVEY)
    assert await told.get() == (SURVEY, [])


async def test_a_check_that_takes_long_is_told_of(
    workshop: Held, checks: Checks, told: asyncio.Queue[tuple[Path, list[str]]]
) -> None:
    checks.longest = 0.0
    workshop.put(BANK, "flow: bank")
    checks.touched(BANK)
    _, (said,) = await told.get()
    assert "takes long" in said
    workshop.go.release()
    assert await told.get() == (BANK, ["flow: bank"])


async def test_a_check_that_fails_leaves_the_server_alive(
    workshop: Held, checks: Checks, told: asyncio.Queue[tuple[Path, list[str]]]
) -> None:
    workshop.broken = True
    workshop.put(BANK, "flow: bank")
    checks.touched(BANK)
    workshop.go.release()
    assert await told.get() == (BANK, [])
