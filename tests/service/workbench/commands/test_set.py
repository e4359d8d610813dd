from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_a_variable_is_set(sit: Sitting) -> None:
    await sit("set reason = 'x' ~ 1", "set customer.name = 'Eve'")
    assert sit.bench.situation.variables == {"reason": "x1", "customer": {"name": "Eve"}}


async def test_what_cannot_be_set_is_told(sit: Sitting) -> None:
    assert "did you mean 'reason'" in await sit("set reson = 1")
    assert "write: set" in await sit("set reason")
    assert "✗" in await sit("set score = 'many'")
    assert "the call is over" in await sit("hangup", "set reason = 'x'")
