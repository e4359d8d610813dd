"""What comes in: the token, ids and questions of a request, checked before anything is done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from ivrkit.service.api.answers import ApiError
from ivrkit.service.api.live import LiveCalls
from ivrkit.service.api.tail import Tail
from ivrkit.service.api.tokens import Token, Tokens, TokenScope
from ivrkit.store import RecordQuery, Store

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_MOST = 1000
_QUESTIONS = frozenset({"limit", "flow", "caller", "number", "since", "before", "live", "page"})


@dataclass(frozen=True, slots=True)
class Backend:
    """What the routes work with."""

    store: Store
    calls: LiveCalls
    tokens: Tokens
    tail: Tail


@dataclass(frozen=True, slots=True)
class Question:
    """One request: who asks (None where nobody must say so), and whom."""

    request: web.Request
    backend: Backend
    holder: Token | None

    @property
    def token(self) -> Token:
        """Who asks, on a route that has a scope."""
        assert self.holder is not None
        return self.holder

    def id(self, what: str) -> str:
        """The id in the path. What cannot be one is not found, whatever it tries."""
        found = self.request.match_info["id"]
        if not _ID.fullmatch(found):
            raise missing(what)
        return found


def missing(what: str) -> ApiError:
    """There is none of this id, or it is not for this token."""
    return ApiError(404, f"no_such_{what}", f"there is no such {what}")


def authenticate(request: web.Request, tokens: Tokens, scope: TokenScope) -> Token:
    """Who asks. Raises 401 without a known token, 403 when it does not allow this."""
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not presented:
        raise ApiError(
            401, "no_token", "a token is needed", "send the header Authorization: Bearer …"
        )
    token = tokens.find(presented.strip())
    if token is None:
        raise ApiError(401, "unknown_token", "this token is not known")
    if scope not in token.scopes:
        raise ApiError(
            403,
            "forbidden",
            f"the token {token.name!r} does not allow this",
            f"it needs the scope {scope.value}",
        )
    if token.tenant and scope is TokenScope.METRICS_READ:
        raise ApiError(
            403,
            "forbidden",
            "figures are those of all tenants",
            f"ask with a token that belongs to no tenant: {token.name!r} does",
        )
    return token


def record_query(question: Question) -> RecordQuery:
    """The records that a request asks for."""
    asked = question.request.query
    unknown = sorted(set(asked) - _QUESTIONS)
    if unknown:
        raise _bad(unknown[0], f"there are: {', '.join(sorted(_QUESTIONS))}", "is not known")
    return RecordQuery(
        limit=_limit(asked.get("limit", "100")),
        flow=asked.get("flow", ""),
        caller=asked.get("caller", ""),
        number=asked.get("number", ""),
        tenant=question.token.tenant,
        since=_moment("since", asked["since"]) if "since" in asked else None,
        before=_moment("before", asked["before"]) if "before" in asked else None,
        behind=_page(asked["page"]) if "page" in asked else None,
        live=_flag("live", asked["live"]) if "live" in asked else None,
    )


def page_behind(started: datetime, last: str) -> str:
    """The mark that ``page=`` takes to go on behind a record."""
    return f"{started.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S.%fZ')}~{last}"


def _page(text: str) -> tuple[datetime, str]:
    moment, _, last = text.partition("~")
    if not _ID.fullmatch(last):
        raise _bad("page", "send what `next` of the last answer said")
    return _moment("page", moment), last


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= _MOST):
        raise _bad("limit", f"a number from 1 to {_MOST}")
    return int(text)


def _flag(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise _bad(name, "true or false")
    return text == "true"


def _moment(name: str, text: str) -> datetime:
    try:
        # In a query a plus that nobody has encoded arrives as a blank.
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise _bad(name, "an ISO time with its zone: 2026-03-02T10:00:00Z") from None
    if found.tzinfo is None:
        raise _bad(name, "an ISO time with its zone: 2026-03-02T10:00:00Z")
    return found


def _bad(name: str, hint: str, what: str = "is wrong") -> ApiError:
    return ApiError(400, "bad_request", f"the parameter {name[:40]!r} {what}", hint)
