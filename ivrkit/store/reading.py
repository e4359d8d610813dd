"""The reading side: queries on threads of their own, so that no query stalls a call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from ivrkit.call.events import DECODER, TraceEvent
from ivrkit.store.database import Database
from ivrkit.store.tables import sessions, traces

T = TypeVar("T")


class Reader:
    """Runs queries; it cannot write. What it sees is what has been committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine = database.reader()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="ivrkit-store-reader")

    async def run(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a thread. Raises StoreError."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, query)

    def _run(self, query: Callable[[Connection], T], *, again: bool = True) -> T:
        try:
            with self._engine.connect() as connection:
                return query(connection)
        except DBAPIError as error:
            if again and error.connection_invalidated:  # the server was started anew since
                return self._run(query, again=False)
            raise self._database.complaint(error) from error

    def close(self) -> None:
        """Let queries end, then close the connections."""
        self._threads.shutdown()
        self._engine.dispose()


def find_sessions(connection: Connection, application: str) -> list[tuple[str, bytes]]:
    """Id and newest capture of every session of an application, the oldest first."""
    rows = select(sessions.c.call_id, sessions.c.capture).where(
        sessions.c.application == application
    )
    return [(row.call_id, row.capture) for row in connection.execute(rows)]


def find_session(connection: Connection, call_id: str) -> bytes | None:
    """The newest capture of one session."""
    row = connection.execute(select(sessions.c.capture).where(sessions.c.call_id == call_id))
    capture: bytes | None = row.scalar()
    return capture


def has_sessions(connection: Connection) -> bool:
    """Whether there is a session, of any application."""
    return connection.execute(select(sessions.c.call_id).limit(1)).first() is not None


def find_trace(connection: Connection, call_id: str) -> list[TraceEvent]:
    """The events of one call in their order."""
    rows = select(traces.c.events).where(traces.c.call_id == call_id).order_by(traces.c.id)
    return [
        DECODER.decode(line)
        for events in connection.execute(rows).scalars()
        for line in events.splitlines()
    ]
