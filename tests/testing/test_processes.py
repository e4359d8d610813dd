from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from ivrkit.errors import NotAvailable
from ivrkit.testing import processes

DEATH_SIGNAL = "import ctypes; n = ctypes.c_int(); ctypes.CDLL(None).prctl(2, ctypes.byref(n)); "


async def test_the_kernel_kills_what_we_start_when_we_die() -> None:
    printed = await processes.run([sys.executable, "-c", DEATH_SIGNAL + "print(n.value)"])
    assert printed.strip() == str(int(signal.SIGKILL))


async def test_what_a_program_prints_goes_into_a_file(tmp_path: Path) -> None:
    output = tmp_path / "log"
    process = await processes.start(
        ["sh", "-c", "echo $WORD; echo $PWD >&2"],
        output=output,
        environment={"WORD": "hello"},
        folder=tmp_path,
    )
    assert await process.wait() == 0
    assert output.read_text() == f"hello\n{tmp_path}\n"


async def test_a_program_that_will_not_end_is_killed() -> None:
    process = await processes.start(["sh", "-c", "trap '' TERM; echo; while :; do sleep 1; done"])
    await processes.end(process, signal.SIGTERM, patience=0.2)
    assert process.returncode in (-signal.SIGKILL, -signal.SIGTERM)
    await processes.end(process, signal.SIGTERM)  # once more does no harm


async def test_a_program_that_takes_too_long_is_killed() -> None:
    with pytest.raises(TimeoutError):
        await processes.run(["sleep", "60"], timeout=0.1)


def test_a_missing_program_is_named_with_its_package() -> None:
    with pytest.raises(NotAvailable, match="apt-get install the-package"):
        processes.require("no-such-program-here", "the-package")
