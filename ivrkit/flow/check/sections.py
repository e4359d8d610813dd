"""Targets that name sections which do not exist."""

from __future__ import annotations

from collections.abc import Iterable

from ivrkit.call.targets import NOWHERE, Jump
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.fields import field_read_as, section_run
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

MISSING_SECTION = define(
    "missing-section",
    "A section does not exist",
    "A target is the name of a section of this flow, steps in place, or a reserved word. The hint "
    "gives the nearest name.",
)


class MissingSections(Check):
    """Jumps to sections that do not exist."""

    name = "sections"

    def run(self, subject: Subject) -> None:
        sections = subject.flow.sections
        for node, way, target in subject.targets():
            if isinstance(target, Jump) and self._is_missing(subject, target.section):
                path = "" if node is None else node.path
                _missing(subject, target.section, sections, target, f"{path}/{way}".strip("/"))
        for name in subject.flow.entry:
            if self._is_missing(subject, name):
                hint = did_you_mean(name, sections)
                message = f"there is no section '{name}', which `entry` names"
                subject.report(MISSING_SECTION, message, NOWHERE, hint=hint, path="entry")
        for node in subject.nodes:
            ran = section_run(node.step)
            if ran is not None and self._is_missing(subject, ran):
                field = field_read_as(type(node.step), role="section")
                mark = node.marks.get(field.name if field else "", node.mark)
                subject.report(
                    MISSING_SECTION,
                    f"there is no section '{ran}'",
                    mark,
                    hint=did_you_mean(ran, sections),
                    path=node.path,
                )

    def _is_missing(self, subject: Subject, name: str) -> bool:
        flow = subject.flow
        return name not in flow.sections and not flow.may_have(name, "sections")


def _missing(subject: Subject, name: str, sections: Iterable[str], target: Jump, path: str) -> None:
    subject.report(
        MISSING_SECTION,
        f"there is no section '{name}'",
        target.mark,
        hint=did_you_mean(name, sections),
        path=path,
    )
