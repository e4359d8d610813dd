"""The named points of calls: kept with the record, bounded, erased with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ivrkit.call.events import Milestone
from ivrkit.store import CallRecord, Store
from ivrkit.store.milestones import MOST_OF_A_CALL


async def test_they_are_kept_in_their_order_and_not_without_end(store: Store) -> None:
    events = [Milestone(at=at, name=f"m{at}", values={"n": at}) for at in range(150)]
    store.append("c1", events[:1])
    await store.flush()
    store.append("c1", events[1:])
    store.append("c2", events[:2])
    await store.flush()
    kept = await store.milestones("c1")
    assert [each.name for each in kept] == [f"m{at}" for at in range(MOST_OF_A_CALL)]
    assert kept[3].values == {"n": 3}
    assert len(await store.milestones("c2")) == 2


async def test_they_go_with_the_record(store: Store) -> None:
    now = datetime.now(UTC)
    for call_id, age in (("old", timedelta(days=400)), ("new", timedelta())):
        store.put_record(
            CallRecord(id=call_id, flow="f", version="v", caller="1", number="2", started=now - age)
        )
        store.append(call_id, [Milestone(name="paid")])
    await store.flush()
    await store.erase_expired(now)
    assert [len(await store.milestones(each)) for each in ("old", "new")] == [0, 1]
    await store.callers.erase(["1"])
    assert await store.milestones("new") == []
