"""Spans of calls: what they hold, how they hang together, and that a restart changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import StatusCode

from ivrkit.call import Call
from ivrkit.call.connecting import Request
from ivrkit.call.events import (
    Arrived,
    EarOpened,
    Ended,
    Entered,
    HandedOff,
    HearingLost,
    Interruption,
    KeyLost,
    Left,
    Milestone,
    Outlasted,
    Recognised,
    Recorded,
    Resumed,
    TraceEvent,
)
from ivrkit.call.tracing import TRACEPARENT, trace_headers
from ivrkit.qa.connectors import ScriptedConnectors
from ivrkit.qa.given import ConnectorUse, Given, QueueUse
from ivrkit.service.telemetry.identity import CallIds, call_span_id, hashed_caller, trace_id
from ivrkit.service.telemetry.spans import Spans
from tests.engine.conftest import Bench

NOW = 1_700_000_000_000_000_000
CALLER, ACCOUNT, CARD = "+493055501234", "77665544", "4111111111111111"
FLOW = """
    exits: {else: hangup}
    on_error: hangup
    variables: {card: {type: digits, secret: true}, account: digits, rows: number}
    sections:
      main:
        - answer
        - say: Welcome to the bank.
        - collect: {into: account, digits: 8, prompt: Your account.}
        - collect: {into: card, digits: 16, prompt: Your card.}
        - database: {source: crm, execute: "delete from a where b = :account", into: rows}
        - milestone: {name: served, values: {account: "{{ account }}"}}
        - queue: service
"""
GIVEN = Given(
    connectors={"database.crm": ConnectorUse(Decimal(1), after=2.0)},
    queues={"service": QueueUse(after=10, talk=60)},
)


class Recorder:
    """Spans that are kept."""

    def __init__(self, sample: float = 1.0, caller_key: str = "") -> None:
        ids = CallIds()
        self.kept = InMemorySpanExporter()
        provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(sample)),
            id_generator=ids,
            shutdown_on_exit=False,
        )
        provider.add_span_processor(SimpleSpanProcessor(self.kept))
        kinds = {"queue": "away", "say": "caller"}
        self.spans = Spans(provider, ids, kinds=kinds, caller_key=caller_key, now=lambda: NOW)

    def tell(self, *events: TraceEvent, call: str = "c1") -> None:
        for event in events:
            self.spans.heard(call, event)

    @property
    def finished(self) -> list[ReadableSpan]:
        return list(self.kept.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        return [each for each in self.finished if each.name == name]

    def one(self, name: str) -> ReadableSpan:
        (found,) = self.named(name)
        return found


class Live(list[TraceEvent]):
    """The events of a bench, told on as they happen: in the call's own task."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self.recorder = recorder

    def append(self, event: TraceEvent) -> None:
        super().append(event)
        self.recorder.tell(event, call="call-1")


@pytest.fixture(autouse=True)
def _untraced() -> Iterator[None]:
    token = TRACEPARENT.set("")
    yield
    TRACEPARENT.reset(token)


def facts(span: ReadableSpan) -> dict[str, Any]:
    return {name.removeprefix("ivrkit."): value for name, value in (span.attributes or {}).items()}


def parent(span: ReadableSpan) -> int:
    return span.parent.span_id if span.parent is not None else 0


def seconds(span: ReadableSpan) -> float:
    return ((span.end_time or 0) - (span.start_time or 0)) / 1e9


