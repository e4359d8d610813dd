"""Steps that last, live: keys in a prompt, music, what runs meanwhile, time limits."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import (
    Arrived,
    Ended,
    Left,
    Music,
    Pressed,
    Resumed,
    Saying,
    TraceEvent,
)
from ivrkit.channels.ari.channel import AriChannel
from ivrkit.service.site import Site
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.load import Keys, Load, Pause, place
from tests.live.harness import Exchange
from tests.live.served import served
from tests.live.test_calls_load import no_playback_is_left

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

WELCOME = "Good morning and welcome to the waiting room"
SEAS = "While you wait here, we tell you of the seven seas."
MUSIC = "Now comes the music."
CALLS = 200


async def test_keys_music_and_steps_meanwhile(exchange: Exchange) -> None:
    async with exchange.calling("7109") as call:
        await call.until_said(WELCOME)
        await call.press("1")
        await call.until_said("You have found the first key.")
        await call.until_said(WELCOME)
        await call.until_said(SEAS)
        await call.press("2")
        await call.until_said("Two it is.")
        await call.until_said(MUSIC)
        await call.until(Music)
        await call.until(Left, path="main/2", exit="next")
        await call.until(Music)
        await call.press("4")
        await call.until_said("Four in between.")
        await call.until(Music)
        await call.until_asked("press 5")
        await call.press("5")
        await call.ends()
    said = [(text[:20], end) for text, end in call.said()]
    assert said == [
        (WELCOME[:20], "interrupted"),
        ("You have found the f", "finished"),
        (WELCOME[:20], "finished"),
        (SEAS[:20], "interrupted"),
        ("Two it is.", "finished"),
        (MUSIC, "finished"),
        ("Four in between.", "finished"),
        ("If you are done with", "finished"),
        ("You are done with wa", "finished"),
    ]
    waits = [each for each in call.happened(Left) if each.path == "main/2"]
    assert [each.exit for each in waits] == ["keys/2", "next"]
    assert 5.5 < sum(each.seconds for each in waits) < 7
    call.listened()


async def test_a_jump_out_and_a_longer_key(exchange: Exchange) -> None:
    async with exchange.calling("7109") as call:
        await call.until_said(SEAS)
        await call.press("12")
        await call.ends()
    assert call.noted() == ["late"]
    assert [event.keys for event in call.happened(Pressed)] == ["12"]


async def test_a_time_limit(exchange: Exchange) -> None:
    async with exchange.calling("7109") as call:
        await call.until_asked("press 5")
        await call.ends()
    assert call.noted() == ["late"]
    left = [each for each in call.happened(Left) if each.path == "main/4"]
    assert [each.exit for each in left] == ["timeout"]


async def test_a_hang_up_while_music_plays(exchange: Exchange, site: Site) -> None:
    async with exchange.calling("7109") as call:
        await call.until(Music)
        await call.hang_up()
        await call.ends("caller")
    await site.engine.wait_empty()


async def test_an_engine_that_is_killed_in_what_runs_meanwhile(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    async with (
        served(asterisk, tmp_path, 6) as (exchange, engine),
        exchange.calling("7609") as call,
    ):
        await call.until_said(SEAS)
        await call.listen(0.5)
        await engine.kill()
        await engine.start()
        await call.until(Resumed, path="main/2")
        await call.until(Music)
        await call.until_asked("press 5")
        await call.press("5")
        await call.ends()
        assert "You are done with waiting." in [text for text, _ in call.said()]


@pytest.mark.timeout(180)
@pytest.mark.alone
async def test_two_hundred_callers_who_wait(
    exchange: Exchange,
    site: Site,
    asterisk: PrivateAsterisk,
    ari: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known, tasks = set(exchange.traces.calls), len(asyncio.all_tasks())
    reported = keys_reported(monkeypatch)
    steps = (Pause(22), Keys("1"), Pause(3), Keys("2"))
    result = await place(Load("7110", calls=CALLS, rate=10, steps=steps), asterisk.sip_port)
    assert (result.succeeded, result.failed) == (CALLS, 0), result.errors
    assert result.most_at_once == CALLS

    calls = {name: exchange.traces.calls[name] for name in set(exchange.traces.calls) - known}
    assert len(calls) == CALLS
    for events in calls.values():
        arrived = events[0]
        assert isinstance(arrived, Arrived)
        keys = reported.get(arrived.channel, "")
        last = [] if "2" in keys else ["timeout"]
        assert [event.ended for event in events if isinstance(event, Ended)] == ["flow"]
        assert left_by(events, "main/1") == [*(f"keys/{key}" for key in keys), *last]
        said = [event.text for event in events if isinstance(event, Saying)]
        assert said[:2] == ["Welcome to the lounge.", "Please have a seat."]
        assert ("One moment." in said) == ("1" in keys)
        assert said[-1] == ("We close now." if last else "Goodbye from the lounge.")
    # On a busy machine a key may be lost on its way to Asterisk; most are not.
    assert sum(map(len, reported.values())) > 1.95 * CALLS
    await site.engine.wait_empty()
    assert not site.engine.live()
    assert not site.carrier.channels_by_id
    assert not site.carrier.channels_by_playback
    assert len(asyncio.all_tasks()) <= tasks
    assert await ari.request("GET", "bridges") == []
    await no_playback_is_left(ari, calls)


def keys_reported(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The keys that Asterisk reports from now on, by channel."""
    keys: dict[str, str] = {}
    take = AriChannel.key

    def key(self: AriChannel, key: str, duration: int) -> None:
        keys[self.id] = keys.get(self.id, "") + key
        take(self, key, duration)

    monkeypatch.setattr(AriChannel, "key", key)
    return keys


def left_by(events: list[TraceEvent], path: str) -> list[str]:
    return [each.exit for each in events if isinstance(each, Left) and each.path == path]
