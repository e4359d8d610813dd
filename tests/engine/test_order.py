"""What breaks in at the same instant: hang-up, then operation done, then limit, then keys.

Random lives of one call with a step that lasts, in virtual time. What must come of it is worked out
from the times alone.
"""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.call.channel import HungUp, KeyPressed
from ivrkit.call.events import Left
from tests.engine.conftest import Bench
from tests.engine.lookup import Lookup, reader_with_lookup

FLOW = """
    on_error: failed
    on_end: [{{log: "{{{{ call.ended }}}}"}}]
    sections:
      main:
        - answer
        - {step}:
            {lasts}: {work}s
            timeout: {limit}s
            meanwhile:
              - say: We are still at it, and this takes us a good while to say in full, as you hear.
              - wait: {{for: 1m, meanwhile: [{{say: Inside.}}]}}
            keys: {{1: pressed}}
          exits: {exits}
        - log: done
      pressed: [{{log: key}}]
      late: [{{log: limit}}]
      failed: [{{log: failed}}]
"""
ORDER = {"hang-up": "hangup", "done": "next", "limit": "timeout", "key": "keys/1"}
"""What breaks in, in the order of the design, with the exit by which the step is left."""
TIMES = st.sampled_from([1, 2, 3, 4])


@given(
    work=TIMES,
    limit=TIMES,
    key=TIMES,
    hang_up=TIMES,
    outside=st.booleans(),
    hang_up_last=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_the_order_holds_and_nothing_is_left(
    work: float, limit: int, key: int, hang_up: int, outside: bool, hang_up_last: bool
) -> None:
    # The virtual clock lets work end behind the keys of the same instant: no ties with that.
    work = work + 0.5 if outside else work
    asyncio.run(live(work, limit, key, hang_up, outside=outside, hang_up_last=hang_up_last))


async def live(
    work: float, limit: int, key: int, hang_up: int, *, outside: bool, hang_up_last: bool
) -> None:
    bench = Bench()
    bench.reader = reader_with_lookup()
    step, lasts = ("lookup", "lasts") if outside else ("wait", "for")
    exits = "{timeout: late, not_found: late}" if outside else "{timeout: late}"
    with bench.stack:
        await bench.call(FLOW.format(step=step, lasts=lasts, work=work, limit=limit, exits=exits))
        (runner,) = bench.simulation.engine.live().values()
        acts = sorted([(hang_up, hang_up_last, "hang-up"), (key, not hang_up_last, "key")])
        for at, _, act in acts:
            if at > bench.clock.time():
                await bench.clock.sleep(at - bench.clock.time())
            runner.mailbox.put(HungUp() if act == "hang-up" else KeyPressed("1"))
        ended = await bench.ended()
        await bench.simulation.stop()
    times = {"done": work, "limit": limit, "key": key, "hang-up": hang_up}
    broke_in = min(ORDER, key=lambda name: (times[name], list(ORDER).index(name)))
    (left,) = [each.exit for each in bench.of(Left) if each.path == "main/1"]
    assert left == ORDER[broke_in]
    assert bench.notes[0] == {"hang-up": "caller"}.get(broke_in, broke_in)
    assert bench.notes[-1] == ended
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize("first", ["hang-up", "done", "limit", "key"])
async def test_work_that_ends_at_the_same_moment(bench: Bench, first: str) -> None:
    """All that comes behind in the order happens as well, and before it."""
    bench.reader = reader_with_lookup()
    Lookup.ended.clear()
    await bench.call(
        FLOW.format(
            step="lookup",
            lasts="lasts",
            work=5,
            limit=9,
            exits="{timeout: late, not_found: late}",
        )
    )
    (runner,) = bench.simulation.engine.live().values()
    await bench.after(2)
    happen = list(ORDER)[list(ORDER).index(first) :]
    runner.mailbox.put(KeyPressed("1"))
    if "limit" in happen:
        runner.stack.frames[0].entry.deadline = bench.clock.time()  # type: ignore[union-attr]
        runner.breaking.arm()
    if "done" in happen:
        (operation,) = runner.breaking.operations
        operation.until, operation._task = bench.clock.time(), _ended(operation._task)
    if "hang-up" in happen:
        runner.mailbox.put(HungUp())
    await bench.ended()
    (left,) = [each.exit for each in bench.of(Left) if each.path == "main/1"]
    assert left == ORDER[first]


def _ended(task: asyncio.Task[str] | None) -> None:
    """The work is over, whatever its own clock says."""
    assert task is not None
    task.cancel()
