"""Values that are bound to names in a statement."""

from __future__ import annotations

from typing import Final

from ivrkit.flow.check.expressions import WRONG_TYPE
from ivrkit.flow.check.subject import Check, Subject

_MANY: Final = frozenset({"record", "list"})


class BoundValues(Check):
    """A name in a statement stands for one value: no record, no list."""

    name = "bound"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            for checked in placed.live:
                type_ = checked.type
                if checked.use.reads.reading != "statement" or type_ is None:
                    continue
                if type_.kind in _MANY:
                    name = checked.expressions[0].source
                    hint = "ask for each item of it"
                    if type_.kind == "record":
                        hint = f"name one of its fields: :{name}.{next(iter(type_.fields), 'name')}"
                    subject.report(
                        WRONG_TYPE,
                        f"a statement takes one value, and :{name} is {type_.describe()}",
                        placed.mark_of(checked.use.path),
                        hint=hint,
                        path=placed.path,
                    )
