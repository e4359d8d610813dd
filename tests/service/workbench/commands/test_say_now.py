from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_words_are_said_in_the_middle_of_a_prompt(sit: Sitting) -> None:
    await sit("break main/2", "c", "delete all", "time 300ms", "say! my pin")
    assert sit.path == "ask/0"


async def test_where_nobody_listens_it_is_told(sit: Sitting) -> None:
    assert "held in front of a step" in await sit("say! my pin")
    await sit("1")
    assert "nobody listens" in await sit("say! my pin")
