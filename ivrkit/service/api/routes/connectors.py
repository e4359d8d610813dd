"""The systems outside."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from aiohttp import web

from ivrkit.service.api.answers import answer
from ivrkit.service.api.live import ConnectorState
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route
from ivrkit.service.api.tokens import TokenScope


class ConnectorStates(msgspec.Struct, frozen=True):
    """All of them."""

    connectors: Sequence[ConnectorState]


async def list_connectors(question: Question) -> web.Response:
    """Whether requests pass, how many wait, and what failed last."""
    return answer(ConnectorStates(question.backend.calls.connectors()))


ROUTES = (
    Route(
        "GET",
        "/v1/connectors",
        TokenScope.METRICS_READ,
        list_connectors,
        "Systems outside: how they fare.",
        ConnectorStates,
        tenants=False,
    ),
)
