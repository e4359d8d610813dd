from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.testing.clock import NothingLeft, VirtualClock


def future() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()


async def together(clock: VirtualClock, *parts: Coroutine[Any, Any, None]) -> None:
    async def one(part: Coroutine[Any, Any, None]) -> None:
        with clock.participant():
            await part

    await asyncio.gather(*(one(part) for part in parts))


async def test_time_passes_only_when_all_are_parked() -> None:
    clock = VirtualClock()
    seen: list[tuple[str, float]] = []

    async def sleeper() -> None:
        await clock.sleep(10)
        seen.append(("slept", clock.time()))

    async def worker() -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        seen.append(("worked", clock.time()))
        await clock.sleep(1)
        seen.append(("rested", clock.time()))

    await together(clock, sleeper(), worker())
    assert seen == [("worked", 0.0), ("rested", 1.0), ("slept", 10.0)]


async def test_it_stands_still_during_outside_work() -> None:
    clock = VirtualClock()
    gate = future()

    async def sleeper() -> None:
        await clock.sleep(5)

    async def worker() -> None:
        await clock.outside(gate)
        assert clock.time() == 0.0

    running = asyncio.create_task(together(clock, sleeper()))
    outside = asyncio.create_task(worker())
    for _ in range(20):
        await asyncio.sleep(0)
    assert clock.time() == 0.0
    gate.set_result(None)
    await outside
    await running
    assert clock.time() == 5.0


async def test_who_waits_for_work_is_told_of_its_end_before_time_passes() -> None:
    """Also where nobody waits for the task itself: its end wakes somebody by a callback."""
    clock = VirtualClock()
    gate, woken = future(), future()
    times: list[float] = []

    async def asked() -> None:
        await gate

    async def waiter() -> None:
        work = asyncio.ensure_future(clock.outside(asked()))
        work.add_done_callback(lambda _: woken.set_result(None))
        asyncio.get_running_loop().call_later(0, gate.set_result, None)
        await clock.park(woken, 5)
        times.append(clock.time())

    await together(clock, waiter())
    assert times == [0.0]


async def test_who_was_woken_is_no_longer_parked_before_his_task_runs() -> None:
    clock = VirtualClock()
    woken = future()
    times: list[float] = []

    async def waiter() -> None:
        await clock.park(woken, None)
        times.append(clock.time())
        await clock.sleep(2)
        times.append(clock.time())

    async def other() -> None:
        await clock.sleep(1)
        woken.set_result(None)
        await clock.sleep(100)

    await together(clock, waiter(), other())
    assert times == [1.0, 3.0]


async def test_a_task_that_was_begun_takes_part_before_time_passes() -> None:
    clock = VirtualClock()
    begun: list[float] = []

    async def child() -> None:
        with clock.participant():
            begun.append(clock.time())

    async def parent() -> None:
        task = asyncio.create_task(child())
        await clock.sleep(7)
        await task

    await together(clock, parent())
    assert begun == [0.0]


async def test_a_task_begun_by_a_player_who_was_just_woken_runs_first() -> None:
    clock = VirtualClock()
    begun: list[str] = []

    async def child() -> None:
        with clock.participant():
            begun.append("child")

    with clock.player():
        await clock.sleep(0)
        task = asyncio.create_task(child())
        await clock.sleep(0)
        assert begun == ["child"]
        await task


async def test_timers_of_one_instant_fire_in_the_order_armed_and_one_by_one() -> None:
    clock = VirtualClock()
    log: list[str] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        log.append(f"{name} woke")
        for _ in range(5):
            await asyncio.sleep(0)
        log.append(f"{name} done")

    # 0.1 + 0.2 is not 0.3 for a float, and yet the same instant.
    await together(clock, sleeper("a", 0.3), sleeper("b", 0.1 + 0.2), sleeper("c", 0.3))
    assert log == ["a woke", "a done", "b woke", "b done", "c woke", "c done"]


