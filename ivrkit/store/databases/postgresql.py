"""PostgreSQL: a server, on this machine or another."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from sqlalchemy import URL, Connection, Engine, NullPool, Table, create_engine, event, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ivrkit.errors import ConfigurationError, NotAvailable, StoreError
from ivrkit.store.database import Database, HolderLock, cause
from ivrkit.store.opening import make, upgrade
from ivrkit.store.tables import metadata

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.dialects import postgresql

LOG = logging.getLogger(__name__)

CONNECT_SECONDS = 5
"""How long connecting may take."""
ANSWER_SECONDS = 10.0
"""How long a statement may take: then the server hangs, or the way to it."""
LOCK_SECONDS = 5.0
"""How long a statement waits for what another program has locked."""
UPGRADE_SECONDS = 3600.0
"""How long bringing the tables of an earlier version up to date may take."""
MARK = "ivrkit"
"""The comment on ``schema_version``: these tables are ours."""


class PostgreSQL(Database):
    """A store in a database of a PostgreSQL server, in the first schema of its search path.

    A commit is on the server's disk when it returns, unless the server, the database or the user
    is told otherwise (``synchronous_commit``); with ``power_safe`` it is in any case.
    """

    dialect: ClassVar[str] = "postgresql"
    paramstyle: ClassVar[Literal["qmark", "format"]] = "format"

    def __init__(self, url: URL, *, power_safe: bool = False) -> None:
        super().__init__(url, power_safe=power_safe)
        if url.get_driver_name() != "psycopg" and url.drivername != "postgresql":
            raise ConfigurationError(
                f"the store is not reached by the driver {url.get_driver_name()!r}",
                hint="write postgresql:// and no driver",
            )
        if not url.database:
            raise ConfigurationError(
                "the URL of the store names no database",
                hint="write it like postgresql://USER@HOST/DATABASE",
            )
        self.name = _shown(url)
        self.folder = Path()

    def exists(self) -> bool:
        engine = self.reader()
        try:
            with engine.connect() as connection:
                return "schema_version" in _tables(connection)
        except Exception as error:
            raise self.complaint(error) from error
        finally:
            engine.dispose()

    # ---- connections ---------------------------------------------------------------------------

    def connect(self) -> Connection:
        try:
            connection = self.engine().connect()
            try:
                with connection.begin():
                    self.serialise(connection, "the store's tables")
                    self._recognise(connection)
                _limit(connection, ANSWER_SECONDS)
            except BaseException:
                with suppress(SQLAlchemyError):
                    connection.invalidate()
                connection.close()
                raise
        except Exception as error:
            raise self.complaint(error) from error
        return connection

    def reader(self) -> Engine:
        engine = self.engine(isolation_level="AUTOCOMMIT", pool_size=2, max_overflow=0)
        event.listen(engine, "connect", _only_read)
        return engine

    def engine(self, **options: Any) -> Engine:
        """Connections that end their waiting by themselves. Raises NotAvailable."""
        driver = _driver()
        if not options.get("pool_size"):
            options["poolclass"] = NullPool
        engine = create_engine(
            self.url.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            use_native_hstore=False,
            connect_args={
                name: value for name, value in _defaults().items() if name not in self.url.query
            },
            **options,
        )

        @event.listens_for(engine, "do_connect")
        def connect(dialect: object, record: object, arguments: Any, named: Any) -> Any:
            return driver.connect(*arguments, **named)

        event.listen(engine, "connect", self._prepare)
        return engine

    def _prepare(self, connection: Any, _record: object) -> None:
        """The server gives up where we do, also when we are gone."""
        autocommit = connection.autocommit
        connection.autocommit = True
        for name, seconds in (
            ("statement_timeout", ANSWER_SECONDS),
            ("lock_timeout", LOCK_SECONDS),
            ("idle_in_transaction_session_timeout", ANSWER_SECONDS),
        ):
            connection.execute(f"SET {name} = {int(1000 * seconds)}")
        if self.power_safe:
            connection.execute("SET synchronous_commit = on")
        connection.autocommit = autocommit

    # ---- the tables ----------------------------------------------------------------------------

    def _recognise(self, connection: Connection) -> None:
        tables = _tables(connection)
        if "schema_version" not in tables:
            theirs = sorted(tables & set(metadata.tables))
            if theirs:
                raise self._of_another(f"it has a table {theirs[0]}")
            make(connection)
            connection.exec_driver_sql(f"COMMENT ON TABLE schema_version IS '{MARK}'")
            return
        mark = connection.exec_driver_sql(
            "SELECT obj_description('schema_version'::regclass, 'pg_class')"
        ).scalar()
        if mark != MARK:
            raise self._of_another("its table schema_version has another meaning")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        _limit(connection, UPGRADE_SECONDS)
        upgrade(connection, self.name)

    def _of_another(self, why: str) -> StoreError:
        return StoreError(
            f"the tables of {self.name} are those of another program: {why}",
            hint="give the store a database, or a schema, of its own",
        )

    def check(self) -> None:
        """What is gone says so itself."""

    # ---- errors --------------------------------------------------------------------------------

    @staticmethod
    def said(error: BaseException) -> str:
        return _said(cause(error))

    def complaint(self, error: BaseException) -> StoreError:
        error = cause(error)
        if isinstance(error, StoreError):
            return error
        what, hint = _wrong(error)
        return StoreError(f"the store {self.name} {what} ({_said(error)})", hint=hint)

    def will_pass(self, error: BaseException) -> bool:
        error = cause(error)
        if isinstance(error, (OSError, StoreError)):
            return True
        import psycopg

        trouble = (psycopg.OperationalError, psycopg.InternalError, psycopg.InterfaceError)
        return isinstance(error, trouble) or getattr(error, "sqlstate", "") in _NOT_THE_ENTRY

    # ---- what is written in its own way --------------------------------------------------------

    def holder_lock(self, application: str) -> HolderLock:
        return SessionLock(self, application)

    @staticmethod
    def insert(table: Table) -> postgresql.Insert:
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)

    @staticmethod
    def now(connection: Connection) -> float:
        clock = select(func.extract("epoch", func.clock_timestamp()))
        return float(connection.execute(clock).scalar_one())

    @staticmethod
    def serialise(connection: Connection, what: str) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(_number(connection, what))))


class SessionLock(HolderLock):
    """An advisory lock held by a connection of its own: the server drops it with the connection,
    and that ends with the process.

    A connection can end without its process (the server was restarted, the network was cut): the
    holder takes the lock again with its next renewal. So where the server was started after the
    last renewal, a free lock means nothing.
    """

    def __init__(self, database: PostgreSQL, application: str) -> None:
        self._database = database
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
            LOG.debug("the lock of the lease is taken again: %s", _said(cause(error)))
            self.drop()

    def _hold(self) -> None:
        found = self._database.engine(isolation_level="AUTOCOMMIT").connect()
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
        return _number(connection, f"epoch {epoch} of {self._application}")


@cache
def _driver() -> type[psycopg.Connection[Any]]:
    """psycopg's connection, whose waiting for a server ends. Raises NotAvailable."""
    try:
        import psycopg
        from psycopg.errors import OperationalError
    except ImportError as error:
        raise NotAvailable(
            f"a store in PostgreSQL needs the driver psycopg ({error})",
            hint="pip install 'ivrkit[postgresql]'",
        ) from None

    class Limited(psycopg.Connection[Any]):
        limit = ANSWER_SECONDS

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            try:
                return super().wait(gen, interval, timeout or self.limit)
            except OperationalError as error:
                if error.sqlstate is None:  # cut, or mute: nothing can be said to it any more
                    self.pgconn.finish()
                raise

    return Limited


