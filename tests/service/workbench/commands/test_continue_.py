from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_until_the_call_waits_for_keys(sit: Sitting) -> None:
    assert "waits for keys" in await sit("continue")
    assert sit.bench.situation.listening


async def test_until_a_breakpoint_or_the_end(sit: Sitting) -> None:
    await sit("break ask", "c", "1")
    assert sit.path == "ask/0"
    await sit("c", "time +5s", "c")
    assert "the call is over: flow" in await sit("c", "time 5s", "time 5s", "time 5s", "c")
