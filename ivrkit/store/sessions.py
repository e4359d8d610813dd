"""What a session is of, kept beside its capture: for the day on which that cannot be read."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from ivrkit.store.tables import calls, sessions


class Origin(NamedTuple):
    """The flow and its version with which a call began, the channel it is on, and who calls whom
    since when, and for which tenant, as far as its record says so."""

    flow: str
    version: str
    channel: str
    caller: str = ""
    number: str = ""
    started: datetime | None = None
    tenant: str = ""


def find_origin(connection: Connection, call_id: str) -> Origin | None:
    """What is kept beside a session; None for one of an engine that kept nothing there."""
    row = connection.execute(
        select(
            sessions.c.flow,
            sessions.c.version,
            sessions.c.channel,
            func.coalesce(calls.c.caller, ""),
            func.coalesce(calls.c.number, ""),
            calls.c.started,
            func.coalesce(calls.c.tenant, ""),
        )
        .select_from(sessions.outerjoin(calls, calls.c.id == sessions.c.call_id))
        .where(sessions.c.call_id == call_id)
    ).first()
    return None if row is None or not row.channel else Origin(*row)
