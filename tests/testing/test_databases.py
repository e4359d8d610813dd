"""The private database servers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pyodbc
import pytest

from ivrkit.errors import NotAvailable
from ivrkit.testing import ports
from ivrkit.testing.databases import PrivateMariaDB, PrivatePostgreSQL, PrivateServer, postgresql
from tests.connectors.odbc.support import unavailable


@pytest.fixture(params=[PrivatePostgreSQL, PrivateMariaDB])
def server(request: pytest.FixtureRequest) -> Iterator[PrivateServer]:
    try:
        with request.param() as running:
            yield running
    except NotAvailable as error:
        unavailable(error)


def asked(server: PrivateServer, text: str) -> object:
    connection = pyodbc.connect(server.connection, autocommit=True, timeout=5)
    try:
        cursor = connection.execute(text)
        return cursor.fetchval() if cursor.description else None
    finally:
        connection.close()


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_keeps_its_data_until_it_is_closed(server: PrivateServer) -> None:
    asked(server, "create table kept (n int)")
    asked(server, "insert into kept values (1)")
    first = server.pid
    server.stop()
    assert server.pid is None
    server.start()
    assert server.pid not in (None, first)
    assert asked(server, "select count(*) from kept") == 1
    server.kill()
    assert server.pid is None
    server.start()
    assert asked(server, "select count(*) from kept") == 1
    folder = server.folder
    server.close()
    assert not folder.exists()
    with pytest.raises(NotAvailable, match="has not been started"):
        server.log()


def test_it_listens_on_the_loopback_only_and_not_as_root(server: PrivateServer) -> None:
    assert server.pid is not None
    status = Path(f"/proc/{server.pid}/status").read_text()
    user = next(line for line in status.splitlines() if line.startswith("Uid:"))
    assert "\t0\t" not in user
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex(("127.0.0.2", server.port)) != 0


def test_made_mute_it_still_takes_connections(server: PrivateServer) -> None:
    server.mute()
    with socket.create_connection((ports.LOOPBACK, server.port), timeout=5) as mute:
        mute.settimeout(0.2)
        with pytest.raises(TimeoutError):
            mute.recv(1)
    server.speak()
    assert asked(server, "select 1") == 1


def test_it_dies_with_us() -> None:
    """Even killed, we leave no server behind; its folder goes with the next one."""
    program = textwrap.dedent(
        """
        import sys, time
        from ivrkit.testing.databases import PrivateMariaDB
        server = PrivateMariaDB()
        server.start()
        print(server.pid, server.folder, flush=True)
        time.sleep(60)
        """
    )
    if shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        unavailable(NotAvailable("mariadbd is not installed"))
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        pid, folder = owner.stdout.readline().split()
        owner.send_signal(signal.SIGKILL)
    while is_there(int(pid)):  # until the test's own time limit
        time.sleep(0.05)
    assert Path(folder).exists()
    with PrivateMariaDB() as server:
        assert server.folder.parent == Path(tempfile.gettempdir()).resolve()
        assert not Path(folder).exists()


def test_a_server_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.environ["PATH"].split(":")[0])
    monkeypatch.setattr(postgresql, "FOLDERS", Path("/nowhere"))
    monkeypatch.setattr("shutil.which", lambda name, **_: None)
    with pytest.raises(NotAvailable), PrivatePostgreSQL():
        pass
    with pytest.raises(NotAvailable), PrivateMariaDB():
        pass
