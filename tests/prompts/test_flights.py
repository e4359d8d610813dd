from __future__ import annotations

import asyncio

import pytest

from ivrkit.prompts.flights import Flights


async def test_all_who_ask_get_what_is_made_once() -> None:
    flights: Flights[object] = Flights()
    made = []
    gate = asyncio.Event()

    async def make() -> object:
        await gate.wait()
        made.append(1)
        return object()

    waiting = [asyncio.create_task(flights.once("a", make)) for _ in range(5)]
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(*waiting)
    assert len(made) == 1
    assert len({id(each) for each in results}) == 1
    await flights.once("a", make)
    assert len(made) == 2


async def test_one_who_gives_up_does_not_stop_the_others() -> None:
    flights: Flights[str] = Flights()
    gate = asyncio.Event()

    async def make() -> str:
        await gate.wait()
        return "made"

    first = asyncio.create_task(flights.once("a", make))
    second = asyncio.create_task(flights.once("a", make))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert await second == "made"
    assert first.cancelled()


async def test_a_failure_is_told_to_all_and_not_kept() -> None:
    flights: Flights[str] = Flights()

    async def fail() -> str:
        raise ValueError("no")

    async def work() -> str:
        return "made"

    results = await asyncio.gather(
        flights.once("a", fail), flights.once("a", fail), return_exceptions=True
    )
    assert [str(each) for each in results] == ["no", "no"]
    assert await flights.once("a", work) == "made"


async def test_closing_ends_what_is_in_the_air() -> None:
    flights: Flights[str] = Flights()

    async def never() -> str:
        await asyncio.Event().wait()
        return ""

    waiting = asyncio.create_task(flights.once("a", never))
    await asyncio.sleep(0)
    await flights.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
