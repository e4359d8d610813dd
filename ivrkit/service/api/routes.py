"""The routes: one line each, with method, path, scope and what it is for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from ivrkit.call.events import ENCODER, Ended, TraceEvent
from ivrkit.service.api.answers import HEADERS, ApiError, answer, answer_bytes
from ivrkit.service.api.live import LiveCall
from ivrkit.service.api.requests import Question, missing, page_behind, record_query
from ivrkit.service.api.tail import Listening, Wanted
from ivrkit.service.api.tokens import TokenScope
from ivrkit.service.metrics import CONTENT_TYPE
from ivrkit.store import CallRecord, RecordQuery

AUDIT = logging.getLogger("ivrkit.audit")

_HEARTBEAT = 20.0

Handler = Callable[[Question], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """A route. Without a scope it is open to everybody."""

    method: str
    path: str
    scope: TokenScope | None
    handler: Handler
    text: str


async def health(question: Question) -> web.Response:
    """Says no more than that to somebody without a token."""
    failing = bool(question.backend.calls.problems())
    return answer({"status": "failing" if failing else "ok"}, 503 if failing else 200)


async def list_calls(question: Question) -> web.Response:
    query = record_query(question)
    records = await question.backend.store.records(query)
    live = _visible(question)
    unsaved = [] if query.behind else _unsaved(records, live, query)
    shown = [*unsaved, *(_shown(record, live) for record in records)]
    full = len(records) == query.limit
    following = page_behind(records[-1].started, records[-1].id) if full else None
    return answer({"calls": shown, "next": following})


async def show_call(question: Question) -> web.Response:
    call_id = question.id("call")
    live = _visible(question)
    record = await question.backend.store.record(call_id)
    if record is not None and question.token.may_see(record.tenant):
        return answer(_shown(record, live))
    if call_id in live:
        return answer(_unrecorded(live[call_id]))
    raise missing("call")


async def show_trace(question: Question) -> web.Response:
    call_id = question.id("call")
    await _require_call(question, call_id)
    events = await question.backend.store.trace(call_id)
    body = b",".join(ENCODER.encode(event) for event in events)
    head = msgspec.json.encode(call_id)
    return answer_bytes(b'{"call":' + head + b',"events":[' + body + b"]}")


async def show_handoff(question: Question) -> web.Response:
    """The document as it was stored: the same that a webhook is sent."""
    found = await question.backend.store.payload(question.id("handoff"))
    if found is None:
        raise missing("handoff")
    if question.token.tenant:
        record = await question.backend.store.record(found.call_id)
        if record is None or not question.token.may_see(record.tenant):
            raise missing("handoff")
    if found.document is None:
        raise ApiError(
            410,
            "expired",
            f"this payload expired at {found.expires.isoformat(timespec='seconds')}",
            "retention: payload says how long payloads are kept",
        )
    response = answer_bytes(found.document)
    response.headers["X-IVRKit-Expires"] = found.expires.isoformat(timespec="seconds")
    return response


async def list_flows(question: Question) -> web.Response:
    return answer({"flows": list(question.backend.calls.flows())})


async def list_connectors(question: Question) -> web.Response:
    return answer({"connectors": list(question.backend.calls.connectors())})


async def metrics(question: Question) -> web.Response:
    return web.Response(
        body=question.backend.calls.metrics(), headers={**HEADERS, "Content-Type": CONTENT_TYPE}
    )


async def hang_up(question: Question) -> web.Response:
    call_id = question.id("call")
    done = call_id in _visible(question) and await question.backend.calls.hang_up(call_id)
    _audit(question, "hangup", call_id, "done" if done else "no such call")
    if not done:
        raise missing("call")
    return answer({"call": call_id, "state": "hanging_up"}, 202)


async def tail(question: Question) -> web.StreamResponse:
    """Messages are trace events with ``call`` in front; what the other side sends is ignored."""
    wanted = _wanted(question, question.request.query.get("call"))
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


def _wanted(question: Question, only: str | None) -> Wanted:
    """Which events a listener gets: of one call or all, of the tenant's calls or all."""
    token, calls = question.token, question.backend.calls
    seen: set[str] = set()

    def wanted(call_id: str, event: TraceEvent) -> bool:
        if only is not None and call_id != only:
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


