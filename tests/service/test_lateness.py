from __future__ import annotations

import asyncio
import time

from ivrkit.service.lateness import PERIOD, Lateness


async def test_a_loop_that_was_held_up_is_late() -> None:
    lateness = Lateness()
    measured: list[float] = []
    told = asyncio.Event()

    def observe(seconds: float) -> None:
        measured.append(seconds)
        told.set()

    lateness.observe(observe)
    assert lateness.now == 0
    lateness.start()
    time.sleep(3 * PERIOD)  # noqa: ASYNC251 - that is what holds a loop up
    overdue = lateness.now
    assert overdue >= PERIOD  # known before the timer could run
    await told.wait()
    assert measured[0] >= PERIOD
    assert lateness.now == measured[-1]
    lateness.stop()
    assert lateness.now == 0
    lateness.stop()
