"""Figures."""

from __future__ import annotations

from aiohttp import web

from ivrkit.service.api.answers import HEADERS
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route
from ivrkit.service.api.tokens import TokenScope
from ivrkit.service.metrics import CONTENT_TYPE


async def metrics(question: Question) -> web.Response:
    """What Prometheus scrapes."""
    return web.Response(
        body=question.backend.calls.metrics(), headers={**HEADERS, "Content-Type": CONTENT_TYPE}
    )


ROUTES = (
    Route(
        "GET",
        "/metrics",
        TokenScope.METRICS_READ,
        metrics,
        "Figures in Prometheus' text format.",
        str,
        media="text/plain",
        tenants=False,
    ),
)
