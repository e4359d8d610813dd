from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_the_caller_hangs_up(sit: Sitting) -> None:
    await sit("1")
    assert "the call is over: caller" in await sit("hangup")
    assert "the call is over: caller" in await sit("h")


async def test_breakpoints_hold_at_the_end_too(sit: Sitting) -> None:
    await sit("c", "break on_end/0", "hangup")
    assert sit.path == "on_end/0"
    assert "the call is over: caller" in await sit("c")