def _defaults() -> dict[str, object]:
    """What libpq is told where the URL does not say it: a cut network is noticed."""
    return {
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": int(1000 * ANSWER_SECONDS),
        "application_name": "ivrkit",
    }


def _limit(connection: Connection, seconds: float) -> None:
    driver: Any = connection.connection.driver_connection
    driver.limit = seconds


def _only_read(connection: Any, _record: object) -> None:
    connection.execute("SET default_transaction_read_only = on")


def _tables(connection: Connection) -> set[str]:
    """The tables of the first schema of the search path."""
    (schema,) = connection.exec_driver_sql("SELECT current_schema()").one()
    if schema is None:
        raise StoreError(
            "the database of the store has no schema that its user may use",
            hint="make one, or name one: ?options=-csearch_path%3DNAME at the end of the URL",
        )
    found = connection.exec_driver_sql(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)
    )
    return set(found.scalars())


def _number(connection: Connection, what: str) -> int:
    """The number of an advisory lock. They are known in a whole database; ours by schema."""
    schema = connection.exec_driver_sql("SELECT current_schema()").scalar()
    digest = sha256(f"ivrkit\0{schema}\0{what}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _shown(url: URL) -> str:
    """The URL without what may be secret in it."""
    return URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database
    ).render_as_string()


