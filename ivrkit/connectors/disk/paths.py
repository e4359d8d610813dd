"""Down from the root, name by name, without following a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ivrkit.connectors.disk.troubles import told, wrong_kind
from ivrkit.errors import ConnectorError

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NO_LINK: Final = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@contextmanager
def opened_root(root: Path) -> Iterator[int]:
    """The descriptor of the root. Raises ConnectorError: without it, nothing works."""
    try:
        descriptor = os.open(root, _FOLDER)
    except OSError as error:
        raise ConnectorError(
            f"its folder cannot be opened: {error.strerror}", hint="see `root` in ivrkit.yaml"
        ) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def folder(
    root: int, names: Sequence[str], make: Callable[[int, str], None] | None = None
) -> Iterator[int]:
    """The descriptor of a folder below the root; ``make`` makes one that is not there.

    Each name is opened from the descriptor of the one before it: nobody can swap a folder for a
    link in between. Raises ConnectorError.
    """
    descriptor = os.dup(root)
    try:
        for name in names:
            with told("folder"):
                try:
                    inner = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)
                except FileNotFoundError:
                    if make is None:
                        raise
                    make(descriptor, name)
                    inner = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def kind_of(parent: int, name: str) -> os.stat_result | None:
    """What stands under a name, a link itself and not what it leads to; None if nothing does."""
    try:
        return os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return None


@contextmanager
def opened_file(parent: int, name: str, flags: int, mode: int = 0o640) -> Iterator[int]:
    """The descriptor of a regular file that has this one name. Raises ConnectorError for a link, a
    folder, a pipe, a device, and for a file that has a second name somewhere else."""
    with told("file"):
        there = kind_of(parent, name)
        if there is not None:
            _regular(there)  # before it is opened: opening a device may do something already
        descriptor = os.open(name, flags | _NO_LINK, mode, dir_fd=parent)
    try:
        _regular(os.fstat(descriptor))
        yield descriptor
    finally:
        os.close(descriptor)


def _regular(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        raise wrong_kind("file")
