from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_a_variable_that_changes_stops_the_call(sit: Sitting) -> None:
    await sit("watch customer", "1")
    assert "customer was none and is {name: Ann, vip: true}" in await sit("1234")
    assert sit.path == "ask/2"


async def test_secrets_stay_secret(sit: Sitting) -> None:
    assert "pin was none and is ••••" in await sit("w pin", "1", "1234")


async def test_a_name_that_is_none_is_told(sit: Sitting) -> None:
    assert "did you mean 'reason'" in await sit("watch reson")