def _said(error: BaseException) -> str:
    """What the server or the driver said, in one line. The details of the server's errors hold
    values."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    lines = (primary or str(error)).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__


_NOT_THE_ENTRY = ("25006", "3F000", "42501", "42P01", "58030")
"""States of the server that are no operational errors to the driver, but no fault of what was
written either."""
_RIGHTS = "make its user the owner of the database, or of a schema in it"
_WRONG = {
    "25006": ("cannot be written", "the server is a standby, or set to be only read"),
    "28": ("refuses the user", "check user and password in the URL"),
    "3D000": ("is not there", "make the database: createdb -O USER DATABASE"),
    "3F000": ("has lost its schema", "make the schema, or restore it from a backup"),
    "42501": ("may not be used as it must be", _RIGHTS),
    "42P01": ("has lost a table", "start the engine again, or restore it from a backup"),
    "53100": ("cannot grow: the server's disk is full", "make room on the server's disk"),
    "53300": ("has no connection left", "raise max_connections of the server; an engine takes 4"),
    "53": ("has not enough of what it needs", "look into the server's log"),
    "55P03": ("is locked by another program", "look at pg_locks who holds the tables"),
    "57014": ("does not answer in time", "look at pg_stat_activity what the server does"),
    "57": ("is stopped", "start the server; calls are saved again when it runs"),
    "58": ("cannot be read or written", "look into the server's log, and at its disk"),
    "XX": ("is damaged", "look into the server's log; restore it from a backup"),
}
_CONNECTING = (
    ("authentication failed", _WRONG["28"]),
    ("no pg_hba.conf entry", ("refuses us", "let this machine in: pg_hba.conf of the server")),
    ("too many clients", _WRONG["53300"]),
    ("remaining connection slots", _WRONG["53300"]),
    ("starting up", ("is about to start", "wait; calls are saved again when it runs")),
    ("shutting down", _WRONG["57"]),
    ("wait timeout", ("does not answer", "look whether the server hangs, or the way to it")),
    ("timeout", ("does not answer", "look whether the server hangs, or the way to it")),
    ("does not exist", _WRONG["3D000"]),
)
"""libpq tells no state where connecting fails: the server's words in English, as most have it."""


def _wrong(error: BaseException) -> tuple[str, str]:
    state = getattr(error, "sqlstate", None)
    if state:
        unknown = ("cannot be used", "look into the server's log")
        return _WRONG.get(state) or _WRONG.get(state[:2]) or unknown
    text = str(error)
    for part, found in _CONNECTING:
        if part in text:
            return found
    return "cannot be reached", "check host and port in the URL, and whether the server runs"
