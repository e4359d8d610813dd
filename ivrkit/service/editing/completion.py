"""What may be written at a cursor: verbs, fields, words, and all names that exist here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ivrkit.call.targets import Word
from ivrkit.expressions.functions.registry import functions
from ivrkit.expressions.types import Type
from ivrkit.flow.always import ALWAYS
from ivrkit.flow.check.scopes import FlowScope
from ivrkit.flow.names import KEBAB
from ivrkit.flow.shapes import Shape
from ivrkit.service.editing import snippets
from ivrkit.service.editing.cursor import Cursor, cursor_at, sections_of
from ivrkit.service.editing.expected import around, behind, said_of
from ivrkit.service.editing.workshop import Workshop
from ivrkit.service.registries import reader

Sort = Literal["verb", "field", "section", "word", "variable", "function", "flow", "site", "phrase"]
_EXPRESSIONS: Final = frozenset({"expression", "check", "iteration"})
_SITE: Final = {"queue": "queues", "calendar": "calendars", "dialplan": "dialplan"}
"""The names of a site by their role, and where the world tells them."""
_NEAR: Final = 12
"""So many lines away may a step name the flow that it runs."""
_NAME: Final = re.compile(r"([A-Za-z_]\w*(?:\.\w*)*)?$")


@dataclass(frozen=True)
class Offer:
    """One thing that may be written, in place of the text from column ``start`` on."""

    label: str
    sort: Sort
    insert: str
    start: int
    detail: str = ""
    text: str = ""
    snippet: bool = False


def offers(workshop: Workshop, path: Path, line: int, column: int) -> list[Offer]:
    """All that may be written at a place (from 0)."""
    lines = workshop.lines(path)
    before = lines[line][:column] if line < len(lines) else ""
    if re.search(r"(?:^|\s)#", before) and before.count('"') % 2 == 0:
        return []
    return list(
        dict.fromkeys(_Offering(workshop, path, lines, cursor_at(lines, line, column)).all())
    )


class _Offering:
    """The offers at one cursor."""

    def __init__(self, workshop: Workshop, path: Path, lines: list[str], cursor: Cursor) -> None:
        self.workshop = workshop
        self.path = path
        self.lines = lines
        self.cursor = cursor
        text = lines[cursor.line] if cursor.line < len(lines) else ""
        self.depth = len(text[: cursor.column]) - len(text[: cursor.column].lstrip(" "))

    def all(self) -> Iterator[Offer]:
        cursor = self.cursor
        shape = around(cursor)
        if cursor.expression is not None:
            yield from self._expression(cursor.expression)
        elif cursor.key is not None:
            yield from self._values(behind(cursor))
        elif cursor.bracket:
            yield from self._keys(shape, "")
            yield from self._values(shape)
        else:
            is_list = not shape.mappings() or cursor.needs_dash
            if is_list and any("items" in form for form in shape.forms):
                yield from self._keys(shape.item(), "- ")
                yield from self._values(shape.item(), "- ")
            else:
                yield from self._keys(shape, "")
                if cursor.item:
                    yield from self._values(shape)

    # ---- keys ------------------------------------------------------------------------------------

    def _keys(self, shape: Shape, dash: str) -> Iterator[Offer]:
        cursor = self.cursor
        verbs = reader().language.verbs
        is_step = any("dependencies" in form for form in shape.forms)
        begins = is_step and not any(key in verbs for key in cursor.present)
        for name, below in shape.keys(cursor.present).items():
            if begins and name not in verbs:
                continue
            if is_step and name in verbs:
                indent = cursor.start - self.depth + len(dash)
                insert = snippets.verb(name, below, indent)
                sort: Sort = "verb"
            else:
                insert, sort = snippets.field(name, below), "field"
            start = cursor.start
            yield Offer(name, sort, dash + insert, start, below.title(), below.text(), True)
        for name, type_ in self._names_given():
            yield Offer(name, "field", f"{name}: $0", cursor.start, said_of(type_), "", True)

    def _names_given(self) -> Iterator[tuple[str, Type]]:
        """In ``with`` the params of the flow that is run, in ``payload`` the payload's fields."""
        within = self.cursor.levels[-1].key if self.cursor.levels else None
        outline = self.workshop.outline(self.path)
        if outline is None or len(self.cursor.levels) < 3:
            return
        declared = outline.flow.payload if within == "payload" else {}
        if within == "with":
            line = self.cursor.line + 1
            near = [p for p in outline.places if p.kind == "flow"]
            near = [p for p in near if abs(p.mark.line - line) <= _NEAR]
            nearest = min(near, key=lambda p: abs(p.mark.line - line), default=None)
            library, _ = self.workshop.library(self.path)
            run = self.workshop.outline(library.path(nearest.name)) if nearest else None
            declared = run.flow.params if run is not None else {}
        for name, variable in declared.items():
            if name not in self.cursor.present:
                yield name, variable.type

    # ---- values ----------------------------------------------------------------------------------

    def _values(self, shape: Shape, dash: str = "") -> Iterator[Offer]:
        names = shape.names()
        for word, form in shape.words():
            if "step" not in names or word not in reader().language.verbs:  # offered as a key
                yield self._word(word, dash, str(form.get("description", "")))
        if names & {"target", "section"}:
            for name, text in self._sections():
                yield self._named("section", name, text, dash)
        if "target" in names:
            for reserved in map(str, Word):
                yield self._word(reserved, dash, "a reserved word")
        if "variable" in names:
            for name, type_ in self._variables():
                yield self._named("variable", name, said_of(type_), dash)
        if names & _EXPRESSIONS:
            yield from self._expression(self.cursor.word.lstrip("\"'"))
        library, _ = self.workshop.library(self.path)
        if "flow" in names:
            for name in self.workshop.flow_names(library):
                yield self._named("flow", name, "a flow", dash)
        for role in names & _SITE.keys():
            world = self.workshop.site(library).world
            for name in sorted(getattr(world, _SITE[role]) or ()):
                yield self._named("site", name, f"{role} of this site", dash)
        outline = self.workshop.outline(self.path)
        if "calendar" in names and outline is not None:
            for name in outline.flow.calendars:
                yield self._named("site", name, "calendar of this flow", dash)
        if "phrase" in names:
            for name in library.phrases:
                yield self._named("phrase", name, "a phrase", dash)

    def _named(self, sort: Sort, name: str, detail: str, dash: str = "") -> Offer:
        return Offer(name, sort, dash + name, self._start(), detail)

    def _word(self, word: str, dash: str, text: str) -> Offer:
        return Offer(word, "word", dash + word, self._start(), "", text)

    def _start(self) -> int:
        """Where the word begins that is being written, inside its quotes."""
        word = self.cursor.word
        return self.cursor.start + (len(word) - len(word.lstrip("\"' ")))

    def _sections(self) -> Iterator[tuple[str, str]]:
        outline = self.workshop.outline(self.path)
        for name, line, _ in sections_of(self.lines):
            if KEBAB.fullmatch(name):
                section = outline.flow.sections.get(name) if outline is not None else None
                steps = f"{len(section.nodes)} steps" if section is not None else "a section"
                yield name, f"{steps}, line {line + 1}"

    def _variables(self) -> Iterator[tuple[str, Type | None]]:
        scope = self._scope()
        for name in scope.names() if scope is not None else ():
            if name not in ALWAYS:
                yield name, scope.lookup(name) if scope is not None else None

    def _scope(self) -> FlowScope | None:
        outline = self.workshop.outline(self.path)
        return outline.scope_at(self.cursor.line + 1) if outline is not None else None

    # ---- expressions -----------------------------------------------------------------------------

    def _expression(self, written: str) -> Iterator[Offer]:
        """Names, fields of records and functions, at the end of an expression."""
        if written.count("'") % 2:
            return
        found = _NAME.search(written)
        word = found[0] if found is not None else ""
        *way, last = word.split(".")
        start = self.cursor.column - len(last)
        for name, type_ in self._names(way):
            yield Offer(name, "variable", name, start, said_of(type_))
        if not way:
            for name, function in functions().items():
                text = function.doc
                yield Offer(name, "function", f"{name}($1)", start, function.signature, text, True)

    def _names(self, way: list[str]) -> Iterator[tuple[str, Type | None]]:
        scope = self._scope()
        if not way:
            names = scope.names() if scope is not None else ALWAYS
            for name in names:
                yield name, scope.lookup(name) if scope is not None else ALWAYS[name]
            return
        try:
            type_ = scope.lookup(way[0]) if scope is not None else ALWAYS.get(way[0])
        except KeyError:
            return
        for name in way[1:]:
            type_ = type_.fields.get(name) if type_ is not None else None
        if type_ is not None:
            yield from type_.fields.items()
