"""Names of queues that a site does not have."""

from __future__ import annotations

from ivrkit.expressions.expression import Setting
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

UNKNOWN_QUEUE = define(
    "unknown-queue",
    "A queue does not exist at this site",
    "The configuration (`queues:` in ivrkit.yaml) says what the names of queues mean here.",
)


class Queues(Check):
    """Names of queues that the configuration does not know."""

    name = "queues"

    def run(self, subject: Subject) -> None:
        known = subject.world.queues
        if known is None:
            return
        for placed in subject.steps:
            for checked in placed.fields:
                use = checked.use
                if use.reads.role != "queue" or not isinstance(use.value, Setting):
                    continue
                if use.value.static and use.value.literal not in known:
                    subject.report(
                        UNKNOWN_QUEUE,
                        f"there is no queue '{use.value.literal}' here",
                        placed.mark_of(use.path),
                        hint=did_you_mean(str(use.value.literal), known)
                        or "add it to `queues:` in ivrkit.yaml",
                        path=placed.path,
                    )
