"""A database that a store can be in: everything in which one differs from the other.

What is written and asked stands once, in SQLAlchemy Core, in the other files of this room.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from sqlalchemy import URL, Connection, Engine, Table, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError

from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.flow.registry import Registry
from ivrkit.store.opening import Tables, later, stored_version
from ivrkit.store.tables import SCHEMA_VERSION, calls

if TYPE_CHECKING:  # half of what importing SQLAlchemy takes
    from sqlalchemy.dialects import postgresql, sqlite

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"
"""An INSERT that knows ON CONFLICT and ``excluded``."""

FORMS = "sqlite:////var/lib/ivrkit/ivrkit.db or postgresql://USER@HOST/DATABASE"


class HolderLock(ABC):
    """Says that the process which took an epoch is alive: it goes with the process."""

    @abstractmethod
    def take(self, connection: Connection, epoch: int) -> None:
        """Hold the lock of an epoch. Raises what the database raises."""

    @abstractmethod
    def keep(self) -> None:
        """Called with each renewal: take it again where it was lost."""

    @abstractmethod
    def drop(self) -> None:
        """Let go."""

    @abstractmethod
    def holder_is_gone(self, connection: Connection, epoch: int, renewed: float) -> bool:
        """True when the process that took this epoch, and renewed it then, is certainly gone.
        Where nothing is known (False) its time has to run out."""

    @abstractmethod
    def remove(self, epoch: int) -> None:
        """Remove what a dead holder left behind."""


class Database(ABC):
    """One database. ``name`` shows it to people, without a password.

    Raises ConfigurationError for a URL that cannot be a store's.
    """

    dialect: ClassVar[str]
    """Its name in URLs, and in SQLAlchemy."""
    paramstyle: ClassVar[Literal["qmark", "format"]]
    """How its driver marks parameters (PEP 249)."""
    begin_snapshot: ClassVar[str]
    """Begins a transaction of a reader in which everything is as it was at one moment."""
    leaves_erased: ClassVar[bool]
    """Whether what was erased stands in files of ours until :meth:`overwrite`."""
    name: str
    folder: Path
    """Where its files are that are no part of it: beside the store's own, or in this folder."""

    def __init__(self, url: URL, *, power_safe: bool = False) -> None:
        self.url = url
        self.power_safe = power_safe

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a store. Raises StoreError where that cannot be told."""

    def examine(self) -> str:
        """What a start would find: words to go behind the name. Nothing is changed. Raises
        StoreError."""
        try:
            if not self.exists():
                self._can_be_made()
                return "will be made by the first start"
            engine = self.reader()
            with closing_engine(engine), engine.connect() as connection:
                connection.execute(select(calls.c.id).limit(1)).first()
                self._can_be_written(connection)
                version = stored_version(connection)
                if version > SCHEMA_VERSION:
                    raise later(self.name, version)
        except Exception as error:
            raise self.complaint(error) from error
        if version < SCHEMA_VERSION:
            return (
                f"is that of an older ivrkit (schema {version}): `ivrkit serve` of this one brings "
                f"it up to date (schema {SCHEMA_VERSION})"
            )
        return "can be read and written"

    @abstractmethod
    def _can_be_made(self) -> None:
        """Raises StoreError."""

    @abstractmethod
    def _can_be_written(self, connection: Connection) -> None:
        """Raises StoreError."""

    @abstractmethod
    def connect(self, tables: Tables = Tables.CURRENT, *, again: bool = False) -> Connection:
        """The writer's connection to a store that is ours, with its tables as they are asked for;
        ``again``: it has had one before (:func:`~ivrkit.store.opening.fit`). Raises StoreError."""

    def is_missing(self) -> StoreError:
        """What is said where a store must be there."""
        return StoreError(f"there is no store {self.name}", hint="start an engine: ivrkit serve")

    def must_be_missing(self) -> None:
        """Raises StoreError where there is a store, or that cannot be told."""
        if self.exists():
            raise StoreError(
                f"the store {self.name} is there already: nothing was restored",
                hint="move it away, or name another one under store:",
            )

    @abstractmethod
    def filled(self) -> AbstractContextManager[Connection]:
        """A store that is made with what is written within the block, all of it or nothing: also
        when this process is killed. Raises StoreError, for what goes wrong within it, too."""

    @abstractmethod
    def reader(self) -> Engine:
        """Connections that only read, each statement for itself."""

    @abstractmethod
    def check(self) -> None:
        """Called before each batch. Raises StoreError when what is written would be for nobody."""

    @abstractmethod
    def overwrite(self) -> bool:
        """Called after something was erased: let it be nowhere in the files any more, as far as
        that depends on us. Never waits for others: False when they are in the way now."""

    @staticmethod
    @abstractmethod
    def said(error: BaseException) -> str:
        """What the driver or the server said, in one line, with nothing of what was written."""

    @abstractmethod
    def complaint(self, error: BaseException) -> StoreError:
        """What went wrong, in one line with its remedy."""

    @abstractmethod
    def will_pass(self, error: BaseException) -> bool:
        """True for what the database, its disk or the way to it did; False for what can never be
        written."""

    @abstractmethod
    def holder_lock(self, application: str) -> HolderLock:
        """The lock of an application's holder; not held yet."""

    @staticmethod
    @abstractmethod
    def insert(table: Table) -> Insert:
        """An INSERT that knows ON CONFLICT."""

    @staticmethod
    @abstractmethod
    def now(connection: Connection) -> float:
        """Seconds since 1970 by the clock that all who use this database share."""

    @staticmethod
    @abstractmethod
    def begin(driver: Any) -> None:
        """Begin a transaction that will write, on the driver's own connection."""

    @staticmethod
    @abstractmethod
    def transaction(connection: Connection) -> str:
        """A name for the transaction in progress, by which :meth:`was_committed` finds it; empty
        where a commit that fails has certainly not been done."""

    @staticmethod
    @abstractmethod
    def was_committed(connection: Connection, transaction: str) -> bool:
        """What became of a transaction whose commit was not answered. Raises StoreError while
        that is not decided."""

    @staticmethod
    @abstractmethod
    def serialise(connection: Connection, what: str) -> None:
        """Until the end of the transaction nobody else does ``what``."""


