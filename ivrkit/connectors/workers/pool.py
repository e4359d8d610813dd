"""Workers that answer for a connector: what goes wrong with them is its error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from ivrkit.connectors.connector import Attempt
from ivrkit.errors import ConnectionLost, ConnectorError, WorkerError, WorkerLost
from ivrkit.workers import pool
from ivrkit.workers.frames import Reply
from ivrkit.workers.process import Program


class Workers:
    """At most ``count`` workers, started when they are needed. One that crashed, or that nobody
    waits for any more, is killed; the next question starts another."""

    def __init__(self, program: Program, count: int) -> None:
        self._workers = pool.Workers(program, count)

    async def ask(self, question: msgspec.Struct, attempt: Attempt) -> Reply:
        """Ask one of them. Raises ConnectionLost when it ends meanwhile, ConnectorError when none
        can be started."""
        with _as_connectors_say():
            async with self._workers.one() as worker:
                attempt.sent = True
                return await worker.ask(question)

    async def look(self) -> None:
        """See whether a worker can be started. Raises ConnectorError."""
        with _as_connectors_say():
            await self._workers.look()

    def start(self) -> None:
        """Start all of them, so that no caller waits for it."""
        self._workers.start()

    async def close(self) -> None:
        """End all of them."""
        await self._workers.close()


@contextmanager
def _as_connectors_say() -> Iterator[None]:
    try:
        yield
    except WorkerLost as error:
        raise ConnectionLost(error.message, hint=error.hint) from None
    except WorkerError as error:
        raise ConnectorError(error.message, hint=error.hint) from None
