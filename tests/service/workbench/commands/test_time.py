from __future__ import annotations

import pytest

from tests.service.workbench.conftest import Sitting


async def test_time_passes_though_the_call_waits(sit: Sitting) -> None:
    await sit("c")
    before = sit.bench.seconds
    await sit("time +2s")
    assert sit.bench.seconds == pytest.approx(before + 2)
    assert sit.bench.situation.listening
    await sit("t 10m")
    assert sit.bench.situation.ended == "flow"


async def test_what_time_it_is(sit: Sitting) -> None:
    assert "Monday 2026-01-05 10:00:00 UTC, 0.00 s" in await sit("time")


async def test_what_is_no_duration_is_told(sit: Sitting) -> None:
    assert "is not a duration" in await sit("time soon")
