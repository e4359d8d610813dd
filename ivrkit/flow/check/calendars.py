"""Names of calendars that neither the flow nor the site has."""

from __future__ import annotations

from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.among import names_used
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

UNKNOWN_CALENDAR = define(
    "unknown-calendar",
    "A calendar does not exist",
    "A calendar is written in `calendars:` of the flow, or of ivrkit.yaml for the whole site.",
)


class KnownCalendars(Check):
    """The calendars that steps ask."""

    name = "calendars"

    def run(self, subject: Subject) -> None:
        flow, here = subject.flow, subject.world.calendars
        if here is None or flow.lacks("calendars"):
            return
        known = {*flow.calendars, *here}
        for node in subject.nodes:
            for each in names_used(node, "calendar"):
                if each.name in known or flow.may_have(each.name, "calendars"):
                    continue
                subject.report(
                    UNKNOWN_CALENDAR,
                    f"there is no calendar '{each.name}' here",
                    node.marks.get(each.path, node.mark),
                    hint=did_you_mean(each.name, known)
                    or "add it to `calendars:` of the flow or of ivrkit.yaml",
                    path=node.path,
                )
