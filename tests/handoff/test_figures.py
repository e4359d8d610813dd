from __future__ import annotations

import asyncio

import pytest

from ivrkit.call.queues import QueueFigures
from ivrkit.handoff.figures import Figures, expected_wait


class Asked:
    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.functions: list[str] = []

    async def __call__(self, function: str) -> str | None:
        self.functions.append(function)
        await asyncio.sleep(0)
        return self.answers.get(function)


ANSWERS = {
    "QUEUE_WAITING_COUNT(q)": "1",
    "QUEUE_MEMBER(q,ready)": "0",
    "QUEUE_MEMBER(q,logged)": "4",
    "QUEUETALKTIME": "100",
}


async def test_many_calls_ask_once() -> None:
    asked = Asked(ANSWERS)
    now = 0.0
    figures = Figures(asked, lambda: now)
    seen = await asyncio.gather(*(figures.of("q") for _ in range(20)))
    assert seen == [QueueFigures(1, 0, 4, 50.0)] * 20
    assert len(asked.functions) == 6
    now = 0.9
    await figures.of("q")
    assert len(asked.functions) == 6
    now = 1.1
    await figures.of("q")
    assert len(asked.functions) == 12


async def test_what_asterisk_does_not_say_is_zero() -> None:
    assert await Figures(Asked({"QUEUE_MEMBER(q,ready)": "-1"})).of("q") == QueueFigures()


@pytest.mark.parametrize(
    ("waiting", "ready", "staffed", "talk", "hold", "wait"),
    [
        (0, 2, 3, 60, 30, 0.0),
        (1, 2, 3, 60, 30, 0.0),
        (2, 2, 4, 60, 30, 15.0),
        (5, 0, 2, 60, 30, 180.0),
        (5, 0, 0, 60, 30, 30.0),
        (5, 0, 2, 0, 30, 30.0),
    ],
)
def test_those_in_front_come_first(
    waiting: int, ready: int, staffed: int, talk: int, hold: int, wait: float
) -> None:
    assert expected_wait(waiting, ready, staffed, talk, hold) == wait


async def test_two_queues_are_not_mixed_up() -> None:
    """What ``QUEUE_VARIABLES`` sets is read from the same channel, whichever queue it was for."""

    class Channel:
        queue = ""

        async def __call__(self, function: str) -> str | None:
            if function.startswith("QUEUE_VARIABLES"):
                self.queue = function[16:-1]
            await asyncio.sleep(0)
            if function.startswith("QUEUE_MEMBER") and "logged" in function:
                return "1"
            return {"a": "10", "b": "20"}[self.queue] if function == "QUEUETALKTIME" else "0"

    figures = Figures(Channel())
    seen = await asyncio.gather(figures.of("a"), figures.of("b"))
    assert [each.wait for each in seen] == [10.0, 20.0]
