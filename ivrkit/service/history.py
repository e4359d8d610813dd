"""Calls of now and before: from the running engine, or from its store while none runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection

from ivrkit.call.events import HandedOff, Pressed, Recognised, TraceEvent, VariableSet
from ivrkit.errors import StoreError
from ivrkit.service.client import ApiClient, EngineAway, EngineLate, NotFound
from ivrkit.service.configuration import Configuration
from ivrkit.service.timeline import how_ended
from ivrkit.store import CallRecord, RecordQuery
from ivrkit.store.database import database_at
from ivrkit.store.opening import read
from ivrkit.store.reading import Reader, find_trace
from ivrkit.store.records import find_record, find_records

FoundT = TypeVar("FoundT")
SHORTEST_PREFIX = 4
_LATEST = 1000


class SeenCall(msgspec.Struct, frozen=True):
    """A call as it is listed: its record, and whether it is in progress."""

    id: str
    flow: str
    caller: str
    number: str
    started: datetime
    version: str = ""
    answered: datetime | None = None
    ended_at: datetime | None = None
    ended: str = ""
    path: str = ""
    queue: str = ""
    handoff: str = ""
    live: bool = False

    @property
    def state(self) -> str:
        """What became of it."""
        if self.live:
            return f"at {self.path}" if self.path else "in progress"
        return how_ended(self.ended) if self.ended else "not closed"

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it is not over."""
        return None if self.ended_at is None else (self.ended_at - self.started).total_seconds()


@dataclass(frozen=True)
class History:
    """Calls, newest first; ``note`` says where they come from if not from the engine."""

    calls: Sequence[SeenCall]
    note: str = ""


@dataclass(frozen=True)
class Story:
    """One call with its trace."""

    call: SeenCall
    events: Sequence[TraceEvent] = field(default_factory=tuple)
    note: str = ""

    @property
    def keys(self) -> list[str]:
        """What the caller pressed, question by question; secrets are masked."""
        return [event.keys for event in self.events if isinstance(event, Pressed) and event.keys]

    @property
    def said(self) -> list[str]:
        """What the caller said and was understood; secrets are masked."""
        return [event.text for event in self.events if isinstance(event, Recognised) and event.text]

    @property
    def variables(self) -> dict[str, Any]:
        """The variables as they were at last."""
        return {event.name: event.value for event in self.events if isinstance(event, VariableSet)}

    @property
    def handoffs(self) -> list[HandedOff]:
        """The hand-offs, each as it began."""
        return [
            event
            for event in self.events
            if isinstance(event, HandedOff) and event.state == "queued"
        ]


async def list_calls(configuration: Configuration, query: RecordQuery) -> History:
    """The calls that a query asks for. Raises StoreError, ConfigurationError."""
    try:
        async with ApiClient(configuration) as api:
            answer = await api.get("/v1/calls", **_asked(query))
            return History(msgspec.convert(answer["calls"], list[SeenCall]))
    except (EngineAway, EngineLate) as error:
        records = await read_store(configuration, lambda found: find_records(found, query))
        return History([_seen(record) for record in records], note_of(error))


async def tell_call(configuration: Configuration, call_id: str) -> Story:
    """One call, by its id or by the beginning of it. Raises NotFound."""
    try:
        async with ApiClient(configuration) as api:
            try:
                found = await api.get(f"/v1/calls/{call_id}")
            except NotFound:
                latest = await api.get("/v1/calls", limit=str(_LATEST))
                found = _only(call_id, latest["calls"])
            call = msgspec.convert(found, SeenCall)
            return Story(call, await api.trace(call.id))
    except (EngineAway, EngineLate) as error:
        call, events = await read_store(configuration, lambda found: _find(found, call_id))
        return Story(call, events, note_of(error))


async def full_id(api: ApiClient, call_id: str) -> str:
    """The id of a call that is named by its beginning. Raises NotFound."""
    latest = await api.get("/v1/calls", limit=str(_LATEST))
    return str(_only(call_id, latest["calls"])["id"])


def _find(connection: Connection, call_id: str) -> tuple[SeenCall, list[TraceEvent]]:
    record = find_record(connection, call_id)
    if record is None:
        latest = find_records(connection, RecordQuery(limit=_LATEST))
        only = _only(call_id, [{"id": each.id, "record": each} for each in latest])
        record = only["record"]
    return _seen(record), find_trace(connection, record.id)


def _only(beginning: str, calls: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The one call whose id begins so. Raises NotFound."""
    found = [call for call in calls if call["id"].startswith(beginning)]
    if len(beginning) < SHORTEST_PREFIX or not found:
        raise NotFound(f"there is no call {beginning}", hint="`ivrkit calls` lists them")
    if len(found) > 1:
        raise NotFound(f"{len(found)} calls begin with {beginning}", hint="give more of the id")
    return found[0]


def _asked(query: RecordQuery) -> dict[str, str]:
    asked = {"limit": str(query.limit), "flow": query.flow, "caller": query.caller}
    asked["number"] = query.number
    if query.live is not None:
        asked["live"] = "true" if query.live else "false"
    return {name: value for name, value in asked.items() if value}


def _seen(record: CallRecord) -> SeenCall:
    return msgspec.convert(msgspec.structs.asdict(record), SeenCall)


def note_of(error: EngineAway | EngineLate) -> str:
    """Where an answer comes from when no engine gives it."""
    return f"{error.message}; this is what its store holds"


async def read_store(configuration: Configuration, query: Callable[[Connection], FoundT]) -> FoundT:
    """Ask the store of an engine that does not run. Nothing is written, no file is made."""
    database = database_at(configuration.store_url)
    if not await asyncio.to_thread(database.exists):
        raise StoreError(
            f"no engine runs, and there is no store {database.name}",
            hint="start one with: ivrkit serve, or name its configuration with --config",
        )
    reader = Reader(database)
    try:
        return await reader.run(lambda connection: read(connection, database.name, query))
    finally:
        reader.close()
