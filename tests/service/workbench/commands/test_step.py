from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_on_to_the_next_step(sit: Sitting) -> None:
    assert sit.path == "main/0"
    assert "main/1  say" in await sit("step")
    await sit("s")
    assert sit.path == "main/2"


async def test_several_at_once_and_into_what_is_run(sit: Sitting) -> None:
    await sit("step 2", "continue", "2", "back", "step")
    assert sit.desk.flow_name == "survey"
    assert sit.path == "main/0"


async def test_a_question_that_waits_stops_it(sit: Sitting) -> None:
    assert "waits for keys" in await sit("step 5")


async def test_an_empty_line_repeats_it(sit: Sitting) -> None:
    await sit("step 1")
    assert "how often" in await sit("step x")
