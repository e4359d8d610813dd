"""Lays out blocks of lines: each entry of a mapping and each item of a list is moved as a whole,
with the comments above it, and indented anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.flow.formatting.inline import inline, order_of
from ivrkit.flow.order import in_order
from ivrkit.flow.shapes import Shape

STEP = 2
"""Columns per level."""


class Unusual(Exception):
    """Something is written in a way that is better left alone."""


@dataclass
class Entry:
    """An entry or item: the comments above it, its own lines, the comments deeper below it."""

    name: str
    lead: list[str]
    body: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)


@dataclass
class _Place:
    """Where an entry is: the comments above it, the line behind it, comments deeper below it."""

    lead: list[str]
    stop: int
    tail: list[str]


@dataclass
class _Places:
    """The places of a block's entries, and the comments at its end."""

    entries: list[_Place]
    end: list[str]


class _Below(NamedTuple):
    """A key or dash in its new place (``head``), with where it was: ``at`` is the offset behind
    it, ``line`` and ``column`` its place, ``stop`` the line behind all that belongs to it."""

    head: str
    at: int
    line: int
    stop: int
    column: int
    indent: int


class Layout:
    """The lines of one document, laid out anew. Between the entries of ``apart`` (the sections)
    stands an empty line."""

    def __init__(self, text: str, apart: Node | None = None) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.apart = apart
        self._starts = [0, *accumulate(len(line) + 1 for line in self.lines)]

    def block(
        self, node: Node, first: int, last: int, indent: int, shape: Shape | None
    ) -> list[str]:
        """A mapping or list in lines ``first`` to ``last`` (without it), at an indentation; its
        first entry may stand behind a dash. Raises Unusual."""
        if isinstance(node, MappingNode):
            entries, end = self.entries(node, first, last, indent, shape)
            names = [entry.name for entry in entries]
            by_name = {entry.name: entry for entry in entries}
            entries = [by_name[name] for name in in_order(names, order_of(shape, names))]
        else:
            assert isinstance(node, SequenceNode)
            entries, end = self._items(node, first, last, indent, shape)
        return joined(entries, end, indent, apart=node is self.apart)

    # ---- mappings --------------------------------------------------------------------------------

    def entries(
        self, node: MappingNode, first: int, last: int, indent: int, shape: Shape | None
    ) -> tuple[list[Entry], list[str]]:
        """The entries of a mapping as they stand, each laid out, and the comments behind the last
        one. Raises Unusual."""
        column = self._column(node)
        names = [key.value for key, _ in node.value]
        starts = [key.start_mark.line for key, _ in node.value]
        places = self._places(starts, [value for _, value in node.value], first, last, column)
        entries = []
        for (key, value), place in zip(node.value, places.entries, strict=True):
            below = shape.field(key.value, names) if shape is not None else None
            entry = Entry(key.value, place.lead, tail=place.tail)
            try:
                entry.body = self._entry(key, value, column, place.stop, indent, below)
            except Unusual:
                entry.body = self._as_it_is(key.start_mark.line, place.stop, column, indent)
            entries.append(entry)
        return entries, places.end

    def _entry(
        self, key: ScalarNode, value: Node, column: int, stop: int, indent: int, shape: Shape | None
    ) -> list[str]:
        start = key.end_mark.index
        colon = self.text.index(":", start) + 1
        if self.text[start : colon - 1].strip(" "):
            raise Unusual
        head = f"{' ' * indent}{inline(self.text, key, None)}:"
        below = _Below(head, colon, key.start_mark.line, stop, column, indent)
        return self._behind(below, value, shape)

    def _as_it_is(self, line: int, stop: int, column: int, indent: int) -> list[str]:
        """Lines that are written in an unusual way: only moved."""
        lines = self.lines[line:stop]
        while lines and not lines[-1].strip():
            lines.pop()
        lines[0] = " " * column + lines[0][column:]
        if indent < column and any(
            each[: column - indent].strip() for each in lines if each.strip()
        ):
            raise Unusual
        return [" " * indent + each[column:] if each.strip() else "" for each in lines]

    # ---- lists -----------------------------------------------------------------------------------

    def _items(
        self, node: SequenceNode, first: int, last: int, indent: int, shape: Shape | None
    ) -> tuple[list[Entry], list[str]]:
        column = node.start_mark.column
        starts = [self._dash(item, column) for item in node.value]
        places = self._places(starts, node.value, first, last, column)
        below = shape.item() if shape is not None else None
        entries = []
        for item, line, place in zip(node.value, starts, places.entries, strict=True):
            entry = Entry("", place.lead, tail=place.tail)
            try:
                lines = self._item(item, line, column, place.stop, indent, below)
                entry.lead, entry.body = _above_the_dash(place.lead, lines, indent)
            except Unusual:
                entry.body = self._as_it_is(line, place.stop, column, indent)
            entries.append(entry)
        return entries, places.end

    def _item(
        self, item: Node, line: int, column: int, stop: int, indent: int, shape: Shape | None
    ) -> list[str]:
        if is_block(item) and item.start_mark.line == line:
            return self.block(item, line, stop, indent + STEP, shape)
        at = self._starts[line] + column + 1
        return self._behind(_Below(f"{' ' * indent}-", at, line, stop, column, indent), item, shape)

    def _dash(self, item: Node, column: int) -> int:
        """The line on which the dash of an item stands."""
        line: int = item.start_mark.line
        while line >= 0:
            if self.lines[line][column : column + 1] == "-":
                return line
            line -= 1
        raise Unusual

    # ---- what stands behind a key or a dash ------------------------------------------------------

    def _behind(self, place: _Below, value: Node, shape: Shape | None) -> list[str]:
        """The lines of a value, its key or dash in front."""
        if value.start_mark.index < place.at:
            raise Unusual
        if is_block(value):
            if value.start_mark.line == place.line:
                raise Unusual
            head = place.head + self._comment(place)
            indent = place.indent + STEP
            return [head, *self.block(value, place.line + 1, place.stop, indent, shape)]
        if isinstance(value, ScalarNode) and value.style in ("|", ">"):
            return self._literal(place, value)
        if value.start_mark.index == value.end_mark.index:
            return [place.head + self._comment(place)]
        end = value.end_mark
        rest = self.lines[end.line][end.column :].rstrip()
        if not _is_comment(rest):
            raise Unusual
        shift = place.indent - place.column
        lines = inline(self.text, value, shape).split("\n")
        lines = [lines[0].rstrip(), *(moved(each, shift) for each in lines[1:])]
        lines[-1] += rest
        if value.start_mark.line == place.line:
            if self.text[place.at : value.start_mark.index].strip(" "):
                raise Unusual
            return [f"{place.head} {lines[0]}", *lines[1:]]
        if any(each.strip() for each in self.lines[place.line + 1 : value.start_mark.line]):
            raise Unusual
        lines[0] = " " * (value.start_mark.column + shift) + lines[0]
        return [place.head + self._comment(place), *lines]

    def _literal(self, place: _Below, value: ScalarNode) -> list[str]:
        """A text below ``|`` or ``>``, line by line as it stands."""
        line = place.line
        sign = self.lines[line][value.start_mark.column :].rstrip()
        form = sign.split("#")[0].strip()
        if value.start_mark.line != line or self.text[place.at : value.start_mark.index].strip(" "):
            raise Unusual
        if len(form) > 1 and form[1:] != "-":
            raise Unusual  # it says how deep it is indented, or keeps the empty lines below it
        content = self.lines[line + 1 : self._end_of_literal(value) + 1]
        depth = next((depth_of(each) for each in content if each.strip()), 0)
        indent = " " * (place.indent + STEP)
        body = [each[depth:] for each in content]
        return [f"{place.head} {sign}", *(indent + each if each else "" for each in body)]

    def _comment(self, place: _Below) -> str:
        """What stands behind a key whose value is below it: nothing, or a comment."""
        rest = self.lines[place.line][place.at - self._starts[place.line] :].rstrip()
        if not _is_comment(rest):
            raise Unusual
        return rest

    # ---- where things are ------------------------------------------------------------------------

    def _column(self, node: MappingNode) -> int:
        """The column of a mapping's keys, each of which begins a line."""
        column: int = node.value[0][0].start_mark.column
        for number, (key, _) in enumerate(node.value):
            mark = key.start_mark
            before = self.lines[mark.line][: mark.column]
            if (
                not isinstance(key, ScalarNode)
                or mark.line != key.end_mark.line
                or mark.column != column
                or before.strip(" -" if number == 0 else " ")
            ):
                raise Unusual
        return column

    def _places(
        self, starts: list[int], values: list[Node], first: int, last: int, column: int
    ) -> _Places:
        """What belongs to which entry: the comments above it, and those below it that are deeper
        than the next one. Those of a block are left to it."""
        found = _Places([], [])
        lead = self.lines[first : starts[0]]
        for number, (start, value) in enumerate(zip(starts, values, strict=True)):
            stop = starts[number + 1] if number + 1 < len(starts) else last
            end = self._last_line(value, start) + 1
            between = self.lines[end:stop]
            if not all(map(_is_comment, (*lead, *between))):
                raise Unusual
            depths = [(index, depth_of(each)) for index, each in enumerate(between) if each.strip()]
            shallow = next((index for index, depth in depths if depth <= column), len(between))
            deeper = max((index + 1 for index, _ in depths if index < shallow), default=0)
            if is_block(value):
                found.entries.append(_Place(lead, end + deeper, []))
            else:
                found.entries.append(_Place(lead, end, between[:deeper]))
            lead = between[deeper:]
        found.end = lead
        return found

    def _last_line(self, node: Node, line: int) -> int:
        """The last line that belongs to a value for sure; ``line`` if there is no value."""
        if is_block(node):
            last = node.value[-1]
            if isinstance(node, MappingNode):
                return self._last_line(last[1], last[0].end_mark.line)
            return self._last_line(last, max(line, last.start_mark.line))
        if node.start_mark.index == node.end_mark.index:
            return line
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            return self._end_of_literal(node)
        return int(node.end_mark.line)

    def _end_of_literal(self, node: ScalarNode) -> int:
        """The last line of a text below ``|`` or ``>`` that is not empty."""
        first = last = node.start_mark.line
        depth = -1
        for number in range(first + 1, len(self.lines)):
            text = self.lines[number]
            if text.strip():
                here = depth_of(text)
                depth = here if depth < 0 else depth
                if here < depth or number > node.end_mark.line:
                    break
                last = number
        return int(last)


