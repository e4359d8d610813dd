"""Waiting on the clock until something has happened."""

from __future__ import annotations

import asyncio

import pytest

from ivrkit.engine.news import News
from ivrkit.testing.clock import VirtualClock


async def test_who_waits_is_told() -> None:
    clock, news = VirtualClock(), News()
    with clock.participant():
        clock.at(3.0, news.tell)
        assert await news.wait(clock, 10.0)
        assert clock.time() == 3.0


async def test_nothing_happens_before_the_time() -> None:
    clock, news = VirtualClock(), News()
    with clock.participant():
        news.tell()  # he has seen that himself
        assert not await news.wait(clock, 10.0)
        assert clock.time() == 10.0


async def test_much_may_happen_at_once_and_behind_it() -> None:
    clock, news = VirtualClock(), News()

    def happens() -> None:
        for _ in range(3):
            news.tell()

    with clock.participant():
        clock.at(3.0, happens)
        assert await news.wait(clock, None)
        news.tell()
        clock.at(5.0, news.tell)
        assert await news.wait(clock, 7.0)
        assert clock.time() == 5.0


async def test_who_is_broken_off_waits_no_more() -> None:
    clock, news = VirtualClock(), News()
    with clock.hold():
        waiting = asyncio.create_task(news.wait(clock, 10.0))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        news.tell()
