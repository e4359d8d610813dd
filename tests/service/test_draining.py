from __future__ import annotations

import asyncio

from ivrkit.engine.admission import Admission
from ivrkit.service.draining import Draining
from ivrkit.testing.clock import VirtualClock


class Calls:
    """Calls in progress, as a test wants them."""

    def __init__(self, count: int = 2) -> None:
        self.count = count
        self.gone = asyncio.Event()
        self.admission = Admission(VirtualClock())
        self.draining = Draining(self.admission, lambda: self.count, self._empty)

    async def _empty(self) -> None:
        await self.gone.wait()

    def end(self) -> None:
        self.count = 0
        self.gone.set()


async def test_an_operator_drains_and_takes_it_back() -> None:
    calls = Calls()
    draining = calls.draining
    draining.begin()
    assert (draining.is_on, draining.ends, draining.seconds_left) == (True, False, None)
    assert calls.admission.refuse(0) is not None
    assert draining.cancel()
    assert calls.admission.refuse(0) is None
    assert not draining.over.is_set()


async def test_an_engine_that_is_to_end_does_when_it_is_empty() -> None:
    calls = Calls()
    draining = calls.draining
    draining.end(3600)
    assert draining.is_on
    assert draining.ends
    assert not draining.cancel()
    assert draining.seconds_left is not None
    assert 3500 < draining.seconds_left <= 3600
    assert not draining.over.is_set()
    calls.end()
    await draining.over.wait()


async def test_it_ends_when_its_time_is_up() -> None:
    calls = Calls()
    calls.draining.end(0.01)
    await calls.draining.over.wait()
    assert calls.draining.calls == 2
    assert calls.draining.seconds_left == 0


async def test_it_ends_at_once() -> None:
    calls = Calls()
    calls.draining.let_go()
    assert calls.draining.over.is_set()
    assert calls.draining.is_on


async def test_nothing_is_left_of_one_that_is_stopped() -> None:
    calls = Calls()
    calls.draining.stop()
    calls.draining.end(3600)
    calls.draining.stop()
    await asyncio.sleep(0)
    assert not calls.draining.over.is_set()
