from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_all_variables(sit: Sitting) -> None:
    told = await sit("break ask/2", "1", "1234", "show")
    assert "reason: pin" in told
    assert "customer: {name: Ann, vip: true}" in told
    assert "pin: ••••" in told
    assert "1234" not in told


async def test_an_expression(sit: Sitting) -> None:
    assert await sit("show 1 + 2") == "3"
    assert await sit("c", "v call.path") == "main"
    assert "1234" not in await sit("1", "break ask/1", "1234", "show pin ~ '!'")


async def test_what_cannot_be_worked_out_is_told(sit: Sitting) -> None:
    assert "✗" in await sit("show nonsense + 1")
    assert "✗" in await sit("show (")


async def test_what_the_call_has_left_when_it_is_over(sit: Sitting) -> None:
    assert await sit("1", "hangup", "show") == "reason: pin"
    assert "the call is over" in await sit("show reason")
