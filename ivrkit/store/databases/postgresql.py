"""PostgreSQL: a server, on this machine or another."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    Table,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.store.database import Database, HolderLock, cause, closing_engine
from ivrkit.store.opening import Tables, fit, make
from ivrkit.store.postgresql.driver import ANSWER_SECONDS, limited_driver
from ivrkit.store.postgresql.errors import NOT_THE_ENTRY, RIGHTS, said, wrong
from ivrkit.store.postgresql.lock import SessionLock, lock_number
from ivrkit.store.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

LOG = logging.getLogger(__name__)

CONNECT_SECONDS = 5
"""How long connecting may take."""
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
    leaves_erased: ClassVar[bool] = False
    begin_snapshot: ClassVar[str] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

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
            with closing_engine(engine), engine.connect() as connection:
                return "schema_version" in _tables(connection)
        except Exception as error:
            raise self.complaint(error) from error

    def _can_be_made(self) -> None:
        engine = self.reader()
        with closing_engine(engine), engine.connect() as connection:
            may = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
            if not connection.exec_driver_sql(may).scalar():
                raise StoreError(f"the user of {self.name} may not make tables", hint=RIGHTS)

    def _can_be_written(self, connection: Connection) -> None:
        if connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar():
            raise StoreError(
                f"{self.name} is a standby: it cannot be written", hint="name its primary server"
            )
        may = "SELECT has_table_privilege('sessions', 'INSERT, UPDATE, DELETE')"
        if not connection.exec_driver_sql(may).scalar():
            raise StoreError(f"the user of {self.name} may not write it", hint=RIGHTS)

    # ---- connections ---------------------------------------------------------------------------

    def connect(self, tables: Tables = Tables.CURRENT, *, again: bool = False) -> Connection:
        try:
            connection = self.engine().connect()
            try:
                with connection.begin():
                    self.serialise(connection, "the store's tables")
                    self._recognise(connection, tables, again=again)
                _limit(connection, ANSWER_SECONDS)
            except BaseException:
                with suppress(SQLAlchemyError):
                    connection.invalidate()
                connection.close()
                raise
        except Exception as error:
            raise self.complaint(error) from error
        return connection

    @contextmanager
    def filled(self) -> Iterator[Connection]:
        """In one transaction with its tables. An engine that starts meanwhile is refused."""
        try:
            engine = self.engine()
            with closing_engine(engine), engine.connect() as connection, connection.begin():
                self.serialise(connection, "the store's tables")
                if "schema_version" in _tables(connection):
                    self.must_be_missing()
                self._recognise(connection, Tables.CURRENT, again=False)
                yield connection
        except Exception as error:
            raise self.complaint(error) from error

    def reader(self) -> Engine:
        engine = self.engine(isolation_level="AUTOCOMMIT", pool_size=2, max_overflow=0)
        event.listen(engine, "connect", _only_read)
        return engine

    def engine(self, **options: Any) -> Engine:
        """Connections that end their waiting by themselves. Raises NotAvailable."""
        driver = limited_driver()
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

    def _recognise(self, connection: Connection, tables: Tables, *, again: bool) -> None:
        there = _tables(connection)
        if "schema_version" not in there:
            if tables is Tables.REQUIRED:
                raise self.is_missing()
            theirs = sorted(there & set(metadata.tables))
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
        fit(connection, self.name, tables, again=again)

    def _of_another(self, why: str) -> StoreError:
        return StoreError(
            f"the tables of {self.name} are those of another program: {why}",
            hint="give the store a database, or a schema, of its own",
        )

    def check(self) -> None:
        """What is gone says so itself."""

    def overwrite(self) -> bool:
        """The files are the server's: what was erased goes when their places are used again."""
        return True

    # ---- errors --------------------------------------------------------------------------------

    @staticmethod
    def said(error: BaseException) -> str:
        return said(cause(error))

    def complaint(self, error: BaseException) -> StoreError:
        error = cause(error)
        if isinstance(error, StoreError):
            return error
        what, hint = wrong(error)
        return StoreError(f"the store {self.name} {what} ({said(error)})", hint=hint)

    def will_pass(self, error: BaseException) -> bool:
        error = cause(error)
        if isinstance(error, (OSError, StoreError)):
            return True
        import psycopg

        trouble = (psycopg.OperationalError, psycopg.InternalError, psycopg.InterfaceError)
        return isinstance(error, trouble) or getattr(error, "sqlstate", "") in NOT_THE_ENTRY

    # ---- what is written in its own way --------------------------------------------------------

    def holder_lock(self, application: str) -> HolderLock:
        return SessionLock(self.engine, application)

    @staticmethod
    def insert(table: Table) -> postgresql.Insert:
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)

    @staticmethod
    def now(connection: Connection) -> float:
        clock = select(func.extract("epoch", func.clock_timestamp()))
        return float(connection.execute(clock).scalar_one())

    @staticmethod
    def begin(driver: Any) -> None:
        """The driver does that with the first statement."""

    @staticmethod
    def transaction(connection: Connection) -> str:
        driver: Any = connection.connection.driver_connection
        return str(driver.execute("SELECT pg_current_xact_id()::text").fetchone()[0])

    @staticmethod
    def was_committed(connection: Connection, transaction: str) -> bool:
        status = text("SELECT pg_xact_status(CAST(CAST(:id AS text) AS xid8))")
        found = connection.execute(status, {"id": transaction}).scalar()
        if found == "in progress":
            raise StoreError("the server has not noticed yet that the connection is cut")
        return bool(found == "committed")

    @staticmethod
    def serialise(connection: Connection, what: str) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(lock_number(connection, what))))


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


def _shown(url: URL) -> str:
    """The URL without what may be secret in it."""
    return URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database
    ).render_as_string()
