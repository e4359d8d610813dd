"""Secrets on their way to where they could be seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ivrkit.call.step import Node
from ivrkit.expressions.types import Type
from ivrkit.flow.always import secret_input
from ivrkit.flow.check.effects import OPEN_INPUT
from ivrkit.flow.check.fields import field_read_as
from ivrkit.flow.check.scopes import declared_type
from ivrkit.flow.check.subject import Check, Checked, Placed, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Variable

SECRET = define(
    "secret",
    "A secret is on its way to where it can be seen or heard",
    "Secrets may go into conditions, into variables, `params` and `returns` that are secret too, "
    "and into declared sinks (parameters of a database, headers). They never go into a log, a "
    "prompt, a payload, the name of a queue or any other setting. To read an entry back to the "
    "caller, write `reveal: true` on "
    "that part of the prompt.",
)

_INPUT: Final = secret_input()


class Secrets(Check):
    """Fields that are no sink of secrets, and variables that are not secret."""

    name = "secrets"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            if placed.node is not None and isinstance(placed.node.step, Hole):
                continue
            for checked in placed.live:
                if self._is_secret(subject, placed, checked):
                    self._field(subject, placed, checked)

    def _field(self, subject: Subject, placed: Placed, checked: Checked) -> None:
        use, assigned = checked.use, _assigned_fields(placed.node)
        if use.reads.secrets or (use.part is not None and getattr(use.part, "reveal", False)):
            return
        first, _, name = use.path.partition("/")
        if assigned is not None and first == assigned:
            if _keeps_secret(placed, name):
                return
            what = f"the variable {name}, which is not declared secret"
            hint = f"declare {name} with `secret: true`"
        elif (declared := _handed_over(subject, placed, first)) is not None:
            if (found := declared.get(name)) is None or found.type.secret:
                return  # that nothing of this name is declared has been told
            what = f"{name}, which is not declared secret"
            hint = f"declare {name} with `secret: true` where it is received"
        else:
            what, hint = _sink(placed, use.path, spoken=use.part is not None)
        offset, length = checked.expressions[0].place
        subject.report(
            SECRET,
            f"a secret is put into {what}",
            subject.place_of(placed, use, offset, length),
            hint=hint,
            path=placed.path,
        )

    def _is_secret(self, subject: Subject, placed: Placed, checked: Checked) -> bool:
        if checked.type is not None and checked.type.secret:
            return True
        return _reads_input(checked) and self._input_is_secret(subject, placed)

    def _input_is_secret(self, subject: Subject, placed: Placed) -> bool:
        """Whether what was typed last may be the answer to a question for a secret."""
        if placed.node is None:
            return False
        states = subject.states
        return not states.holds(states.number(placed.node), OPEN_INPUT)


def _reads_input(checked: Checked) -> bool:
    """Whether a field reads what was typed."""
    for expression in checked.expressions:
        for reference in expression.names():
            first, *fields = reference.path
            type_: Type | None = _INPUT.fields.get(fields[0]) if fields else _INPUT
            if first == "input" and type_ is not None and type_.holds_secret():
                return True
    return False


def _assigned_fields(node: Node | None) -> str | None:
    """The field of a step that sets variables."""
    found = field_read_as(type(node.step), reading="assignments") if node is not None else None
    return found.name if found is not None and node is not None and not node.step.ends else None


def _handed_over(subject: Subject, placed: Placed, first: str) -> Mapping[str, Variable] | None:
    """What receives the values of this field: the ``params`` of the flow that the step runs, or
    the ``returns`` of this one; None for every other field."""
    step = placed.node.step if placed.node is not None else None
    if step is None:
        return None
    returned = field_read_as(type(step), reading="assignments")
    if returned is not None and returned.name == first and step.ends:
        return subject.flow.returns
    given, name = field_read_as(type(step), reading="arguments"), step.runs()
    ran = subject.flows.get(name) if name is not None else None
    return ran.params if ran is not None and given is not None and given.name == first else None


def _keeps_secret(placed: Placed, name: str) -> bool:
    """Whether a variable is declared secret, or declared by nothing but this."""
    try:
        type_ = declared_type(placed.scope, name)
    except KeyError:
        return True  # the missing field has been told of
    return type_ is None or type_.secret or type_.kind == "any"


def _sink(placed: Placed, path: str, *, spoken: bool) -> tuple[str, str]:
    """What a field is, in words, and what to do."""
    if spoken:
        return "a prompt", "leave it out, or read it back with `reveal: true` on its part"
    verb = placed.node.step.verb if placed.node is not None else "this step"
    return f"{path.partition('/')[0]} of {verb}", "leave it out"
