from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_the_call_comes_in_at_another_time(sit: Sitting) -> None:
    await sit("c", "at 2026-12-25T10:00")
    assert sit.path == "main/0"
    assert "Friday 2026-12-25 10:00:00 UTC" in await sit("time")
    assert "12:00:00 UTC+02:00" in await sit("at 2026-07-01T12:00+02:00", "time")


async def test_what_is_no_time_is_told(sit: Sitting) -> None:
    assert "is not a date and time" in await sit("at christmas")
