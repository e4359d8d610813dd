"""Fifty callers at once, live: none fails, and nothing is left behind."""

from __future__ import annotations

from typing import Any

import pytest

from ivrkit.call.events import Ended, Saying
from ivrkit.service.site import Site
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.load import Keys, Load, Pause, place
from tests.live.harness import Exchange, finished

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.asyncio(loop_scope="session")]

CALLS = 50


async def test_fifty_callers_at_once_leave_nothing_behind(
    exchange: Exchange, site: Site, asterisk: PrivateAsterisk, ari: Any
) -> None:
    known = set(exchange.traces.calls)
    load = Load("7100", calls=CALLS, rate=25, steps=(Pause(2), Keys("1")))
    result = await place(load, asterisk.sip_port)
    assert (result.succeeded, result.failed) == (CALLS, 0), result.errors
    assert result.most_at_once == CALLS

    calls = {name: exchange.traces.calls[name] for name in set(exchange.traces.calls) - known}
    assert len(calls) == CALLS
    for events in calls.values():
        assert [event.ended for event in events if isinstance(event, Ended)] == ["flow"]
        assert [event.text for event in events if isinstance(event, Saying)] == [
            "Welcome to the crowd.",
            "Press one to come in.",
            "You are in, and now out.",
        ]
    await site.engine.wait_empty()
    assert not site.engine.live()
    assert not site.carrier.channels_by_id
    assert not site.carrier.channels_by_playback
    assert await ari.request("GET", "bridges") == []
    application = await ari.request("GET", "applications/live-1")
    assert application["channel_ids"] == application["bridge_ids"] == []
    await no_playback_is_left(ari, calls)

    async with exchange.calling("7100") as call:
        await call.until_asked("Press one to come in.")
        await call.press("1")
        await call.ends()
    assert call.said() == [
        *finished("Welcome to the crowd.", "Press one to come in.", "You are in, and now out.")
    ]
    call.listened()


async def no_playback_is_left(ari: Any, calls: dict[str, Any]) -> None:
    """ARI lists no playbacks, but their names are derived from call and number."""
    for name, events in calls.items():
        played = sum(isinstance(event, Saying) for event in events)
        for number in range(1, played + 1):
            assert not await ari.exists(f"playbacks/{name}.{number}")
