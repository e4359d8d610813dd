"""Records of calls with which nobody goes on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from ivrkit.call.events import Ended
from ivrkit.engine.interrupts import LOST
from ivrkit.store import Store
from ivrkit.store.records import find_left


async def close_left(
    store: Store, *, ended_at: datetime | None = None, but: Collection[str] = ()
) -> int:
    """Close the records of calls that have no session as ``lost``, all ``but`` some; how many that
    were. What is known of their end is ``ended_at``, or the last that was told of each. Raises
    StoreError.

    Calls have their session before their record, and as long as it is open.
    """
    await store.flush()
    left = [each for each in await store.query(find_left) if each not in but]
    for call_id in left:
        record, trace = await store.record(call_id), await store.trace(call_id)
        if record is None:
            continue
        at = trace[-1].at if trace else 0.0
        over = ended_at or record.started + timedelta(seconds=at)
        store.put_record(msgspec.structs.replace(record, ended=LOST, ended_at=over))
        store.append(call_id, [Ended(at=at, ended=LOST)])
    await store.flush()
    return len(left)
