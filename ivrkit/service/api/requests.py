"""What comes in: who asks, for what, and what there is to answer with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ivrkit.service.api.access import Access
from ivrkit.service.api.answers import ApiError, no_such
from ivrkit.service.api.asking import ID
from ivrkit.service.api.audit import Audit
from ivrkit.service.api.live import Control, LiveCall, LiveCalls
from ivrkit.service.api.tail import Tail
from ivrkit.service.api.tokens import Token
from ivrkit.store import Store


@dataclass(frozen=True, slots=True)
class Backend:
    """What the routes work with. ``describe`` makes the OpenAPI document,
    which takes a while."""

    store: Store
    calls: LiveCalls
    control: Control
    audit: Audit
    access: Access
    tail: Tail
    describe: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Question:
    """One request: who asks (None where nobody must say so), and whom. ``asked`` and ``body`` are
    its parameters and its body, of the types that its route names. What an action puts into
    ``details`` is kept by the audit with it: plain data without secrets."""

    request: web.Request
    backend: Backend
    holder: Token | None
    asked: Any = None
    body: Any = None
    details: dict[str, Any] = field(default_factory=dict)

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