_READ, _CONTROL = TokenScope.CALLS_READ, TokenScope.CALLS_CONTROL
_METRICS = TokenScope.METRICS_READ

ROUTES: tuple[Route, ...] = (
    Route("GET", "/health", None, health, "Whether this engine works."),
    Route("GET", "/v1/calls", _READ, list_calls, "Calls, newest first, page by page."),
    Route("GET", "/v1/calls/{id}", _READ, show_call, "One call."),
    Route("GET", "/v1/calls/{id}/trace", _READ, show_trace, "What happened in a call."),
    Route("POST", "/v1/calls/{id}/hangup", _CONTROL, hang_up, "End a call in progress."),
    Route("GET", "/v1/handoffs/{id}", TokenScope.HANDOFF_READ, show_handoff, "A payload."),
    Route("GET", "/v1/flows", _READ, list_flows, "The flows in service."),
    Route("GET", "/v1/connectors", _METRICS, list_connectors, "Systems outside: how they fare."),
    Route("GET", "/metrics", _METRICS, metrics, "Figures in Prometheus' text format."),
    Route("GET", "/v1/tail", TokenScope.TAIL, tail, "Trace events as they happen (WebSocket)."),
)


def _visible(question: Question) -> dict[str, LiveCall]:
    """The calls in progress that the token may see."""
    live = question.backend.calls.live()
    return {key: call for key, call in live.items() if question.token.may_see(call["tenant"])}


def _shown(record: CallRecord, live: dict[str, LiveCall]) -> dict[str, object]:
    shown: dict[str, object] = msgspec.structs.asdict(record) | {"live": record.id in live}
    if record.id in live:
        now = live[record.id]
        shown |= {"path": now["path"], "answered": now["answered"]}
    return shown


def _unrecorded(call: LiveCall) -> dict[str, object]:
    """A call in progress whose record has not been written yet (or cannot be)."""
    return _shown(
        CallRecord(
            id=call["id"],
            flow=call["flow"],
            version=call["version"],
            caller=call["caller"],
            number=call["number"],
            started=call["started"],
            tenant=call["tenant"],
        ),
        {call["id"]: call},
    )


def _unsaved(
    records: list[CallRecord], live: dict[str, LiveCall], query: RecordQuery
) -> list[dict[str, object]]:
    """Calls in progress newer than the newest record: those that the store does not have yet."""
    newest = records[0].started if records else None
    known = {record.id for record in records}
    return [
        _unrecorded(call)
        for call in live.values()
        if call["id"] not in known
        and (newest is None or call["started"] >= newest)
        and _matches(call, query)
    ]


def _matches(call: LiveCall, query: RecordQuery) -> bool:
    return (
        query.live is not False
        and query.flow in ("", call["flow"])
        and query.caller in ("", call["caller"])
        and query.number in ("", call["number"])
        and (query.since is None or call["started"] >= query.since)
        and (query.before is None or call["started"] < query.before)
    )


async def _require_call(question: Question, call_id: str) -> None:
    """Raises 404 when the token may not see the call, or there is none."""
    if call_id in _visible(question):
        return
    record = await question.backend.store.record(call_id)
    if record is None or not question.token.may_see(record.tenant):
        raise missing("call")


def _audit(question: Question, action: str, call_id: str, result: str) -> None:
    AUDIT.info(
        "action=%s call=%s by=%s tenant=%s from=%s result=%r",
        action,
        call_id,
        question.token.name,
        question.token.tenant or "-",
        question.request.remote,
        result,
    )
