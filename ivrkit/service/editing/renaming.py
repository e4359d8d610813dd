"""Renames a section or a variable with all that leads to it, or says why that cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode

from ivrkit.call.targets import Mark
from ivrkit.errors import FlowError
from ivrkit.flow.diagnostics import Diagnostics, lines_of
from ivrkit.flow.names import KEBAB, RESERVED_TARGETS, SNAKE, is_taken
from ivrkit.flow.source import compose
from ivrkit.service.editing.outline import Outline, Place
from ivrkit.service.editing.places import name_at
from ivrkit.service.editing.workshop import Workshop


@dataclass(frozen=True)
class Edit:
    """A text in place of what stands at a mark."""

    mark: Mark
    text: str


def renamable(workshop: Workshop, path: Path, line: int, column: int) -> Place:
    """What would be renamed at a place. Raises FlowError if it cannot be."""
    place = name_at(workshop, path, line, column)
    if place is None:
        raise FlowError("no name stands here that could be changed")
    if place.kind not in ("section", "variable"):
        raise FlowError(f"a {place.kind} is renamed where it is made, not in a flow")
    outline = _outline(workshop, path)
    if not any(each.defines for each in outline.of(place.kind, place.name)):
        raise FlowError(f"'{place.name}' is not declared in this file")
    return place


def rename(workshop: Workshop, path: Path, line: int, column: int, name: str) -> list[Edit]:
    """The edits that rename what stands at a place (from 0), also in ``ivrkit.yaml``.

    Raises:
        FlowError: the new name is none, or is taken, or a place cannot be edited safely.
    """
    place = renamable(workshop, path, line, column)
    outline = _outline(workshop, path)
    if name == place.name:
        return []
    _demand_name(outline, place, name)
    if outline.flow.gaps is not None:
        raise FlowError(
            "the flow has mistakes, and a place of the name may be among them",
            hint="mend them first",
        )
    lines = workshop.lines(path)
    edits = []
    for each in outline.of(place.kind, place.name):
        mark = each.mark
        if lines[mark.line - 1][mark.column - 1 :][: len(place.name)] != place.name:
            raise FlowError(f"line {mark.line} cannot be edited safely: change it by hand")
        edits.append(Edit(Mark(str(path), mark.line, mark.column, len(place.name)), name))
    if place.kind == "section":
        edits += _in_configuration(workshop, path, place.name, name)
    return edits


def _outline(workshop: Workshop, path: Path) -> Outline:
    outline = workshop.outline_now(path)
    if outline is None:
        raise FlowError("the file is no YAML at the moment", hint="mend that first")
    return outline


def _demand_name(outline: Outline, place: Place, name: str) -> None:
    form, rule = (
        (KEBAB, "sections are kebab-case: card-menu")
        if place.kind == "section"
        else (SNAKE, "variables are snake_case: card_number")
    )
    if not form.fullmatch(name):
        raise FlowError(f"'{name[:40]}' is not the name of a {place.kind}", hint=rule)
    if place.kind == "section" and name in RESERVED_TARGETS:
        raise FlowError(f"'{name}' is a reserved word and cannot be a section")
    if place.kind == "section" and place.name == "main":
        raise FlowError("a flow begins at its section main: it keeps its name")
    if place.kind == "variable" and is_taken(name):
        raise FlowError(f"'{name}' is always there and cannot be declared")
    if any(each.name == name for each in outline.places if each.kind == place.kind):
        raise FlowError(f"there is a {place.kind} '{name}' already")


def _in_configuration(workshop: Workshop, path: Path, old: str, new: str) -> list[Edit]:
    """The numbers that start at the section, in the configuration next to the flows."""
    library, flow = workshop.library(path)
    file = workshop.site(library).configuration
    if file is None:
        return []
    source = compose(str(file), workshop.text(file), Diagnostics())
    root = source.root if source is not None else None
    numbers = _value(root, "numbers")
    edits = []
    for _, number in numbers.value if isinstance(numbers, MappingNode) else ():
        section, of = _value(number, "section"), _value(number, "flow")
        if (
            isinstance(section, ScalarNode)
            and isinstance(of, ScalarNode)
            and (of.value, section.value) == (flow, old)
        ):
            start, quotes = section.start_mark, 1 if section.style else 0
            mark = Mark(str(file), start.line + 1, start.column + 1 + quotes, len(old))
            if lines_of(workshop.text(file))[start.line][mark.column - 1 :].startswith(old):
                edits.append(Edit(mark, new))
    return edits


def _value(node: Node | None, name: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for key, value in node.value if getattr(key, "value", "") == name), None)
