"""``run``: what a flow is given, and what it hands back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivrkit.call.prompt import Prompt
from ivrkit.call.step import Node
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.effects import is_none
from ivrkit.flow.check.expressions import WRONG_TYPE
from ivrkit.flow.check.fields import field_read_as, named
from ivrkit.flow.check.fitting import misfit
from ivrkit.flow.check.sections import MISSING_SECTION
from ivrkit.flow.check.subject import Check, Placed, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.model import Flow

MISSING_ARGUMENT = define(
    "missing-argument",
    "A flow or phrase does not get one of its parameters",
    "Parameters that have no default and are not optional must be given in `with:`.",
)
UNKNOWN_ARGUMENT = define(
    "unknown-argument",
    "A flow or phrase has no such parameter",
    "`with:` gives a flow or a phrase its `params`. A section that is run shares the variables and "
    "takes none.",
)
INTO_WITHOUT_RETURNS = define(
    "into-without-returns",
    "There is nothing for `into` to receive",
    "The flow that is run declares no `returns`; a section that is run shares the variables.",
)


class Runs(Check):
    """Arguments, and what comes back."""

    name = "runs"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            node = placed.node
            if node is None:
                continue
            field = field_read_as(type(node.step), reading="arguments")
            if field is None:
                continue
            given = getattr(node.step, field.attribute)
            name = node.step.runs()
            flow = subject.flows.get(name) if name is not None else None
            if name is not None and flow is None:
                continue  # the missing flow is told of where the flows are read
            self._section(subject, placed, node, flow)
            self._arguments(subject, placed, flow, given, field.name)
            self._into(subject, placed, node, flow)

    def _section(self, subject: Subject, placed: Placed, node: Node, flow: Flow | None) -> None:
        section = named(node.step, "section")
        if flow is None or section is None or section in flow.sections:
            return
        if flow.may_have(section, "sections"):
            return
        subject.report(
            MISSING_SECTION,
            f"the flow {flow.name} has no section '{section}'",
            placed.mark_of("section"),
            hint=did_you_mean(section, flow.sections),
            path=placed.path,
        )

    def _arguments(
        self,
        subject: Subject,
        placed: Placed,
        flow: Flow | None,
        given: Mapping[str, Any],
        field: str,
    ) -> None:
        params = flow.params if flow is not None else {}
        checked = {each.use.path: each for each in placed.fields}
        for name, value in given.items():
            mark = value.mark if isinstance(value, Prompt) else placed.mark_of(f"{field}/{name}")
            if name not in params:
                if flow is not None and flow.may_have(name, "params"):
                    continue
                what = f"the flow {flow.name}" if flow else "a section that is run"
                hint = did_you_mean(name, params)
                message = f"{what} has no parameter '{name}'"
                subject.report(UNKNOWN_ARGUMENT, message, mark, hint=hint, path=placed.path)
                continue
            wanted = params[name].type
            found = checked.get(f"{field}/{name}")
            problem = ""
            if isinstance(value, Prompt):
                problem = "" if wanted.kind == "prompt" else f"a prompt, not {wanted.describe()}"
            elif found is not None and not found.problems:
                problem = misfit(found, wanted)
            if problem:
                subject.report(WRONG_TYPE, f"{name}: {problem}", mark, path=placed.path)
        missing = [
            name for name, each in params.items() if _needed(each.type) and _absent(given, name)
        ]
        if missing and flow is not None:
            subject.report(
                MISSING_ARGUMENT,
                f"the flow {flow.name} needs {', '.join(missing)}",
                placed.mark_of(f"{field}/{missing[0]}"),
                hint=f"add `{field}: {{{missing[0]}: …}}`",
                path=placed.path,
            )

    def _into(self, subject: Subject, placed: Placed, node: Node, flow: Flow | None) -> None:
        into = named(node.step, "variable")
        if into is None or (flow is not None and (flow.returns or flow.gaps)):
            return
        what = f"the flow {flow.name} returns nothing" if flow else "a section shares the variables"
        subject.report(
            INTO_WITHOUT_RETURNS,
            f"'{into}' receives nothing: {what}",
            placed.mark_of("into"),
            hint="declare `returns:` in the flow" if flow else "remove `into`",
            path=placed.path,
        )


def _needed(type_: Any) -> bool:
    return not type_.optional and type_.default is None


def _absent(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name)
    return value is None or (isinstance(value, Setting) and is_none(value))
