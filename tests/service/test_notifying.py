"""The service manager is told what it wants to be told, and nobody else."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivrkit.service.notifying import SPARE_SECONDS, ServiceManager


@pytest.fixture
def told(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(10)
        yield listener


def environment(told: socket.socket, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": told.getsockname(), **more}


async def test_it_is_ready_and_stops(told: socket.socket) -> None:
    manager = ServiceManager(environment(told))
    manager.status("loading flows\nfrom /etc")
    manager.ready("serving")
    manager.stopping(60)
    assert told.recv(999) == b"STATUS=loading flows from /etc"
    assert told.recv(999) == b"READY=1\nSTATUS=serving"
    assert (
        told.recv(999)
        == f"STOPPING=1\nEXTEND_TIMEOUT_USEC={int(60e6 + SPARE_SECONDS * 1e6)}".encode()
    )
    manager.close()


async def test_as_long_as_the_loop_turns_it_lives(told: socket.socket) -> None:
    manager = ServiceManager(
        environment(told, WATCHDOG_USEC="20000", WATCHDOG_PID=str(os.getpid()))
    )
    manager.ready("")
    manager.ready("")  # served a second time: one heart is enough
    told.setblocking(False)
    heard = [await asyncio.get_running_loop().sock_recv(told, 999) for _ in range(5)]
    assert heard.count(b"WATCHDOG=1") == 3
    manager.close()


@pytest.mark.parametrize("more", [{}, {"WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"}])
async def test_the_watchdog_of_others_is_not_ours(
    told: socket.socket, more: dict[str, str]
) -> None:
    manager = ServiceManager(environment(told, **more))
    manager.ready("")
    assert told.recv(999).startswith(b"READY=1")
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert "ivrkit-watchdog" not in names


async def test_without_a_manager_nobody_is_told() -> None:
    manager = ServiceManager({})
    manager.ready("serving")
    manager.stopping(0)
    manager.close()


async def test_an_abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0ivrkit-test-notify")
        ServiceManager({"NOTIFY_SOCKET": "@ivrkit-test-notify"}).status("here")
        assert listener.recv(99) == b"STATUS=here"


async def test_a_manager_that_is_gone_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready("serving")
    assert "cannot be told" in caplog.text
