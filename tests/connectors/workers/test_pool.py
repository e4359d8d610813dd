"""What goes wrong with a worker, as connectors say it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ivrkit.connectors.connector import Attempt
from ivrkit.connectors.workers.pool import Workers
from ivrkit.errors import ConnectionLost, ConnectorError
from ivrkit.workers.frames import Setup
from ivrkit.workers.process import Program


class Script(Program):
    """Runs a line of Python in place of a worker."""

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-c", self.module]


async def test_one_that_never_starts_is_no_request_on_its_way(tmp_path: Path) -> None:
    pool = Workers(Script("raise SystemExit(4)", Setup(), tmp_path), 1)
    attempt = Attempt(0.0)
    with pytest.raises(ConnectionLost):
        await pool.ask(Setup(), attempt)
    assert not attempt.sent
    await pool.close()


async def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    pool = Workers(Script("", Setup(), tmp_path / "gone"), 1)
    with pytest.raises(ConnectorError, match="no worker can be started"):
        await pool.look()
    await pool.close()
