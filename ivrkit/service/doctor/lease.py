"""Which engine holds the application, and whether the store's clock is this machine's."""

from __future__ import annotations

import asyncio
import time
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from ivrkit.errors import StoreError
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.asterisk import APART_SECONDS
from ivrkit.service.doctor.findings import Finding, ok, warning
from ivrkit.store.database import closing_engine, database_at
from ivrkit.store.leases import VALID_SECONDS
from ivrkit.store.tables import leases


class Told(NamedTuple):
    """What the store tells: its holder (empty: none), how many seconds ago it was renewed, and
    how many seconds the clocks are apart at least."""

    holder: str
    age: float
    apart: float


async def examine_lease(configuration: Configuration) -> list[Finding]:
    """Nothing where there is no store that can be read: that is told elsewhere."""
    told = await asyncio.to_thread(_asked, configuration)
    if told is None:
        return []
    found = [_held(configuration.asterisk.application, told)]
    if told.apart > APART_SECONDS:
        found.append(
            warning(
                "store clock",
                f"that of the store and that of this machine are {told.apart:.0f} s apart",
                "let both follow the same servers: chrony, or systemd-timesyncd",
            )
        )
    return found


def _held(application: str, told: Told) -> Finding:
    if not told.holder:
        return ok("lease", f"no engine holds {application}")
    held = f"{told.holder} holds {application}"
    # A time in the future is a clock that was set back.
    if abs(told.age) < VALID_SECONDS:
        return ok("lease", f"{held}, renewed {max(0.0, told.age):.1f} s ago")
    return ok("lease", f"{held}, but did not renew it for {told.age:.0f} s: whoever asks gets it")


def _asked(configuration: Configuration) -> Told | None:
    database = database_at(configuration.store_url)
    try:
        if not database.exists():
            return None
        engine = database.reader()
        with closing_engine(engine), engine.connect() as connection:
            before = time.time()
            now = database.now(connection)
            apart = max(before - now, now - time.time(), 0.0)
            mine = leases.c.application == configuration.asterisk.application
            wanted = select(leases.c.owner, leases.c.renewed).where(mine)
            row = connection.execute(wanted).first()
    except (StoreError, SQLAlchemyError, OSError):
        return None
    holder, renewed = row if row is not None else ("", now)
    return Told(holder, now - renewed, apart)
