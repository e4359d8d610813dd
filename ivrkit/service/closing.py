"""Records of calls with which nobody goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from ivrkit.call.events import Ended
from ivrkit.engine.interrupts import LOST
from ivrkit.store import Store
from ivrkit.store.records import close_records, find_left

PIECE = 200
"""Records that are closed in one transaction."""


async def close_left(
    store: Store,
    *,
    ended_at: datetime | None = None,
    live: Callable[[], Collection[str]] = tuple,
) -> int:
    """Close the records of calls that have no session as ``lost``; how many that were. What is
    known of their end is ``ended_at``, or the last that was told of each. ``live`` are those that
    are left alone, for they are in progress here though nothing of them could be saved. Raises
    StoreError.

    Calls have their session before their record, and as long as it is open: those of other engines
    that share the store, too. What becomes of a record meanwhile stays as it is.
    """
    here = set(live())
    await store.flush()
    left = await store.query(find_left)
    here.update(live())
    left = [each for each in left if each not in here]
    count = 0
    for start in range(0, len(left), PIECE):
        at: dict[str, float] = {}
        over: dict[str, datetime] = {}
        for call_id in left[start : start + PIECE]:
            record, trace = await store.record(call_id), await store.trace(call_id)
            if record is not None:
                at[call_id] = trace[-1].at if trace else 0.0
                over[call_id] = ended_at or record.started + timedelta(seconds=at[call_id])
        closed = await store.write(partial(close_records, ended=LOST, over=over))
        for call_id in closed:
            store.append(call_id, [Ended(at=at[call_id], ended=LOST)])
        count += len(closed)
    await store.flush()
    return count
