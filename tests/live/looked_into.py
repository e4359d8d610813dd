"""``ivrkit serve``, which writes down what its memory holds whenever it gets SIGUSR1."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
import threading
from collections import Counter, deque
from pathlib import Path
from typing import Any

from ivrkit.channels.ari.audio.taps import Taps
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.cli.main import main
from ivrkit.engine.engine import Engine

FILE = "census.json"
"""In the folder of ``--config``."""
STANDING = ("_hearing", "_listeners")
"""These have entries for listeners."""
LARGE = 10
PARTS: list[object] = []
"""The engine and its connection to Asterisk."""


def remember(kind: type) -> None:
    """Every object of a type from now on."""
    begin: Any = kind.__init__  # type: ignore[misc]

    def begins(self: object, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        PARTS.append(self)

    kind.__init__ = begins  # type: ignore[misc]


def census() -> dict[str, Any]:
    """Tasks by the coroutine they run, threads by name, objects by type, large containers, and the
    tables that calls have entries in."""
    gc.unfreeze()  # else what was there when it began to serve is not among them
    gc.collect()
    found = gc.get_objects()
    return {
        "tasks": Counter(_task(each) for each in asyncio.tasks._all_tasks if not each.done()),  # type: ignore[attr-defined]
        "threads": Counter(_without_number(each.name) for each in threading.enumerate()),
        "objects": Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in found),
        "containers": _containers(found),
        "tables": _tables(),
    }


def _task(task: asyncio.Task[Any]) -> str:
    return str(getattr(task.get_coro(), "__qualname__", task.get_coro()))


def _without_number(name: str) -> str:
    return name.rstrip("0123456789").rstrip("-_ ")


def _containers(found: list[Any]) -> dict[str, tuple[int, str]]:
    """By identity: a text in a table is no object that the collector knows of."""
    large = (
        each for each in found if isinstance(each, dict | set | list | deque) and len(each) >= LARGE
    )
    return {
        str(id(each)): (len(each), f"{type(each).__name__} of {_newest(each)}")
        for each in large
        if each is not found
    }


def _newest(container: Any) -> str:
    """What was put into it last, where that is known."""
    newest = next(iter(container)) if isinstance(container, set) else next(reversed(container))
    return repr(newest)[:80]


def _tables() -> dict[str, int]:
    """What calls are known by, in the engine and in its connection to Asterisk."""
    return {
        f"{type(part).__name__}.{name}": len(value)
        for part in PARTS
        for name, value in vars(part).items()
        if isinstance(value, dict | set | list) and name not in STANDING
    }


def _write(*_: object) -> None:
    file = Path(sys.argv[sys.argv.index("--config") + 1]) / FILE
    new = file.with_suffix(".new")
    new.write_text(json.dumps(census()))
    os.replace(new, file)


if __name__ == "__main__":
    remember(AriCarrier)
    remember(Engine)
    remember(Taps)
    signal.signal(signal.SIGUSR1, _write)
    main()
