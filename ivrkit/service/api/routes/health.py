"""Whether this engine works."""

from __future__ import annotations

import msgspec
from aiohttp import web

from ivrkit.service.api.answers import answer
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route


class Health(msgspec.Struct, frozen=True):
    """``ok`` or ``failing``."""

    status: str


async def health(question: Question) -> web.Response:
    """Says no more than that, to whoever asks."""
    failing = bool(question.backend.calls.problems())
    return answer(Health("failing" if failing else "ok"), 503 if failing else 200)


ROUTES = (Route("GET", "/health", None, health, "Whether this engine works.", Health),)