async def test_the_timers_of_a_player_come_first() -> None:
    clock = VirtualClock()
    log: list[str] = []

    async def call() -> None:
        with clock.participant():
            await clock.sleep(1)
            log.append("call")

    async def player() -> None:
        with clock.player():
            await clock.sleep(0.5)
            await clock.sleep(0.5)  # armed last
            log.append("player")

    await asyncio.gather(call(), player())
    assert log == ["player", "call"]


async def test_a_player_who_waits_for_no_time_sees_everything_done() -> None:
    clock = VirtualClock()
    log: list[str] = []

    async def call() -> None:
        with clock.participant():
            await clock.sleep(1)
            log.append("first")
            await clock.sleep(0)
            log.append("second")

    task = asyncio.create_task(call())
    with clock.player():
        await clock.sleep(1)
        assert log == []
        await clock.sleep(0)
        assert log == ["first", "second"]
    await task


async def test_a_cancelled_timer_does_not_fire() -> None:
    clock = VirtualClock()
    fired: list[str] = []
    clock.at(1, lambda: fired.append("kept"))
    clock.at(1, lambda: fired.append("cancelled")).cancel()
    await together(clock, clock.sleep(2))
    assert fired == ["kept"]
    assert clock.time() == 2.0


async def test_nothing_left_is_told_to_the_player() -> None:
    clock = VirtualClock()
    forever = future()

    async def call() -> None:
        with clock.participant():
            await clock.park(forever, None)

    task = asyncio.create_task(call())
    with clock.player():
        await clock.sleep(3)
        with pytest.raises(NothingLeft, match="after 3 s everybody waits"):
            await clock.park(future(), None)
    forever.set_result(None)
    await task


async def test_nothing_left_is_told_to_everybody_where_nobody_plays() -> None:
    clock = VirtualClock()
    with pytest.raises(NothingLeft):
        await clock.park(future(), None)


async def test_the_day_begins_when_it_is_told_to() -> None:
    start = datetime.fromisoformat("2026-03-02T10:00:00+01:00")
    clock = VirtualClock(start)
    await clock.sleep(90)
    assert clock.now().isoformat() == "2026-03-02T10:01:30+01:00"


async def test_chance_repeats() -> None:
    one, two = VirtualClock(seed=3), VirtualClock(seed=3)
    assert [one.random() for _ in range(5)] == [two.random() for _ in range(5)]


async def test_a_cancelled_sleeper_leaves_nothing_behind() -> None:
    clock = VirtualClock()
    with clock.participant():
        task = asyncio.create_task(together(clock, clock.sleep(50)))
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await clock.sleep(1)
    assert clock.time() == 1.0


async def test_a_task_takes_part_once() -> None:
    clock = VirtualClock()
    with clock.participant(), pytest.raises(RuntimeError), clock.participant():
        pass


@given(
    st.lists(
        st.lists(st.integers(0, 5).map(lambda tenths: tenths / 10), max_size=6),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_everybody_wakes_at_his_time_and_time_never_goes_back(naps: list[list[float]]) -> None:
    async def scenario() -> None:
        clock = VirtualClock()
        seen: list[float] = []

        async def sleeper(mine: list[float]) -> None:
            for nap in mine:
                due = clock.time() + nap
                await clock.sleep(nap)
                assert clock.time() == pytest.approx(due)
                seen.append(clock.time())

        await together(clock, *(sleeper(mine) for mine in naps))
        assert seen == sorted(seen)
        assert clock.time() == pytest.approx(max(sum(mine) for mine in naps))

    asyncio.run(scenario())


async def test_time_passes_while_work_outside_waits_on_the_clock() -> None:
    """A service that a script gives, with a delay."""
    clock = VirtualClock()

    async def work() -> float:
        await clock.sleep(2)
        return clock.time()

    with clock.participant():
        assert await clock.outside(work()) == 2
        assert await clock.outside(clock.outside(work())) == 4


async def test_it_stands_still_as_soon_as_that_wait_is_over() -> None:
    clock = VirtualClock()
    times = []

    async def work() -> None:
        await clock.sleep(1)
        await asyncio.sleep(0.01)
        times.append(clock.time())

    with clock.participant():
        task = asyncio.create_task(clock.outside(work()))
        await clock.sleep(5)
        await task
    assert times == [1]
