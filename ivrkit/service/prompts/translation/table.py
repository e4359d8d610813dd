"""Tables (CSV) for spreadsheets: one row for each text, one for each form that a number takes.

A text that begins as a formula does is written behind an apostrophe, so that no spreadsheet works
it out (CSV injection); reading takes it away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

from ivrkit.errors import ConfigurationError
from ivrkit.expressions.plurals import FORMS
from ivrkit.flow.names import is_language
from ivrkit.service.prompts.translation.po import OTHER, ordered
from ivrkit.service.prompts.translation.sentences import ONLY
from ivrkit.service.prompts.translation.translated import Translated, TranslatedFile
from ivrkit.service.prompts.translation.units import Unit

ID, FORM, SOURCE = "name", "form", "text"
UNSURE, CONTEXT, PLACE, COMMENT = "unsure", "said in", "place", "comment"
COLUMNS: Final = (ID, FORM, SOURCE)
"""Behind them comes the language."""
TOLD: Final = (UNSURE, CONTEXT, PLACE, COMMENT)
NO: Final = frozenset({"", "0", "no", "false"})
LARGEST_CELL: Final = 1_000_000

_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def written(units: Iterable[Unit], language: str) -> bytes:
    """The file for a language: UTF-8 with the mark by which spreadsheets know it."""
    target = io.StringIO(newline="")
    table = csv.writer(target)
    table.writerow([*COLUMNS, language, *TOLD])
    for unit in units:
        forms = [ONLY] if ONLY in unit.source else ordered(language)
        for form in forms:
            source = unit.source.get(form) or unit.source.get(OTHER, "")
            row = [
                unit.id,
                form,
                source,
                unit.translation.get(form, ""),
                "",
                "\n".join(unit.contexts),
                "\n".join(f"{file}:{line}" for file, line in unit.places),
                "\n".join(unit.comments),
            ]
            table.writerow([guarded(each) for each in row])
    return target.getvalue().encode("utf-8-sig")


def read(raw: bytes, name: str, language: str = "") -> TranslatedFile:
    """A file of this name, with commas, semicolons or tabs; a column is called as the language is.
    Raises ConfigurationError."""
    text = _decoded(raw, name)
    heading = text.partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    csv.field_size_limit(LARGEST_CELL)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found = TranslatedFile(language)
    rows: dict[str, list[tuple[int, dict[str, str]]]] = {}
    try:
        columns = [each.strip() for each in next(table, [])]
        found.language = next(filter(_is_of_language, columns), "")
        if not {ID, SOURCE} <= set(columns) or not found.language:
            raise ConfigurationError(
                f"{name}:1: a table needs the columns {ID}, {SOURCE} and one that is a language",
                hint="keep the first line as `ivrkit prompts export` writes it",
            )
        line = table.line_num
        for cells in table:
            row = dict(zip(columns, map(unguarded, cells), strict=False))
            if row.get(ID):
                rows.setdefault(row[ID], []).append((line + 1, row))
            line = table.line_num
    except csv.Error as error:
        raise ConfigurationError(
            f"{name}:{table.line_num}: this is no table: {error}", hint="save it as CSV, in UTF-8"
        ) from None
    found.texts = [_together(id_, each, found.language, name) for id_, each in rows.items()]
    return found


def guarded(text: str) -> str:
    """A text as a spreadsheet takes it for a text."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that a cell of :func:`guarded` holds."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _together(
    id_: str, rows: list[tuple[int, dict[str, str]]], language: str, name: str
) -> Translated:
    source, translation = {}, {}
    for line, row in rows:
        form = row.get(FORM, "").strip()
        if form in source or (form and form not in FORMS):
            raise ConfigurationError(
                f"{name}:{line}: '{id_[:60]}' has the form '{form[:20]}' "
                + ("twice" if form in source else "that no language has"),
                hint=f"leave {ID} and {FORM} as they were exported",
            )
        source[form], translation[form] = row.get(SOURCE, ""), row.get(language, "")
    unsure = any(row.get(UNSURE, "").strip().lower() not in NO for _, row in rows)
    return Translated(id_, source, translation, rows[0][0], unsure)


def _decoded(raw: bytes, name: str) -> str:
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{name}: the byte {error.start} is not UTF-8", hint="save the table as UTF-8"
        ) from None


def _is_of_language(column: str) -> bool:
    return column not in (*COLUMNS, *TOLD) and is_language(column)
