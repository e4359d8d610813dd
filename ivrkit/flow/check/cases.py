"""Cases of a ``switch`` that its value can never be."""

from __future__ import annotations

from ivrkit.errors import ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.types import Type
from ivrkit.flow.check.effects import condition_of
from ivrkit.flow.check.expressions import NEVER_HOLDS
from ivrkit.flow.check.subject import Check, Placed, Subject


class Cases(Check):
    """Cases of a ``switch`` that its value can never be."""

    name = "cases"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            node = placed.node
            if node is not None and any(way.startswith("cases/") for way in node.targets):
                self._cases(subject, placed)

    def _cases(self, subject: Subject, placed: Placed) -> None:
        node = placed.node
        assert node is not None
        value = condition_of(node.step)
        type_ = next((each.type for each in placed.fields if each.use.value is value), None)
        if type_ is None or type_.kind in ("any", "text", "record", "list"):
            return
        for way in node.targets:
            case = way.removeprefix("cases/")
            if case != way and case != "none" and not _is_value(type_, case):
                mark = node.marks.get(way, node.mark)
                subject.report(
                    NEVER_HOLDS,
                    f"the value is {type_.describe()}, never '{case}'",
                    mark,
                    hint=did_you_mean(case, type_.options),
                    path=f"{node.path}/{way}",
                )


def _is_value(type_: Type, text: str) -> bool:
    try:
        type_.parse(text)
    except ValueRejected:
        return False
    return True
