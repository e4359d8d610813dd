"""A worker that is not as it should be."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec
import pytest

from ivrkit.errors import WorkerError, WorkerLost
from ivrkit.workers.frames import MOST_BYTES, Setup, framed
from ivrkit.workers.pool import Workers
from ivrkit.workers.process import Program

MUTE = "; sys.stdin.read()"
WAIT = f"; out.flush(){MUTE}"
READY = "import sys; out = sys.stdout.buffer; out.write(b'\\0\\0\\0\\x01\\x80'); out.flush(); "


class Script(Program):
    """Runs a line of Python in place of a worker."""

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-c", self.module]


def workers(line: str, folder: Path, count: int = 1) -> Workers:
    return Workers(Script(line, Setup(), folder), count)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("raise SystemExit(4)", "exit status 4"),
        (READY + "sys.stdin.buffer.read(5); raise SystemExit(5)", "exit status 5"),
        (
            READY + "out.write(b'\\0\\0\\0\\x02\\xc1\\xc1')" + WAIT,
            "rubbish",
        ),
        (READY + "out.write(b'\\xff\\xff\\xff\\xff')" + WAIT, "rubbish"),
        (READY + "out.write(b'\\0\\0'); out.flush(); out.close()", "exit status"),
    ],
)
async def test_it_is_lost(line: str, told: str, tmp_path: Path) -> None:
    pool = workers(line, tmp_path)
    with pytest.raises(WorkerLost, match=told):
        async with pool.one() as worker:
            await worker.ask(Setup())
    await pool.close()


async def test_one_that_never_starts_is_never_had(tmp_path: Path) -> None:
    pool = workers("raise SystemExit(4)", tmp_path)
    with pytest.raises(WorkerLost):
        async with pool.one():
            pytest.fail("there is none")
    await pool.close()


async def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    pool = workers("", tmp_path / "gone")
    with pytest.raises(WorkerError, match="no worker can be started"):
        await pool.look()
    await pool.close()


async def asked(pool: Workers) -> None:
    async with pool.one() as worker:
        await worker.ask(Setup())


async def test_closing_ends_those_that_are_asked_and_those_that_start(tmp_path: Path) -> None:
    pool = workers(f"import os, sys; open(str(os.getpid()), 'w').close(){MUTE}", tmp_path, count=3)
    pool.start()
    asking = asyncio.create_task(asked(pool))
    async with asyncio.timeout(20):
        while len(processes := list(tmp_path.iterdir())) < 3:
            await asyncio.sleep(0.01)
    await pool.close()
    await asyncio.wait({asking})
    for each in processes:
        assert not Path("/proc", each.name).exists()


def test_a_frame_has_a_largest_size() -> None:
    assert framed({"a": 1}) == b"\0\0\0\x04\x81\xa1a\x01"
    with pytest.raises(ValueError, match="frame"):
        framed(b"x" * MOST_BYTES)
    assert msgspec.msgpack.decode(framed("x" * 100)[4:]) == "x" * 100
