from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_into_a_section(sit: Sitting) -> None:
    assert "agent/0  queue" in await sit("goto agent")
    await sit("c")
    assert sit.bench.situation.ended == "flow"


async def test_from_a_question_and_out_of_what_is_run(sit: Sitting) -> None:
    await sit("c", "g silent")
    assert sit.path == "silent/0"
    await sit("call", "2", "back", "goto thanks")
    assert (sit.desk.flow_name, sit.path) == ("survey", "thanks/0")


async def test_a_section_that_is_none_is_told(sit: Sitting) -> None:
    assert "did you mean 'agent'" in await sit("goto agnet")
    assert "the call is over" in await sit("hangup", "goto agent")
