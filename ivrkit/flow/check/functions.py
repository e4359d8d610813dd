"""Functions that steps call by name through a connector, and the arguments that they give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ivrkit.call.step import Node
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.among import names_used
from ivrkit.flow.check.fields import field_read_as
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole
from ivrkit.flow.world import Function, World

NOT_ALLOWED = define(
    "function-not-allowed",
    "A function may not be called at this site",
    "The configuration names the functions of a library or plug-in that flows may call "
    "(`connectors: {native: {tariff: {functions: …}}}` in ivrkit.yaml).",
)
WRONG_ARGUMENT = define(
    "wrong-argument",
    "A function is called with other arguments than it takes",
    "Every argument that the function needs is given under `with:`, by its name, and no other. "
    "For libraries the names are those of the configuration, for plug-ins those of the function.",
)
FUNCTION, VALUES = "function", "values"


class Called(NamedTuple):
    """A function that a step calls, with what the site says of it; None: it has none."""

    connector: str
    name: str
    path: str
    known: Mapping[str, Function]

    @property
    def function(self) -> Function | None:
        return self.known.get(self.name)


def called(node: Node, world: World) -> Iterator[Called]:
    """The functions that a step may call, of those connectors that the site has."""
    step = node.step
    if isinstance(step, Hole) or not step.asks_kind or world.functions is None:
        return
    here = world.functions.get(step.asks_kind, {})
    for function in names_used(node, FUNCTION):
        for connector in names_used(node, step.asks_kind):
            if connector.name in here:
                yield Called(connector.name, *function, here[connector.name])


def only_reads(node: Node, world: World) -> bool:
    """Whether the step surely changes nothing, by what the site says of all that it may call."""
    found = [each.function for each in called(node, world)]
    return bool(found) and all(each is not None and each.reads for each in found)


class CalledFunctions(Check):
    """Names of functions and arguments, against what the site says."""

    name = "functions"

    def run(self, subject: Subject) -> None:
        for node in subject.nodes:
            for each in called(node, subject.world):
                if each.function is None:
                    subject.report(
                        NOT_ALLOWED,
                        f"'{each.name}' of '{each.connector}' may not be called here",
                        node.marks.get(each.path, node.mark),
                        hint=did_you_mean(each.name, each.known)
                        or f"name it under `functions:` of {each.connector} in ivrkit.yaml",
                        path=node.path,
                    )
                elif each.function.arguments is not None:
                    _check_arguments(subject, node, each, each.function.arguments)


def _check_arguments(subject: Subject, node: Node, call: Called, takes: Mapping[str, bool]) -> None:
    field = field_read_as(type(node.step), reading=VALUES)
    if field is None:
        return
    given: Mapping[str, object] = getattr(node.step, field.attribute)
    for name in given:
        if name not in takes:
            subject.report(
                WRONG_ARGUMENT,
                f"'{call.name}' takes no '{name[:40]}'",
                node.marks.get(f"{field.name}/{name}", node.mark),
                hint=did_you_mean(name, [each for each in takes if each not in given])
                or f"it takes {', '.join(takes) or 'nothing'}",
                path=node.path,
            )
    for name, needed in takes.items():
        if needed and name not in given:
            subject.report(
                WRONG_ARGUMENT,
                f"'{call.name}' needs '{name}'",
                node.marks.get(call.path, node.mark),
                hint=f"write `{field.name}: {{{name}: …}}`",
                path=node.path,
            )
