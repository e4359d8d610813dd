"""Calls as they happen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web
from msgspec import Meta

from ivrkit.call.events import Ended, TraceEvent
from ivrkit.service.api.answers import TOO_MANY, ApiError, Failure
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import UPGRADED, Route
from ivrkit.service.api.tail import Listening, Wanted
from ivrkit.service.api.tokens import Token, TokenScope

FOREIGN_ORIGIN = Failure(403, "foreign_origin", "this is not for pages of other sites")
UPGRADE_REQUIRED = Failure(426, "upgrade_required", "this is a WebSocket")

_HEARTBEAT = 20.0
_FAR = 30 * 86400.0
"""Seconds; no connection lasts longer, and timers do not reach further everywhere."""


class TailAsked(msgspec.Struct, frozen=True):
    """Which events."""

    call: Annotated[str, Meta(description="the id of a call: only its events")] = ""


async def tail(question: Question) -> web.StreamResponse:
    """Messages are trace events with ``call`` in front; what the other side sends is ignored. Who
    does not keep up loses events, and is told how many: ``{"event": "lost", "count": 7}``. The
    connection is closed with 1001 when the engine stops, and with 1008 when the token is
    withdrawn."""
    backend, token, request = question.backend, question.token, question.request
    _check_origin(request)
    if not web.WebSocketResponse().can_prepare(request).ok:
        raise ApiError(UPGRADE_REQUIRED, "ask as a client of WebSockets does")
    if len(backend.tail) >= backend.access.limits.tails:
        raise ApiError(TOO_MANY, "end one, or raise api: limits: tails", "there are too many tails")
    socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=4096)
    wanted = _wanted(question, question.asked.call)
    allowed = partial(backend.access.may_still, request, TokenScope.TAIL, token.tenant)
    with backend.tail.listen(wanted, allowed) as listening, _until(token, backend.tail.check):
        await socket.prepare(request)
        sending = asyncio.create_task(_send(socket, listening))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
    return socket


def _check_origin(request: web.Request) -> None:
    """A page of another site gets nothing, whatever its browser sends with its requests."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise ApiError(FOREIGN_ORIGIN, "programs that are no browser send no Origin")


@contextmanager
def _until(token: Token, check: Callable[[], None]) -> Iterator[None]:
    """Look again when the time of a token is over."""
    timer = None
    if token.expires is not None:
        left = (token.expires - datetime.now(UTC)).total_seconds()
        if left < _FAR:
            timer = asyncio.get_running_loop().call_later(left + 0.01, check)
    try:
        yield
    finally:
        if timer is not None:
            timer.cancel()


async def _send(socket: web.WebSocketResponse, listening: Listening) -> None:
    with suppress(ConnectionError):
        async for message in listening.messages():
            await socket.send_str(message.decode())
        if listening.withdrawn:
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"the token is withdrawn")
        else:
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the engine stops")


def _wanted(question: Question, only: str) -> Wanted:
    """Which events a listener gets: of one call or all, of the tenant's calls or all."""
    token, calls = question.token, question.backend.calls
    seen: dict[str, bool] = {}

    def wanted(call_id: str, event: TraceEvent) -> bool:
        if only and call_id != only:
            return False
        if not token.tenant:
            return True
        visible = seen.get(call_id)
        if visible is None:  # asked once for each call: there are many events
            call = calls.live().get(call_id)
            if call is None:
                return False
            visible = seen[call_id] = token.may_see(call["tenant"])
        if isinstance(event, Ended):
            del seen[call_id]
        return visible

    return wanted


ROUTES = (
    Route(
        "GET",
        "/v1/tail",
        TokenScope.TAIL,
        tail,
        "Trace events as they happen (WebSocket).",
        None,
        status=UPGRADED,
        failures=(FOREIGN_ORIGIN, UPGRADE_REQUIRED),
        query=TailAsked,
    ),
)
