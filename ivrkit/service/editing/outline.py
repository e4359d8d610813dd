"""What a flow names and where: sections, variables, the flows it runs, and every place of them.

It is made of the flow as far as that can be read; a file that is no YAML at the moment has the
outline that it had before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.step import Node as PlacedStep
from ivrkit.call.step import Step
from ivrkit.call.targets import Jump, Mark
from ivrkit.expressions.scope import Reference
from ivrkit.flow.check.answering import Answering
from ivrkit.flow.check.fields import fields_of
from ivrkit.flow.check.scopes import FlowScope
from ivrkit.flow.check.subject import Placed, Subject
from ivrkit.flow.diagnostics import Diagnostics, lines_of
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow
from ivrkit.flow.source import compose
from ivrkit.flow.world import World

Kind = Literal["section", "variable", "flow", "phrase", "queue"]
VISITS: Final = "visits"
"""Its fields are the sections of the flow."""
_ROLES: Final[Mapping[str, Kind]] = {
    "section": "section",
    "variable": "variable",
    "flow": "flow",
    "phrase": "phrase",
    "queue": "queue",
}


class Place(NamedTuple):
    """One occurrence of a name. ``defines``: it is declared here; ``sets``: a step gives it a
    value."""

    kind: Kind
    name: str
    mark: Mark
    defines: bool = False
    sets: bool = False

    def holds(self, line: int, column: int) -> bool:
        """Whether a place of the text (from 1) is in it, or just behind."""
        mark = self.mark
        return mark.line == line and mark.column <= column <= mark.column + mark.length


@dataclass(frozen=True)
class Outline:
    """The names of a flow and their places."""

    flow: Flow
    places: list[Place] = field(default_factory=list)
    scope: FlowScope | None = None
    steps: list[Placed] = field(default_factory=list)

    def at(self, line: int, column: int) -> Place | None:
        """The name that stands at a place (from 1)."""
        return next((place for place in self.places if place.holds(line, column)), None)

    def of(self, kind: Kind, name: str) -> list[Place]:
        """Every place of a name, its declarations first."""
        found = [place for place in self.places if (place.kind, place.name) == (kind, name)]
        return sorted(found, key=lambda place: (not place.defines, place.mark.line))

    def scope_at(self, line: int) -> FlowScope | None:
        """The names that hold in the step around a line (from 1)."""
        above = [each for each in self.steps if each.node is not None and each.mark.line <= line]
        nearest = max(above, key=lambda each: each.mark.line, default=None)
        return nearest.scope if nearest is not None else self.scope


def outline_of(flow: Flow, flows: Mapping[str, Flow], world: World) -> Outline:
    """The outline of a flow; ``flows`` are those that it runs, as far as they can be read."""
    subject = Subject(flow, flows, world, Diagnostics(), Answering(flows, world))
    lines = lines_of(flow.source)
    declared = list(_declared(flow))
    known = {place.name for place in declared if place.kind == "variable"}
    used = [*_led_to(subject), *_in_steps(subject, lines)]
    for number, place in enumerate(used):
        if place.sets and place.name not in known:
            known.add(place.name)  # the first step that sets it declares it
            used[number] = place._replace(defines=True)
    return Outline(flow, list(dict.fromkeys([*declared, *used])), subject.scope, subject.steps)


def _declared(flow: Flow) -> Iterator[Place]:
    for section in flow.sections.values():
        yield Place("section", section.name, section.mark, True)
    for declared in (flow.params, flow.variables):
        for variable in declared.values():
            yield Place("variable", variable.name, variable.mark, True)
    root = _root(flow)
    for key, value in root.value if isinstance(root, MappingNode) else ():
        if key.value == "data" and isinstance(value, MappingNode):
            for name, _ in value.value:
                yield Place("variable", name.value, _mark(flow, name), True)
        elif key.value == "entry" and isinstance(value, SequenceNode):
            for item in value.value:
                if isinstance(item, ScalarNode):
                    yield Place("section", item.value, _mark(flow, item))


def _root(flow: Flow) -> Node | None:
    """The nodes of the file, if it has fields whose places the flow does not keep."""
    if not flow.entry and not flow.data:
        return None
    source = compose(flow.file, flow.source, Diagnostics(), mend=True)
    return source.root if source is not None else None


def _mark(flow: Flow, node: ScalarNode) -> Mark:
    start, quotes = node.start_mark, 1 if node.style else 0
    return Mark(flow.file, start.line + 1, start.column + 1 + quotes, len(node.value))


def _led_to(subject: Subject) -> Iterator[Place]:
    for _, _, target in subject.targets():
        if isinstance(target, Jump):
            yield Place("section", target.section, target.mark)


def _in_steps(subject: Subject, lines: list[str]) -> Iterator[Place]:
    for node in subject.nodes:
        yield from _named(node, lines)
    for placed in subject.steps:
        for checked in placed.live:
            whole = placed.mark_of(checked.use.path)
            for expression in checked.expressions:
                for reference in expression.names():
                    yield from _referred(subject.flow, whole, reference, lines)


def _named(node: PlacedStep, lines: list[str]) -> Iterator[Place]:
    """What fields name: variables that are set, sections, flows, phrases, queues."""
    step: Step = node.step
    model, values, assigned = type(step), step.__dict__, step.assigns()
    if isinstance(step, Hole):
        model, values, assigned = step.model, step.values, ()
    for each in fields_of(model) if model is not None else ():
        kind, mark = _ROLES.get(each.reads.role), node.marks.get(each.name)
        value = values.get(each.attribute)
        if kind == "variable" and mark is not None and isinstance(value, str):
            yield _variable(value, mark)
        elif kind is not None and mark is not None and value is not None:
            yield Place(kind, _written(mark, lines), mark)
    for path, mark in node.marks.items():
        if path.endswith("/phrase"):
            yield Place("phrase", _written(mark, lines), mark)
    for assignment in assigned:
        mark = node.marks.get(f"{assignment.name}/")
        if mark is not None:
            yield _variable(assignment.name, mark)


def _variable(written: str, mark: Mark) -> Place:
    """A variable that is set, perhaps only one field of it."""
    name = written.split(".")[0]
    place = Mark(mark.file, mark.line, mark.column, len(name))
    return Place("variable", name, place, sets=True)


def _referred(flow: Flow, whole: Mark, reference: Reference, lines: list[str]) -> Iterator[Place]:
    """What an expression names: a variable, or a section of whose visits it asks."""
    first, *rest = reference.path
    mark = Mark(whole.file, whole.line, whole.column + reference.offset, len(first))
    text = _rest(mark, lines)
    if not text.startswith(first):
        return  # it stands on a further line of its text
    if first == VISITS and rest and rest[0] in flow.sections:
        at = text.find(rest[0], len(first))
        if at > 0:
            column = mark.column + at
            yield Place("section", rest[0], Mark(mark.file, mark.line, column, len(rest[0])))
    else:
        yield Place("variable", first, mark)


def _rest(mark: Mark, lines: list[str]) -> str:
    """The rest of the line from a place on."""
    return lines[mark.line - 1][mark.column - 1 :] if 0 < mark.line <= len(lines) else ""


def _written(mark: Mark, lines: list[str]) -> str:
    return _rest(mark, lines)[: mark.length]
