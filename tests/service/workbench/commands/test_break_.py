from __future__ import annotations

import pytest

from tests.service.workbench.conftest import Sitting


@pytest.mark.parametrize(
    ("place", "keys", "path"),
    [
        ("ask", ["1"], "ask/0"),
        ("ask/1", ["1", "1234"], "ask/1"),
        ("25", ["1", "1234"], "ask/1"),
        ("if reason == 'pin'", ["1"], "ask/0"),
    ],
)
async def test_the_call_stops_there(sit: Sitting, place: str, keys: list[str], path: str) -> None:
    await sit(f"break {place}", *keys)
    assert sit.path == path


@pytest.mark.parametrize("place", ["survey:thanks", "survey.yaml:thanks", "survey:thanks/0"])
async def test_in_a_flow_that_is_run(sit: Sitting, place: str) -> None:
    await sit(f"b {place}", "2", "5")
    assert (sit.desk.flow_name, sit.path) == ("survey", "thanks/0")


async def test_what_stops_the_call_is_listed(sit: Sitting) -> None:
    assert "nothing stops" in await sit("break")
    assert await sit("break ask", "b if attempt > 1", "b") == "1: ask\n2: if attempt > 1"


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("aks", "did you mean 'ask'"),
        ("ask/9", "no section or step"),
        ("999", "no step begins at line 999"),
        ("survye:thanks", "did you mean 'survey'"),
        ("if 1 +", "✗"),
    ],
)
async def test_what_is_not_there_is_told(sit: Sitting, place: str, told: str) -> None:
    assert told in await sit(f"break {place}")
