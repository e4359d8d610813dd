"""The one thing that must hold, whatever host and callers do: nobody gets an answer that is
another's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivrkit.call.requests.socket import Piece, SocketRequest
from ivrkit.connectors.connector import Place
from ivrkit.connectors.guard import Guard
from ivrkit.connectors.socket import SocketConnector
from ivrkit.connectors.wire.settings import SocketSettings
from ivrkit.errors import ConnectorError
from ivrkit.testing.fake_host import Close, Deed, FakeHost, Raw, Wait

OWN = {"id": {"answer": r"^A (?P<id>\d+)", "request": r"^Q (?P<id>\d+)"}}
NUMBERED = {"id": {"answer": r"^(?P<id>\d{8}) (?P<message>.*)$", "envelope": "{id} {message}"}}

moments = st.sampled_from([0.0, 0.0, 0.003, 0.006])
manners = st.sampled_from(
    ["at once", "late", "halves", "byte by byte", "never", "close", "half and close", "rubbish"]
)


@dataclass(frozen=True)
class Caller:
    """Asks at a moment, waits for so long at most, and may hang up; the host has its manner."""

    begins: float
    patience: float
    hangs_up: float | None
    manner: str
    moment: float
    reads: bool


callers = st.builds(
    Caller, moments, st.sampled_from([0.002, 0.1, 0.1]), st.none() | moments, manners, moments,
    st.booleans(),
)  # fmt: skip


def deeds(caller: Caller, answer: bytes, *, twice: bool) -> list[Deed]:
    """How the host answers; ``twice``: it may say it again in the same breath."""
    half = len(answer) // 2
    late = Wait(caller.moment)
    manner: dict[str, list[Deed]] = {
        "at once": [Raw(answer)],
        "late": [late, Raw(answer)],
        "halves": [Raw(answer[:half]), late, Raw(answer[half:])],
        "byte by byte": [late, Raw(answer, piece=1)],
        "never": [],
        "close": [late, Close()],
        "half and close": [Raw(answer[:half]), late, Close()],
        "rubbish": [Raw(answer * 2 if twice else answer)],
    }
    return manner[caller.manner]


async def ask(guard: Guard, number: int, id_: int, caller: Caller) -> Any:
    request = SocketRequest(
        connector="legacy",
        operation="Q",
        message=(Piece(f"Q {id_} {number}"),),
        seconds=caller.patience,
        reads=caller.reads,
    )
    await asyncio.sleep(caller.begins)
    asking = asyncio.create_task(guard.ask(request))
    if caller.hangs_up is not None:
        await asyncio.sleep(caller.hangs_up)
        asking.cancel()
    try:
        return await asking
    except (ConnectorError, asyncio.CancelledError):
        return None


async def play(all_: list[Caller], ids: int, *, in_turn: bool, **configured: Any) -> list[Any]:
    """The answers that the callers get."""
    numbered = configured.get("match") is NUMBERED
    rules: dict[str, Any] = {}
    for number, caller in enumerate(all_):
        line = f"A {number % ids} {number}"
        told = deeds(caller, f"{line}\r\n".encode(), twice=in_turn and not numbered)
        if numbered:  # the host knows the id only when it is asked
            whole = not told or caller.manner in ("close", "half and close")
            told = told if whole else [Wait(caller.moment), f"{{1}} {line}"]
        rules[rf"(\d{{8}})? ?Q {number % ids} {number}"] = told
    async with FakeHost(rules, in_turn=in_turn) as host:
        model = SocketSettings(
            address=host.address, breaker={"failures": 1000}, at_once=100, **configured
        )
        connector = SocketConnector("legacy", model, Place())
        guard = Guard(connector)
        asked = [ask(guard, n, n % ids, caller) for n, caller in enumerate(all_)]
        answers = await asyncio.gather(*asked)
        await connector.close()
    return list(answers)


def check(answers: list[Any], ids: int) -> None:
    for number, answer in enumerate(answers):
        assert answer in (None, f"A {number % ids} {number}")


many = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(st.lists(callers, min_size=4, max_size=12), st.integers(1, 3))
def test_in_order(all_: list[Caller], connections: int) -> None:
    check(asyncio.run(play(all_, 1, in_turn=True, connections=connections)), 1)


@many
@given(st.lists(callers, min_size=4, max_size=12))
def test_in_order_with_several_under_way(all_: list[Caller]) -> None:
    once = [c for c in all_ if c.manner not in ("rubbish", "never")]
    check(asyncio.run(play(once, 1, in_turn=True, in_flight=4)), 1)


@many
@given(st.lists(callers, min_size=4, max_size=12), st.integers(1, 12))
def test_by_an_id_of_the_flow(all_: list[Caller], ids: int) -> None:
    whole = [c for c in all_ if c.manner not in ("halves", "byte by byte", "half and close")]
    check(asyncio.run(play(whole, ids, in_turn=False, connections=2, match=OWN)), ids)


@many
@given(st.lists(callers, min_size=4, max_size=12))
def test_by_an_id_of_the_connector(all_: list[Caller]) -> None:
    whole = [c for c in all_ if c.manner not in ("half and close",)]
    check(asyncio.run(play(whole, 1, in_turn=False, match=NUMBERED)), 1)


def test_short_connections() -> None:
    all_ = [
        Caller(0.0, 0.5, None, manner, 0.001, True)
        for manner in ("at once", "halves", "late", "byte by byte")
    ]
    answers = asyncio.run(play(all_, 1, in_turn=True, connection="short"))
    assert answers == [f"A 0 {number}" for number in range(4)]
