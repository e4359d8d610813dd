"""Writes files: whole ones at once, rows at the end, rows in the middle."""

from __future__ import annotations

import io
import os
import secrets
import stat
from contextlib import suppress
from typing import Final

from ivrkit.call.exits import NOT_FOUND
from ivrkit.call.requests.file import FileForm, FileRefused
from ivrkit.connectors.disk import rows as codec
from ivrkit.connectors.disk.ledger import OWN, TEMPORARY, Changes
from ivrkit.connectors.disk.naming import parent_of
from ivrkit.connectors.disk.paths import folder, kind_of, opened_file
from ivrkit.connectors.disk.reading import Reader
from ivrkit.connectors.disk.rows import Rows, fits
from ivrkit.connectors.disk.settings import FileSettings
from ivrkit.connectors.disk.troubles import full, in_the_way, told, wrong_kind
from ivrkit.connectors.disk.turn import Turn
from ivrkit.expressions.json_text import to_json

_HEAD: Final = 65_536
"""Bytes within which the first line of a CSV file has to end."""


class Writer:
    """Writes with these settings."""

    def __init__(self, settings: FileSettings, reader: Reader) -> None:
        self._settings = settings
        self._reader = reader
        self._largest = int(settings.largest * 2**20)

    def write(self, root: int, turn: Turn, changes: Changes) -> None:
        """A new file, or other values in the rows that are looked for. Raises ConnectorError."""
        if turn.find is not None:
            self.change_rows(root, turn, changes)
            return
        above, name = turn.place()
        content = self._content(turn)
        with parent_of(root, above, changes, self._settings.folder_mode) as parent:
            self._put(turn, parent, name, content, changes)

    def append(self, root: int, turn: Turn, changes: Changes) -> None:
        """More at the end of a file, which is made if it is not there. Raises ConnectorError."""
        above, name = turn.place()
        with parent_of(root, above, changes, self._settings.folder_mode) as parent:
            if kind_of(parent, name) is None:
                self._put(turn, parent, name, self._content(turn, line=True), changes)
            elif turn.request.form is FileForm.JSON:
                self._append_item(turn, parent, name, changes)
            else:
                with opened_file(parent, name, os.O_RDWR | os.O_APPEND) as descriptor:
                    self._append(turn, descriptor, changes)

    def change_rows(self, root: int, turn: Turn, changes: Changes) -> None:
        """Other values in the rows that are looked for; without a row they are taken away. Raises
        ConnectorError."""
        form, (above, name) = turn.request.form, turn.place()
        wanted, row = turn.find or {}, turn.request.parameters.get("row")
        with folder(root, above) as parent:
            with opened_file(parent, name, os.O_RDONLY) as descriptor:
                rows = list(self._reader.rows(form, descriptor))
            if not any(fits(each, wanted) for each in rows):
                raise FileRefused("the file has no such row", NOT_FOUND)
            columns = list(rows[0]) if form is FileForm.CSV else ()
            if isinstance(row, dict):
                rows = [each | row if fits(each, wanted) else each for each in rows]
            else:
                rows = [each for each in rows if not fits(each, wanted)]
            text = Rows(form, self._settings).written(rows, columns)
            self._put(turn, parent, name, self._encoded(turn, text), changes, anew=True)

    # ---- what is written -----------------------------------------------------------------------

    def _content(self, turn: Turn, *, line: bool = False) -> bytes:
        """A whole file; as a ``line`` of its own, a text ends as lines do."""
        parameters = turn.request.parameters
        if turn.request.form is FileForm.TEXT:
            text = str(parameters["text"])
            return self._bytes(f"{text}\n" if line and not text.endswith("\n") else text)
        if "json" in parameters:
            return to_json(parameters["json"])
        return self._encoded(turn, Rows(turn.request.form, self._settings).written(turn.rows))

    def _bytes(self, text: str) -> bytes:
        return codec.as_bytes(text, self._settings.encoding)

    def _encoded(self, turn: Turn, text: str) -> bytes:
        """A whole file of rows."""
        marked = turn.request.form is FileForm.CSV and self._settings.byte_order_mark
        return self._bytes(f"\ufeff{text}" if marked else text)

    # ---- at the end ----------------------------------------------------------------------------

    def _append(self, turn: Turn, descriptor: int, changes: Changes) -> None:
        size = os.fstat(descriptor).st_size
        content = self._content(turn, line=True) if not size else self._more(turn, descriptor)
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            content = b"\n" + content  # who has left a line without an end is not run into
        if size + len(content) > self._largest:
            raise full(f"a file may have {self._largest} bytes")
        changes.room(len(content))
        turn.begin()
        with told("file"):
            _append_all(descriptor, content, size)
        changes.add(len(content))

    def _more(self, turn: Turn, descriptor: int) -> bytes:
        """What is put at the end of a file that has something in it."""
        form = turn.request.form
        if form is not FileForm.CSV:
            return self._content(turn, line=True)
        rows = Rows(form, self._settings)
        head = os.pread(descriptor, _HEAD, 0).decode(
            codec.reading(self._settings.encoding), "replace"
        )
        columns = rows.columns(io.StringIO(head, newline=""))
        return self._bytes(rows.written(turn.rows, columns, head=False))

    def _append_item(self, turn: Turn, parent: int, name: str, changes: Changes) -> None:
        """A list of JSON has no end to append to: it is written anew."""
        form = turn.request.form
        with opened_file(parent, name, os.O_RDONLY) as descriptor:
            kept = list(self._reader.rows(form, descriptor))
        text = Rows(form, self._settings).written([*kept, *turn.rows])
        self._put(turn, parent, name, self._bytes(text), changes, anew=True)

    # ---- at once -------------------------------------------------------------------------------

    def _put(
        self,
        turn: Turn,
        parent: int,
        name: str,
        content: bytes,
        changes: Changes,
        *,
        anew: bool = False,
    ) -> None:
        """A whole file at once: whoever reads it sees the old one or the new one."""
        if len(content) > self._largest:
            raise full(f"a file may have {self._largest} bytes")
        there = kind_of(parent, name)
        if there is not None and not (turn.request.replace or anew):
            raise in_the_way("file")
        if there is not None and not stat.S_ISREG(there.st_mode):
            raise wrong_kind("file")
        more, new = len(content) - (there.st_size if there else 0), there is None
        changes.room(more, int(new))
        with told("file"):
            self._replace(turn, parent, name, content)
        changes.add(more, int(new))

    def _replace(self, turn: Turn, parent: int, name: str, content: bytes) -> None:
        temporary = f"{OWN}{secrets.token_hex(8)}{TEMPORARY}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o600, dir_fd=parent)
        try:
            try:
                _write_all(descriptor, content)
                os.fchmod(descriptor, self._settings.file_mode)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            turn.begin()
            os.rename(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=parent)
            raise
        os.fsync(parent)


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _append_all(descriptor: int, content: bytes, size: int) -> None:
    """All of it or nothing: what was written before the disk was full is taken back."""
    try:
        _write_all(descriptor, content)
    except BaseException:
        os.ftruncate(descriptor, size)
        raise
    os.fsync(descriptor)
