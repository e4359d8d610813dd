"""Names that the configuration gives a meaning to: queues, calendars, connectors, parts of the
dialplan."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Final, NamedTuple

from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.among import names_used
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

UNKNOWN_QUEUE = define(
    "unknown-queue",
    "A queue does not exist at this site",
    "The configuration (`queues:` in ivrkit.yaml) says what the names of queues mean here.",
)
UNKNOWN_CALENDAR = define(
    "unknown-calendar",
    "A calendar does not exist",
    "A calendar is written in `calendars:` of the flow, or of ivrkit.yaml for the whole site.",
)
UNKNOWN_CONNECTOR = define(
    "unknown-connector",
    "A connector does not exist at this site",
    "The configuration (`connectors:` in ivrkit.yaml) says by kind which system a name means here: "
    "`connectors: {database: {crm: …}}`.",
)
UNKNOWN_DIALPLAN = define(
    "unknown-dialplan",
    "A part of the dialplan does not exist at this site",
    "The configuration (`dialplan:` in ivrkit.yaml) says which application or context a name means "
    "here: a flow runs nothing that is not named there.",
)


class _Role(NamedTuple):
    """What fields of a role name, and where it is known."""

    code: str
    known: Callable[[Subject], Collection[str] | None]
    unknown: str
    remedy: str
    field: str = ""
    """The field of the flow in which it may stand too."""


def _calendars(subject: Subject) -> Collection[str] | None:
    here = subject.world.calendars
    return None if here is None else {*subject.flow.calendars, *here}


_ROLES: Final = {
    "queue": _Role(
        UNKNOWN_QUEUE,
        lambda subject: subject.world.queues,
        "there is no queue '{}' here",
        "add it to `queues:` in ivrkit.yaml",
    ),
    "calendar": _Role(
        UNKNOWN_CALENDAR,
        _calendars,
        "there is no calendar '{}' here",
        "add it to `calendars:` of the flow or of ivrkit.yaml",
        field="calendars",
    ),
    "dialplan": _Role(
        UNKNOWN_DIALPLAN,
        lambda subject: subject.world.dialplan,
        "there is nothing called '{}' to run here",
        "add it to `dialplan:` in ivrkit.yaml",
    ),
}


def _connectors(kind: str, subject: Subject) -> Collection[str] | None:
    here = subject.world.connectors
    return None if here is None else here.get(kind, {})


def _of_connectors(subject: Subject) -> dict[str, _Role]:
    """A role for every kind of connector that the flow asks."""
    return {
        kind: _Role(
            UNKNOWN_CONNECTOR,
            partial(_connectors, kind),
            f"there is no {kind} connector '{{}}' in ivrkit.yaml",
            f"add it to `connectors: {{{kind}: …}}` in ivrkit.yaml",
        )
        for kind in {node.step.asks_kind for node in subject.nodes} - {""}
    }


class KnownNames(Check):
    """Names that steps use, the possible ones of ``among`` included, and nobody knows here."""

    name = "known"

    def run(self, subject: Subject) -> None:
        flow = subject.flow
        for name, role in {**_ROLES, **_of_connectors(subject)}.items():
            known = role.known(subject)
            if known is None or (role.field and flow.lacks(role.field)):
                continue
            for node in subject.nodes:
                for each in names_used(node, name):
                    if each.name in known:
                        continue
                    if role.field and flow.may_have(each.name, role.field):
                        continue
                    subject.report(
                        role.code,
                        role.unknown.format(each.name),
                        node.marks.get(each.path, node.mark),
                        hint=did_you_mean(each.name, known) or role.remedy,
                        path=node.path,
                    )
