"""What Asterisk could not play, live: it is told, and a caller who hangs up is no such thing."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Said
from tests.live.harness import Exchange
from tests.live.test_calls_menus import HALL, WELCOME

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


async def test_a_file_that_is_missing_is_told_to_an_engineer(
    exchange: Exchange, caplog: pytest.LogCaptureFixture
) -> None:
    async with exchange.calling("7101") as call:
        await call.until(Said, text=HALL)
        file = call.files(HALL)[-1]  # of those before it, Asterisk tells nothing
        moved = file.rename(file.with_suffix(".moved"))
        try:
            said = await call.until(Said, text=HALL)  # he has said nothing, and is asked again
        finally:
            moved.rename(file)
        await call.hang_up()
        await call.ends("caller")
    assert (said.end, said.unplayed) == ("failed", True)
    told = [each for each in caplog.records if "could not play" in each.getMessage()]
    assert [each.__dict__["call"] for each in told] == [call.id]
    assert file.name in told[0].getMessage()


async def test_a_caller_who_hangs_up_in_a_prompt_is_none(exchange: Exchange) -> None:
    async with exchange.calling("7101") as call:
        await call.until_said(WELCOME)
        await call.hang_up()
        await call.ends("caller")
    assert [(each.end, each.unplayed) for each in call.happened(Said)] == [("interrupted", False)]
