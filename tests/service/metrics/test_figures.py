"""Figures of calls: made of trace events and of nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ivrkit.call.events import (
    Arrived,
    Ended,
    Entered,
    HandedOff,
    KeyLost,
    Left,
    Listening,
    Pressed,
    Recognised,
    Resumed,
    TraceEvent,
)
from ivrkit.qa.given import Given, QueueUse
from ivrkit.service.metrics import Metrics
from ivrkit.service.metrics.labels import MOST_FLOWS, MOST_STEPS, OTHER
from tests.engine.conftest import Bench

QUESTIONS = """
    exits: {no_input: hangup, no_match: hangup}
    variables: {card: {type: digits, secret: true}, account: digits}
    sections:
      main:
        - answer
        - say: Welcome to the bank.
        - collect: {into: account, digits: 8, prompt: Your account., no_match: Wrong.}
        - collect: {into: card, digits: 16, prompt: Your card.}
        - set: {account: "{{ account }}"}
        - menu: {prompt: Please choose., keys: {1: next, 2: next}, no_match: Wrong.}
        - switch: account
          cases: {"11111111": next}
          else: next
        - log: "{{ call.from }} {{ account }}"
"""
CALLER, ACCOUNT, CARD = "+493055501234", "77665544", "4111111111111111"


def figures(metrics: Metrics) -> dict[str, float]:
    """Every sample by its name and labels, as the exposition writes them."""
    found = {}
    for family in text_string_to_metric_families(metrics.exposition().decode()):
        for sample in family.samples:
            labels = ",".join(f'{name}="{text}"' for name, text in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def tell(metrics: Metrics, events: Iterable[TraceEvent], call: str = "c1") -> None:
    for event in events:
        metrics.heard(call, event)


async def test_a_call_and_nothing_of_its_caller(bench: Bench) -> None:
    metrics = Metrics()
    await bench.call(QUESTIONS, caller=CALLER)
    await bench.press("1")  # over the prompt: too short, in the end
    await bench.after(10)
    await bench.quiet()
    await bench.press(ACCOUNT)
    await bench.quiet()
    await bench.press(CARD)
    await bench.quiet()
    await bench.after(2)
    await bench.press("9")
    await bench.quiet()
    await bench.press("1")
    assert await bench.ended() == "flow"
    tell(metrics, bench.events)
    found = figures(metrics)
    assert found['ivrkit_calls_begun_total{flow="main"}'] == 1
    assert found['ivrkit_calls_total{flow="main",result="flow"}'] == 1
    assert found['ivrkit_calls_contained_total{flow="main"}'] == 1
    assert found['ivrkit_call_seconds_count{flow="main"}'] == 1
    assert found['ivrkit_steps_total{exit="next",flow="main",verb="collect"}'] == 2
    assert found['ivrkit_steps_total{exit="keys",flow="main",verb="menu"}'] == 1
    assert found['ivrkit_steps_total{exit="else",flow="main",verb="switch"}'] == 1
    assert found['ivrkit_step_seconds_count{verb="menu"}'] == 1
    assert found['ivrkit_answers_total{by="keys",flow="main",result="chosen"}'] == 3
    assert found['ivrkit_no_match_total{flow="main",reason="too_short"}'] == 1
    assert found['ivrkit_no_match_total{flow="main",reason="unknown"}'] == 1
    assert found['ivrkit_prompts_total{end="barge_in",flow="main"}'] >= 1
    assert found['ivrkit_answer_seconds_bucket{by="keys",le="3.0"}'] >= 1
    assert "ivrkit_calls_in_progress" not in "".join(found)
    text = metrics.exposition().decode()
    for planted in (CALLER, CALLER[1:], ACCOUNT, CARD, '"800"', "Welcome"):
        assert planted not in text


async def test_calls_in_progress_are_those_that_have_not_ended(bench: Bench) -> None:
    metrics = Metrics()
    await bench.call(QUESTIONS)
    tell(metrics, bench.events)
    assert figures(metrics)['ivrkit_calls_in_progress{flow="main"}'] == 1
    tell(metrics, [Ended(ended="caller")])
    assert not any("in_progress" in name for name in figures(metrics))


async def test_queues_by_name_and_how_long_they_took(bench: Bench) -> None:
    metrics = Metrics()
    flow = """
        exits: {else: hangup}
        sections:
          main:
            - answer
            - queue: service
    """
    served = Given(queues={"service": QueueUse(after=10, talk=60)})
    await bench.call(flow, given=served)
    await bench.after(120)
    tell(metrics, bench.events)
    found = figures(metrics)
    assert found['ivrkit_handoffs_begun_total{queue="service"}'] == 1
    assert found['ivrkit_handoffs_total{queue="service",result="answered"}'] == 1
    assert found['ivrkit_queue_wait_seconds_sum{queue="service"}'] == pytest.approx(10, abs=0.1)
    assert found['ivrkit_talk_seconds_sum{queue="service"}'] == pytest.approx(60, abs=0.1)
    assert 'ivrkit_calls_contained_total{flow="main"}' not in found


def queued(result: str | None, *, connected: bool = False) -> list[TraceEvent]:
    events: list[TraceEvent] = [
        Arrived(caller=CALLER, number="800", flow="main", version="v"),
        HandedOff(state="queued", queue="service", at=1.0),
    ]
    if connected:
        events.append(HandedOff(state="connected", queue="service", at=21.0))
    if result is not None:
        events.append(HandedOff(state="back", queue="service", result=result, at=31.0))
    return [*events, Ended(ended="agent" if connected else "caller", at=41.0)]


@pytest.mark.parametrize(
    ("result", "connected", "counted", "waited", "talked"),
    [
        ("timeout", False, "timeout", 30.0, None),
        ("answered", True, "answered", 20.0, 10.0),
        (None, True, "answered", 20.0, 20.0),
        (None, False, "abandoned", 40.0, None),
        ("+49301234", False, OTHER, 30.0, None),
    ],
)
def test_every_hand_off_is_counted_once(
    result: str | None, connected: bool, counted: str, waited: float, talked: float | None
) -> None:
    metrics = Metrics()
    tell(metrics, queued(result, connected=connected))
    found = figures(metrics)
    assert {name: value for name, value in found.items() if "handoffs_total" in name} == {
        f'ivrkit_handoffs_total{{queue="service",result="{counted}"}}': 1.0
    }
    assert found['ivrkit_queue_wait_seconds_sum{queue="service"}'] == waited
    assert found.get('ivrkit_talk_seconds_sum{queue="service"}') == talked


def test_a_call_that_was_taken_up_is_in_progress_again() -> None:
    metrics = Metrics()
    resumed = Resumed(path="main/0", flow="main", version="v", number="800", at=50.0)
    connected = HandedOff(state="connected", queue="service", at=60.0)
    back = HandedOff(state="back", queue="service", result="answered", at=70.0)
    tell(metrics, [resumed, connected, back])
    found = figures(metrics)
    assert found["ivrkit_calls_resumed_total"] == 1
    assert found['ivrkit_calls_in_progress{flow="main"}'] == 1
    assert found['ivrkit_talk_seconds_sum{queue="service"}'] == 10
    assert 'ivrkit_queue_wait_seconds_sum{queue="service"}' not in found  # nobody saw it begin


def test_answers_that_take_time_are_those_behind_the_question() -> None:
    metrics = Metrics()
    said = Recognised(text="billing", result="chosen", at=4.0)
    ignored = Recognised(text="", result="ignored", at=3.0)
    tell(
        metrics,
        [
            Pressed(keys="1", result="chosen", at=0.5),
            Listening(at=1.0),
            ignored,
            said,
            Listening(at=5.0),
            Pressed(keys="", result="no_input", at=10.0),
            Listening(passing=True, at=11.0),
            Pressed(keys="7", result="key", at=12.0),
            KeyLost(reason="3 keys: the buffer was full"),
        ],
    )
    found = figures(metrics)
    assert found['ivrkit_answer_seconds_sum{by="speech"}'] == 3.0
    assert 'ivrkit_answer_seconds_sum{by="keys"}' not in found
    assert found["ivrkit_keys_lost_total"] == 1


def test_whatever_a_trace_says_labels_stay_few() -> None:
    """Flow files that come and go, exits and ends that nobody knows: they count as `other`."""
    metrics = Metrics()
    for number in range(MOST_STEPS + 50):
        flow = f"flow-{number}"
        tell(
            metrics,
            [
                Arrived(caller=CALLER, number="1", flow=flow, version="v"),
                Entered(path="main/0", verb="say", flow=flow),
                Left(path="main/0", exit=f"cases/{number}", flow=flow),
                Ended(ended=f"end {number}"),
            ],
        )
    found = figures(metrics)
    flows = [name for name in found if name.startswith("ivrkit_calls_begun_total")]
    assert len(flows) == MOST_FLOWS + 1
    assert found[f'ivrkit_calls_begun_total{{flow="{OTHER}"}}'] == MOST_STEPS + 50 - MOST_FLOWS
    steps = [name for name in found if name.startswith("ivrkit_steps_total")]
    assert len(steps) <= MOST_FLOWS + 2
    results = {name.partition("result=")[2] for name in found if name.startswith("ivrkit_calls_t")}
    assert results == {f'"{OTHER}"}}'}


def test_a_figure_that_cannot_be_counted_stops_no_call(caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()
    with caplog.at_level(logging.ERROR):
        metrics.heard("c1", Ended(ended="flow", at="soon"))  # type: ignore[arg-type]
    assert "could not be counted" in caplog.text


def test_the_process_and_the_build_are_told() -> None:
    found = figures(Metrics())
    assert found["process_resident_memory_bytes"] > 0
    assert found["process_open_fds"] > 0
    assert any(name.startswith("ivrkit_build_info{") for name in found)
