"""``remember``: from one call to the next."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ivrkit.flow.closure import FlowLibrary
from ivrkit.qa.given import Given
from ivrkit.service.flows import load_checked
from ivrkit.service.registries import reader
from ivrkit.service.world import SiteWorld
from tests.engine.conftest import Bench

FLOW = """
    variables:
      task: {step: text, amount: money, due: date, sure: flag}
      pin: secret
    sections:
      main:
        - recall: {key: "task:{{ call.from }}", into: task}
          exits: {not_found: fresh, error: broken}
        - log: "{{ task.step }} {{ task.amount }} {{ task.due }} {{ task.sure }}"
      fresh:
        - set: {task.step: amount, task.amount: "12.50", task.due: 2026-03-04}
        - set: {task.sure: "{{ 1 > 0 }}"}
        - remember: {key: "task:{{ call.from }}", value: "{{ task }}", keep: 7d}
          exits: {error: broken}
        - log: remembered
      broken:
        - log: "{{ error.message }}"
"""


async def again(bench: Bench, caller: str = "+4930123") -> list[str]:
    """One more call on the same line; what it notes."""
    before = len(bench.notes)
    bench.channel = bench.simulation.call("800", caller)
    await bench.ended()
    return bench.notes[before:]


async def test_the_next_call_gets_it_back_with_its_types(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.ended()
    assert bench.notes == ["remembered"]
    assert await again(bench) == ["amount 12.50 2026-03-04 true"]


async def test_another_caller_has_another_key(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.ended()
    assert await again(bench, "+4930999") == ["remembered"]


async def test_it_is_kept_no_longer_than_said(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.ended()
    await bench.after(timedelta(days=7).total_seconds() - 60)
    assert await again(bench) == ["amount 12.50 2026-03-04 true"]
    await bench.after(120)
    assert await again(bench) == ["remembered"]


async def test_an_engine_that_died_remembers_once_more(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.ended()
    await bench.die()
    await bench.recover()
    assert await again(bench) == ["amount 12.50 2026-03-04 true"]


async def test_a_value_that_is_too_large_is_an_error(bench: Bench) -> None:
    flow = """
        variables: {text: text}
        sections:
          main:
            - set: {text: "{{ pad('x', 40000, 'ü') }}"}
            - remember: {key: k, value: "{{ text }}"}
              exits: {error: broken}
          broken:
            - log: "{{ error.message }}"
    """
    await bench.call(flow)
    await bench.ended()
    (note,) = bench.notes
    assert "is too large to be remembered" in note


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ('{key: "{{ pin }}", value: "1"}', "holds a secret"),
        ('{key: k, value: "{{ pin }}"}', "secret"),
        ('{key: k, value: "{{ [pin] }}"}', "secret cannot be remembered"),
        ('{key: "{{ empty }}", value: "1"}', "none"),
        ('{key: " ", value: "1"}', "is empty"),
        ('{key: k, value: "1", keep: "{{ none_yet }}"}', ""),
        ('{key: k, value: "1", keep: 0s}', "no time"),
    ],
)
async def test_what_is_refused_at_run_time(bench: Bench, step: str, message: str) -> None:
    flow = f"""
        variables:
          pin: secret
          empty: text
          none_yet: duration
        sections:
          main:
            - answer
            - collect: {{into: pin, prompt: Your PIN., digits: 4}}
              exits: {{else: hangup}}
            - remember: {step}
              exits: {{error: broken}}
            - log: remembered
          broken:
            - log: "{{{{ error.message }}}}"
    """
    await bench.call(flow)
    await bench.quiet()
    await bench.press("1234")
    await bench.ended()
    (note,) = bench.notes
    assert "1234" not in note
    assert message in note if message else note == "remembered"


async def test_it_may_be_given(bench: Bench) -> None:
    kept = {"step": "card", "amount": "3.20", "due": "2026-05-06", "sure": "false"}
    await bench.call(FLOW, given=Given(memories={"task:+4930123": kept}))
    await bench.ended()
    assert bench.notes == ["card 3.20 2026-05-06 false"]


@pytest.mark.parametrize("step", ['key: "{{ pin }}", value: x', 'key: k, value: "{{ pin }}"'])
def test_the_check_lets_no_secret_through(tmp_path: Path, step: str) -> None:
    (tmp_path / "main.yaml").write_text(
        "ivrkit: 1\nvariables: {pin: secret}\nsections:\n  main:\n    - answer\n"
        "    - collect: {into: pin, prompt: Your 4 digit PIN., digits: 4}\n"
        f"      exits: {{else: hangup}}\n    - remember: {{{step}}}\n"
    )
    checked = load_checked(FlowLibrary(reader(), tmp_path), "main", SiteWorld(flows=("main",)))
    assert "secret" in [each.code for each in checked.diagnostics.errors]
