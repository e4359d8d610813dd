"""What is asked of a folder of files, and which names a path may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final
from urllib.parse import quote

from ivrkit.call.connecting import Request
from ivrkit.call.exits import NOT_FOUND
from ivrkit.errors import ExpressionError, RequestRefused, ValueRejected
from ivrkit.expressions.values import plain, spoken

EXISTS, FULL, NOT_EMPTY = "exists", "full", "not_empty"

MOST_SEGMENTS: Final = 16
"""How deep folders may be."""
LONGEST_NAME: Final = 200
"""Bytes of a name. File systems allow 255."""
LONGEST_VALUE: Final = 120
"""Bytes of a value within a name."""
_SAFE: Final = "._-"
_UNSPEAKABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")


class Action(StrEnum):
    """What is done; the field of the step that has this name holds the path."""

    READ = "read"
    WRITE = "write"
    APPEND = "append"
    DELETE = "delete"
    MOVE = "move"
    LIST = "list"
    MAKE_FOLDER = "make_folder"
    REMOVE_FOLDER = "remove_folder"


READS: Final = frozenset({Action.READ, Action.LIST})
"""Actions that change nothing."""


class FileForm(StrEnum):
    """How a file is written. Of all but ``TEXT`` the rows are records."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    LINES = "lines"


_ENDINGS: Final = {
    ".json": FileForm.JSON,
    ".csv": FileForm.CSV,
    ".jsonl": FileForm.LINES,
    ".ndjson": FileForm.LINES,
}


def form_of(path: str) -> FileForm:
    """The form that the ending of a name says; a text where it says none."""
    return _ENDINGS.get(path[path.rfind(".") :].lower() if "." in path else "", FileForm.TEXT)


class FileRefused(RequestRefused):
    """What was asked cannot be, and is an exit of its own: ``not_found``, ``exists`` …"""

    def __init__(self, message: str, exit_: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.exit = exit_


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRequest(Request):
    """One thing to do. ``parameters`` are ``path`` (and ``to``), which :func:`segments` accepts,
    and what belongs to the action: ``text``, ``json``, ``row``, ``rows``, ``find``.

    Answers: of ``read`` a text, the data of JSON, or a list of records; with ``find`` the first
    record that has these values; of ``list`` a list of records (``name``, ``folder``, ``bytes``,
    ``changed``); of all others None. What is not there, or in the way, is raised as
    :class:`FileRefused`.
    """

    kind: ClassVar[str] = "file"

    action: Action
    form: FileForm = FileForm.TEXT
    replace: bool = True

    def given(self, answer: Any) -> Any:
        """The content as it would be read: a text, data, rows (of a look-up the first counts, and
        none is ``not_found``); ``true`` for what is done."""
        if self.action not in READS:
            if answer is None or answer is True:
                return None
            raise ValueRejected(f"what has been done answers nothing: {self.action}: true")
        if "find" in self.parameters:
            rows = answer if isinstance(answer, list) else [] if answer is None else [answer]
            if not rows:
                raise FileRefused(f"{self.name}: there is no such row", NOT_FOUND)
            return self._row(rows[0])
        if self.action is Action.LIST:
            return [_entry(each) for each in _rows(answer)]
        if self.form is FileForm.TEXT:
            if answer is None or isinstance(answer, list | dict):
                raise ValueRejected("the file is read as a text, and what is given is none")
            return spoken(answer)
        return answer if self.form is FileForm.JSON else [self._row(each) for each in _rows(answer)]

    def _row(self, row: Any) -> Any:
        """A row as the file has it: the cells of CSV are texts."""
        if not isinstance(row, dict):
            raise ValueRejected("a row is a record", hint="write {name: Ann Lee}")
        if self.form is not FileForm.CSV:
            return row
        return {name: None if cell is None else spoken(cell) for name, cell in row.items()}


def _rows(answer: Any) -> list[Any]:
    if not isinstance(answer, list):
        raise ValueRejected("rows are a list of records", hint="write {rows: [{name: Ann Lee}]}")
    return answer


def _entry(entry: Any) -> Any:
    """What a list of a folder says of a file; a name alone is enough."""
    entry = entry if isinstance(entry, Mapping) else {"name": plain(entry)}
    return {"name": None, "folder": False, "bytes": None, "changed": None} | dict(entry)


# ---- names ---------------------------------------------------------------------------------------


def safe_name(value: str) -> str:
    """A value as a part of one name: what is not ``A-Z a-z 0-9 . _ -`` is written as ``%`` and two
    hexadecimal digits, a dot or dash at its beginning too. Different values stay different.

    Raises:
        ExpressionError: it is empty or too long, or has half a character (a lone surrogate).
    """
    if not value:
        raise ExpressionError("a value in the path is empty", hint="a name needs a character")
    try:
        name = "".join(
            each if each.isascii() and (each.isalnum() or each in _SAFE) else quote(each, safe="")
            for each in value[: LONGEST_VALUE + 1]
        ).replace("~", "%7E")
    except UnicodeEncodeError:
        raise ExpressionError("a value in the path has half a character") from None
    if name[0] in ".-":
        name = f"%{ord(name[0]):02X}{name[1:]}"
    if len(name) > LONGEST_VALUE:
        raise ExpressionError(
            f"a value in the path is longer than {LONGEST_VALUE} characters",
            hint="sha256(…) makes a short one of any value",
        )
    return name


def segments(path: str) -> tuple[str, ...]:
    """The names of a path, from the root on. A single ``.`` is the root itself: no names.

    Raises:
        ValueRejected: it begins with ``/``, holds ``..``, ``.``, ``~`` in front, a hidden or empty
            name, a control character or backslash, or is too long or too deep.
    """
    if path == ".":
        return ()
    names = tuple(path.removesuffix("/").split("/"))
    for name in names:
        if not name:
            raise ValueRejected("a name in the path is empty", hint="write folder/file.txt")
        if name[0] in ".~":
            raise ValueRejected(
                "a name in the path begins with a dot or ~",
                hint="paths lead down from the root, and hidden files are none of a flow's",
            )
        if _UNSPEAKABLE.search(name) or name != name.strip():
            raise ValueRejected("a name in the path has a character that no name may have")
        if len(name.encode("utf-8", "replace")) > LONGEST_NAME:
            raise ValueRejected(f"a name in the path is longer than {LONGEST_NAME} bytes")
    if len(names) > MOST_SEGMENTS:
        raise ValueRejected(f"the path has more than {MOST_SEGMENTS} folders")
    return names
