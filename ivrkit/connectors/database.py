"""Databases of any make, by ODBC."""

from __future__ import annotations

import asyncio
import math
import time
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator

from ivrkit.call.requests.database import DatabaseRequest
from ivrkit.call.settings import Duration
from ivrkit.connectors.connector import Attempt, Connector, ConnectorSettings, Place
from ivrkit.connectors.leave import Leave
from ivrkit.connectors.odbc import drivers
from ivrkit.connectors.odbc.dialect import Dialect, dialects, of_driver
from ivrkit.connectors.odbc.line import Line
from ivrkit.connectors.odbc.pool import Pool
from ivrkit.connectors.odbc.running import Running, not_known, tried_twice
from ivrkit.connectors.odbc.session import Session, Source
from ivrkit.connectors.odbc.strings import ConnectionString
from ivrkit.connectors.odbc.values import Zone
from ivrkit.errors import ConnectionLost, ConnectorError, ConnectorTimeout
from ivrkit.expressions.nearest import did_you_mean


class DatabaseSettings(ConnectorSettings):
    """A source of ODBC: ``connection`` is a connection string
    (``DRIVER={PostgreSQL Unicode};SERVER=…;UID=…;PWD=…``), or ``dsn`` the name of a data source of
    odbc.ini with ``user`` and ``password`` where it has none. ``pool`` is the largest number of
    connections, and with it of requests ``at_once``. A connection that was idle for longer than
    ``check`` is looked at before it is used. ``dialect`` names the database where it does not tell
    itself. ``zone`` is the time zone of its datetimes (``Europe/Berlin``); without it they are
    wall times. ``transactional: false`` says that its tables cannot undo (MyISAM): a write that was
    stopped is then ``unknown``.
    """

    connection: SecretStr | None = None
    dsn: str | None = None
    user: str | None = None
    password: SecretStr | None = None
    dialect: str | None = None
    pool: int = Field(default=5, ge=1, le=200)
    at_once: int = Field(default=5, ge=1, le=200)
    check: Duration = timedelta(seconds=30)
    zone: str | None = None
    transactional: bool = True

    @model_validator(mode="before")
    @classmethod
    def _as_many_as_the_pool(cls, values: Any) -> Any:
        if isinstance(values, dict) and "pool" in values and "at_once" not in values:
            return {**values, "at_once": values["pool"]}
        return values

    @model_validator(mode="after")
    def _one_source(self) -> DatabaseSettings:
        if (self.connection is None) == (self.dsn is None):
            raise ValueError("write either connection (a connection string) or dsn")
        if self.connection is not None and (self.user or self.password):
            raise ValueError("user and password stand in the connection string (UID=, PWD=)")
        if self.at_once > self.pool:
            raise ValueError(f"at_once is larger than the pool of {self.pool} connections")
        return self

    @field_validator("dialect")
    @classmethod
    def _known_dialect(cls, name: str | None) -> str | None:
        if name is not None and name not in dialects():
            raise ValueError(f"there is no dialect '{name}': {did_you_mean(name, dialects())}")
        return name

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        try:
            if name is not None:
                ZoneInfo(name)
        except (OSError, ValueError, KeyError):
            raise ValueError(f"'{name}' is no time zone (write Europe/Berlin)") from None
        return name


class DatabaseConnector(Connector[DatabaseSettings]):
    """A database of the designer's. Each connection has a thread of its own: the loop never
    waits."""

    kind: ClassVar[str] = "database"
    settings_model: ClassVar[type[ConnectorSettings]] = DatabaseSettings
    requests: ClassVar[type[DatabaseRequest]] = DatabaseRequest

    def __init__(self, name: str, settings: DatabaseSettings, place: Place) -> None:
        super().__init__(name, settings, place)
        string = _string(settings)
        self._passwords = string.secrets
        driver = drivers.required(string)
        dialect = dialects()[settings.dialect]() if settings.dialect else of_driver(driver)
        self._source = _source(settings, string, dialect, place)
        self._most_bytes = settings.kilobytes * 1024
        self._pool = Pool(
            self.full_name, self._source, settings.pool, settings.check.total_seconds()
        )

    @property
    def figures(self) -> tuple[int, int, int]:
        """Connections that are in use, free, and left behind in requests that were given up."""
        return self._pool.figures

    async def close(self) -> None:
        await self._pool.close()

    async def ask(self, request: DatabaseRequest, attempt: Attempt) -> Any:
        """See :class:`~ivrkit.call.requests.database.DatabaseRequest` for the answers.

        Cancelled, it asks the database to stop and does not wait. A write that had not come to
        its commit then has no effect, and ``attempt.sent`` is False.
        """
        leave = Leave(attempt)
        line = await self._pool.take()
        seconds = attempt.deadline - asyncio.get_running_loop().time()
        future = line.start(partial(self._run, request, leave, seconds))
        try:
            answer = await asyncio.shield(future)
        except asyncio.CancelledError:
            leave.stop()
            self._pool.leave(line)
            raise
        except ConnectionLost:
            self._pool.suspect()
            self._pool.give_back(line)
            raise
        except BaseException:
            self._pool.give_back(line)
            raise
        self._pool.give_back(line)
        return answer

    def _run(self, request: DatabaseRequest, leave: Leave, seconds: float, session: Session) -> Any:
        """In the thread of the session."""
        harmless = request.again or self.settings.read_only
        with session.errors():
            session.limit(seconds)
            session.only_reads()
        running = Running(session, request, leave, self._most_bytes)
        try:
            return tried_twice(running.answer, leave, harmless=harmless)
        except ConnectorError as error:
            raise not_known(error, leave, harmless=harmless) from None

    async def probe(self) -> str:
        """By a connection of its own: the pool may be busy."""
        line = Line(f"{self.full_name} probe", self._source, 0.0)
        try:
            async with asyncio.timeout(self.settings.timeout.total_seconds()):
                return await asyncio.shield(line.start(_looked_at))
        except TimeoutError:
            raise ConnectorTimeout(f"{self._source.dialect.title} does not answer") from None
        finally:
            line.end()

    def secrets(self) -> Any:
        yield from super().secrets()
        yield from self._passwords


def _string(settings: DatabaseSettings) -> ConnectionString:
    if settings.connection is not None:
        return ConnectionString(settings.connection.get_secret_value())
    password = settings.password.get_secret_value() if settings.password else None
    values = {"DSN": settings.dsn, "UID": settings.user, "PWD": password}
    return ConnectionString.made({key: value for key, value in values.items() if value})


def _source(
    settings: DatabaseSettings, string: ConnectionString, dialect: Dialect, place: Place
) -> Source:
    seconds = max(1, math.ceil(settings.timeout.total_seconds()))
    dialect.complete(string, seconds, place.project)
    return Source(
        connection=str(string),
        dialect=dialect,
        named=settings.dialect is not None,
        seconds=seconds,
        read_only=settings.read_only,
        zone=Zone(settings.zone),
        transactional=settings.transactional,
    )


def _looked_at(session: Session) -> str:
    """What was found, and how long an answer takes."""
    started = time.perf_counter()
    with session.errors(), session.cursor() as cursor:
        cursor.execute(session.dialect.check).fetchall()
    milliseconds = (time.perf_counter() - started) * 1000
    return f"{session.dialect.title} {session.version}, {milliseconds:.1f} ms"
