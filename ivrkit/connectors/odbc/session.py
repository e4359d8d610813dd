"""One connection to a database, in the thread it belongs to."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ivrkit.connectors.odbc.dialect import Dialect, of_product
from ivrkit.connectors.odbc.troubles import Reported, Trouble
from ivrkit.connectors.odbc.values import WALL, Zone
from ivrkit.errors import ConnectionLost, ConnectorError, ConnectorTimeout, RequestRefused

if TYPE_CHECKING:
    import pyodbc

LOG: Final = logging.getLogger(__name__)
LEAST_LIMIT: Final = 8
"""Seconds of the shortest limit that a server is told."""
SPARE: Final = 2
"""Seconds by which the server's limit is behind ours: ours comes first, and says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a session leads, and what it is told."""

    connection: str
    dialect: Dialect
    named: bool = False
    """Whether the configuration names the dialect: then it is not asked for."""
    seconds: int = 5
    """To connect."""
    read_only: bool = False
    zone: Zone = WALL
    transactional: bool = True


class GaveWay(ConnectorError):
    """The transaction was undone in favour of another one, and may be tried again."""


class Session:
    """An open connection. All methods but :meth:`cancel` belong to one thread."""

    def __init__(self, source: Source) -> None:
        """Connect. Raises ConnectionLost or ConnectorError."""
        import pyodbc

        pyodbc.pooling = False  # the pool is ours: it checks what it gives
        pyodbc.native_uuid = True
        self.source = source
        self.dialect = source.dialect
        self.version = ""
        self.autocommit = True
        self._limit = 0
        self._running: pyodbc.Cursor | None = None
        self._guard = threading.Lock()
        try:
            self.connection = pyodbc.connect(
                source.connection, autocommit=True, timeout=source.seconds
            )
        except pyodbc.Error as error:
            raise self._failed(error, connecting=True) from None
        try:
            self._prepare(pyodbc)
        except pyodbc.Error as error:
            self.close()
            raise self._failed(error, connecting=True) from None

    def _prepare(self, pyodbc: Any) -> None:
        info = self.connection.getinfo
        if not self.source.named:
            self.dialect = of_product(str(info(pyodbc.SQL_DBMS_NAME)), self.dialect)
        self.version = readable_version(str(info(pyodbc.SQL_DBMS_VER)))
        if self.dialect.longest_bound:
            self.connection.maxwrite = self.dialect.longest_bound
        if self.dialect.utf8:
            for kind in (pyodbc.SQL_CHAR, pyodbc.SQL_WCHAR):
                self.connection.setdecoding(kind, encoding="utf-8", ctype=pyodbc.SQL_CHAR)
            self.connection.setencoding(encoding="utf-8", ctype=pyodbc.SQL_CHAR)
        told = self.dialect.setup(read_only=self.source.read_only, zone=self.source.zone.name)
        for statement in told:
            self.connection.execute(statement).close()

    def close(self) -> None:
        """Let go of it; no error if it is gone already."""
        with suppress(Exception):
            self.connection.close()

    def is_alive(self) -> bool:
        """Whether it answers; ``closed`` of the driver says nothing of the server."""
        try:
            with self.cursor() as cursor:
                cursor.execute(self.dialect.check).fetchall()
        except Exception as error:
            LOG.debug("a connection did not pass its check: %s", type(error).__name__)
            return False
        return True

    def limit(self, seconds: float) -> None:
        """Have the server itself end what takes much longer than this, if it can: nobody may be
        there any more to stop it. The limits are steps, so that it is seldom told."""
        wanted = 2 ** math.ceil(math.log2(max(LEAST_LIMIT, seconds + SPARE)))
        statement = self.dialect.limit(wanted)
        if statement is None or wanted == self._limit:
            return
        with self.cursor() as cursor:
            cursor.execute(statement)
        self._limit = wanted

    def only_reads(self) -> None:
        """See to it once more that nothing is changed, where the configuration says so."""
        again = self.dialect.read_only_again
        if again and self.source.read_only:
            with self.cursor() as cursor:
                cursor.execute(again)

    @contextmanager
    def cursor(self) -> Iterator[pyodbc.Cursor]:
        """A cursor that can be cancelled while it is used. Closed in every case."""
        cursor = self.connection.cursor()
        with self._guard:
            self._running = cursor
        try:
            yield cursor
        finally:
            # Never freed while another thread cancels it: drivers do not look.
            with self._guard:
                self._running = None
            with suppress(Exception):
                cursor.close()

    def cancel(self) -> None:
        """Cancel what runs (SQLCancel). May be called from any thread, and may hang as long as
        the server is mute."""
        with self._guard:
            if self._running is not None:
                with suppress(Exception):
                    self._running.cancel()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Errors of the driver as ours. Raises ConnectionLost, GaveWay, ConnectorTimeout,
        RequestRefused, ConnectorError."""
        import pyodbc

        try:
            yield
        except ConnectorError:
            raise
        except pyodbc.Error as error:
            raise self._failed(error) from None
        except (ArithmeticError, TypeError, ValueError, SystemError) as error:
            # What pyodbc itself cannot read: bytes that are no text, a date of the year 0.
            raise RequestRefused(
                f"a value cannot be passed on: {type(error).__name__}",
                hint="make a text of it in the query by a cast",
            ) from None

    def _failed(self, error: Exception, *, connecting: bool = False) -> ConnectorError:
        reported, title = Reported.of(error), self.dialect.title
        kind, hint = self.dialect.trouble(reported), self.dialect.hint(reported)
        if connecting:
            if kind in (Trouble.LOST, Trouble.LATE):
                return ConnectionLost(f"{title} cannot be reached: {reported.short}", hint=hint)
            return ConnectorError(
                f"{title} cannot be used: {reported.short}", hint=hint or self._cure(reported)
            )
        if kind is Trouble.UNCLEAR:
            kind = Trouble.REFUSED if self.is_alive() else Trouble.LOST
        return _ERRORS[kind](f"{title} {_SAID[kind]}: {reported.short}", hint=hint)

    def _cure(self, reported: Reported) -> str:
        if reported.state in ("01000", "IM002", "IM003"):
            return f"install {self.dialect.package}; `odbcinst -q -d` names the drivers there are"
        return "see user, password and database of the connection in ivrkit.yaml"


_ERRORS: Final[dict[Trouble, Callable[..., ConnectorError]]] = {
    Trouble.LOST: ConnectionLost,
    Trouble.STOPPED: ConnectorTimeout,
    Trouble.LATE: ConnectorTimeout,
    Trouble.GAVE_WAY: GaveWay,
    Trouble.REFUSED: RequestRefused,
    Trouble.FAILING: ConnectorError,
}
_SAID: Final[dict[Trouble, str]] = {
    Trouble.LOST: "has closed the connection",
    Trouble.STOPPED: "was stopped",
    Trouble.LATE: "gave it up",
    Trouble.GAVE_WAY: "gave way to another transaction",
    Trouble.REFUSED: "refused it",
    Trouble.FAILING: "fails",
}


def readable_version(text: str) -> str:
    """``15.0.18`` of PostgreSQL and ``10.11.000019`` of MariaDB, as people write them."""
    parts = text.split()[0].split("-")[0].split(".") if text.strip() else []
    numbers = [str(int(each)) if each.isdecimal() else each for each in parts]
    if len(numbers) == 3 and numbers[1] == "0" and len(parts[1]) == 1 and int(parts[0]) >= 10:
        del numbers[1]  # PostgreSQL has had two numbers since 10
    return ".".join(numbers)
