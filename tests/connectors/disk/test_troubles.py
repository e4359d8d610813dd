"""Many at once, folders and disks that are full, disks that hang, callers who hang up."""

from __future__ import annotations

import asyncio
import csv
import errno
import os
import resource
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ivrkit.connectors.disk import disk, ledger, naming, writing
from ivrkit.errors import ConnectorError, ConnectorTimeout, OutcomeUnknown

from .conftest import Root

# ---- many at once --------------------------------------------------------------------------------


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


async def test_rows_of_fifty_calls_never_mix(root: Root) -> None:
    long = "x" * 5_000 + "\n" + "y" * 5_000
    asked = [
        root.ask("append", "orders.csv", row={"id": str(n), "text": long}, seconds=60)
        for n in range(50)
    ]
    await asyncio.gather(*asked)
    rows = rows_of(root.folder / "orders.csv")
    assert sorted(int(row["id"]) for row in rows) == list(range(50))
    assert {row["text"] for row in rows} == {long}


async def test_changes_of_rows_and_whole_files_lose_nothing(root: Root) -> None:
    await root.ask("write", "a.jsonl", rows=[{"id": str(n), "by": ""} for n in range(20)])
    asked = [
        root.ask("write", "a.jsonl", find={"id": str(n)}, row={"by": str(n)}, seconds=60)
        for n in range(20)
    ]
    asked += [root.ask("append", "a.jsonl", row={"id": f"n{n}"}, seconds=60) for n in range(20)]
    await asyncio.gather(*asked)
    rows = await root.ask("read", "a.jsonl")
    assert len(rows) == 40
    assert all(row["by"] == row["id"] for row in rows if "by" in row)


APPENDS = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {project!r})
from tests.connectors.disk.conftest import Root

async def main():
    root = Root(Path({folder!r}), megabytes=0.2)
    for n in range(40):
        row = {{"id": f"{{sys.argv[1]}}-{{n}}", "t": "x" * 4000}}
        try:
            await root.ask("append", "orders.csv", row=row, seconds=60)
        except Exception as error:
            assert error.exit == "full", error
