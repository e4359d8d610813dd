"""The end of a call: once, whatever happens, and within its time."""

from __future__ import annotations

import asyncio

import pytest

from ivrkit.call.channel import Gap
from ivrkit.call.events import Ended
from ivrkit.call.queues import QueueFigures
from ivrkit.engine.runner import Runner
from ivrkit.qa.given import Given
from ivrkit.qa.stubs import StubQueues
from tests.engine.conftest import Bench

OVER = """
    on_end:
      - log: "{{ call.ended }}"
    sections:
      main:
        - answer
        - wait: 1s
"""


async def test_it_runs_also_when_the_engine_itself_fails(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Runner) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(Runner, "_steps", broken)
    await bench.call(OVER)
    assert await bench.ended() == "error"
    assert bench.notes == ["error"]
    assert bench.channel.caller.cause == 16


async def test_it_has_half_a_minute(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(self: StubQueues, name: str) -> QueueFigures:
        bench.clock._time += 20.0
        await asyncio.sleep(0)
        return QueueFigures(waiting=1)

    monkeypatch.setattr(StubQueues, "figures", slow)
    steps = '[{log: "1 {{ queues.service.waiting }}"}, {log: "2 {{ queues.service.waiting }}"}]'
    steps = f"{steps[:-1]}, {{log: third}}]"
    await bench.call(f"{{on_end: {steps}, sections: {{main: [answer]}}}}", given=Given())
    assert await bench.ended() == "flow"
    assert bench.notes == ["1 1", "2 1"]


async def test_a_gap_behind_the_end_is_in_no_trace(bench: Bench) -> None:
    await bench.call(OVER)
    mailbox = next(iter(bench.simulation.engine.live().values())).mailbox
    assert await bench.ended() == "flow"
    mailbox.put(Gap(1.0))
    assert isinstance(bench.events[-1], Ended)
