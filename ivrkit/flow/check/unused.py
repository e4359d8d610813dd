"""What is declared and never used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ivrkit.call.targets import Mark
from ivrkit.expressions.expression import Expression, Template
from ivrkit.expressions.nearest import nearest
from ivrkit.flow.check.fields import fields_of
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

UNUSED = define(
    "unused",
    "A variable or parameter is never used",
    "Nothing in the flow reads the parameter, or reads or sets the variable. Remove it, or use it "
    "where it was forgotten.",
)

_BOUND: Final = re.compile(r":([a-z]\w*)")
"""A parameter in the text of a query (``:account``)."""


class Unused(Check):
    """Declarations whose name stands nowhere."""

    name = "unused"
    whole = True

    def run(self, subject: Subject) -> None:
        flow = subject.flow
        if not (flow.variables or flow.params):
            return
        declared_names = {*flow.variables, *flow.params}
        read = set(_read(subject))
        named = set(_set(subject)) | read
        # A misspelt name has been told of, and what it seems to mean is used.
        meant = {nearest(each, declared_names) or "" for each in named - declared_names}
        read |= meant
        named |= meant
        for what, declared, used in (
            ("variable", flow.variables, named),
            ("parameter", flow.params, read),
        ):
            for name, variable in declared.items():
                if name not in used:
                    self._report(subject, what, name, variable.mark)

    def _report(self, subject: Subject, what: str, name: str, mark: Mark) -> None:
        subject.report(
            UNUSED,
            f"the {what} '{name}' is never used",
            mark,
            hint="remove it",
            path=name,
            severity="warning",
        )


def _read(subject: Subject) -> Iterator[str]:
    """The names that stand in an expression, and those that a query binds."""
    expressions: dict[int, Expression] = {}
    for placed in subject.steps:
        for checked in placed.fields:
            value = checked.use.value
            if checked.expressions:
                expressions.update((id(each), each) for each in checked.expressions)
            elif checked.use.part is None and isinstance(value, Template) and ":" in value.source:
                yield from _BOUND.findall(value.source)
    for expression in expressions.values():
        for reference in expression.names():
            yield reference.path[0]


def _set(subject: Subject) -> Iterator[str]:
    """The variables that steps set."""
    for node in subject.nodes:
        for assignment in node.step.assigns():
            yield assignment.name.partition(".")[0]
        for field in fields_of(type(node.step)):
            if field.reads.role == "variable":
                value = getattr(node.step, field.attribute, None)
                for each in (value,) if isinstance(value, str) else value or ():
                    yield str(each).partition(".")[0]
