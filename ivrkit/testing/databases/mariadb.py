"""A private MariaDB."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from ivrkit.errors import NotAvailable
from ivrkit.testing import ports
from ivrkit.testing.databases.server import PrivateServer

SYSTEM_FOLDERS = "/usr/sbin:/usr/local/sbin:/sbin"


class PrivateMariaDB(PrivateServer):
    """A MariaDB server, with a database ``ivr`` and the user ``ivr`` who may do anything."""

    product: ClassVar[str] = "MariaDB"
    account: ClassVar[str] = "mysql"
    user: ClassVar[str] = "ivr"

    @property
    def connection(self) -> str:
        return (
            f"DRIVER={{MariaDB Unicode}};SERVER={ports.LOOPBACK};PORT={self.port};"
            f"DATABASE={self.database};UID={self.user};PWD={{{self.password.replace('}', '}}')}}};"
        )

    def _make(self) -> None:
        self._run(
            [
                *(_program("mariadb-install-db"), "--no-defaults", "--skip-test-db"),
                *(f"--datadir={self.folder / 'data'}", "--auth-root-authentication-method=normal"),
            ]
        )
        first = self.folder / "first.sql"
        first.touch(mode=0o644)
        first.write_text(
            f"create database if not exists {self.database} character set utf8mb4;\n"
            f"create user if not exists {self.user}@'%' identified by '{self.password}';\n"
            f"grant all on *.* to {self.user}@'%';\n"
        )

    def _command(self) -> Sequence[str | Path]:
        return [
            *(_program("mariadbd"), "--no-defaults", f"--datadir={self.folder / 'data'}"),
            *(f"--port={self.port}", f"--bind-address={ports.LOOPBACK}"),
            *(f"--socket={self.folder / 'socket'}", f"--pid-file={self.folder / 'pid'}"),
            *("--skip-name-resolve", "--innodb-flush-log-at-trx-commit=2"),
            *("--innodb-buffer-pool-size=16M", f"--init-file={self.folder / 'first.sql'}"),
            *("--lc-messages=en_US", "--character-set-server=utf8mb4"),
        ]

    def _answers(self) -> bool:
        last = self.log().rpartition("starting as process")[2]
        return self._port_is_open() and "ready for connections" in last


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS)
    if found is None:
        raise NotAvailable(f"{name} is not installed", hint="apt-get install mariadb-server")
    return found
