"""Recordings looked into and converted, many at once; again only those that have changed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from ivrkit.errors import PromptError
from ivrkit.prompts import tree
from ivrkit.prompts.ledger import Ledger, Looked
from ivrkit.prompts.measuring import converted, measured
from ivrkit.prompts.recordings import Recordings, suffix_of
from ivrkit.prompts.tree import Entry

NOTED_AFTER: Final = 2.0
"""Seconds after which what was done is noted: so much is done again after a power cut."""
AHEAD: Final = 4
"""Files in work for each thread: fewer would wait, more would fill the memory."""

Progress = Callable[[int, int], None]
"""Called with how many are done, and how many there are."""


@dataclass
class Looking:
    """What came of it: what is known of every file by its name, and how many were looked into
    now. ``unread`` are those that could not be opened, with the reason."""

    looked: dict[str, Looked] = field(default_factory=dict)
    done: int = 0
    unread: dict[str, str] = field(default_factory=dict)


def look_into(
    recordings: Recordings,
    ledger: Ledger,
    *,
    convert: bool = False,
    again: bool = False,
    wanted: Callable[[str], bool] | None = None,
    progress: Progress | None = None,
) -> Looking:
    """Look into the recordings that have changed since the last time, and with ``convert`` write
    those copies of them that are not there. ``again``: into all; ``wanted`` tells which files.

    What was done is noted as it goes, so that an interrupted run goes on where it was. Raises
    PromptError when the cache cannot be written.
    """
    files = {n: each for n, each in recordings.files.items() if wanted is None or wanted(n)}
    known = ledger.recordings()
    looking = Looking({n: known[n] for n, each in files.items() if n in known})
    there = tree.names(recordings.copies) if convert else set()
    todo = [
        (name, entry)
        for name, entry in files.items()
        if again or not _is_done(recordings, name, entry, known.get(name), there, convert)
    ]
    gone = [name for name in known if name not in recordings.files]
    if gone:
        ledger.put({}, gone)
    _do_all(recordings, ledger, todo, looking, convert, progress)
    return looking


def _is_done(
    recordings: Recordings,
    name: str,
    entry: Entry,
    known: Looked | None,
    there: set[str],
    convert: bool,
) -> bool:
    if known is None or not known.holds(entry):
        return False
    return not convert or bool(known.problem) or recordings.copy_name(name, known.content) in there


def _do_all(
    recordings: Recordings,
    ledger: Ledger,
    todo: list[tuple[str, Entry]],
    looking: Looking,
    convert: bool,
    progress: Progress | None,
) -> None:
    fresh: dict[str, Looked] = {}
    workers = min(8, os.cpu_count() or 1)
    noted = time.monotonic()
    waiting = iter(todo)
    with ThreadPoolExecutor(workers, thread_name_prefix="recordings") as threads:

        def begin(count: int) -> Iterable[Future[tuple[str, Looked | str]]]:
            return [
                threads.submit(_do, recordings, name, entry, convert)
                for name, entry in islice(waiting, count)
            ]

        open_ = set(begin(workers * AHEAD))
        try:
            while open_:
                finished, open_ = wait(open_, return_when=FIRST_COMPLETED)
                open_ |= set(begin(len(finished)))
                for each in finished:
                    name, found = each.result()
                    looking.done += 1
                    if isinstance(found, str):
                        looking.unread[name] = found
                    else:
                        fresh[name] = looking.looked[name] = found
                    if progress is not None:
                        progress(looking.done, len(todo))
                if time.monotonic() - noted > NOTED_AFTER:
                    ledger.put(fresh)
                    fresh, noted = {}, time.monotonic()
        finally:
            for future in open_:
                future.cancel()
            if fresh:
                ledger.put(fresh)


def _do(recordings: Recordings, name: str, entry: Entry, convert: bool) -> tuple[str, Looked | str]:
    try:
        sound = Path(entry.path).read_bytes()
    except OSError as error:
        return name, f"it cannot be read: {error.strerror}"
    content = hashlib.sha256(sound).hexdigest()
    try:
        if not convert:
            return name, Looked(entry.state, content, measured(sound, suffix_of(name))[0])
        found, telephone = converted(sound, suffix_of(name), recordings.target)
    except PromptError as error:
        return name, Looked(entry.state, content, None, error.message, error.hint)
    recordings.write_copy(recordings.copies / recordings.copy_name(name, content), telephone)
    return name, Looked(entry.state, content, found)
