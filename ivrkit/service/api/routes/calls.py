"""Calls of now and before."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta

from ivrkit.call.events import EVENTS
from ivrkit.service.api.answers import ApiError, answer, no_such
from ivrkit.service.api.asking import Limit, Moment, Page, Since, page_behind, read_page
from ivrkit.service.api.live import LiveCall
from ivrkit.service.api.requests import Question
from ivrkit.service.api.route import Route
from ivrkit.service.api.tokens import TokenScope
from ivrkit.store import CallRecord, RecordQuery

NO_SUCH_CALL = no_such("call")


class ShownCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call: its record, and whether it is in progress (``live``). ``ended`` is how it ended
    (``caller``, ``flow``, ``agent`` …), empty while it has not; ``path`` is the step at which it
    is or ended; ``queue`` and ``handoff`` are those of its last hand-off."""

    id: str
    flow: str
    version: str
    caller: str
    number: str
    started: Moment
    answered: Moment | None
    ended_at: Moment | None
    ended: str
    path: str
    queue: str
    handoff: str
    tenant: str
    live: bool


class CallPage(msgspec.Struct, frozen=True):
    """Calls, newest first; ``next`` is the parameter ``page`` for those behind them, null when
    there are none."""

    calls: list[ShownCall]
    next: str | None


class CallTrace(msgspec.Struct, frozen=True):
    """What happened in a call, in its order. Values are plain data with secrets masked."""

    call: str
    events: list[EVENTS]


class HangingUp(msgspec.Struct, frozen=True):
    """``state`` is ``hanging_up``: the call ends now, and its record is closed soon."""

    call: str
    state: str = "hanging_up"


class CallsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls."""

    limit: Limit = 100
    flow: Annotated[str, Meta(description="of this flow")] = ""
    caller: Annotated[str, Meta(description="from this caller")] = ""
    number: Annotated[str, Meta(description="to this number")] = ""
    since: Since = None
    before: Since = None
    live: Annotated[bool | None, Meta(description="true: in progress, false: over")] = None
    page: Page = ""


async def list_calls(question: Question) -> web.Response:
    """Those in progress stand among the others; one that the store does not have yet is first."""
    query = _query(question)
    records = await question.backend.store.records(query)
    live = question.visible()
    unsaved = [] if query.behind else _unsaved(records, live, query)
    shown = [*unsaved, *(_shown(record, live) for record in records)]
    full = len(records) == query.limit
    following = page_behind(records[-1].started, records[-1].id) if full else None
    return answer(CallPage(shown, following))


async def show_call(question: Question) -> web.Response:
    """Whether it is in progress or over."""
    call_id = question.id("call")
    live = question.visible()
    record = await question.backend.store.record(call_id)
    if record is not None and question.token.may_see(record.tenant):
        return answer(_shown(record, live))
    if call_id in live:
        return answer(_unrecorded(live[call_id]))
    raise ApiError(NO_SUCH_CALL)


async def show_trace(question: Question) -> web.Response:
    """Every step entered and left, what was said and where it was cut, keys (secret ones as
    ``••••``), variables, hand-offs, errors, the end."""
    call_id = question.id("call")
    if call_id not in question.visible():
        record = await question.backend.store.record(call_id)
        if record is None or not question.token.may_see(record.tenant):
            raise ApiError(NO_SUCH_CALL)
    events: list[Any] = [*await question.backend.store.trace(call_id)]
    return answer(CallTrace(call_id, events))


async def hang_up(question: Question) -> web.Response:
    """The flow's ``on_end`` runs. Who did it is kept in the audit."""
    call_id = question.id("call")
    done = call_id in question.visible() and await question.backend.calls.hang_up(call_id)
    if not done:
        raise ApiError(NO_SUCH_CALL)
    return answer(HangingUp(call_id), 202)


_READ, _CONTROL = TokenScope.CALLS_READ, TokenScope.CALLS_CONTROL
_UNKNOWN = (NO_SUCH_CALL,)

ROUTES = (
    Route(
        "GET",
        "/v1/calls",
        _READ,
        list_calls,
        "Calls, newest first, page by page.",
        CallPage,
        query=CallsAsked,
    ),
    Route("GET", "/v1/calls/{id}", _READ, show_call, "One call.", ShownCall, failures=_UNKNOWN),
    Route(
        "GET",
        "/v1/calls/{id}/trace",
        _READ,
        show_trace,
        "What happened in a call.",
        CallTrace,
        failures=_UNKNOWN,
    ),
    Route(
        "POST",
        "/v1/calls/{id}/hangup",
        _CONTROL,
        hang_up,
        "End a call in progress.",
        HangingUp,
        status=202,
        failures=_UNKNOWN,
        action="hangup",
    ),
)


def _query(question: Question) -> RecordQuery:
    asked: CallsAsked = question.asked
    return RecordQuery(
        limit=asked.limit,
        flow=asked.flow,
        caller=asked.caller,
        number=asked.number,
        tenant=question.token.tenant,
        since=asked.since,
        before=asked.before,
        behind=read_page(asked.page),
        live=asked.live,
    )


def _shown(record: CallRecord, live: dict[str, LiveCall]) -> ShownCall:
    shown = msgspec.structs.asdict(record) | {"live": record.id in live}
    if record.id in live:
        now = live[record.id]
        shown |= {"path": now["path"], "answered": now["answered"]}
    return ShownCall(**shown)


def _unrecorded(call: LiveCall) -> ShownCall:
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
) -> list[ShownCall]:
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
