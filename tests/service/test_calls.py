"""One record per call, whichever engine wrote which part of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ivrkit.call.events import HandedOff
from ivrkit.engine.state import SessionState
from ivrkit.flow.closure import from_sources
from ivrkit.flow.model import FlowVersion
from ivrkit.service.calls import EngineCalls, Records
from ivrkit.service.registries import reader
from ivrkit.store import Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def state() -> SessionState:
    return SessionState(
        call="call-1",
        channel="channel-1",
        flow="bank",
        version="v1",
        caller="+4930",
        number="800",
        arrived=NOON.isoformat(),
        started=0.0,
        frames=[],
        path=["main", "agent"],
    )


async def test_what_was_handed_off_outlives_the_engine(tmp_path: Path) -> None:
    store = Store(tmp_path / "ivrkit.db")
    await store.open()
    first = Records(store, lambda: NOON)
    first.opened(state())
    first.heard("call-1", HandedOff(state="queued", queue="service", handoff="h1"))
    first.heard("call-1", HandedOff(state="connected", queue="service", handoff="h1"))
    await store.flush()
    during = await store.record("call-1")
    assert during is not None
    assert (during.flow, during.started, during.handoff) == ("bank", NOON, "h1")
    over = state()
    over.ended = "caller"
    Records(store, lambda: NOON).closed(over)
    await store.flush()
    record = await store.record("call-1")
    await store.close()
    assert record is not None
    assert (record.queue, record.handoff, record.ended) == ("service", "h1", "caller")
    assert (record.path, record.ended_at) == ("main > agent", NOON)


def version(name: str, text: str) -> FlowVersion:
    source = f"ivrkit: 1\nflow: {name}\ntitle: {text}\nsections:\n  main:\n    - log: {text}\n"
    return from_sources(reader(), name, {name: source})


class Serving:
    """What the listing asks of an engine and its flows."""

    def __init__(self, served: Sequence[FlowVersion], in_calls: Sequence[FlowVersion]) -> None:
        self.served = served
        self.refused = {"desk": "desk.yaml:3:1: error"}
        self.in_calls = in_calls

    def versions(self) -> Sequence[FlowVersion]:
        return self.served

    def since(self, version_hash: str) -> datetime | None:
        return NOON if version_hash in {each.hash for each in self.served} else None

    def live(self) -> dict[str, Any]:
        return {
            f"c{number}": SimpleNamespace(stack=SimpleNamespace(version=each))
            for number, each in enumerate(self.in_calls)
        }


def test_versions_with_their_calls_and_what_is_refused() -> None:
    old, desk, weather = version("desk", "Old"), version("desk", "New"), version("weather", "Rain")
    serving: Any = Serving([desk, weather], [old, desk, old])
    shown = EngineCalls(serving, serving, serving, serving, list).flows()
    assert [(each["name"], each["state"], each["title"], each["calls"]) for each in shown] == [
        ("desk", "serving", "New", 1),
        ("desk", "refused", "", 0),
        ("desk", "ending", "Old", 2),
        ("weather", "serving", "Rain", 0),
    ]
    assert [each["since"] for each in shown] == [NOON, None, None, NOON]
    assert shown[1]["problem"] == "desk.yaml:3:1: error"
