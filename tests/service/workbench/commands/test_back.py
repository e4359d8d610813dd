from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_to_the_beginning_of_the_step_and_to_the_one_before(sit: Sitting) -> None:
    await sit("1", "back")
    assert (sit.path, sit.bench.situation.listening) == ("ask/0", False)
    await sit("back")
    assert sit.path == "main/2"
    assert "reason" not in sit.bench.situation.variables
    await sit("back 2")
    assert sit.path == "main/0"


async def test_not_before_the_first(sit: Sitting) -> None:
    assert "no step before" in await sit("back")
    assert sit.path == "main/0"


async def test_what_was_done_before_is_done_again(sit: Sitting) -> None:
    await sit("set score = 7", "give queue service full", "goto agent", "step", "back 1")
    assert sit.path == "agent/0"
    assert await sit("show score") == "7"
    await sit("break closed", "c")
    assert sit.path == "closed/0"


async def test_also_when_the_call_is_over(sit: Sitting) -> None:
    await sit("1", "hangup", "back")
    assert sit.path == "on_end/0"
    await sit("back")
    assert sit.path == "ask/0"
