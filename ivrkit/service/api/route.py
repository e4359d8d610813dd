"""What a route is: how it is called, who may, what it takes and what it answers.

The server, the documents and the tests are all made of this; a route that is not told here whole
is told wrong in the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

from ivrkit.service.api.answers import JSON, Failure
from ivrkit.service.api.requests import Question
from ivrkit.service.api.tokens import TokenScope

UPGRADED = 101
"""The status of a route that is a WebSocket."""

Handler = Callable[[Question], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """A route.

    Without a ``scope`` it is open to everybody. ``answers`` is the type of what is answered, in
    ``media``; ``query`` the type of its parameters (None: there are none), ``body`` that of the
    JSON it takes. ``failures`` are those of its own, besides what any route can fail with, and
    ``headers`` those of its answer that mean something, with what they mean; ``also`` are answers
    of another status and their types. A route that changes something has an ``action``, under
    which the audit keeps who asked for it and what came of it. ``tenants``: whether it takes the
    token of a tenant; it shows such a token nothing of others. What it does in detail is the
    docstring of its handler.
    """

    method: str
    path: str
    scope: TokenScope | None
    handler: Handler
    text: str
    answers: Any
    status: int = 200
    media: str = JSON
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    failures: tuple[Failure, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[int, Any] = field(default_factory=dict)
    action: str = ""
    tenants: bool = True
