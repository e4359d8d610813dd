"""Expressions: names, fields, functions, types, comparisons that can never hold."""

from __future__ import annotations

from typing import Final

from ivrkit.expressions.expression import Expression
from ivrkit.expressions.types import Type
from ivrkit.flow.check.fields import Use
from ivrkit.flow.check.subject import Check, Checked, Placed, Subject
from ivrkit.flow.codes import BAD_EXPRESSION, define

UNDEFINED_NAME = define(
    "undefined-name",
    "A name is not defined",
    "It is no variable, parameter, constant of `data` or name that is always there, and no `into` "
    "or `set` declares it. The hint gives the nearest one.",
)
UNDEFINED_FIELD = define(
    "undefined-field",
    "A record has no such field",
    "The record's type (or the name that is always there, such as call or input) does not have it.",
)
UNKNOWN_FUNCTION = define(
    "unknown-function",
    "A function does not exist",
    "The hint gives the nearest one. Data has no methods: write length(x), not x.length().",
)
BAD_ARGUMENTS = define(
    "bad-arguments",
    "A function is called with the wrong arguments",
    "There are too many, too few, or one has a name that the function does not know.",
)
WRONG_TYPE = define(
    "wrong-type",
    "A value has the wrong type",
    "What is worked out, or written, is not what the place takes: a text where a number is wanted, "
    "two kinds that cannot be compared, a record where a text is spoken.",
)
NEVER_HOLDS = define(
    "never-holds",
    "A comparison can never hold",
    "The value is compared with a word that is not among its choices.",
)
ALWAYS_NONE = define(
    "always-none",
    "A value is always none",
    "What is none cannot be put into a text.",
)

CODES: Final = {
    "syntax": BAD_EXPRESSION,
    "undefined_name": UNDEFINED_NAME,
    "undefined_field": UNDEFINED_FIELD,
    "unknown_function": UNKNOWN_FUNCTION,
    "arguments": BAD_ARGUMENTS,
    "wrong_type": WRONG_TYPE,
    "not_a_choice": NEVER_HOLDS,
    "always_none": ALWAYS_NONE,
}
"""Our codes for those of the room ``expressions``; ``secret`` is told of by the secrets check."""


class Expressions(Check):
    """Everything that the expressions say about themselves, and the types that fields want."""

    name = "expressions"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            for checked in placed.live:
                if checked.problems:
                    self._problems(subject, placed, checked)
                elif isinstance(checked.use.value, Expression):
                    if checked.use.reads.type:
                        self._type(subject, placed, checked)
                    elif checked.type is not None and _is_main(checked.use):
                        self._said(subject, placed, checked, checked.type)

    def _problems(self, subject: Subject, placed: Placed, checked: Checked) -> None:
        for problem in checked.problems:
            code = CODES.get(problem.code)
            if code is not None:
                mark = subject.place_of(placed, checked.use, problem.offset, problem.length)
                subject.report(code, problem.message, mark, hint=problem.hint, path=placed.path)

    def _said(self, subject: Subject, placed: Placed, checked: Checked, given: Type) -> None:
        """The value of a part, which must be what the part says."""
        part = checked.use.part
        problem = part.misfit(given) if part is not None else ""
        if problem:
            mark = subject.place_of(placed, checked.use, *checked.expressions[0].place)
            subject.report(WRONG_TYPE, problem, mark, path=placed.path)

    def _type(self, subject: Subject, placed: Placed, checked: Checked) -> None:
        """A value that must be of a type; a condition takes any."""
        wanted = checked.use.reads.type
        if wanted == "flag" or checked.type is None or Type.read(wanted).admits(checked.type):
            return
        offset, length = checked.expressions[0].place
        subject.report(
            WRONG_TYPE,
            f"{checked.type.describe()} where {Type.read(wanted).describe()} is wanted",
            subject.place_of(placed, checked.use, offset, length),
            path=placed.path,
        )


def _is_main(use: Use) -> bool:
    """Whether this is what a part of a prompt says."""
    part, _, name = use.path.rpartition("/")
    return use.part is not None and bool(part) and name == use.part.form
