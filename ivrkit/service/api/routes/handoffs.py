"""What travels with a call to an agent."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ivrkit.service.api.answers import ApiError, Failure, answer_bytes, no_such
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route
from ivrkit.service.api.tokens import TokenScope

NO_SUCH_HANDOFF = no_such("handoff")
EXPIRED = Failure(410, "expired", "this payload has expired")


async def show_handoff(question: Question) -> web.Response:
    """The document as it was stored: the same that a webhook is sent."""
    found = await question.backend.store.payload(question.id("handoff"))
    if found is None:
        raise ApiError(NO_SUCH_HANDOFF)
    if question.token.tenant:
        record = await question.backend.store.record(found.call_id)
        if record is None or not question.token.may_see(record.tenant):
            raise ApiError(NO_SUCH_HANDOFF)
    expires = found.expires.isoformat(timespec="seconds")
    if found.document is None:
        raise ApiError(
            EXPIRED,
            "retention: payload says how long payloads are kept",
            f"this payload expired at {expires}",
        )
    response = answer_bytes(found.document)
    response.headers["X-IVRKit-Expires"] = expires
    return response


ROUTES = (
    Route(
        "GET",
        "/v1/handoffs/{id}",
        TokenScope.HANDOFF_READ,
        show_handoff,
        "A payload.",
        dict[str, Any],
        failures=(NO_SUCH_HANDOFF, EXPIRED),
        headers={"X-IVRKit-Expires": "when it expires, an ISO time"},
    ),
)
