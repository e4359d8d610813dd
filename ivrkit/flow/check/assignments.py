"""What ``set`` and ``into`` put into variables."""

from __future__ import annotations

from functools import cache
from typing import Final

from ivrkit.call.asking import MenuEntry
from ivrkit.call.step import Assignment, Node, Step
from ivrkit.errors import ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.types import Type
from ivrkit.flow.check.expressions import UNDEFINED_FIELD, UNDEFINED_NAME, WRONG_TYPE
from ivrkit.flow.check.fields import Field, entries_of, field_read_as
from ivrkit.flow.check.fitting import cure, misfit
from ivrkit.flow.check.scopes import assigned_type, declared_type
from ivrkit.flow.check.subject import Check, Placed, Subject

_DECLARE: Final = {
    "list": "a list is declared as {list: {name: text}}; or take one item only",
    "record": "a record is declared as {name: text, balance: money}",
}
"""What to do where a variable is of another type than what the step gives, by that type."""


class Assigned(Check):
    """What is put into variables must be declared and fit their types.

    ``into`` declares its variable where nothing else does; ``set`` declares none.
    """

    name = "assigned"

    def run(self, subject: Subject) -> None:
        declared = {*subject.flow.variables, *subject.flow.params}
        steps = [each for each in subject.steps if each.node is not None]
        for placed in steps:
            if placed.node is not None and _written(type(placed.node.step)) is None:
                declared |= {each.name.partition(".")[0] for each in placed.node.step.assigns()}
        for placed in steps:
            if placed.node is not None:
                for assignment in placed.node.step.assigns():
                    self._assigned(subject, placed, placed.node, assignment, declared)

    def _assigned(
        self,
        subject: Subject,
        placed: Placed,
        node: Node,
        assignment: Assignment,
        declared: set[str],
    ) -> None:
        name = assignment.name
        path = assignment.place or _path(type(node.step), name)
        mark = placed.mark_of(path)
        first = name.partition(".")[0]
        if first not in declared and not placed.scope.perhaps(first):
            hint = did_you_mean(name, declared) or f"add `{name}:` with its type to `variables`"
            message = f"'{name}' is not declared"
            subject.report(UNDEFINED_NAME, message, mark, hint=hint, path=placed.path)
            return
        try:
            wanted = declared_type(placed.scope, name)
        except KeyError:
            self._no_field(subject, placed, name, path)
            return
        if wanted is None:
            return
        problem, hint = self._problem(subject, placed, node, assignment, wanted)
        if problem:
            subject.report(WRONG_TYPE, f"{name}: {problem}", mark, hint=hint, path=placed.path)
        else:
            self._fields(subject, placed, assignment, wanted)
        for entry in entries_of(node.step):
            if entry.way in assignment.exits:
                self._label(subject, placed, name, entry, wanted)

    def _problem(
        self, subject: Subject, placed: Placed, node: Node, assignment: Assignment, wanted: Type
    ) -> tuple[str, str]:
        """Why what is assigned is none of the variable's type, and what to do."""
        if _written(type(node.step)) is not None:
            path = _path(type(node.step), assignment.name)
            for checked in placed.fields:
                if checked.use.path == path and not checked.problems:
                    return misfit(checked, wanted), cure(checked, wanted)
                if checked.use.path == path:
                    return "", ""
        given = assigned_type(assignment, node.step.runs(), subject.flows)
        if given is None or wanted.admits(given) or wanted.kind in assignment.adapts:
            return "", ""
        hint = _DECLARE.get(given.kind, f"declare it as {given.kind}")
        return f"{given.describe()} where {wanted.describe()} is wanted", hint

    def _fields(
        self, subject: Subject, placed: Placed, assignment: Assignment, wanted: Type
    ) -> None:
        """Fields that the step takes, and the record does not have, while others of it stay empty:
        what has its place by its order is named although nobody wants it."""
        if wanted.kind != "record" or wanted.fields.keys() <= assignment.takes.keys():
            return
        for field, path in assignment.takes.items():
            if path and field not in wanted.fields:
                subject.report(
                    UNDEFINED_FIELD,
                    f"'{assignment.name}' has no field '{field}'",
                    placed.mark_of(path),
                    hint=did_you_mean(field, wanted.fields),
                    path=placed.path,
                )

    def _label(
        self, subject: Subject, placed: Placed, name: str, entry: MenuEntry, wanted: Type
    ) -> None:
        """The label of a menu's entry, or else its keys, must be a value of the variable that
        receives it."""
        label = entry.label
        try:
            wanted.parse(entry.pattern.example if label is None else label)
        except ValueRejected as error:
            hint = "give the entry a label that can" if label is None else error.hint
            if label is not None and wanted.options:
                hint = did_you_mean(label, wanted.options)
            subject.report(
                WRONG_TYPE,
                f"the {'keys' if label is None else 'label'} cannot be put into {name}: "
                f"{error.message}",
                placed.mark_of(entry.way if label is None else f"{entry.way}/label"),
                hint=hint,
                path=placed.path,
            )

    def _no_field(self, subject: Subject, placed: Placed, name: str, path: str) -> None:
        first, _, rest = name.partition(".")
        type_ = placed.scope.lookup(first)
        subject.report(
            UNDEFINED_FIELD,
            f"'{first}' has no field '{rest}'",
            placed.mark_of(path),
            hint=did_you_mean(rest, type_.fields) if type_ is not None else "",
            path=placed.path,
        )


@cache
def _written(model: type[Step]) -> Field | None:
    """The field in which a step writes what it sets (``set``)."""
    return field_read_as(model, reading="assignments")


def _path(model: type[Step], name: str) -> str:
    written = _written(model)
    if written is not None:
        return f"{written.name}/{name}"
    into = field_read_as(model, role="variable")
    return into.name if into is not None else ""
