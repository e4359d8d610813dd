"""Reads files and folders, within bounds."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from ivrkit.call.exits import NOT_FOUND
from ivrkit.call.requests.file import FileForm, FileRefused
from ivrkit.connectors.disk import rows as codec
from ivrkit.connectors.disk.paths import folder, kind_of, opened_file
from ivrkit.connectors.disk.rows import Row, Rows, fits
from ivrkit.connectors.disk.settings import FileSettings
from ivrkit.connectors.disk.troubles import told
from ivrkit.connectors.disk.turn import Turn
from ivrkit.errors import RequestRefused, ValueRejected
from ivrkit.expressions.json_text import from_json
from ivrkit.expressions.values import Value

_MOST_ENTRIES: Final = 1000


class Reader:
    """Reads with these settings."""

    def __init__(self, settings: FileSettings) -> None:
        self._settings = settings
        self._largest = int(settings.largest * 2**20)
        self._answer = settings.kilobytes * 1024

    def read(self, root: int, turn: Turn) -> Value:
        """The content of a file, or the first row that is looked for. Raises ConnectorError."""
        form, find, (above, name) = turn.request.form, turn.find, turn.place()
        with folder(root, above) as parent, opened_file(parent, name, os.O_RDONLY) as descriptor:
            if find is not None:
                found = (row for row in self.rows(form, descriptor) if fits(row, find))
                return next(found, None) or _nothing()
            if form in (FileForm.CSV, FileForm.LINES):
                return list(self.rows(form, descriptor))
            text = self._text(descriptor)
        try:
            return text if form is FileForm.TEXT else from_json(text)
        except ValueRejected as error:
            raise RequestRefused(f"the file: {error.message}") from None

    def rows(self, form: FileForm, descriptor: int) -> Iterator[Row]:
        """The rows of a file, one after the other. Raises ConnectorError."""
        encoding = self._settings.encoding
        _small(descriptor, self._largest, "largest")
        copy = os.dup(descriptor)
        os.lseek(copy, 0, os.SEEK_SET)
        try:
            with (
                told("file"),
                os.fdopen(copy, encoding=codec.reading(encoding), newline="") as text,
            ):
                yield from Rows(form, self._settings).read(text)
        except UnicodeError:
            raise codec.not_readable(encoding) from None

    def _text(self, descriptor: int) -> str:
        _small(descriptor, self._answer, "kilobytes")
        with told("file"), os.fdopen(os.dup(descriptor), "rb") as stream:
            return codec.as_text(stream.read(self._answer), self._settings.encoding)

    def list(self, root: int, turn: Turn) -> Value:
        """What is in a folder, in the order of the names. Raises ConnectorError."""
        entries: list[Value] = []
        with folder(root, turn.names()) as descriptor, told("folder"):
            for name in sorted(os.listdir(descriptor)):
                found = None if name[0] == "." else kind_of(descriptor, name)
                if found is not None and _is_named(name) and _is_plain(found):
                    entries.append(_entry(name, found))
                if len(entries) > _MOST_ENTRIES:
                    raise RequestRefused(
                        f"the folder has more than {_MOST_ENTRIES} files",
                        hint="use more folders: one per day, say",
                    )
        return entries


def _nothing() -> Row:
    raise FileRefused("the file has no such row", NOT_FOUND)


def _small(descriptor: int, most: int, setting: str) -> None:
    """Raises RequestRefused for a file that is too large to be read."""
    size = os.fstat(descriptor).st_size
    if size > most:
        raise RequestRefused(
            f"the file has {size} bytes, and {most} may be read", hint=f"see `{setting}`"
        )


def _is_plain(found: os.stat_result) -> bool:
    return stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)


def _is_named(name: str) -> bool:
    """Whether it is a name that a flow can hold: not half a character."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _entry(name: str, found: os.stat_result) -> Row:
    is_folder = stat.S_ISDIR(found.st_mode)
    changed = datetime.fromtimestamp(int(found.st_mtime), UTC)
    size = None if is_folder else Decimal(found.st_size)
    return {"name": name, "folder": is_folder, "bytes": size, "changed": changed}
