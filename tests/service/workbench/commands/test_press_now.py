from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_in_the_middle_of_a_prompt(sit: Sitting) -> None:
    await sit("break main/2", "c", "delete all", "time 300ms", "press! 1")
    assert sit.path == "ask/0"
    assert "Press 1 or 2." not in sit.bench.situation.speaking


async def test_not_in_front_of_a_step(sit: Sitting) -> None:
    assert "held in front of a step" in await sit("press! 1")
    assert "cannot be pressed" in await sit("p! x")
    assert "the call is over" in await sit("hangup", "p! 1")
