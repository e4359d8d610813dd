from __future__ import annotations

from tests.service.workbench.conftest import Sitting


async def test_what_a_menu_takes(sit: Sitting) -> None:
    told = (await sit("c", "keys")).splitlines()
    assert told[:2] == ['1      → ask  [pin]  For your pin  "my pin"', "2      → rate  [survey]"]
    assert told[2].startswith("4      → steps at line")
    assert told[3] == '0      → agent  (flow-wide)  For a person  "a person"'


async def test_what_is_not_offered_is_not_shown(sit: Sitting) -> None:
    await sit("c", "set customer.vip = true")
    assert "3      → agent" in await sit("k")


async def test_what_a_question_takes(sit: Sitting) -> None:
    assert (await sit("1", "keys")).startswith("4 digits, then #")


async def test_a_step_that_takes_none(sit: Sitting) -> None:
    assert await sit("keys") == (
        "answer takes no keys; what is pressed waits for the next question"
    )
