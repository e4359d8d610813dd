"""The API's own description."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from ivrkit.service.api.answers import answer_bytes
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route


async def describe(question: Question) -> web.Response:
    """What every engine of this version answers, so that it is open to everybody."""
    return answer_bytes(await asyncio.to_thread(question.backend.describe))


ROUTES = (
    Route(
        "GET",
        "/v1/openapi.json",
        None,
        describe,
        "This API as an OpenAPI document.",
        dict[str, Any],
    ),
)
