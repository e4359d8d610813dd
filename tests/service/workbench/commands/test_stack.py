from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_what_runs_what(sit: Sitting) -> None:
    told = await sit("2", "stack")
    assert told.splitlines() == [
        "flow     survey: main/0  (menu, line 6)",
        "flow     main: rate/0  (run, line 28)",
    ]
    assert "branch   main: main/2/keys/4/0" in await sit("call", "break main/2/keys/4/0", "4", "bt")
