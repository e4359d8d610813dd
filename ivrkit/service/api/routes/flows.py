"""The flows in service."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from aiohttp import web

from ivrkit.service.api.answers import answer
from ivrkit.service.api.live import FlowInService
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route
from ivrkit.service.api.tokens import TokenScope


class Flows(msgspec.Struct, frozen=True):
    """The versions in service, those that calls are still in, and the files that are refused."""

    flows: Sequence[FlowInService]


async def list_flows(question: Question) -> web.Response:
    """With their calls, by name."""
    return answer(Flows(question.backend.calls.flows()))


ROUTES = (
    Route(
        "GET",
        "/v1/flows",
        TokenScope.CALLS_READ,
        list_flows,
        "The flows in service.",
        Flows,
        tenants=False,
    ),
)
