"""What comes in: who asks, for what, and what there is to answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ivrkit.service.api.answers import FORBIDDEN, NO_TOKEN, UNKNOWN_TOKEN, ApiError, no_such
from ivrkit.service.api.asking import ID
from ivrkit.service.api.live import LiveCall, LiveCalls
from ivrkit.service.api.tail import Tail
from ivrkit.service.api.tokens import Token, Tokens, TokenScope
from ivrkit.store import Store


@dataclass(frozen=True, slots=True)
class Backend:
    """What the routes work with."""

    store: Store
    calls: LiveCalls
    tokens: Tokens
    tail: Tail


@dataclass(frozen=True, slots=True)
class Question:
    """One request: who asks (None where nobody must say so), and whom. ``asked`` and ``body`` are
    its parameters and its body, of the types that its route names."""

    request: web.Request
    backend: Backend
    holder: Token | None
    asked: Any = None
    body: Any = None

    @property
    def token(self) -> Token:
        """Who asks, on a route that has a scope."""
        assert self.holder is not None
        return self.holder

    def id(self, what: str) -> str:
        """The id in the path. What cannot be one is not found, whatever it tries."""
        found = self.request.match_info["id"]
        if not ID.fullmatch(found):
            raise ApiError(no_such(what))
        return found

    def visible(self) -> dict[str, LiveCall]:
        """The calls in progress that the token may see."""
        live = self.backend.calls.live()
        return {key: call for key, call in live.items() if self.token.may_see(call["tenant"])}


def authenticate(
    request: web.Request, tokens: Tokens, scope: TokenScope, *, tenants: bool = True
) -> Token:
    """Who asks. Raises 401 without a known token, 403 when it does not allow this."""
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not presented:
        raise ApiError(NO_TOKEN, "send the header Authorization: Bearer …")
    token = tokens.find(presented.strip())
    if token is None:
        raise ApiError(UNKNOWN_TOKEN)
    if scope not in token.scopes:
        raise ApiError(
            FORBIDDEN,
            f"it needs the scope {scope.value}",
            f"the token {token.name!r} does not allow this",
        )
    if token.tenant and not tenants:
        raise ApiError(
            FORBIDDEN,
            f"ask with a token that belongs to no tenant: {token.name!r} does",
            "this is of all tenants together",
        )
    return token
