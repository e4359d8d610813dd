"""Programs that die with us.

Every program that the testing room starts gets ``PR_SET_PDEATHSIG`` (``prctl(2)``) by way of
``setpriv``: when the thread that started it ends, even by SIGKILL, the kernel kills it. The
signal survives the ``exec`` of the wrappers used here, so it reaches Asterisk itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from pathlib import Path

from ivrkit.errors import NotAvailable


def require(program: str, package: str) -> str:
    """The path of a program, or NotAvailable that names the Debian package to install."""
    found = shutil.which(program)
    if found is None:
        raise NotAvailable(f"{program} is not installed", hint=f"apt-get install {package}")
    return found


async def start(
    command: Sequence[str | Path],
    *,
    output: Path | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Process:
    """Start a program that cannot outlive the calling thread. ``output`` takes all it prints."""
    setpriv = require("setpriv", "util-linux")
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(output.open("ab")) if output else asyncio.subprocess.DEVNULL
        return await asyncio.create_subprocess_exec(
            setpriv,
            "--pdeathsig",
            "KILL",
            "--",
            *map(str, command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=target,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd=folder,
            # Ctrl-C in a terminal is for us, who then end it in good order.
            start_new_session=True,
        )


async def run(command: Sequence[str | Path], *, timeout: float = 30) -> str:  # seconds
    """What a program prints, both streams. Raises TimeoutError after ``timeout`` seconds."""
    setpriv = require("setpriv", "util-linux")
    process = await asyncio.create_subprocess_exec(
        setpriv,
        "--pdeathsig",
        "KILL",
        "--",
        *map(str, command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(timeout):
            printed, _ = await process.communicate()
    finally:
        await end(process, signal.SIGKILL)
    return printed.decode(errors="replace")


async def end(process: Process, first: signal.Signals, patience: float = 10) -> None:
    """Send ``first``; a program that is still there after ``patience`` seconds is killed."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(first)
        try:
            async with asyncio.timeout(patience):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
