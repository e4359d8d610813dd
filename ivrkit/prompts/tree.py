"""One walk through a folder of very many files: what is there, and when it was last changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

MOST_DEEP = 64
"""Folders inside one another."""


class Entry(NamedTuple):
    """A file: its path, and what differs when it has changed: time (ns), bytes, inode."""

    path: str
    mtime: int
    size: int
    inode: int

    @property
    def state(self) -> tuple[int, int, int]:
        """What differs when it has changed."""
        return self.mtime, self.size, self.inode


def walk(folder: Path, skip: Path | None = None) -> dict[str, Entry]:
    """The files below a folder by their name in it (``en/welcome.wav``), links followed. What
    begins with a dot is left out (nothing there can be a recording), and so is ``skip``. A folder
    that is not there, or cannot be read, is empty."""
    found: dict[str, Entry] = {}
    around: tuple[tuple[int, int], ...] = ()
    waiting = [(str(folder), "", around)]
    left_out = None if skip is None else str(skip.absolute())
    while waiting:
        at, inside, around = waiting.pop()
        try:
            state = os.stat(at)
            this = state.st_dev, state.st_ino
            if this in around:
                continue  # a link that leads back: two of them would be walked for ever
            entries = list(os.scandir(at))
        except OSError:
            continue
        within = (*around, this)
        for each in entries:
            name = each.name
            if name[0] == ".":
                continue
            try:
                if each.is_dir():
                    if len(around) < MOST_DEEP and os.path.abspath(each.path) != left_out:
                        waiting.append((each.path, f"{inside}{name}/", within))
                    continue
                state = each.stat()
            except OSError:
                continue  # a link to nothing, or gone meanwhile
            found[inside + name] = Entry(each.path, state.st_mtime_ns, state.st_size, state.st_ino)
    return found


def names(folder: Path) -> set[str]:
    """The names alone of the files below a folder, as :func:`walk` has them: no file is looked
    at."""
    found: set[str] = set()
    waiting = [(str(folder), "")]
    while waiting:
        at, inside = waiting.pop()
        try:
            entries = os.scandir(at)
        except OSError:
            continue
        with entries:
            for each in entries:
                if each.is_dir(follow_symlinks=False):
                    waiting.append((each.path, f"{inside}{each.name}/"))
                else:
                    found.add(inside + each.name)
    return found


def fingerprint(files: Mapping[str, Entry]) -> str:
    """What differs when one of the files has changed, hexadecimal."""
    return _digest([f"{name}\0{each[1]}\0{each[2]}\0{each[3]}" for name, each in files.items()])


def fingerprint_of_names(names: Iterable[str]) -> str:
    """What differs when there are other files, whatever is in them."""
    return _digest(list(names))


def _digest(lines: list[str]) -> str:
    lines.sort()
    text = "\n".join(lines).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=16).hexdigest()
