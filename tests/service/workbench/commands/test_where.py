from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_the_lines_around_the_step(sit: Sitting) -> None:
    told = await sit("s", "where 1")
    assert told.splitlines() == [
        "main/1  say  (main.yaml:14)",
        "    13      - answer",
        "▸   14      - say: Welcome.",
        "    15      - menu:",
    ]
    assert len((await sit("l")).splitlines()) == 10


async def test_a_call_that_is_over_is_nowhere(sit: Sitting) -> None:
    assert "the call is over" in await sit("hangup", "where")
    assert "no number of lines" in await sit("where here")
