from __future__ import annotations

from ivrkit.service.workbench.prompting import completions
from tests.service.workbench.conftest import Sitting


async def test_commands_and_their_first_argument_are_completed(sit: Sitting) -> None:
    assert completions(sit.desk, "", "st") == ["stack", "step"]
    assert completions(sit.desk, "goto ", "a") == ["agent", "ask"]
    assert completions(sit.desk, "break ", "ask/") == ["ask/0", "ask/1", "ask/2"]
    assert completions(sit.desk, "watch ", "r") == ["reason"]
    assert completions(sit.desk, "show ", "vis") == ["visit", "visits"]
    assert completions(sit.desk, "help ", "pre") == ["press", "press!"]
    assert completions(sit.desk, "watch reason ", "r") == []
    assert completions(sit.desk, "nonsense ", "r") == []
