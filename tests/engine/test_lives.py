"""Lives of calls at random: keys, hang-ups and engines that die at any moment, through everything
that a flow can have going on. Each comes to its end, and nothing is left behind."""

from __future__ import annotations

import logging
import random

import pytest

from ivrkit.qa.given import Given, QueueUse
from tests.engine.conftest import Bench
from tests.engine.lookup import reader_with_lookup

OUTER = """
    exits: {else: again, not_found: next}
    keys: {9: back, 8: top}
    max_call: 400s
    on_error: top
    on_end: [{lookup: 1s}, {log: outer end}]
    variables:
      items: {list: text}
      unknown: duration
      message: {file: text, seconds: number, id: text}
    sections:
      main:
        - answer
        - set: {items: "{{ ['a', 'b', 'c', 'd'] }}"}
        - goto: top
      top:
        - menu:
            prompt: T.
            keys: {1: work, 2: desk, 3: loop, 4: wait, 5: inner, 6: record}
            timeout: 50s
          exits: {timeout: work, no_input: again, no_match: again}
      work:
        - lookup:
            lasts: 4s
            timeout: 6s
            meanwhile: [{menu: {prompt: A., keys: {1: wait, 2: next}}}, {run: {flow: inner}}]
            keys: {4: [{say: Four.}], 6: loop}
          exits: {timeout: back, error: back}
        - lookup: {lasts: 3s, writes: true, keys: {4: [{say: Four.}], 5: desk}}
        - goto: top
      desk:
        - run: {section: queue, timeout: 30s}
          exits: {timeout: back}
        - goto: top
      queue:
        - queue: service
          exits: {else: next}
        - menu: {prompt: D., keys: {1: next, 2: back, 3: wait}}
          exits: {no_input: next, no_match: next}
      loop:
        - each: {items: it in items, timeout: 40s}
          do:
            - menu:
                prompt: "L {{ it }}."
                keys:
                  1: again
                  2: break
                  3: work
                  4: back
                  5: [{menu: {prompt: X., keys: {1: next, 2: back}}}, again]
          exits: {timeout: wait}
        - goto: top
      wait:
        - wait:
            for: 20s
            timeout: 15s
            music: default
            keys: {1: top, 2: [{menu: {prompt: W., keys: {1: next, 2: work}}}], 3: loop}
            meanwhile: [{menu: {prompt: M., keys: {5: loop, 6: again}}}, {run: {flow: inner}}]
          exits: {timeout: back}
        - goto: top
      record:
        - record: {into: message, timeout: 8s}
          exits: {timeout: back, empty: top, error: top}
        - goto: top
      inner:
        - run: {flow: inner, timeout: 20s}
          exits: {timeout: top}
        - wait: "{{ unknown }}"
"""
INNER = """
    keys: {7: fail}
    exits: {else: again, not_found: next}
    on_end: [{lookup: {lasts: 1s, timeout: 3s}}, {log: inner end}]
    variables: {unknown: duration}
    sections:
      main:
        - menu: {prompt: I., keys: {1: return, 2: two, 4: back, 5: again}}
      two:
        - wait:
            for: 5s
            keys: {1: return, 2: main}
            meanwhile: [{say: Two two two.}, {menu: {prompt: IM., keys: {3: return}}}]
        - goto: main
      fail: [{wait: "{{ unknown }}"}]
"""


async def live(bench: Bench, chance: random.Random) -> None:
    """One call, to the caller's hanging up at the latest."""
    uses = [QueueUse(after=chance.choice([1, 5]), talk=chance.choice([3, 30])) for _ in range(50)]
    await bench.call(OUTER, flows={"inner": INNER}, given=Given(queues={"service": uses}))
    for _ in range(chance.randrange(5, 150)):
        if not bench.simulation.engine.live():
            return
        bench.channel.press(chance.choice("123456789*#") * chance.choice([1, 1, 1, 2]))
        if chance.random() < 0.2:
            bench.channel.speak(chance.choice([1, 5]))
        await bench.after(chance.choice([0, 0, 0.5, 1, 3, 8, 16]))
        if chance.random() < 0.08 and bench.simulation.engine.live():
            await bench.die()
            await bench.after(chance.choice([0, 2, 20]))
            if chance.random() < 0.1:
                bench.channel.hang_up_by_caller()
            await bench.recover()
    await bench.hang_up()
    if chance.random() < 0.3 and bench.simulation.engine.live():
        await bench.die()
        await bench.recover()


@pytest.mark.parametrize("seed", range(40))
async def test_a_life(bench: Bench, seed: int, caplog: pytest.LogCaptureFixture) -> None:
    bench.reader = reader_with_lookup()
    await live(bench, random.Random(seed))
    await bench.ended()
    assert bench.notes.count("outer end") == 1
    assert set(bench.failures) <= {"expression", "call_too_long", "outcome_unknown"}
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert not [each for each in bench.channel.caller.heard if each.music and each.seconds is None]
    assert not bench.channel._stored
