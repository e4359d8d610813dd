"""What a site does not serve."""

from __future__ import annotations

from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

MISSING_PORT = define(
    "missing-port",
    "This site does not serve what a verb needs",
    "The configuration has no part that does this. Configure it, or leave the verb out.",
)


class Ports(Check):
    """Verbs whose ports the site does not serve; each port is told of once."""

    name = "ports"

    def run(self, subject: Subject) -> None:
        served = subject.world.ports
        if served is None:
            return
        told: set[type] = set()
        for node in subject.nodes:
            for port in node.step.needs:
                if port not in served and port not in told:
                    told.add(port)
                    subject.report(
                        MISSING_PORT,
                        f"{node.step.verb} needs {port.__name__}, and this site has none",
                        node.mark,
                        path=node.path,
                    )
