"""The prompt of the workbench at a terminal, with completion and a history of lines."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from ivrkit.service.workbench.desk import Desk
from ivrkit.service.workbench.running import all_commands, names

PROMPT = "ivrkit> "
MOST_LINES = 1000


def completions(desk: Desk, before: str, text: str) -> list[str]:
    """What may stand where ``text`` is being typed, with ``before`` in front of it."""
    word = before.split()
    if not word:
        return sorted(name for name in all_commands() if name.startswith(text))
    command = names().get(word[0])
    found: Iterable[str] = command.words(desk) if command is not None and len(word) == 1 else ()
    return sorted({each for each in found if each.startswith(text)})


async def typed_lines(desk: Desk) -> AsyncIterator[str]:
    """Lines typed at the terminal until its end (Ctrl-D); Ctrl-C drops the line. Nothing else goes
    on meanwhile: the time of the call is virtual."""
    with _readline(desk):
        while True:
            try:
                with _interruptible():
                    line = input(PROMPT)  # noqa: ASYNC250 - nothing else is to go on
                yield line
            except KeyboardInterrupt:
                desk.tell("")
            except EOFError:
                desk.tell("")
                return


@contextlib.contextmanager
def _interruptible() -> Any:
    """Ctrl-C reaches us here, and not the loop that waits outside."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _readline(desk: Desk) -> Any:
    """Editing, completion and history, where Python was built with readline."""
    try:
        import readline
    except ImportError:
        yield
        return
    history = _history()
    with contextlib.suppress(OSError):
        readline.read_history_file(history)
    readline.set_history_length(MOST_LINES)
    readline.set_completer_delims(" ")
    readline.set_completer(_completer(desk, readline))
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(None)
        with contextlib.suppress(OSError):
            history.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(history)


def _completer(desk: Desk, readline: Any) -> Any:
    def complete(text: str, state: int) -> str | None:
        before = readline.get_line_buffer()[: readline.get_begidx()]
        found = completions(desk, before, text)
        return f"{found[state]} " if state < len(found) else None

    return complete


def _history() -> Path:
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "ivrkit" / "workbench-history"
