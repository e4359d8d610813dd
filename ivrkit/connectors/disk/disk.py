"""The files of one root: who does what is asked, and under which lock."""

from __future__ import annotations

import os
from pathlib import Path

from ivrkit.call.requests.file import READS, Action
from ivrkit.connectors.disk import naming
from ivrkit.connectors.disk.ledger import Changes, Ledger, count
from ivrkit.connectors.disk.paths import opened_root
from ivrkit.connectors.disk.reading import Reader
from ivrkit.connectors.disk.settings import FileSettings
from ivrkit.connectors.disk.turn import Turn
from ivrkit.connectors.disk.writing import Writer
from ivrkit.errors import ConnectorError, RequestRefused
from ivrkit.expressions.values import Value


class Disk:
    """The files of one root."""

    def __init__(self, root: Path, settings: FileSettings) -> None:
        self._root = root
        self._settings = settings
        self._ledger = Ledger(settings)
        self._reader = Reader(settings)
        self._writer = Writer(settings, self._reader)

    def make(self) -> None:
        """Make the root, where that is asked for. Raises ConnectorError."""
        try:
            if self._settings.create:
                self._root.mkdir(self._settings.folder_mode, parents=True, exist_ok=True)
        except OSError as error:
            raise ConnectorError(f"its folder cannot be made: {error.strerror}") from None

    def do(self, turn: Turn) -> Value:
        """Do what is asked. Raises ConnectorError."""
        with opened_root(self._root) as root:
            if turn.request.action in READS:
                with self._ledger.reading(root, turn.deadline):
                    if turn.request.action is Action.LIST:
                        return self._reader.list(root, turn)
                    return self._reader.read(root, turn)
            with self._ledger.writing(root, turn.deadline) as changes:
                self._change(root, turn, changes)
        return None

    def _change(self, root: int, turn: Turn, changes: Changes) -> None:
        mode = self._settings.folder_mode
        match turn.request.action:
            case Action.WRITE:
                self._writer.write(root, turn, changes)
            case Action.APPEND:
                self._writer.append(root, turn, changes)
            case Action.DELETE if turn.find is not None:
                self._writer.change_rows(root, turn, changes)
            case Action.DELETE:
                naming.delete(root, turn, changes)
            case Action.MOVE:
                naming.move(root, turn, changes, mode)
            case Action.MAKE_FOLDER:
                naming.make_folder(root, turn, changes, mode)
            case _:
                naming.remove_folder(root, turn, changes)

    def look(self) -> str:
        """How it stands with the root, without changing anything. Raises ConnectorError."""
        with opened_root(self._root) as root:
            totals = count(root)
            system = os.fstatvfs(root)
            writable = os.access(".", os.W_OK | os.X_OK, dir_fd=root)
        if not (writable or self._settings.read_only):
            raise RequestRefused(
                "its folder may not be written to", hint="see who owns it, or say read_only: true"
            )
        free = system.f_bavail * system.f_frsize
        files = f"{totals.files} file{'' if totals.files == 1 else 's'}"
        return f"{files}, {_size(totals.bytes)}; {_size(free)} free on the disk"


def _size(count_: int) -> str:
    for unit, size in (("GB", 2**30), ("MB", 2**20)):
        if count_ >= size:
            return f"{count_ / size:.1f} {unit}"
    return f"{count_ / 2**10:.0f} KB"
