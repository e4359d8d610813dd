from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_keys_are_pressed_when_the_call_listens(sit: Sitting) -> None:
    await sit("press 1")
    assert sit.path == "ask/0"
    assert sit.bench.situation.variables["reason"] == "pin"


async def test_keys_alone_are_pressed(sit: Sitting) -> None:
    await sit("1", "12 ")
    assert sit.path == "ask/0"
    await sit("p 34")
    assert sit.bench.situation.ended == "flow"


async def test_what_cannot_be_pressed_is_told(sit: Sitting) -> None:
    assert "cannot be pressed" in await sit("press x")
    assert "say which keys" in await sit("press")


async def test_a_breakpoint_on_the_way_is_told(sit: Sitting) -> None:
    await sit("break main/2")
    told = await sit("1")
    assert "main/2" in told
    assert "1 was not pressed" in told


async def test_a_call_that_is_over_takes_none(sit: Sitting) -> None:
    assert "the call is over" in await sit("hangup", "1")
