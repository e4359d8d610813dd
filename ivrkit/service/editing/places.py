"""The places of names: where one is declared and used, and what a file holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.service.editing.cursor import sections_of
from ivrkit.service.editing.outline import Place
from ivrkit.service.editing.workshop import Workshop


@dataclass(frozen=True)
class Symbol:
    """A section, field or variable of a file; lines from 0, ``end`` is the last one."""

    name: str
    sort: str
    line: int
    column: int
    end: int
    detail: str = ""
    below: tuple[Symbol, ...] = ()


def name_at(workshop: Workshop, path: Path, line: int, column: int) -> Place | None:
    """The name at a place (from 0)."""
    outline = workshop.outline_now(path)
    return outline.at(line + 1, column + 1) if outline is not None else None


def definition(workshop: Workshop, path: Path, line: int, column: int) -> Mark | None:
    """Where the name at a place is declared."""
    place = name_at(workshop, path, line, column)
    if place is None:
        return None
    library, _ = workshop.library(path)
    if place.kind == "flow":
        file = library.path(place.name)
        return Mark(str(file), 1, 1) if file.is_file() or file in workshop.open else None
    if place.kind == "phrase":
        phrase = library.phrases.find(place.name)
        return phrase.mark if phrase is not None and phrase.mark is not NOWHERE else None
    outline = workshop.outline_now(path)
    assert outline is not None
    found = outline.of(place.kind, place.name)
    return found[0].mark if found and found[0].defines else None


def references(
    workshop: Workshop, path: Path, line: int, column: int, *, declarations: bool = True
) -> list[Mark]:
    """Every place of the name at a place: of flows and phrases in all files of the folder, of what
    belongs to one flow in its file."""
    place = name_at(workshop, path, line, column)
    if place is None:
        return []
    return [
        each.mark
        for file in _files(workshop, path, place)
        for each in _places(workshop, file, place)
        if declarations or not each.defines
    ]


def _files(workshop: Workshop, path: Path, place: Place) -> list[Path]:
    if place.kind not in ("flow", "phrase", "queue"):
        return [path]
    library, _ = workshop.library(path)
    return [path, *(each for each in workshop.all_flows(library).values() if each != path)]


def _places(workshop: Workshop, file: Path, place: Place) -> Iterator[Place]:
    outline = workshop.outline_now(file)
    if outline is not None:
        yield from outline.of(place.kind, place.name)


def symbols(workshop: Workshop, path: Path) -> list[Symbol]:
    """The fields of a flow, with its sections and variables below them. A file that is no YAML at
    the moment has them too."""
    lines = workshop.lines(path)
    outline = workshop.outline(path)
    tops = [
        (text.split(":")[0], number)
        for number, text in enumerate(lines)
        if text[:1].isalpha() and ":" in text
    ]
    found = []
    for index, (name, line) in enumerate(tops):
        end = (tops[index + 1][1] if index + 1 < len(tops) else len(lines)) - 1
        below: tuple[Symbol, ...] = ()
        if name == "sections":
            below = tuple(_sections(lines, end))
        elif name in ("variables", "params") and outline is not None:
            flow = outline.flow
            declared = flow.variables if name == "variables" else flow.params
            below = tuple(
                Symbol(
                    each.name,
                    "variable",
                    each.mark.line - 1,
                    each.mark.column - 1,
                    each.mark.line - 1,
                    each.type.describe(),
                )
                for each in declared.values()
                if line <= each.mark.line - 1 <= end
            )
        found.append(Symbol(name, "field", line, 0, end, "", below))
    return found


def _sections(lines: list[str], end: int) -> Iterator[Symbol]:
    places = list(sections_of(lines))
    for index, (name, line, column) in enumerate(places):
        last = places[index + 1][1] - 1 if index + 1 < len(places) else end
        while last > line and (not lines[last].strip() or lines[last].lstrip().startswith("#")):
            last -= 1
        yield Symbol(name, "section", line, column, last)
