"""A voice that is a program of the machine: one process for each text, off the event loop."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from ivrkit.errors import NotAvailable, PromptError

T = TypeVar("T")

LONGEST_WAIT = 20.0
"""Seconds for one text, where a voice does not say otherwise."""
AT_ONCE = 4
"""Texts spoken at the same time, so that preparing a flow never makes a caller wait."""
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "ESPEAK_DATA_PATH")
"""What programs get of the engine's environment: its secrets are not among it."""


class VoiceProgram:
    """Runs a program. ``remedy`` says how it is installed, ``longest`` how many seconds it may
    take; then it is ended."""

    def __init__(self, program: str, remedy: str, longest: float | None = None) -> None:
        self.program = program
        self._remedy = remedy
        self._longest = LONGEST_WAIT if longest is None else longest
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="voice")

    async def off_the_loop(self, work: Callable[[], T]) -> T:
        """Do something that blocks."""
        run = partial(copy_context().run, work)
        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    def run(self, options: Sequence[str], text: bytes = b"", passed: Collection[int] = ()) -> bytes:
        """What the program writes, given a text by a pipe: it may hold anything, and nobody else
        sees it. ``passed`` are descriptors that it inherits besides. Raises NotAvailable without
        it, PromptError when it fails. Blocks."""
        program = self.program
        try:
            done = subprocess.run(  # noqa: S603 (no shell, options of our own making)
                [program, *options],
                input=text,
                capture_output=True,
                timeout=self._longest,
                check=True,
                pass_fds=tuple(passed),
                env={name: os.environ[name] for name in INHERITED if name in os.environ},
            )
        except (FileNotFoundError, PermissionError):
            raise NotAvailable(
                f"the program {program} is not installed", hint=self._remedy
            ) from None
        except subprocess.TimeoutExpired:
            raise PromptError(f"{program} took longer than {self._longest:g} s") from None
        except subprocess.CalledProcessError as error:
            said = _last_line(error.stderr)
            raise PromptError(f"{program} failed: {said or _status(error.returncode)}") from None
        except OSError as error:
            raise PromptError(f"{program} cannot be run: {error.strerror}") from None
        return done.stdout

    def close(self) -> None:
        """Nothing more is run."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _last_line(said: bytes) -> str:
    """What tells most, of a program that explains itself at length."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines()]
    return next((line for line in reversed(lines) if line), "")[:200]


def _status(code: int) -> str:
    return f"status {code}" if code >= 0 else f"ended by the signal {-code}"
