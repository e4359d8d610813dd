"""What ``ivrkit phone`` tells of the end: of the call, and of the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest

from ivrkit.call.events import Arrived, Ended, TraceEvent
from ivrkit.service.client import Tail
from ivrkit.service.configuration import Configuration
from ivrkit.service.phone import Handset, _watch


class Seen:
    """A screen."""

    def __init__(self) -> None:
        self.events: list[TraceEvent] = []
        self.told: list[str] = []
        self.changed = asyncio.Event()

    def event(self, event: TraceEvent) -> None:
        self.events.append(event)

    def tell(self, text: str) -> None:
        self.told.append(text)
        self.changed.set()


@pytest.fixture
def configuration() -> Configuration:
    return Configuration.model_validate({"api": {"port": 0}})


@pytest.fixture
def screen() -> Seen:
    return Seen()


@pytest.fixture
def handset(configuration: Configuration, screen: Seen) -> Handset:
    handset = Handset(configuration, "800", screen, "4930777")
    handset.answered.set()
    return handset


def tail(handset: Handset, *events: TraceEvent) -> Tail:
    """What an engine tells until it stops."""

    async def told() -> AsyncIterator[tuple[str, TraceEvent]]:
        arrived = Arrived(caller="", number="", flow="", version="", channel=handset._far)
        for event in (arrived, *events):
            yield "c1", event

    return cast(Tail, told())


async def test_an_engine_that_stops_behind_the_end_of_the_call_is_not_missed(
    configuration: Configuration, handset: Handset, screen: Seen
) -> None:
    async with asyncio.timeout(20):
        await _watch(configuration, handset, tail(handset, Ended(ended="flow")), screen)
    assert screen.told == []
    handset._tell_end()
    assert screen.told == ["the call has ended: the flow was over"]


async def test_an_engine_that_stops_before_the_end_is(
    configuration: Configuration, handset: Handset, screen: Seen
) -> None:
    watching = asyncio.create_task(_watch(configuration, handset, tail(handset), screen))
    async with asyncio.timeout(20):
        await screen.changed.wait()
    watching.cancel()
    await asyncio.wait({watching})
    assert screen.told[0].startswith("the engine is gone; the call stays in Asterisk")
    handset._tell_end()
    assert screen.told[1:] == ["the line is dead"]
