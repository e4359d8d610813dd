from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_over_what_is_run(sit: Sitting) -> None:
    await sit("break rate/0", "c", "2")
    assert sit.path == "rate/0"
    assert "waits for keys" in await sit("next")  # the survey asks: there is nothing to go over
    await sit("break thanks", "break survey:thanks", "5")
    assert sit.desk.flow_name == "survey"
    await sit("next")  # the survey is over, and has come back
    assert (sit.desk.flow_name, sit.path) == ("main", "rate/1")


async def test_several_at_once(sit: Sitting) -> None:
    assert "main/2" in await sit("next 2")
