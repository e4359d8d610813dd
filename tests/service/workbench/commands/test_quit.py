from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_it_leaves(sit: Sitting) -> None:
    await sit("quit")
    assert sit.desk.over
