"""Where a place in a text is: under which keys, beside which others, behind which colon.

The text is looked at line by line and read by no parser, for around a cursor it is hardly ever
YAML. Lines are counted from 0, columns in characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from ivrkit.service.editing.brackets import Opened, opened

_LINE: Final = re.compile(
    r"""(?P<indent>\ *)(?P<dashes>(?:-(?:\ +|$))*)
        (?:(?P<key>"[^"]*"|'[^']*'|[^\s#"'\[\]{},&*!|>%@`-][^#\n]*?|-?[^\s#"'\[\]{},][^#\n]*?)
        [ ]*:(?:(?P<gap>\s+)|$))?""",
    re.VERBOSE,
)
_BACK: Final = 60
"""So many lines above may a bracket have been opened."""


class Level(NamedTuple):
    """One step on the way down to a place: a key with those above it in its mapping, or an item
    of a list (``key`` is None)."""

    key: str | None
    present: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cursor:
    """What is known of a place.

    ``levels`` lead to the mapping or list around it; ``key`` is the key whose value it is in, None
    where a key or an item is written; ``present`` are the other keys of the mapping. ``word`` is
    what stands before the cursor of the key or value, from column ``start`` on, ``whole`` all of
    it. ``item``: it is an item of a list, or the first key of one; ``needs_dash``: one whose dash
    is not there yet. ``bracket``: within ``[ ]`` or ``{ }``.
    """

    levels: tuple[Level, ...]
    line: int
    column: int
    key: str | None = None
    present: tuple[str, ...] = ()
    word: str = ""
    start: int = 0
    item: bool = False
    needs_dash: bool = False
    bracket: bool = False
    whole: str = ""

    @property
    def expression(self) -> str | None:
        """The expression in ``{{ }}`` that the cursor is in, up to the cursor."""
        _, opening, rest = self.word.rpartition("{{")
        return rest if opening and "}}" not in rest else None


class _Seen(NamedTuple):
    """What a line has of structure: where its dashes stand, its key, and where its value begins."""

    dashes: tuple[int, ...]
    column: int
    key: str | None
    value: int
    text: str

    @property
    def opens(self) -> bool:
        """Whether what is below it may be the value of its key."""
        rest = self.text[self.value :].strip()
        return self.key is not None and (not rest or rest.startswith(("#", "&")))


def cursor_at(lines: list[str], line: int, column: int) -> Cursor:
    """What is known of a place in a text."""
    if line >= len(lines):
        line, column = len(lines) - 1, len(lines[-1])
    text = lines[line]
    column = min(column, len(text))
    around = _brackets(lines, line, column)
    if around is not None:
        first, inside = around
        return _within(lines, first, inside, line, column)
    seen = _seen(text)
    in_value = seen.key is not None and column >= seen.value
    start = seen.column if text.strip() and seen.column <= column else column
    way = _way(lines, line, start, tuple(dash for dash in seen.dashes if dash < start))
    return Cursor(
        _levels(way),
        line,
        column,
        key=seen.key if in_value else None,
        present=(*reversed(way.present), *_below(lines, line, start)),
        word=text[seen.value if in_value else start : column],
        start=seen.value if in_value else start,
        item=way.needs_dash or bool(seen.dashes),
        needs_dash=way.needs_dash,
        whole=text[seen.value if in_value else start :],
    )


def _seen(text: str) -> _Seen:
    found = _LINE.match(text)
    assert found is not None
    indent = len(found["indent"])
    dashes = tuple(
        indent + number for number, sign in enumerate(found["dashes"] or "") if sign == "-"
    )
    column = indent + len(found["dashes"] or "")
    key = found["key"]
    if key is None or text[indent:].startswith("#"):
        return _Seen(dashes, column, None, column, text)
    return _Seen(dashes, column, key.strip("\"'"), found.end(), text)


class _Way:
    """The way up from a place: the levels passed so far, the innermost first, and what is being
    looked for next: the container of a key, or of a dash, at a column."""

    def __init__(self, column: int) -> None:
        self.levels: list[tuple[str | None, list[str]]] = []
        self.present: list[str] = []
        self.column = column
        self.is_dash = False
        self.needs_dash = False

    def dash(self, column: int) -> None:
        """Pass a dash."""
        if not self.is_dash and column == self.column and not self.levels:
            self.is_dash = self.needs_dash = True  # the place is in line with the dashes of a list
        elif column < self.column:
            self._enter(None, column)
            self.is_dash = True

    def key(self, name: str, column: int, *, opens: bool) -> None:
        """Pass a key."""
        if column == self.column and not self.is_dash:
            (self.levels[-1][1] if self.levels else self.present).append(name)
        elif column < self.column or (column == self.column and opens):
            self._enter(name, column)
            self.is_dash = False

    def _enter(self, name: str | None, column: int) -> None:
        self.levels.append((name, []))
        self.column = column


def _way(lines: list[str], line: int, column: int, dashes: tuple[int, ...]) -> _Way:
    """The way up from a column of a line whose dashes stand before it."""
    way = _Way(column)
    for dash in reversed(dashes):
        way.dash(dash)
    for number in range(line - 1, -1, -1):
        text = lines[number]
        if not text.strip() or text.lstrip(" ").startswith("#"):
            continue
        seen = _seen(text)
        if seen.key is not None:
            way.key(seen.key, seen.column, opens=seen.opens)
        for dash in reversed(seen.dashes):
            way.dash(dash)
    return way


def _levels(way: _Way) -> tuple[Level, ...]:
    return tuple(Level(name, tuple(reversed(present))) for name, present in reversed(way.levels))


def _below(lines: list[str], line: int, column: int) -> tuple[str, ...]:
    """The keys of the mapping at a column that stand below a line."""
    found: list[str] = []
    for number in range(line + 1, len(lines)):
        text = lines[number]
        bare = text.lstrip(" ")
        if not bare or bare.startswith("#"):
            continue
        depth = len(text) - len(bare)
        if depth < column or (depth == column and bare.startswith("- ")):
            break
        if depth == column:
            seen = _seen(text)
            if seen.key is not None:
                found.append(seen.key)
    return tuple(found)


# ---- in brackets ---------------------------------------------------------------------------------


def _brackets(lines: list[str], line: int, column: int) -> tuple[int, Opened] | None:
    """The line on which the outermost bracket around a place was opened, and what is open."""
    found = None
    for number in range(line, max(-1, line - _BACK), -1):
        text = lines[number] if number < len(lines) else ""
        seen = _seen(text)
        value = text[seen.value :].lstrip(" ")
        if not value.startswith(("[", "{")) or value.startswith("{{"):
            continue
        start = len(text) - len(value)
        if number == line and start >= column:
            continue
        piece = [text[start:], *lines[number + 1 : line + 1]]
        piece[-1] = piece[-1][: column - (start if number == line else 0)]
        rest = lines[line][column:] if line < len(lines) else ""
        inside = opened("\n".join(piece), rest)
        if inside is not None:
            found = (number, inside)
    return found


def _within(lines: list[str], first: int, inside: Opened, line: int, column: int) -> Cursor:
    seen = _seen(lines[first])
    way = _way(lines, first, seen.column, seen.dashes)
    levels = [*_levels(way)]
    if seen.key is not None:
        present = (*reversed(way.present), *_below(lines, first, seen.column))
        levels.append(Level(seen.key, present))
    levels += [Level(key, others) for key, others in inside.levels]
    return Cursor(
        tuple(levels),
        line,
        column,
        key=inside.key,
        present=inside.present,
        word=inside.word,
        start=column - len(inside.word),
        item=inside.is_list,
        bracket=True,
        whole=inside.word,
    )


def sections_of(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """The sections of a text, each with the line and column of its name."""
    inside, depth = False, -1
    for number, text in enumerate(lines):
        seen = _seen(text)
        if seen.key is None or seen.dashes:
            continue
        if seen.column == 0:
            inside = seen.key == "sections"
        elif inside and (depth < 0 or seen.column <= depth):
            depth = seen.column
            yield seen.key, number, seen.column
