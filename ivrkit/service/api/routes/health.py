"""Whether this engine lives, and whether it can take calls."""

from __future__ import annotations

import msgspec
from aiohttp import web

from ivrkit.service.api.answers import ApiError, answer
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route


class Health(msgspec.Struct, frozen=True):
    """``status`` is ``ok``: the engine answers, which is all that this says."""

    status: str


class Readiness(msgspec.Struct, frozen=True):
    """``status`` is ``ready`` or ``unready``. ``reasons`` say why it is not, a line each, to who
    shows a token of this site."""

    status: str
    reasons: list[str]


async def health(question: Question) -> web.Response:
    """For what starts an engine again that does not answer (liveness). That Asterisk or the store
    is away is no reason to: an engine that is started again does not bring them back."""
    return answer(Health("ok"))


async def ready(question: Question) -> web.Response:
    """For what sends calls, and for who watches: Asterisk is connected, the store can be written,
    the application is this engine's, calls of the engine before are taken up, it is not being
    drained, and there is room. 503 otherwise."""
    reasons = list(question.backend.calls.unready())
    state = "unready" if reasons else "ready"
    if reasons and not _known(question):
        reasons = []
    return answer(Readiness(state, reasons), 503 if state == "unready" else 200)


def _known(question: Question) -> bool:
    """Whether it is somebody of this site who asks; what is wrong is of all tenants together."""
    try:
        return not question.backend.access.known(question.request).tenant
    except ApiError:
        return False


ROUTES = (
    Route("GET", "/health", None, health, "Whether this engine lives.", Health),
    Route(
        "GET",
        "/ready",
        None,
        ready,
        "Whether this engine can take calls.",
        Readiness,
        also={503: Readiness},
    ),
)
