"""Who did what."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta

from ivrkit.service.api.answers import answer
from ivrkit.service.api.asking import Limit, Moment, Since
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route
from ivrkit.service.api.tokens import TokenScope
from ivrkit.store import AuditEntry, AuditQuery

Behind = Annotated[
    Annotated[int, Meta(ge=1, le=2**53)] | None,
    Meta(description="what `next` of the last answer said"),
]


class ShownAction(msgspec.Struct, frozen=True):
    """What somebody did: ``action`` to ``target``, with the name of the ``token`` (or of the
    signal), from ``address``; ``outcome`` is ``done``, ``not_found``, ``refused`` or ``failed``."""

    id: int
    at: Moment
    action: str
    target: str
    token: str
    tenant: str
    address: str
    outcome: str
    details: dict[str, Any]


class AuditPage(msgspec.Struct, frozen=True):
    """Actions, newest first; ``next`` is the parameter ``page`` for those behind them, null when
    there are none."""

    actions: list[ShownAction]
    next: int | None


class AuditAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which actions."""

    limit: Limit = 100
    token: Annotated[str, Meta(description="by this token")] = ""
    action: Annotated[str, Meta(description="of this kind: `hangup`, `reload` …")] = ""
    target: Annotated[str, Meta(description="to this: the id of a call")] = ""
    outcome: Annotated[str, Meta(description="with this outcome")] = ""
    since: Since = None
    before: Since = None
    page: Behind = None


async def list_audit(question: Question) -> web.Response:
    """The token of a tenant sees what the tokens of that tenant did."""
    asked: AuditAsked = question.asked
    entries = await question.backend.store.audit(
        AuditQuery(
            limit=asked.limit,
            token=asked.token,
            tenant=question.token.tenant,
            action=asked.action,
            target=asked.target,
            outcome=asked.outcome,
            since=asked.since,
            before=asked.before,
            behind=asked.page,
        )
    )
    following = entries[-1].id if len(entries) == asked.limit else None
    return answer(AuditPage([shown(each) for each in entries], following))


def shown(entry: AuditEntry) -> ShownAction:
    """An entry as it is shown."""
    return ShownAction(**msgspec.structs.asdict(entry))


ROUTES = (
    Route(
        "GET",
        "/v1/audit",
        TokenScope.AUDIT_READ,
        list_audit,
        "Who did what, newest first, page by page.",
        AuditPage,
        query=AuditAsked,
    ),
)