async def test_a_call_with_its_steps_and_nothing_of_its_caller(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    bench.events = Live(recorder)
    ask, sent = ScriptedConnectors.ask, []

    async def asked(port: ScriptedConnectors, call: Call, request: Request) -> Any:
        sent.append(trace_headers()["traceparent"])
        return await ask(port, call, request)

    monkeypatch.setattr(ScriptedConnectors, "ask", asked)
    await bench.call(FLOW, given=GIVEN, caller=CALLER)
    await bench.quiet()
    await bench.press(ACCOUNT)
    await bench.quiet()
    await bench.press(CARD)
    await bench.after(100)
    assert await bench.ended() == "flow"
    call = recorder.one("call")
    assert call.context is not None
    assert call.context.trace_id == trace_id("call-1")
    assert call.context.span_id == call_span_id("call-1")
    assert call.parent is None
    assert facts(call) == {
        "call": "call-1",
        "flow": "main",
        "version": bench.version.hash,
        "number": "800",
        "result": "flow",
    }
    steps = [each for each in recorder.finished if parent(each) == call.context.span_id]
    assert [each.name for each in steps if "verb" in facts(each)] == [
        "answer",
        "say",
        "collect",
        "collect",
        "database",
        "milestone",
        "queue",
    ]
    step, request = recorder.one("database"), recorder.one("database.crm")
    assert step.context is not None
    assert parent(request) == step.context.span_id
    assert facts(request)["exit"] == "next"
    assert seconds(request) == pytest.approx(2.0)
    version, trace, span, flags = sent[0].split("-")
    assert (version, int(trace, 16), int(span, 16)) == (
        "00",
        step.context.trace_id,
        step.context.span_id,
    )
    assert int(flags, 16) & 1
    queue = recorder.one("queue")
    assert facts(queue) == {
        "verb": "queue",
        "path": "main/6",
        "flow": "main",
        "kind": "away",
        "how": "entered",
        "line": facts(queue)["line"],
        "exit": "next",
    }
    assert seconds(recorder.one("queue wait")) == pytest.approx(10, abs=0.1)
    assert seconds(recorder.one("agent")) == pytest.approx(60, abs=0.1)
    assert len(recorder.named("prompt")) == 3
    first, second = recorder.named("collect")
    assert [dict(each.attributes or {}) for each in first.events if each.name == "keys"] == [
        {"ivrkit.result": "chosen", "ivrkit.count": 8}
    ]
    assert [dict(each.attributes or {}) for each in second.events if each.name == "keys"] == [
        {"ivrkit.result": "chosen"}
    ]
    everything = "".join(each.to_json() for each in recorder.finished)
    for planted in (CALLER, CALLER[1:], ACCOUNT, CARD, "Welcome"):
        assert planted not in everything
    assert {each.context.trace_id for each in recorder.finished if each.context} == {
        trace_id("call-1")
    }


async def test_an_engine_that_takes_a_call_up_goes_on_with_its_trace(bench: Bench) -> None:
    """The first engine dies without a word: its span of the call is never sent. What it has sent
    hangs on the span that the second one ends."""
    before, after = Recorder(), Recorder()
    bench.events = Live(before)
    flow = """
        exits: {else: hangup}
        sections:
          main:
            - answer
            - menu: {prompt: Please choose., keys: {1: hangup}}
    """
    await bench.call(flow)
    await bench.after(1)
    bench.events.recorder = after
    await bench.die()
    await bench.recover()
    await bench.quiet()
    await bench.press("1")
    assert await bench.ended() == "flow"
    assert before.named("call") == []
    call = after.one("call")
    assert call.context is not None
    assert (call.context.trace_id, call.context.span_id) == (
        trace_id("call-1"),
        call_span_id("call-1"),
    )
    assert facts(call)["number"] == "800"
    assert [each.name for each in call.events if each.name == "resumed"] == ["resumed"]
    for span in (*before.finished, *after.finished):
        assert span.context is not None
        assert span.context.trace_id == trace_id("call-1")
    answered, menu = before.one("answer"), after.one("menu")
    assert parent(answered) == parent(menu) == call.context.span_id


def test_the_span_of_a_resumed_call_begins_when_the_call_did() -> None:
    recorder = Recorder()
    recorder.tell(Resumed(path="main/0", flow="main", at=90.0), Ended(ended="caller", at=100.0))
    call = recorder.one("call")
    assert call.start_time == NOW - 90 * 10**9
    assert seconds(call) == pytest.approx(100.0)


def test_what_ran_beside_a_step_ends_with_it() -> None:
    recorder = Recorder()
    recorder.tell(
        Arrived(caller=CALLER, number="800", flow="main", version="v"),
        Entered(path="main/0", verb="wait", flow="main", at=1.0),
        Entered(path="main/0/meanwhile/0", verb="say", flow="main", at=2.0),
        Left(path="main/0", exit="error", flow="main", at=3.0),
        Ended(ended="error", at=4.0),
    )
    outer, inner = recorder.one("wait"), recorder.one("say")
    assert outer.context is not None
    assert parent(inner) == outer.context.span_id
    assert inner.end_time == outer.end_time
    assert outer.status.status_code is StatusCode.ERROR
    assert recorder.one("call").status.status_code is StatusCode.ERROR


def test_what_happens_in_between_are_events() -> None:
    recorder = Recorder()
    recorder.tell(
        Arrived(caller=CALLER, number="800", flow="main", version="v"),
        Interruption(at=1.0),
        KeyLost(reason="3 keys: the buffer was full", at=1.5),
        HearingLost(reason="there is no recogniser", at=1.6),
        Milestone(name="paid", values={"amount": ACCOUNT}, at=2.0),
        Recorded(id="r1", seconds=3.0, by="key", at=2.5),
        Outlasted(path="main/1", end="finished", at=2.6),
        EarOpened(language="en", at=3.0),
        Recognised(text=ACCOUNT, result="chosen", label=ACCOUNT, at=5.0),
        HandedOff(state="queued", queue="service", at=6.0),
        HandedOff(state="not_answered", queue="service", party="PJSIP/1001", at=7.0),
        Ended(ended="caller", at=8.0),
    )
    call = recorder.one("call")
    assert [each.name for each in call.events] == [
        "gap",
        "keys lost",
        "hearing lost",
        "milestone",
        "recorded",
        "outlasted",
        "not_answered",
    ]
    assert seconds(recorder.one("recognition")) == pytest.approx(2.0)
    assert seconds(recorder.one("queue wait")) == pytest.approx(2.0)  # until the caller hung up
    assert ACCOUNT not in "".join(each.to_json() for each in recorder.finished)


def test_the_caller_is_told_as_a_hash_only_where_that_is_wanted() -> None:
    arrived = Arrived(caller=CALLER, number="800", flow="main", version="v")
    plain, hashed = Recorder(), Recorder(caller_key="a key of this site")
    for recorder in (plain, hashed):
        recorder.tell(arrived, Ended(ended="caller"))
    assert "caller_hash" not in facts(plain.one("call"))
    told = facts(hashed.one("call"))["caller_hash"]
    assert told == hashed_caller(CALLER, "a key of this site")
    assert told != hashed_caller(CALLER, "another key")


def test_the_same_calls_are_sampled_by_every_engine() -> None:
    first, second = Recorder(sample=0.5), Recorder(sample=0.5)
    for recorder in (first, second):
        for number in range(200):
            arrived = Arrived(caller="", number="800", flow="main", version="v")
            recorder.tell(arrived, Ended(ended="flow"), call=f"call-{number}")
    traced = [each.context.trace_id for each in first.finished if each.context]
    assert traced == [each.context.trace_id for each in second.finished if each.context]
    assert 50 < len(traced) < 150


def test_a_span_that_cannot_be_made_stops_no_call(caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder()
    with caplog.at_level(logging.ERROR):
        recorder.tell(Ended(ended="flow", at=None))  # type: ignore[arg-type]
    assert "could not be made" in caplog.text
