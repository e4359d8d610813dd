"""Names of parts of the dialplan that a site does not have."""

from __future__ import annotations

from ivrkit.expressions.expression import Setting
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

UNKNOWN_DIALPLAN = define(
    "unknown-dialplan",
    "A part of the dialplan does not exist at this site",
    "The configuration (`dialplan:` in ivrkit.yaml) says which application or context a name means "
    "here: a flow runs nothing that is not named there.",
)


class DialplanNames(Check):
    """Names that ``dialplan:`` of the configuration does not know."""

    name = "dialplan"

    def run(self, subject: Subject) -> None:
        known = subject.world.dialplan
        if known is None:
            return
        for placed in subject.steps:
            for checked in placed.fields:
                use = checked.use
                if use.reads.role != "dialplan" or not isinstance(use.value, Setting):
                    continue
                if use.value.static and use.value.literal not in known:
                    subject.report(
                        UNKNOWN_DIALPLAN,
                        f"there is nothing called '{use.value.literal}' to run here",
                        placed.mark_of(use.path),
                        hint=did_you_mean(str(use.value.literal), known)
                        or "add it to `dialplan:` in ivrkit.yaml",
                        path=placed.path,
                    )
