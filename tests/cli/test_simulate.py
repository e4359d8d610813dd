"""The simulator as it is used: keys piped in, commands piped in, and a terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run

FLOW = """\
ivrkit: 1
flow: shop
exits: {no_input: hangup, no_match: hangup}
sections:
  main:
    - answer
    - menu: {prompt: Hello., keys: {1: order, 2: hangup}}
  order:
    - say: Your order.
"""


@pytest.fixture(autouse=True)
def shop(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "shop.yaml").write_text(FLOW)


async def test_keys(run: Run) -> None:
    for done in (
        await run("simulate", "shop", "--keys", "1"),
        await run("simulate", "shop", stdin="1"),
    ):
        assert done.status == 0
        assert '"Your order."' in done.out


async def test_commands(run: Run, tmp_path: Path) -> None:
    commands = "# try it\nbreak order\n1\nwhere 1\ncontinue\nsave first.yaml\n"
    done = await run("simulate", "shop", "--workbench", stdin=commands)
    assert (done.status, done.err) == (0, "")
    assert "> where 1\norder/0  say  (flows/shop.yaml:9)\n" in done.out
    assert (await run("test", "first.yaml")).status == 0


async def test_a_command_that_could_not_be_done(run: Run) -> None:
    done = await run("simulate", "shop", "-w", stdin="nonsense\nstep\n")
    assert done.status == 1
    assert "no command 'nonsense'" in done.out
    assert "main/1" in done.out


async def test_keys_are_no_commands(run: Run) -> None:
    done = await run("simulate", "shop", "-w", "--keys", "1")
    assert done.status == 2
    assert "the workbench takes commands" in done.err


class Terminal:
    """A command at a terminal of its own."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.ours, theirs = pty.openpty()
        self.read = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ivrkit", *arguments],
            cwd=folder,
            env={**os.environ, "TERM": "dumb", "XDG_STATE_HOME": str(folder / "state")},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)

    def until(self, pattern: str) -> None:
        """Read until something is shown; what stood before it is forgotten."""
        while not (found := re.search(pattern, self.read)):
            ready, _, _ = select.select([self.ours], [], [], 30)
            assert ready, f"{pattern!r} is not shown: {self.read!r}"
            try:
                self.read += os.read(self.ours, 4096).decode(errors="replace")
            except OSError:  # Linux says so when the other side is gone
                raise AssertionError(f"{pattern!r} was not shown: {self.read!r}") from None
        self.read = self.read[found.end() :]

    def shows(self, pattern: str) -> bool:
        """Whether something is shown by and by; read as :meth:`until` does if it is."""
        if select.select([self.ours], [], [], 1)[0]:
            self.until(pattern)
            return True
        return False

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for each in opened:
        each.process.kill()
        each.process.wait()
        os.close(each.ours)


def test_the_workbench_at_a_terminal(tmp_path: Path, terminal: list[Terminal]) -> None:
    seen = Terminal(tmp_path, "simulate", "shop", "--workbench")
    terminal.append(seen)
    seen.until("the call begins")
    seen.until("ivrkit> ")
    seen.type("st\t\t")  # stack, step
    seen.until("step")
    seen.type("ep\r")
    seen.until("main/1")
    seen.until("ivrkit> ")
    seen.type("half a line")
    seen.until("half a line")
    while not seen.shows("ivrkit> "):  # Python may miss one that comes between two keys
        seen.process.send_signal(signal.SIGINT)  # Ctrl-C
    seen.type("quit\r")
    assert seen.process.wait(60) == 0
    assert "step" in (tmp_path / "state/ivrkit/workbench-history").read_text()


def test_from_keys_to_commands(tmp_path: Path, terminal: list[Terminal]) -> None:
    seen = Terminal(tmp_path, "simulate", "shop")
    terminal.append(seen)
    seen.until("commands")
    seen.until("Hello")
    seen.type(":")
    seen.until("ivrkit> ")
    seen.type("keys\r")
    seen.until("→ order")
    seen.until("ivrkit> ")
    seen.type("1\r")
    seen.until("Your order")
    seen.until("ivrkit> ")
    seen.type("\x04")  # Ctrl-D
    assert seen.process.wait(60) == 0
