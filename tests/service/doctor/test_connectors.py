"""How systems outside fare in the running engine, as doctor tells it."""

from __future__ import annotations

from typing import Any

from ivrkit.service.doctor.connectors import fares
from ivrkit.service.doctor.findings import State

WELL = {
    "name": "broker.events",
    "state": "closed",
    "rests": 0.0,
    "busy": 0,
    "waiting": 0,
    "asked": 30,
    "failed": 6,
    "last_error": "it broke",
    "troubles": [],
}


class Api:
    def __init__(self, **changes: Any) -> None:
        self._fare = WELL | changes

    async def get(self, path: str) -> Any:
        assert path == "/v1/connectors"
        return {"connectors": [self._fare]}


async def told(**changes: Any) -> list[tuple[State, str]]:
    found = await fares(Api(**changes))  # type: ignore[arg-type]
    assert all(each.name == "broker.events in the engine" and each.remedy for each in found)
    return [(each.state, each.text) for each in found]


async def test_what_is_well_is_not_told() -> None:
    assert await told() == []


async def test_what_is_left_alone() -> None:
    assert await told(state="open", rests=12.0) == [
        (State.FAIL, "left alone after 6 of 30 requests failed: it broke")
    ]


async def test_what_is_slow() -> None:
    assert await told(busy=10, waiting=3) == [
        (State.WARNING, "10 requests are under way and 3 wait for their turn")
    ]


async def test_what_waits_to_be_sent() -> None:
    assert await told(troubles=["9 messages wait"], state="open") == [
        (State.WARNING, "9 messages wait"),
        (State.FAIL, "left alone after 6 of 30 requests failed: it broke"),
    ]
