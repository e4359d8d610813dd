"""What a check looks at: one flow, with all that was worked out about it for every check."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from ivrkit.call.asking import Iteration
from ivrkit.call.fields import Reads
from ivrkit.call.locale import NO_PHRASES, Phrases
from ivrkit.call.prompt import Prompt
from ivrkit.call.step import Node, Step
from ivrkit.call.targets import NOWHERE, Mark, Target
from ivrkit.expressions.expression import Expression, Setting
from ivrkit.expressions.scope import Problem
from ivrkit.expressions.types import Type
from ivrkit.flow.check.assigned import States
from ivrkit.flow.check.fields import (
    CONDITION,
    Use,
    expressions_in,
    field_read_as,
    prompt_uses,
    uses,
)
from ivrkit.flow.check.graph import Graph
from ivrkit.flow.check.scopes import FlowScope, scope_of
from ivrkit.flow.diagnostics import Diagnostics, Severity, within
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow
from ivrkit.flow.walk import found_in
from ivrkit.flow.world import World

if TYPE_CHECKING:
    from ivrkit.flow.check.answering import Answering

_TEXT: Final = Type("text")


class Checked(NamedTuple):
    """An expression, text or setting with the type it has and what is wrong with it;
    ``expressions`` are those in it, none where it is written."""

    use: Use
    type: Type | None
    problems: Sequence[Problem]
    expressions: tuple[Expression, ...]


class Placed(NamedTuple):
    """A step with the scope that holds in it, and its fields; ``live`` are those with expressions.
    ``node`` is None for what stands in no step (the announcement of a flow-wide key)."""

    node: Node | None
    mark: Mark
    marks: Mapping[str, Mark]
    path: str
    scope: FlowScope
    fields: list[Checked]
    live: list[Checked]

    def mark_of(self, path: str) -> Mark:
        """The place of a field, or of the nearest thing around it that has one."""
        while path:
            found = self.marks.get(path)
            if found is not None:
                return found
            path = path.rpartition("/")[0]
        return self.mark


class Subject:
    """A flow under check. ``part``: it is run by other flows, on calls that they have answered."""

    def __init__(
        self,
        flow: Flow,
        flows: Mapping[str, Flow],
        world: World,
        found: Diagnostics,
        answering: Answering,
        *,
        part: bool = False,
        phrases: Phrases = NO_PHRASES,
    ) -> None:
        self.flow = flow
        self.flows = flows
        self.world = world
        self.found = found
        self.answering = answering
        self.part = part
        self.phrases = phrases
        self._inside: dict[object, tuple[FlowScope, FlowScope]] = {}
        self._checked: dict[tuple[int, int], tuple[Type | None, list[Problem]]] = {}

    @cached_property
    def nodes(self) -> list[Node]:
        """Every step of the flow; one that holds others stands before them."""
        return list(self.flow.nodes())

    @cached_property
    def graph(self) -> Graph:
        """The control-flow graph."""
        return Graph.of(self.flow, self.flows)

    @cached_property
    def scope(self) -> FlowScope:
        """The names that hold in the whole flow."""
        return scope_of(self.flow, self.nodes, self.flows, self.world)

    @cached_property
    def steps(self) -> list[Placed]:
        """Every step with its fields checked, and the announcements of flow-wide keys."""
        return [*self._walk(), *self._announcements()]

    @cached_property
    def states(self) -> States:
        """What has a value at every point of the graph."""
        return States.of(self)

    def report(
        self,
        code: str,
        message: str,
        mark: Mark,
        *,
        hint: str = "",
        path: str = "",
        severity: Severity = "error",
    ) -> None:
        """Say what is wrong at a place."""
        if mark is NOWHERE:
            mark = Mark(self.flow.file, 0, 0, 0)
        if severity == "error":
            self.found.error(code, message, mark, hint=hint, path=path)
        else:
            self.found.warning(code, message, mark, hint=hint, path=path)

    # ---- walking ---------------------------------------------------------------------------------

    def targets(self) -> Iterator[tuple[Node | None, str, Target]]:
        """Every target of the flow: those of its steps, and those that hold for all of it."""
        flow = self.flow
        for name, target in flow.exits.items():
            yield None, f"exits/{name}", target
        for name, whole in (("on_error", flow.on_error), ("on_end", flow.on_end)):
            if whole is not None:
                yield None, name, whole
        for key in (*flow.keys, *flow.shortcuts):
            yield None, f"keys/{key.pattern.text}", key.target
        for node in self.nodes:
            for way, target in node.targets.items():
                yield node, way, target

    def _walk(self) -> Iterator[Placed]:
        scopes = self._local_scopes()
        for node in self.nodes:
            yield self._place(node, scopes.get(id(node), self.scope))

    def _local_scopes(self) -> dict[int, FlowScope]:
        """The scopes of steps inside branches that know further names, by the step's identity."""
        scopes: dict[int, FlowScope] = {}
        for node in self.nodes:  # a holder stands before what it holds
            names = node.step.local_names()
            scope = scopes.get(id(node))
            if not names and scope is None:
                continue
            outside = scope or self.scope
            inside = outside.within(self._with_items(node.step, names, outside))
            for way, branch in node.branches():
                holds = inside if way in node.step.beside else outside
                scopes.update((id(below), holds) for below in branch.nodes)
        return scopes

    def _with_items(
        self, step: Step, names: Mapping[str, Type], scope: FlowScope
    ) -> Mapping[str, Type | None]:
        """Names that hold in branches, with the type of the items of a list where one is gone
        through."""
        field = field_read_as(type(step), reading="iteration")
        if field is None or isinstance(step, Hole):
            return names
        iteration = getattr(step, field.attribute)
        type_ = self.check(Use(field.name, iteration.items, field.reads), scope).type
        return {**names, iteration.name: type_.item if type_ is not None else None}

    def _place(self, node: Node, scope: FlowScope) -> Placed:
        found = uses(node.step)
        for iteration in () if isinstance(node.step, Hole) else found_in(node.step, Iteration):
            type_ = self.check(Use("", iteration.items, Reads("")), scope).type
            item = {iteration.name: type_.item if type_ is not None and type_.item else Type("any")}
            found = [
                use._replace(names={**use.names, **item}) if iteration.name in use.names else use
                for use in found
            ]
        if node.when is not None:
            found.append(Use("when", node.when, CONDITION))
        fields = [self.check(use, scope) for use in found]
        live = [each for each in fields if each.expressions]
        return Placed(node, node.mark, node.marks, node.path, scope, fields, live)

    def _announcements(self) -> Iterator[Placed]:
        for key in (*self.flow.keys, *self.flow.shortcuts):
            if key.say is not None:
                yield self._announcement(key.say, key.mark)

    def _announcement(self, say: Prompt, mark: Mark) -> Placed:
        mark = mark if say.mark is NOWHERE else say.mark
        fields = [self.check(use, self.scope) for use in prompt_uses(say, "say")]
        live = [each for each in fields if each.expressions]
        return Placed(None, mark, {}, "", self.scope, fields, live)

    def check(self, use: Use, scope: FlowScope) -> Checked:
        """The type of a field and its problems; equal texts are checked once."""
        value = use.value
        if use.names:
            scope = self._scope_inside(scope, use.names)
        if not isinstance(value, Expression) and value.static:
            return Checked(use, value.type if isinstance(value, Setting) else _TEXT, (), ())
        key = (id(value), id(scope))
        known = self._checked.get(key)
        if known is None:
            known = self._checked[key] = value.check(scope)
        return Checked(use, *known, expressions_in(value))

    def _scope_inside(self, scope: FlowScope, names: Mapping[str, Type]) -> FlowScope:
        """The scope inside a part of a prompt that knows further names; one for each."""
        key = (id(scope), tuple(names.items()))
        known = self._inside.get(key)
        if known is None:
            known = self._inside[key] = (scope, scope.within(names))
        return known[1]

    def place_of(self, placed: Placed, use: Use, offset: int, length: int) -> Mark:
        """The place of a part of a field's text."""
        return within(placed.mark_of(use.path), offset, length)


class Check(ABC):
    """One check. A subclass per file of this folder is found by its ``name``.

    ``whole``: it is only run where all of the flow could be read, because what is missing would
    let it tell of things that are no mistakes.
    """

    name: ClassVar[str]
    whole: ClassVar[bool] = False

    @abstractmethod
    def run(self, subject: Subject) -> None:
        """Report what is wrong with a flow."""