def _above_the_dash(lead: list[str], lines: list[str], indent: int) -> tuple[list[str], list[str]]:
    """The comments above an item, and the item: those of a key that has become its first stand
    above the dash from now on."""
    first = next(number for number, line in enumerate(lines) if not _is_comment(line))
    lead = [*lead, *(line for line in lines[:first] if line)]
    if lines[first][indent] == " ":
        return lead, [f"{' ' * indent}- {lines[first].lstrip(' ')}", *lines[first + 1 :]]
    return lead, lines[first:]


def is_block(node: Node) -> bool:
    """Whether it spans lines by indentation: a list of dashes, or keys one below the other."""
    return isinstance(node, CollectionNode) and not node.flow_style and bool(node.value)


def depth_of(line: str) -> int:
    """How deep a line is indented."""
    return len(line) - len(line.lstrip(" "))


def moved(line: str, shift: int) -> str:
    """A line further right or left."""
    bare = line.strip(" ")
    return " " * max(0, depth_of(line) + shift) + bare if bare else ""


def joined(entries: list[Entry], end: list[str], indent: int, *, apart: bool = False) -> list[str]:
    """Entries one below the other, and the comments behind them; of several empty lines one is
    left, and none at the beginning and the end. ``apart``: an empty line stands between them."""
    lines: list[str] = []
    for entry in entries:
        if apart and lines and all(each.strip() for each in entry.lead):
            lines.append("")
        lines += _comments(entry.lead, indent, begins=not lines)
        lines += entry.body
        lines += _comments(entry.tail, indent + STEP)
    lines += _comments(end, indent)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _comments(lines: list[str], indent: int, *, begins: bool = False) -> list[str]:
    found: list[str] = []
    for line in lines:
        text = line.strip()
        if text:
            found.append(" " * indent + text)
        elif (found and found[-1]) or not (found or begins):
            found.append("")
    return found


def _is_comment(line: str) -> bool:
    """Whether nothing but a comment stands here."""
    bare = line.lstrip(" ")
    return not bare or bare.startswith("#")
