"""What is wrong in a file, said once, at its line and column, with a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.flow.codes import CATALOGUE

Severity = Literal["error", "warning"]

_BREAK: Final = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
WIDEST: Final = 120
"""Source lines longer than this are shown in part, around the place."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. ``code`` is stable (see :mod:`ivrkit.flow.codes`); ``path`` is the place in the
    flow (``balance/2/exits/not_found/0``), ``mark`` the place in the file."""

    code: str
    severity: Severity
    mark: Mark
    message: str
    hint: str = ""
    path: str = ""

    def __str__(self) -> str:
        hint = f" (hint: {self.hint})" if self.hint else ""
        return f"{self.mark}: {self.severity}[{self.code}]: {self.message}{hint}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: editors, CI, the API."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "path": self.path,
            "file": self.mark.file,
            "line": self.mark.line,
            "column": self.mark.column,
            "length": self.mark.length,
        }


class Diagnostics:
    """Collects findings: one mistake, one message.

    A second finding of the same code at the same place is dropped.
    """

    def __init__(self, found: Iterable[Diagnostic] = ()) -> None:
        self._found: dict[tuple[str, Mark | str], Diagnostic] = {}
        self.extend(found)

    def add(self, diagnostic: Diagnostic) -> None:
        """Take a finding, unless it has been said. Raises KeyError for a code nobody defined."""
        if diagnostic.code not in CATALOGUE:
            raise KeyError(f"the diagnostic code {diagnostic.code!r} is not in the catalogue")
        place = diagnostic.mark if diagnostic.mark.line else diagnostic.message
        self._found.setdefault((diagnostic.code, place), diagnostic)

    def error(
        self, code: str, message: str, mark: Mark = NOWHERE, *, hint: str = "", path: str = ""
    ) -> None:
        """Something that keeps the flow from being used."""
        self.add(Diagnostic(code, "error", mark, message, hint, path))

    def warning(
        self, code: str, message: str, mark: Mark = NOWHERE, *, hint: str = "", path: str = ""
    ) -> None:
        """Something that works, but hardly as it was meant."""
        self.add(Diagnostic(code, "warning", mark, message, hint, path))

    def extend(self, found: Iterable[Diagnostic]) -> None:
        """Take several findings."""
        for diagnostic in found:
            self.add(diagnostic)

    def __iter__(self) -> Iterator[Diagnostic]:
        """In the order of the files and their lines; errors before warnings at one place."""
        return iter(sorted(self._found.values(), key=_order))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings that keep the flow from being used."""
        return [each for each in self if each.severity == "error"]

    @property
    def failed(self) -> bool:
        """True when there is at least one error."""
        return any(each.severity == "error" for each in self._found.values())


def _order(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    mark = diagnostic.mark
    return (mark.file, mark.line, mark.column, diagnostic.severity, diagnostic.code)


def lines_of(source: str) -> list[str]:
    """The lines of a source as YAML counts them."""
    return _BREAK.split(source)


def line_starts(source: str) -> list[int]:
    """Where the lines of a source begin, as YAML counts them."""
    return [0, *(found.end() for found in _BREAK.finditer(source))]


def within(mark: Mark, offset: int, length: int = 1) -> Mark:
    """The place of a part of a value. What lies beyond the first line of a value that spans
    several keeps the value's own place."""
    if offset + length > mark.length:
        return mark
    return Mark(mark.file, mark.line, mark.column + offset, max(1, length))


def render(diagnostic: Diagnostic, source: str) -> str:
    """A finding as people read it: the place, the line, a caret under it, and the hint."""
    mark = diagnostic.mark
    place = str(mark) if mark.line else mark.file
    lines = [f"{place}: " if place else ""]
    lines[0] += f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"
    written = lines_of(source)
    if 0 < mark.line <= len(written):
        lines += _excerpt(written[mark.line - 1], mark)
    if diagnostic.hint:
        lines.append(f"  hint: {diagnostic.hint}")
    return "\n".join(lines)


def render_all(found: Iterable[Diagnostic], source: str) -> str:
    """All findings of one file, with an empty line between them."""
    return "\n\n".join(render(each, source) for each in found)


def _excerpt(line: str, mark: Mark) -> list[str]:
    """The source line and the carets below it; a long line is cut around the place."""
    start = min(mark.column - 1, len(line))
    length = max(1, min(mark.length, len(line) - start))
    first = max(0, start - WIDEST // 3) if len(line) > WIDEST else 0
    shown = line[first : first + WIDEST]
    length = max(1, min(length, first + len(shown) - start))
    shown = "".join(sign if sign.isprintable() or sign == "\t" else "�" for sign in shown)
    before = "…" if first else ""
    after = "…" if first + WIDEST < len(line) else ""
    blank = "".join("\t" if sign == "\t" else " " for sign in shown[: start - first])
    gutter = f"{mark.line:>5} | "
    under = " " * (len(gutter) - 2) + "| " + " " * len(before) + blank + "^" * length
    return [f"{gutter}{before}{shown}{after}", under]
