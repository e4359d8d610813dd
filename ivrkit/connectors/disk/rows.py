"""Rows of CSV, of JSON lines and of a JSON list, read and written."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TextIO

from ivrkit.call.requests.file import FileForm
from ivrkit.connectors.disk.settings import FileSettings
from ivrkit.errors import ExpressionError, RequestRefused, ValueRejected
from ivrkit.expressions.json_text import from_json, to_json
from ivrkit.expressions.values import Value, spoken

Row = dict[str, Any]

_STARTS: Final = r"[=+\-@＝＋－＠\t\r\n]"
"""What makes a formula of a cell, for one spreadsheet or another."""
_FORMULA: Final = re.compile(rf"'*{_STARTS}")
_COVERED: Final = re.compile(rf"'+{_STARTS}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


class Rows:
    """How the rows of one form are read and written, with these settings."""

    def __init__(self, form: FileForm, settings: FileSettings) -> None:
        self.form = form
        self._separator = settings.separator
        self._guards = settings.formulas == "text"

    # ---- reading -------------------------------------------------------------------------------

    def read(self, stream: TextIO) -> Iterator[Row]:
        """The rows of a file, one after the other. Raises RequestRefused for what is none."""
        if self.form is FileForm.CSV:
            return self._read_csv(stream)
        return self._read_lines(stream) if self.form is FileForm.LINES else _read_list(stream)

    def columns(self, stream: TextIO) -> list[str]:
        """The names in the first line of a CSV file; none of an empty one."""
        return [self._uncovered(each.strip()) or "" for each in next(self._cells(stream), [])]

    def _cells(self, stream: TextIO) -> Iterator[list[str]]:
        lines = csv.reader(stream, delimiter=self._separator, strict=True)
        try:
            for cells in lines:
                if cells:
                    yield cells
        except csv.Error as error:
            raise RequestRefused(f"the file is no CSV: line {lines.line_num}: {error}") from None

    def _read_csv(self, stream: TextIO) -> Iterator[Row]:
        lines = self._cells(stream)
        columns = [self._uncovered(each.strip()) or "" for each in next(lines, [])]
        if len(set(columns)) < len(columns):
            raise RequestRefused("the first line of the file names a column twice")
        for number, cells in enumerate(lines, 1):
            if len(cells) > len(columns):
                raise RequestRefused(f"row {number} has more cells than the first line has names")
            row: Row = dict.fromkeys(columns)
            row.update(zip(columns, map(self._uncovered, cells), strict=False))
            yield row

    def _read_lines(self, stream: TextIO) -> Iterator[Row]:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield _record(_json(line, f"line {number}: "), f"line {number}")

    # ---- writing -------------------------------------------------------------------------------

    def written(
        self, rows: Iterable[Mapping[str, Value]], columns: Sequence[str] = (), *, head: bool = True
    ) -> str:
        """Rows as a text: of a whole file, or without its ``head`` what is put at its end.
        ``columns`` are those of CSV; those of the rows if none are said.

        Raises:
            RequestRefused: a value that no cell can hold, or one for which there is no column.
        """
        taken = list(rows)
        if self.form is FileForm.JSON:
            return to_json(taken).decode() + "\n"
        if self.form is FileForm.LINES:
            return "".join(to_json(dict(row)).decode() + "\n" for row in taken)
        names = list(columns) or list(dict.fromkeys(name for row in taken for name in row))
        lines = [self._line(map(self._covered, names))] if head and names else []
        for row in taken:
            strange = [name for name in row if name not in names]
            if strange:
                raise RequestRefused(
                    f"the file has no column '{strange[0][:40]}'",
                    hint=f"its first line names {', '.join(names)[:200]}",
                )
            lines.append(self._line(self._cell(name, row.get(name)) for name in names))
        return "".join(lines)

    def _line(self, cells: Iterable[str]) -> str:
        """A line of CSV (RFC 4180): a cell with any character that ends a line is quoted."""
        text = io.StringIO()
        csv.writer(text, delimiter=self._separator, lineterminator="\r\n").writerow(cells)
        return text.getvalue().removesuffix("\r\n") + "\n"

    def _cell(self, name: str, value: Value) -> str:
        try:
            return "" if value is None else self._covered(spoken(value))
        except ExpressionError:
            raise RequestRefused(
                f"a cell of the column '{name[:40]}' would be a list or record",
                hint="write it as JSON, in a file whose name ends in .jsonl",
            ) from None

    def _covered(self, text: str) -> str:
        """A text that no spreadsheet runs as a formula: it gets an apostrophe, and one that looks
        as if it had got one gets another."""
        formula = self._guards and _FORMULA.match(text) and not _NUMBER.fullmatch(text)
        return f"'{text}" if formula else text

    def _uncovered(self, cell: str) -> str | None:
        """An empty cell is none."""
        return (cell[1:] if self._guards and _COVERED.match(cell) else cell) or None


def _read_list(stream: TextIO) -> Iterator[Row]:
    text = stream.read()
    data = _json(text, "") if text.strip() else []
    if not isinstance(data, list):
        raise RequestRefused("the file is no list of records")
    for number, each in enumerate(data, 1):
        yield _record(each, f"item {number}")


def _json(text: str, place: str) -> Value:
    try:
        return from_json(text)
    except ValueRejected as error:
        raise RequestRefused(f"the file: {place}{error.message}") from None


def _record(data: Any, place: str) -> Row:
    if not isinstance(data, dict):
        raise RequestRefused(f"{place} of the file is no record")
    return data


def fits(row: Row, wanted: Mapping[str, Value]) -> bool:
    """Whether a row has these values; a cell of CSV has them as it writes them."""
    return all(name in row and _same(row[name], value) for name, value in wanted.items())


def _same(cell: Any, value: Value) -> bool:
    if cell is None or value is None or isinstance(cell, list | dict):
        return cell is value
    if isinstance(cell, str) and isinstance(value, Decimal):
        try:
            return Decimal(cell) == value
        except ArithmeticError:
            return False
    return bool(cell == value) or spoken(cell) == spoken(value)


def as_text(content: bytes, encoding: str) -> str:
    """Bytes of a file as a text, without a byte order mark. Raises RequestRefused."""
    try:
        return content.decode(reading(encoding))
    except UnicodeError:
        raise not_readable(encoding) from None


def as_bytes(text: str, encoding: str) -> bytes:
    """A text as it is written. Raises RequestRefused for a character that the encoding lacks."""
    try:
        return text.encode(encoding)
    except UnicodeError:
        raise RequestRefused(f"the text has a character that {encoding} does not have") from None


def reading(encoding: str) -> str:
    """The encoding to read with: a byte order mark in front is no part of the text."""
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def not_readable(encoding: str) -> RequestRefused:
    """The error of a file in another encoding."""
    return RequestRefused(
        f"the file is not written in {encoding}", hint="see `encoding` in ivrkit.yaml"
    )
