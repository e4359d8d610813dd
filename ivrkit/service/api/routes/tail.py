"""Calls as they happen."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web
from msgspec import Meta

from ivrkit.call.events import Ended, TraceEvent
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route
from ivrkit.service.api.tail import Listening, Wanted
from ivrkit.service.api.tokens import TokenScope

_HEARTBEAT = 20.0


class TailAsked(msgspec.Struct, frozen=True):
    """Which events."""

    call: Annotated[str, Meta(description="the id of a call: only its events")] = ""


async def tail(question: Question) -> web.StreamResponse:
    """Messages are trace events with ``call`` in front; what the other side sends is ignored."""
    wanted = _wanted(question, question.asked.call)
    socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=4096)
    with question.backend.tail.listen(wanted) as listening:
        await socket.prepare(question.request)
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


async def _send(socket: web.WebSocketResponse, listening: Listening) -> None:
    with suppress(ConnectionError):
        async for message in listening.messages():
            await socket.send_str(message.decode())
        await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the engine stops")


def _wanted(question: Question, only: str) -> Wanted:
    """Which events a listener gets: of one call or all, of the tenant's calls or all."""
    token, calls = question.token, question.backend.calls
    seen: set[str] = set()

    def wanted(call_id: str, event: TraceEvent) -> bool:
        if only and call_id != only:
            return False
        if not token.tenant:
            return True
        call = calls.live().get(call_id)
        if call is not None and token.may_see(call["tenant"]):
            seen.add(call_id)
        visible = call_id in seen
        if isinstance(event, Ended):
            seen.discard(call_id)
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
        status=101,
        query=TailAsked,
    ),
)