asyncio.run(main())
"""


async def test_processes_that_share_a_folder_share_lock_and_quota(root: Root) -> None:
    project = Path(__file__).parents[3]
    program = APPENDS.format(project=str(project), folder=str(root.folder))
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(n), cwd=project)
        for n in range(2)
    ]
    assert [await process.wait() for process in processes] == [0, 0]
    rows = rows_of(root.folder / "orders.csv")
    assert all(row["t"] == "x" * 4000 for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)
    size = (root.folder / "orders.csv").stat().st_size
    assert 0.2 * 2**20 - 4100 < size <= 0.2 * 2**20


# ---- quotas --------------------------------------------------------------------------------------


async def test_fifty_appends_at_once_do_not_go_beyond_the_quota(tmp_path: Path) -> None:
    root = Root(tmp_path / "data", megabytes=0.1, files=20)
    results = await asyncio.gather(
        *(root.ask("append", f"{n % 30}.txt", text="x" * 4_999, seconds=60) for n in range(50)),
        return_exceptions=True,
    )
    failed = [each for each in results if isinstance(each, ConnectorError)]
    assert {each.exit for each in failed} == {"full"}
    sizes = [(root.folder / name).stat().st_size for name in root.names()]
    assert sum(sizes) == 5_000 * (50 - len(failed))
    assert sum(sizes) <= 0.1 * 2**20
    assert len(sizes) <= 20
    assert all(size % 5_000 == 0 for size in sizes)


async def full(root: Root, *arguments: Any, **parameters: Any) -> None:
    before = {name: root.text(name) for name in root.names() if (root.folder / name).is_file()}
    with pytest.raises(ConnectorError) as caught:
        await root.ask(*arguments, **parameters)
    assert caught.value.exit == "full"
    assert not caught.value.fails
    files = {name: root.text(name) for name in root.names() if (root.folder / name).is_file()}
    assert files == before


async def test_what_a_folder_may_hold(tmp_path: Path) -> None:
    root = Root(tmp_path / "data", megabytes=0.01, largest=0.005, files=4)
    await full(root, "write", "a.txt", text="x" * 5_500)
    await root.ask("write", "a.txt", text="x" * 5_000)
    await full(root, "append", "a.txt", text="x" * 500)
    await root.ask("write", "b/c.txt", text="x" * 5_000)
    await full(root, "write", "b/c.txt", text="x" * 5_900)
    await full(root, "append", "b/d.txt", text="x" * 1_000)
    await root.ask("append", "b/d.txt", text="x")
    await full(root, "append", "b/e.txt", text="x")
    await full(root, "make_folder", "c/d/e")
    await root.ask("append", "b/d.txt", text="x")  # a file that is there needs no room for another
    await root.ask("delete", "a.txt")
    await root.ask("write", "b/e.txt", text="x" * 5_000)
    assert root.text("b/e.txt") == "x" * 5_000


async def test_what_others_delete_is_noticed_when_it_matters(tmp_path: Path) -> None:
    root = Root(tmp_path / "data", megabytes=0.01)
    await root.ask("write", "a.txt", text="x" * 9_000)
    (root.folder / "a.txt").unlink()
    await root.ask("write", "b.txt", text="x" * 9_000)
    assert root.text("b.txt") == "x" * 9_000


async def test_what_others_add_is_noticed_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Root(tmp_path / "data", megabytes=0.01)
    await root.ask("write", "a.txt", text="x")
    (root.folder / "b.txt").write_text("x" * 20_000)
    old = root.folder / ".ivrkit-0123.tmp"
    old.touch()
    os.utime(old, (0, 0))
    monkeypatch.setattr(ledger, "COUNTED_ANEW", 0.0)
    with pytest.raises(ConnectorError, match="may hold"):
        await root.ask("write", "c.txt", text="x")
    assert not old.exists()


@pytest.mark.parametrize("text", ["", "x", "1 2", "-1 -1 0", "9" * 200, "1 1 99999999999"])
async def test_a_ledger_that_cannot_be_read_is_made_anew(root: Root, text: str) -> None:
    (root.folder / ".ivrkit-lock").write_text(text)
    await root.ask("write", "a.txt", text="xyz")
    assert (root.folder / ".ivrkit-lock").read_text().split()[:2] == ["3", "1"]


# ---- disks ---------------------------------------------------------------------------------------


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """The system itself refuses to let a file grow beyond a size, in the middle of a write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_what_was_written_before_the_disk_was_full_is_taken_back(root: Root) -> None:
    await root.ask("write", "a.csv", row={"id": "x" * 5_000})
    await root.ask("write", "b.txt", text="old")
    with largest_file(8_000):
        await full(root, "append", "a.csv", row={"id": "y" * 5_000})
        await full(root, "write", "b.txt", text="x" * 9_000)
    assert root.names() == ["a.csv", "b.txt"]
    await root.ask("append", "a.csv", row={"id": "z"})
    assert [row["id"][:1] for row in rows_of(root.folder / "a.csv")] == ["x", "z"]


@pytest.mark.parametrize(
    ("number", "exit_", "counts"),
    [
        (errno.ENOSPC, "full", False),
        (errno.EDQUOT, "full", False),
        (errno.EACCES, "error", False),
        (errno.EROFS, "error", False),
        (errno.EIO, "error", True),
        (errno.ESTALE, "error", True),
    ],
)
async def test_what_the_system_says_becomes_an_exit(
    root: Root, monkeypatch: pytest.MonkeyPatch, number: int, exit_: str, counts: bool
) -> None:
    def fails(descriptor: int, content: bytes) -> int:
        raise OSError(number, os.strerror(number))

    await root.ask("write", "a.txt", text="x")
    monkeypatch.setattr(writing, "_write_all", fails)
    for action, path in (("write", "a.txt"), ("append", "a.txt"), ("write", "b.txt")):
        with pytest.raises(ConnectorError) as caught:
            await root.ask(action, path, text="y")
        begun = action == "append" and counts
        wanted = "unknown" if begun else exit_
        assert (caught.value.exit, caught.value.fails) == (wanted, counts)
    assert root.names() == ["a.txt"]
    assert root.text("a.txt") == "x"


