"""SQLite: a file on this machine."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, Table, create_engine, event
from sqlalchemy.dialects import sqlite

from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.store.database import Database, HolderLock, cause
from ivrkit.store.opening import Tables, fit, make

if sys.platform != "win32":
    import fcntl

BUSY_SECONDS = 2.0
"""How long a write waits while another process is writing to the same file."""
APPLICATION_ID = 0x4956524B
"""``IVRK`` in SQLite's header field ``application_id``: this file is ours."""


class SQLite(Database):
    """A store in a file.

    WAL with ``synchronous=NORMAL``: a commit is in the kernel's hands when it returns, so it
    survives the death of the process, ``kill -9`` included, without an fsync per commit. When
    the machine itself loses power the last commits may be missing, the file stays whole; with
    ``power_safe`` (``synchronous=FULL``) each commit waits for the disk and is not missing then.
    """

    dialect: ClassVar[str] = "sqlite"
    paramstyle: ClassVar[Literal["qmark", "format"]] = "qmark"
    leaves_erased: ClassVar[bool] = True
    begin_snapshot: ClassVar[str] = "BEGIN"

    def __init__(self, url: URL, *, power_safe: bool = False) -> None:
        super().__init__(url, power_safe=power_safe)
        if not url.database or url.database == ":memory:" or url.query or url.host:
            raise ConfigurationError(
                "a store in SQLite is a file, and takes no options",
                hint="write its whole path behind four strokes: sqlite:////var/lib/ivrkit.db",
            )
        self.path = Path(url.database)
        self.name = str(self.path)
        self.folder = self.path.parent
        self._file = (0, 0)

    def exists(self) -> bool:
        return self._is_there(self.path)

    def _is_there(self, path: Path) -> bool:
        try:
            return path.exists()
        except OSError as error:
            raise self.complaint(error) from error

    def _can_be_made(self) -> None:
        folder = next(each for each in self.path.absolute().parents if self._is_there(each))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise StoreError(
                f"{self.path} cannot be made: {folder} is not writable",
                hint="check owner and rights, or name another folder under state:",
            )

    def _can_be_written(self, connection: Connection) -> None:
        if not os.access(self.path, os.W_OK):
            raise StoreError(f"{self.path} cannot be written", hint="check owner and rights")

    def connect(self, tables: Tables = Tables.CURRENT, *, again: bool = False) -> Connection:
        try:
            if tables is not Tables.REQUIRED:
                self._make()
            elif not self.exists():
                raise self.is_missing()
            connection = self._engine().connect()
            try:
                with connection.begin():
                    self._recognise(connection, tables, again=again)
            except BaseException:
                connection.close()
                raise
            self._file = self._identity()
        except Exception as error:
            raise self.complaint(error) from error
        return connection

    def must_be_missing(self) -> None:
        super().must_be_missing()
        log = Path(f"{self.path}-wal")
        if self._is_there(log):  # SQLite would take what stands in it for this file's
            raise StoreError(
                f"{log} is there, of a store that was moved away: nothing was restored",
                hint="move it to that store: the newest of its calls may be in it",
            )

    @contextmanager
    def filled(self) -> Iterator[Connection]:
        """Under another name, until all is in it."""
        self.must_be_missing()
        part = SQLite(self.url.set(database=f"{self.path}.part"), power_safe=self.power_safe)
        try:
            part.remove()  # what was killed has left it
            connection = part.connect()
            with closing(connection):
                with connection.begin():
                    yield connection
                # A full disk would be found out when it is closed, and not told.
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.must_be_missing()
            part.path.rename(self.path)
        except Exception as error:
            raise self.complaint(error) from error
        finally:
            part.remove()

    def remove(self) -> None:
        """Remove the file, and what SQLite keeps beside it. Raises OSError."""
        for end in ("", "-wal", "-shm"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)

    def _engine(self) -> Engine:
        engine = self._create(NullPool)
        event.listen(engine, "connect", self._prepare)
        event.listen(engine, "begin", lambda c: self.begin(c.connection.driver_connection))
        return engine

    def reader(self) -> Engine:
        engine = self._create(None)
        event.listen(engine, "connect", _only_read)
        return engine

    def _create(self, pool: type[NullPool] | None) -> Engine:
        # Transactions are begun by ourselves: the driver would begin them at the first write only.
        return create_engine(
            URL.create("sqlite+pysqlite", database=str(self.path)),
            poolclass=pool,
            hide_parameters=True,
            connect_args={
                "timeout": BUSY_SECONDS,
                "check_same_thread": False,
                "isolation_level": None,
            },
        )

    def _make(self) -> None:
        """The folder, and an empty file that only its owner may read.

        A file that is there is left to SQLite: whoever closes it takes away the locks that this
        process holds on it (POSIX), those of the reader too. Another program would then delete
        the log, ``-wal``, under us.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.exists():
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))

    def _prepare(self, connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if self.power_safe else 'NORMAL'}")
        # What is erased is overwritten, not just forgotten.
        connection.execute("PRAGMA secure_delete=ON")

    def _recognise(self, connection: Connection, tables: Tables, *, again: bool) -> None:
        run = connection.exec_driver_sql
        there = set(run("SELECT name FROM sqlite_master").scalars())
        if not there:
            if tables is Tables.REQUIRED:
                raise self.is_missing()
            make(connection)
            run(f"PRAGMA application_id={APPLICATION_ID}")
            return
        mark = run("PRAGMA application_id").scalar()
        if mark != APPLICATION_ID or "schema_version" not in there:
            raise StoreError(
                f"{self.path} is a database of another program",
                hint="name another file under store: path",
            )
        fit(connection, self.name, tables, again=again)
        # The table that a restart needs must be readable now, not when the first call resumes.
        run("SELECT count(capture) FROM sessions").scalar()

    def _identity(self) -> tuple[int, int]:
        found = os.stat(self.name)
        return found.st_dev, found.st_ino

    def check(self) -> None:
        # A file that was deleted or replaced under us would be written to for nobody.
        if self._identity() != self._file:
            raise StoreError(
                f"the store {self.path} was replaced while it was in use",
                hint="stop the engine before the file is moved",
            )

    def overwrite(self) -> bool:
        """What has been written since the last checkpoint still stands in the log beside the file,
        what was erased since then among it. Most of it is done while the writer goes on; for the
        rest it has to wait, milliseconds as a rule."""
        with suppress(sqlite3.Error), closing(self._beside()) as beside:
            beside.execute("PRAGMA wal_checkpoint(PASSIVE)")
            busy, *_ = beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        return False

    def _beside(self) -> sqlite3.Connection:
        """A connection that waits for nobody, to a file that is there."""
        uri = f"{self.path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(uri, timeout=0, uri=True)

    @staticmethod
    def said(error: BaseException) -> str:
        return str(cause(error))

    def complaint(self, error: BaseException) -> StoreError:
        error = cause(error)
        if isinstance(error, StoreError):
            return error
        if isinstance(error, OSError):
            what = f"cannot be opened: {error.strerror or error}"
            return StoreError(
                f"the store {self.path} {what}", hint="check owner and rights of file and folder"
            )
        code = getattr(error, "sqlite_errorcode", None) or 0
        what, hint = _WRONG.get(code & 0xFF, ("cannot be used", "check the file and its disk"))
        return StoreError(f"the store {self.path} {what} ({error})", hint=hint)

    def will_pass(self, error: BaseException) -> bool:
        error = cause(error)
        return (
            isinstance(error, (sqlite3.OperationalError, OSError, StoreError))
            or type(error) is sqlite3.DatabaseError
        )

    def holder_lock(self, application: str) -> HolderLock:
        return LockFile(self.path, application)

    @staticmethod
    def insert(table: Table) -> sqlite.Insert:
        return sqlite.insert(table)

    @staticmethod
    def now(connection: Connection) -> float:
        return time.time()

    @staticmethod
    def begin(driver: Any) -> None:
        """Whoever comes second waits at its beginning, not in its middle."""
        driver.execute("BEGIN IMMEDIATE")

    @staticmethod
    def transaction(connection: Connection) -> str:
        return ""

    @staticmethod
    def was_committed(connection: Connection, transaction: str) -> bool:
        return False

    @staticmethod
    def serialise(connection: Connection, what: str) -> None:
        """Whoever writes is alone already."""


class LockFile(HolderLock):
    """A file beside the store under ``flock``: the kernel drops it with the process."""

    def __init__(self, store: Path, application: str) -> None:
        self._stem = f"{store}-lease-{quote(application, safe='')}"
        self._descriptor: int | None = None
        self._held: Path | None = None

    def take(self, connection: Connection, epoch: int) -> None:
        self.hold(epoch)

    def hold(self, epoch: int) -> None:
        """Hold the file of an epoch. Raises OSError."""
        self.drop()
        path = self._path(epoch)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._held = path
        if sys.platform != "win32":
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def keep(self) -> None:
        """It cannot be lost."""

    def drop(self) -> None:
        if self._descriptor is not None and self._held is not None:
            with suppress(OSError):
                self._held.unlink()
            os.close(self._descriptor)
        self._descriptor = self._held = None

    def holder_is_gone(self, connection: Connection, epoch: int, renewed: float) -> bool:
        return self.is_free(epoch)

    def is_free(self, epoch: int) -> bool:
        """True when the process that took this epoch no longer lives on this machine. Without
        a file nothing is known (False)."""
        if sys.platform == "win32":
            return False
        try:
            descriptor = os.open(self._path(epoch), os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True

    def remove(self, epoch: int) -> None:
        with suppress(OSError):
            self._path(epoch).unlink()

    def _path(self, epoch: int) -> Path:
        return Path(f"{self._stem}-{epoch}")


def _only_read(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


_WRONG = {
    sqlite3.SQLITE_NOTADB: ("is not a store", "name another file under store: path"),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged",
        "move it away and start again: a new one is made, the calls in progress begin anew",
    ),
    sqlite3.SQLITE_BUSY: ("is locked by another program", "stop what holds the file open"),
    sqlite3.SQLITE_LOCKED: ("is locked by another program", "stop what holds the file open"),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "make room on the disk"),
    sqlite3.SQLITE_READONLY: ("cannot be written", "check owner and rights of file and folder"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "check owner and rights of file and folder"),
    sqlite3.SQLITE_PERM: ("cannot be opened", "check owner and rights of file and folder"),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "check the disk it lies on"),
}
