from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_once_more_from_the_beginning(sit: Sitting) -> None:
    await sit("break ask", "1", "c", "call")
    assert (sit.path, sit.bench.seconds) == ("main/0", 0.0)
    await sit("1")
    assert sit.path == "ask/0"
