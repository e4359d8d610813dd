from __future__ import annotations

import dataclasses
import logging

import pytest
from pydantic import SecretStr

from ivrkit.channels.ari.link import Backoff, Link, unreachable
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.errors import CarrierError, CarrierUnavailable
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import QUIET, Line, eventually


def pauses_of(backoff: Backoff, now: list[float], *quiet: float) -> list[float]:
    """Its pauses, each so many seconds after the one before was over."""
    pauses = []
    for seconds in quiet:
        now[0] += seconds
        pauses.append(backoff.pause())
        now[0] += pauses[-1]
    return pauses


def test_pauses_grow_until_a_connection_has_lasted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.random", lambda: 0.5)
    now = [1000.0]
    backoff = Backoff(1.0, 4.0, 9.5, lambda: now[0])
    assert pauses_of(backoff, now, 0, 0, 0, 9, 10, 0) == [1, 2, 4, 4, 1, 2]


def test_long_pauses_want_a_longer_time_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that take a name from each other wait for as long as the other does, at most three
    times as long as they have waited themselves."""
    monkeypatch.setattr("random.random", lambda: 0.5)
    now = [1000.0]
    backoff = Backoff(1.0, 60.0, 5.0, lambda: now[0])
    quiet = (0, 3, 6, 12, 24, 48, 96, 90, 60, 121, 6)
    assert pauses_of(backoff, now, *quiet) == [1, 2, 4, 8, 16, 32, 60, 60, 60, 1, 1]


def test_pauses_are_spread() -> None:
    pauses = [Backoff(1.0, 4.0, 10.0, lambda: 0.0).pause() for _ in range(50)]
    assert len(set(pauses)) > 10
    assert all(0.5 <= pause <= 1.5 for pause in pauses)


async def test_it_comes_back_after_a_clean_close(asterisk: FakeAsterisk) -> None:
    async with Line(asterisk) as line:
        for before in range(1, 4):
            await asterisk.drop("ivrkit")
            await line.reconnected(before)


async def test_it_comes_back_when_asterisk_does(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    async with Line(asterisk) as line:
        await asterisk.stop()
        await eventually(lambda: "cannot be reached" in caplog.text)
        asterisk.password = "another"
        await asterisk.start()
        await eventually(lambda: "refuses the user" in caplog.text)
        asterisk.password = "secret"
        await line.reconnected(1)


async def test_nothing_is_sent_without_a_connection(asterisk: FakeAsterisk) -> None:
    link = Link(asterisk.settings(), "x", lambda message: None, timings=QUIET)
    with pytest.raises(CarrierUnavailable):
        link.send(b"{}")
    await link.stop()


async def test_a_first_connection_that_cannot_be_prepared_fails(asterisk: FakeAsterisk) -> None:
    async def prepare() -> None:
        raise CarrierError("no")

    link = Link(asterisk.settings(), "x", lambda message: None, timings=QUIET, on_connected=prepare)
    with pytest.raises(CarrierError, match="no"):
        await link.start()
    assert not link.ready.is_set()


async def test_the_library_never_logs_frames(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with Line(asterisk) as line:
        channel = await line.call()
        asterisk.press(channel.id, "4711")
        await channel.set_variables({"PIN": "0815"})
        await eventually(lambda: len(line.events[channel.id]) == 4)
    for text in ("4711", "0815", "RESTRequest", "Basic "):
        assert text not in caplog.text


async def test_it_comes_back_when_asterisk_has_fallen_silent(asterisk: FakeAsterisk) -> None:
    asterisk.answers_pings = False
    async with Line(asterisk, timings=dataclasses.replace(QUIET, ping=0.25)) as line:
        await line.reconnected(1)
        asterisk.answers_pings = True
        await line.call()


async def test_a_mistake_of_ours_does_not_end_it(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    connects = 0

    async def prepare() -> None:
        nonlocal connects
        connects += 1
        if connects == 2:
            raise RuntimeError("a mistake of ours")

    link = Link(asterisk.settings(), "x", lambda message: None, timings=QUIET, on_connected=prepare)
    await link.start()
    await asterisk.drop("x")
    await eventually(lambda: connects == 3 and link.ready.is_set())
    assert "a mistake of ours" in caplog.text
    await link.stop()


async def test_a_mistake_of_ours_at_the_first_connection_is_told(asterisk: FakeAsterisk) -> None:
    async def prepare() -> None:
        raise RuntimeError("a mistake of ours")

    link = Link(asterisk.settings(), "x", lambda message: None, timings=QUIET, on_connected=prepare)
    with pytest.raises(RuntimeError, match="of ours"):
        await link.start()


def test_an_asterisk_that_says_nothing_is_named_so() -> None:
    told = str(unreachable(AriSettings(password=SecretStr("x")), TimeoutError()))
    assert "cannot be reached: TimeoutError" in told
