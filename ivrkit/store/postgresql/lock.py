"""The lock that says that the engine which took an epoch is alive."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ivrkit.errors import StoreError
from ivrkit.store.database import HolderLock, cause
from ivrkit.store.postgresql.errors import said

LOG = logging.getLogger(__name__)


class SessionLock(HolderLock):
    """An advisory lock held by a connection of its own: the server drops it with the connection,
    and that ends with the process.

    A connection can end without its process (the server was restarted, the network was cut): the
    holder takes the lock again with its next renewal. So where the server was started after the
    last renewal, a free lock means nothing.
    """

    def __init__(self, engine: Callable[..., Engine], application: str) -> None:
        self._engine = engine
        self._application = application
        self._connection: Connection | None = None
        self._number = 0

    def take(self, connection: Connection, epoch: int) -> None:
        self.drop()
        self._number = self._of(connection, epoch)
        self._hold()

    def keep(self) -> None:
        try:
            if self._connection is None:
                self._hold()
            else:
                self._connection.execute(select(1))
        except (DBAPIError, StoreError) as error:
            LOG.debug("the lock of the lease is taken again: %s", said(cause(error)))
            self.drop()

    def _hold(self) -> None:
        found = self._engine(isolation_level="AUTOCOMMIT").connect()
        if found.execute(select(func.pg_try_advisory_lock(self._number))).scalar():
            self._connection = found
        else:  # the server has not noticed yet that our last connection is gone
            found.close()

    def drop(self) -> None:
        found, self._connection = self._connection, None
        if found is not None:
            with suppress(SQLAlchemyError):
                found.invalidate()
            found.close()

    def holder_is_gone(self, connection: Connection, epoch: int, renewed: float) -> bool:
        started = select(func.extract("epoch", func.pg_postmaster_start_time()))
        if float(connection.execute(started).scalar_one()) > renewed:
            return False
        free = select(func.pg_try_advisory_xact_lock(self._of(connection, epoch)))
        return bool(connection.execute(free).scalar())

    def remove(self, epoch: int) -> None:
        """Nothing is left behind."""

    def _of(self, connection: Connection, epoch: int) -> int:
        return lock_number(connection, f"epoch {epoch} of {self._application}")


def lock_number(connection: Connection, what: str) -> int:
    """The number of an advisory lock. They are known in a whole database; ours by schema."""
    schema = connection.exec_driver_sql("SELECT current_schema()").scalar()
    digest = sha256(f"ivrkit\0{schema}\0{what}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
