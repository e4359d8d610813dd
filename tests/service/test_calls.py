"""One record per call, whichever engine wrote which part of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ivrkit.call.events import HandedOff
from ivrkit.engine.state import SessionState
from ivrkit.service.calls import Records
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