@contextmanager
def closing_engine(engine: Engine) -> Iterator[None]:
    """Close its connections in the end."""
    try:
        yield
    finally:
        engine.dispose()


def cause(error: BaseException) -> BaseException:
    """The driver's own error: SQLAlchemy's shows statements and parameters."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


@cache
def databases() -> Mapping[str, type[Database]]:
    """Those that there are, by their names in URLs."""
    from ivrkit.store import databases as folder

    return Registry.find(Database, "dialect", folder)  # type: ignore[type-abstract]


def database_of(connection: Connection) -> type[Database]:
    """The kind of database that a connection leads to."""
    return databases()[connection.dialect.name]


def insert(connection: Connection, table: Table) -> Insert:
    """An INSERT that knows ON CONFLICT, for the database of a connection."""
    return database_of(connection).insert(table)


def store_url(text: str) -> URL:
    """The URL of a store. Raises ConfigurationError, which never shows the text: there may be a
    password in it."""
    try:
        url = make_url(text)
        known = url.get_backend_name() in databases()
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            "this is no URL of a store", hint=f"write it like {FORMS}"
        ) from None
    if not known:
        raise ConfigurationError(
            f"a store cannot be in {url.get_backend_name()!r}", hint=f"write it like {FORMS}"
        )
    return url


def database_at(where: URL | Path | str, **more: Any) -> Database:
    """The database of a store: by its URL, or by the path of its file. Raises
    ConfigurationError."""
    if isinstance(where, str) and "://" in where:
        where = store_url(where)
    url = where if isinstance(where, URL) else URL.create("sqlite", database=str(where))
    return databases()[url.get_backend_name()](url, **more)
