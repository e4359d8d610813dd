"""The names that hold in a flow, with their types: what expressions are checked against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ivrkit.call.step import Assignment, Node
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value, kind_of
from ivrkit.flow.always import ALWAYS, QUEUE
from ivrkit.flow.check.fields import field_read_as
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow
from ivrkit.flow.world import World

_ANY = Type("any")


class FlowScope:
    """Names and their types; None where a name is known and its type is not."""

    __slots__ = ("_names", "_perhaps")

    def __init__(
        self, names: Mapping[str, Type | None], perhaps: Callable[[str], bool] | None = None
    ) -> None:
        self._names = names
        self._perhaps = perhaps

    def lookup(self, name: str) -> Type | None:
        """The type of a name. Raises KeyError if it is not declared."""
        if name not in self._names and self.perhaps(name):
            return None
        return self._names[name]

    def perhaps(self, name: str) -> bool:
        """Whether it may be declared in a part of the flow that could not be read."""
        return self._perhaps is not None and self._perhaps(name)

    def names(self) -> Iterable[str]:
        """All names."""
        return self._names

    def within(self, names: Mapping[str, Type | None]) -> FlowScope:
        """The scope inside a branch that knows further names."""
        return FlowScope({**self._names, **names}, self._perhaps) if names else self


def scope_of(
    flow: Flow, nodes: Iterable[Node], flows: Mapping[str, Flow], world: World
) -> FlowScope:
    """What can be named anywhere in a flow: declared and built-in names, ``data``, and the
    variables that ``into`` and ``set`` declare where nothing else does."""
    names: dict[str, Type | None] = dict(ALWAYS)
    if flow.gaps is None:
        names["visits"] = Type("record", fields=dict.fromkeys(flow.sections, Type("number")))
    if world.queues is not None:
        names["queues"] = Type("record", fields=dict.fromkeys(world.queues, QUEUE))
    for name, value in flow.data.items():
        names[name] = type_of_data(value)
    for declared in (flow.params, flow.variables):
        names.update({name: variable.type for name, variable in declared.items()})
    for node in nodes:
        for assignment in node.step.assigns():
            if "." in assignment.name or names.get(assignment.name) is not None:
                continue
            type_ = assigned_type(assignment, node.step.runs(), flows)
            # It may be declared, as something else, under a name that could not be read.
            names[assignment.name] = None if flow.unread else type_
    return FlowScope(names, _perhaps(flow, nodes))


def _perhaps(flow: Flow, nodes: Iterable[Node]) -> Callable[[str], bool] | None:
    """Which names may be declared in what could not be read: all words there."""
    if flow.gaps is None:
        return None
    if flow.lacks("variables", "params", "data"):
        return lambda name: True
    holes = [node.step for node in nodes if isinstance(node.step, Hole)]
    if any(each.model is not None and field_read_as(each.model, "iteration") for each in holes):
        return lambda name: True  # the name of an item, in a loop that could not be read
    return flow.unread.union(*(each.words for each in holes)).__contains__


def assigned_type(
    assignment: Assignment, runs: str | None, flows: Mapping[str, Flow]
) -> Type | None:
    """The type of what a step assigns; for one that runs a flow the record of what it returns."""
    if assignment.type is not None or runs is None:
        return assignment.type
    flow = flows.get(runs)
    if flow is None:
        return None
    fields = {name: variable.type for name, variable in flow.returns.items()}
    return Type("record", fields=fields) if fields and flow.gaps is None else None


def declared_type(scope: FlowScope, name: str) -> Type | None:
    """The type of a variable or of one field of it (``task.step``); None if it is not known.

    Raises KeyError if a record has no such field.
    """
    first, *fields = name.split(".")
    type_ = scope.lookup(first)
    for field in fields:
        if type_ is None or type_.kind != "record" or not type_.fields:
            return None
        type_ = type_.fields[field]
    return type_


def type_of_data(value: Value | Any) -> Type:
    """The type of a constant of ``data``; a text may be read as whatever it is compared with."""
    if isinstance(value, dict):
        return Type("record", fields={name: type_of_data(each) for name, each in value.items()})
    if isinstance(value, list):
        return Type("list", item=_common([type_of_data(each) for each in value]))
    return _ANY if value is None or isinstance(value, str) else Type(kind_of(value))


def _common(types: list[Type]) -> Type | None:
    """The type of the items of a list; records have the fields of all of them."""
    if not types:
        return None
    if all(each.kind == "record" for each in types):
        fields: dict[str, Type] = {}
        for each in types:
            for name, type_ in each.fields.items():
                fields[name] = type_ if fields.get(name, type_) == type_ else _ANY
        return replace(types[0], fields=fields)
    return types[0] if all(each == types[0] for each in types) else _ANY
