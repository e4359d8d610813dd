"""Numbers of the site that begin where a flow does not let calls begin, or with other values."""

from __future__ import annotations

from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.runs import MISSING_ARGUMENT, UNKNOWN_ARGUMENT
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.world import Entrance

NO_ENTRANCE = define(
    "no-entrance",
    "A number begins at a section that is no entry of its flow",
    "A number of ivrkit.yaml begins at `main`, or at a section that the flow lists under `entry`. "
    "Correct `section:` there, or add the section to `entry`.",
)


class Entrances(Check):
    """What the numbers of the site ask of the flow: a section to begin at, values for params."""

    name = "entrances"

    def run(self, subject: Subject) -> None:
        for entrance in subject.world.entrances(subject.flow.name):
            self._section(subject, entrance)
            self._values(subject, entrance)

    def _section(self, subject: Subject, entrance: Entrance) -> None:
        flow, name = subject.flow, entrance.section
        if name == "main" or name in flow.entry or flow.may_have(name, "entry"):
            return
        there = name in flow.sections
        what = "is not listed under `entry`" if there else "does not exist"
        subject.report(
            NO_ENTRANCE,
            f"the number {entrance.number} begins at the section '{name}', which {what}",
            _mark(subject, name),
            hint=f"add `entry: [{name}]`" if there else did_you_mean(name, ("main", *flow.entry)),
            path=name if there else "",
        )

    def _values(self, subject: Subject, entrance: Entrance) -> None:
        flow = subject.flow
        for name in entrance.values:
            if name not in flow.params and not flow.may_have(name, "params"):
                message = f"the number {entrance.number} gives '{name}', which is no parameter"
                hint = did_you_mean(name, flow.params)
                subject.report(UNKNOWN_ARGUMENT, message, _mark(subject, ""), hint=hint)
        for name, param in flow.params.items():
            needed = not param.type.optional and param.type.default is None
            if needed and name not in entrance.values:
                message = f"the number {entrance.number} gives no '{name}', which the flow needs"
                hint = f"add `with: {{{name}: …}}` to the number in ivrkit.yaml"
                subject.report(MISSING_ARGUMENT, message, param.mark, hint=hint)


def _mark(subject: Subject, section: str) -> Mark:
    sections = subject.flow.sections
    found = sections.get(section) or sections.get("main")
    return found.mark if found is not None else NOWHERE
