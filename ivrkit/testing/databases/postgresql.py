"""A private PostgreSQL."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from sqlalchemy import URL

from ivrkit.errors import NotAvailable
from ivrkit.testing import ports
from ivrkit.testing.databases.server import PrivateServer

FOLDERS = Path("/usr/lib/postgresql")
"""Where Debian keeps each version, apart from the path."""


class PrivatePostgreSQL(PrivateServer):
    """A PostgreSQL server, with a database ``ivr`` and the superuser ``ivr``."""

    product: ClassVar[str] = "PostgreSQL"
    account: ClassVar[str] = "postgres"
    user: ClassVar[str] = "ivr"
    orderly: ClassVar[signal.Signals] = signal.SIGINT

    @property
    def connection(self) -> str:
        return (
            f"DRIVER={{PostgreSQL Unicode}};SERVER={ports.LOOPBACK};PORT={self.port};"
            f"DATABASE={self.database};UID={self.user};PWD={{{self.password.replace('}', '}}')}}};"
        )

    def url(self, schema: str = "") -> str:
        """The URL of its database, and of a schema in it."""
        query = {"options": f"-csearch_path={schema}"} if schema else {}
        found = URL.create(
            *("postgresql", self.user, self.password, ports.LOOPBACK, self.port, self.database),
            query=query,
        )
        return found.render_as_string(hide_password=False)

    def _make(self) -> None:
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        self._hand_over(secret)
        self._run(
            [
                *(_program("initdb"), "-D", self.folder / "data", "--no-sync"),
                *("-U", self.user, "-A", "scram-sha-256", f"--pwfile={secret}"),
                *("-E", "UTF8", "--locale=C.UTF-8"),
            ]
        )
        # The database of that name is made by the server itself, in single-user mode.
        single = self.folder / "create.sql"
        single.write_text(f"create database {self.database}\n")
        single.chmod(0o644)
        self._run(
            [
                *("sh", "-c", 'exec "$0" --single -D "$1" postgres <"$2"'),
                *(_program("postgres"), self.folder / "data", single),
            ]
        )

    def _command(self) -> Sequence[str | Path]:
        return [
            *(_program("postgres"), "-D", self.folder / "data", "-p", str(self.port)),
            *("-c", f"listen_addresses={ports.LOOPBACK}", "-c", "fsync=off"),
            *("-c", f"unix_socket_directories={self.folder}", "-c", "max_connections=200"),
            *("-c", "shared_buffers=16MB", "-c", "deadlock_timeout=100ms"),
        ]

    def _answers(self) -> bool:
        return self._port_is_open() and "ready to accept connections" in self._last_start()

    def _last_start(self) -> str:
        return self.log().rpartition("starting PostgreSQL")[2]


def _program(name: str) -> Path:
    """A program of the newest PostgreSQL here."""
    folders = sorted(FOLDERS.glob("*/bin"), key=lambda each: _number(each.parent.name))
    for folder in reversed(folders):
        if (folder / name).is_file():
            return folder / name
    found = shutil.which(name)
    if found is None:
        raise NotAvailable(f"{name} is not installed", hint="apt-get install postgresql")
    return Path(found)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
