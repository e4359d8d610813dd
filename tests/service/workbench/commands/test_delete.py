from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_a_breakpoint_is_taken_away(sit: Sitting) -> None:
    await sit("break ask", "break agent", "delete 1")
    assert await sit("break") == "2: agent"
    await sit("1")
    assert sit.bench.situation.listening
    await sit("d all")
    assert sit.bench.breakpoints == []


async def test_a_number_that_is_none_is_told(sit: Sitting) -> None:
    assert "there is no breakpoint '7'" in await sit("delete 7")