class Hang:
    """A disk that does not answer, until it does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
        self.began, self.answers = threading.Event(), threading.Event()
        really: Callable[..., Any] = getattr(module, name)

        def hangs(*arguments: Any, **options: Any) -> Any:
            self.began.set()
            self.answers.wait(60)
            return really(*arguments, **options)

        monkeypatch.setattr(module, name, hangs)


async def finished(root: Root) -> None:
    """Until no thread works for nobody any more."""
    while root.connector._threads.stuck:
        await asyncio.sleep(0.01)


async def test_a_disk_that_hangs_before_anything_is_changed_is_a_timeout(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    hang = Hang(monkeypatch, naming, "folder")
    with pytest.raises(ConnectorTimeout):
        await root.ask("append", "a.txt", text="x", seconds=0.2)
    hang.answers.set()
    await finished(root)
    assert root.names() == []  # what nobody waits for any more is not begun


async def test_a_disk_that_hangs_in_the_middle_of_a_change_is_unknown(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    await root.ask("append", "a.txt", text="x")
    hang = Hang(monkeypatch, writing, "_append_all")
    with pytest.raises(OutcomeUnknown):
        await root.ask("append", "a.txt", text="y", seconds=0.2)
    with pytest.raises(ConnectorTimeout):  # its turn does not come, and that is known
        await root.ask("append", "b.txt", text="y", seconds=0.2)
    with pytest.raises(ConnectorTimeout):  # what may be done twice is never unknown
        await root.ask("append", "a.txt", text="y", seconds=0.2, repeatable=True)
    hang.answers.set()
    await finished(root)
    assert root.text("a.txt") == "x\ny\n"


async def test_who_hangs_up_lets_go_of_the_folder(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    hang = Hang(monkeypatch, naming, "folder")
    asking = asyncio.create_task(root.ask("append", "a.txt", text="x"))
    await asyncio.to_thread(hang.began.wait, 60)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    hang.answers.set()
    await finished(root)
    assert root.names() == []
    await root.ask("append", "a.txt", text="y")
    assert root.text("a.txt") == "y\n"


async def test_a_disk_that_hangs_for_good_takes_no_thread_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Root(tmp_path / "data", at_once=2)
    hang = Hang(monkeypatch, disk, "opened_root")
    for _ in range(2):
        with pytest.raises(ConnectorTimeout):
            await root.ask("append", "a.txt", text="x", seconds=0.1)
    with pytest.raises(ConnectorError, match="2 requests still hang"):
        await root.ask("append", "a.txt", text="x", seconds=0.1)
    hang.answers.set()
    await finished(root)
    await root.ask("append", "a.txt", text="x")


async def test_another_program_that_holds_the_lock_is_waited_for(root: Root) -> None:
    await root.ask("append", "a.txt", text="x")
    holding = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); "
        "print('held', flush=True); sys.stdin.read()",
        str(root.folder / ".ivrkit-lock"),
        stdin=PIPE,
        stdout=PIPE,
    )
    assert holding.stdout is not None
    assert await holding.stdout.readline() == b"held\n"
    with pytest.raises(ConnectorTimeout):
        await root.ask("append", "a.txt", text="y", seconds=0.1)
    with pytest.raises(ConnectorTimeout):
        await root.ask("read", "a.txt", seconds=0.1)
    waiting = asyncio.create_task(root.ask("append", "a.txt", text="z", seconds=60))
    assert holding.stdin is not None
    holding.stdin.close()
    await holding.wait()
    await waiting
    await finished(root)
    assert root.text("a.txt") == "x\nz\n"
