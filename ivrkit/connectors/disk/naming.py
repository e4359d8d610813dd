"""Moves and deletes; makes and removes folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ivrkit.connectors.disk.ledger import Changes
from ivrkit.connectors.disk.paths import folder, kind_of
from ivrkit.connectors.disk.troubles import in_the_way, told, wrong_kind
from ivrkit.connectors.disk.turn import Turn


@contextmanager
def parent_of(root: int, names: Sequence[str], changes: Changes, mode: int) -> Iterator[int]:
    """The folder that something is put into; those on the way are made. Raises ConnectorError."""

    def make(parent: int, name: str) -> None:
        changes.room(0, 1)
        os.mkdir(name, mode, dir_fd=parent)
        changes.add(0, 1)

    with folder(root, names, make) as parent:
        yield parent


def delete(root: int, turn: Turn, changes: Changes) -> None:
    """Delete a file. Raises ConnectorError."""
    above, name = turn.place()
    with folder(root, above) as parent, told("file"):
        found = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if not stat.S_ISREG(found.st_mode):
            raise wrong_kind("file")
        turn.begin()
        os.unlink(name, dir_fd=parent)
        changes.add(-found.st_size, -1)
        os.fsync(parent)


def move(root: int, turn: Turn, changes: Changes, mode: int) -> None:
    """Give a file or folder another place or name; a file there is replaced where that is asked
    for, a folder never. Raises ConnectorError."""
    (above, name), (to_above, to_name) = turn.place(), turn.place("to")
    with folder(root, above) as parent, told("file"):
        found = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise wrong_kind("file")
        with parent_of(root, to_above, changes, mode) as target:
            there = kind_of(target, to_name)
            if there is not None and not (turn.request.replace and stat.S_ISREG(there.st_mode)):
                raise in_the_way("file")
            turn.begin()
            os.rename(name, to_name, src_dir_fd=parent, dst_dir_fd=target)
            if there is not None and there.st_ino != found.st_ino:
                changes.add(-there.st_size, -1)
            os.fsync(target)
            os.fsync(parent)


def make_folder(root: int, turn: Turn, changes: Changes, mode: int) -> None:
    """Make a folder, and those on the way; it may be there already. Raises ConnectorError."""
    names = turn.names()
    turn.begin()
    with parent_of(root, names, changes, mode):
        return


def remove_folder(root: int, turn: Turn, changes: Changes) -> None:
    """Remove a folder in which nothing is. Raises ConnectorError."""
    above, name = turn.place()
    with folder(root, above) as parent, told("folder"):
        turn.begin()
        os.rmdir(name, dir_fd=parent)
        changes.add(0, -1)
        os.fsync(parent)
