"""What is said of the thing at a place: of a verb, a field, a name, a finding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivrkit.expressions.functions.registry import functions
from ivrkit.flow.codes import CATALOGUE
from ivrkit.flow.diagnostics import Diagnostic
from ivrkit.flow.model import Section
from ivrkit.flow.shapes import Shape
from ivrkit.service.editing.cursor import Cursor, cursor_at
from ivrkit.service.editing.expected import around, said_of
from ivrkit.service.editing.outline import Outline, Place
from ivrkit.service.editing.workshop import Workshop

_WORD: Final = re.compile(r"[\w.*#/-]+")
_MOST_STEPS: Final = 6
_PATIENCE: Final = 1.0
"""Seconds that a hover waits for a check that is running; it says less then."""


@dataclass(frozen=True)
class Note:
    """A text in Markdown about columns ``start`` to ``end`` of a line."""

    text: str
    line: int
    start: int
    end: int


def hover(
    workshop: Workshop, path: Path, line: int, column: int, found: list[Diagnostic]
) -> Note | None:
    """What is to be said at a place (from 0); ``found`` is what was found in the file."""
    lines = workshop.lines(path)
    text = lines[line] if line < len(lines) else ""
    texts = [explained(each) for each in found if _holds(each, line, column)]
    place = _named(workshop, path, line, column)
    start, end = column, column
    if place is not None:
        texts.append(_of_place(workshop, path, place))
        start = place.mark.column - 1
        end = start + place.mark.length
    else:
        word = next((w for w in _WORD.finditer(text) if w.start() <= column <= w.end()), None)
        if word is not None:
            start, end = word.span()
            texts.append(_of_word(lines, line, word[0], end))
    told = [each for each in texts if each]
    return Note("\n\n---\n\n".join(told), line, start, end) if told else None


def explained(found: Diagnostic) -> str:
    """A finding with what its code means and what to do."""
    code = CATALOGUE[found.code]
    hint = f"\n\n*Hint:* {found.hint}" if found.hint else ""
    return f"**{found.code}**: {code.title}\n\n{code.explanation}{hint}"


def _holds(found: Diagnostic, line: int, column: int) -> bool:
    mark = found.mark
    return mark.line == line + 1 and mark.column - 1 <= column < mark.column - 1 + mark.length


def _named(workshop: Workshop, path: Path, line: int, column: int) -> Place | None:
    outline = workshop.outline_now(path, _PATIENCE)
    return outline.at(line + 1, column + 1) if outline is not None else None


# ---- names ---------------------------------------------------------------------------------------


def _of_place(workshop: Workshop, path: Path, place: Place) -> str:
    outline = workshop.outline(path)
    assert outline is not None
    if place.kind == "section":
        section = outline.flow.sections.get(place.name)
        return _of_section(outline, section) if section is not None else ""
    if place.kind == "variable":
        return _of_variable(outline, place)
    if place.kind == "flow":
        return _of_flow(workshop, path, place.name)
    if place.kind == "phrase":
        return _of_phrase(workshop, path, place.name)
    return f"the {place.kind} `{place.name}`"


def _of_section(outline: Outline, section: Section) -> str:
    steps = [f"- {node.step.verb}" for node in section.nodes[:_MOST_STEPS]]
    if len(section.nodes) > _MOST_STEPS:
        steps.append(f"- … {len(section.nodes) - _MOST_STEPS} more")
    places = outline.of("section", section.name)
    leading = sum(not place.defines for place in places)
    heads = f"section **{section.name}**, line {section.mark.line}: {len(section.nodes)} steps"
    ways = "1 place leads" if leading == 1 else f"{leading} places lead"
    return "\n".join([f"{heads}, {ways} here", "", *steps])


def _of_variable(outline: Outline, place: Place) -> str:
    scope = outline.scope_at(place.mark.line)
    try:
        type_ = scope.lookup(place.name) if scope is not None else None
    except KeyError:
        return ""
    declared = next((each for each in outline.of("variable", place.name) if each.defines), None)
    where = f", declared in line {declared.mark.line}" if declared is not None else ""
    default = type_.default if type_ is not None else None
    begins = f"; it begins as `{default}`" if default is not None else ""
    return f"**{place.name}**: {said_of(type_)}{where}{begins}"


def _of_flow(workshop: Workshop, path: Path, name: str) -> str:
    library, _ = workshop.library(path)
    outline = workshop.outline_now(library.path(name), _PATIENCE)
    if outline is None:
        return f"the flow `{name}`"
    flow = outline.flow
    lines = [f"flow **{name}** {flow.title}".rstrip()]
    for what, declared in (("params", flow.params), ("returns", flow.returns)):
        if declared:
            listed = ", ".join(f"`{k}`: {said_of(v.type)}" for k, v in declared.items())
            lines.append(f"{what}: {listed}")
    if flow.outcomes:
        lines.append(f"outcomes: {', '.join(flow.outcomes)}")
    return "\n\n".join(lines)


def _of_phrase(workshop: Workshop, path: Path, name: str) -> str:
    library, _ = workshop.library(path)
    phrase = library.phrases.find(name)
    if phrase is None:
        return f"the phrase `{name}`"
    texts = [f"- {tag}: {phrase.source.get(tag, '')}" for tag in phrase.prompts]
    return "\n".join([f"phrase **{name}**", "", *texts])


# ---- words of the language -----------------------------------------------------------------------


def _of_word(lines: list[str], line: int, word: str, end: int) -> str:
    cursor = cursor_at(lines, line, end)
    behind = lines[line][end:].lstrip("\"'")
    if cursor.key is None and (behind.startswith(":") or _is_item(cursor, word)):
        return described(word, around(cursor).field(word, cursor.present))
    called = functions().get(word.rpartition(".")[2])
    if called is not None and (behind.startswith("(") or "|" in lines[line][:end]):
        return f"`{called.signature}`\n\n{called.doc}"
    return ""


def _is_item(cursor: Cursor, word: str) -> bool:
    return cursor.item and cursor.word.strip() == word


def described(name: str, shape: Shape) -> str:
    """A key with all that the schema says of it, in Markdown."""
    text = shape.text()
    if not text:
        return ""
    pieces = [f"**{name}**: {text}"]
    default = shape.default()
    if default is not None:
        shown = str(default).lower() if isinstance(default, bool) else default
        pieces.append(f"Default: `{shown}`")
    words = [word for word, _ in shape.words()]
    if 0 < len(words) <= 12:
        pieces.append("One of " + ", ".join(f"`{word}`" for word in words))
    examples = [each for each in shape.examples() if not isinstance(each, dict | list)]
    if examples:
        pieces.append("For example " + ", ".join(f"`{each}`" for each in examples[:3]))
    return "\n\n".join(pieces)
