"""Whatever a caller says, presses and does: no ear is left open, ivrkit itself does not fail, and
the same happens when it is done again."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as some

from ivrkit.call.hearing import Hypothesis
from tests.engine.conftest import Bench

FLOW = """
    language: en
    on_error: sorry
    keys:
      0: {to: agent, words: [agent, a person]}
      9: {to: again, words: repeat}
    variables: {number: number, code: {type: digits, secret: true}, day: date}
    exits: {no_input: agent, no_match: agent, partial: next, used_up: agent}
    sections:
      main:
        - answer
        - goto: top
      top:
        - menu:
            prompt: How can we help you today, dear caller?
            barge_in_by: BY
            barge_in: OVER
            keys:
              1: {to: number, words: [billing, my bill]}
              12: {to: slots}
              2: {to: code, words: cards}
              5: {to: music, words: music}
      number:
        - listen: {into: number, prompt: How many, confirm: unsure}
        - goto: slots
      slots:
        - listen: {prompt: When and how many, slots: [day, number], timeout: 20s}
          exits: {timeout: top}
        - goto: top
      code:
        - listen: {into: code, prompt: Your code, digits: 4, confirm: true}
        - goto: top
      music:
        - wait:
            for: 20s
            keys: {8: code}
            meanwhile:
              - menu:
                  prompt: You wait.
                  keys: {1: {to: next, words: billing}, 7: {to: top, words: cards}}
        - goto: top
      agent:
        - say: A person.
        - goto: number
      sorry:
        - say: Sorry.
        - goto: top
"""
TEXTS = (
    "billing",
    "cards",
    "music",
    "agent",
    "repeat",
    "pizza",
    "twelve",
    "tomorrow twelve",
    "yes",
)

spoken = some.tuples(
    some.just("say"),
    some.sampled_from([*TEXTS, "seven seven eight eight", ""]),
    some.sampled_from([0.3, 0.9]),
    some.sampled_from([0.2, 1.0, 4.0, 12.0]),
)
pressed = some.tuples(some.just("press"), some.sampled_from([*"0125789*#", "12", "7788"]))
passed = some.tuples(some.just("wait"), some.sampled_from([0.0, 0.1, 0.8, 1.0, 3.0, 5.0]))
others = some.tuples(some.sampled_from(["fail", "die", "hang up"]))
happens = some.lists(some.one_of(spoken, spoken, passed, passed, pressed, others), max_size=25)
Happens = list[tuple[object, ...]]


async def _called(acts: Happens, by: str, over: str) -> list[str]:
    bench = Bench()
    try:
        await bench.call(FLOW.replace("BY", by).replace("OVER", over))
        for act in acts:
            if bench.simulation.engine.live():
                await _done(bench, act)
                assert sum(each.is_open for each in bench.channel.ears.values()) <= 1
        await bench.hang_up()
        await bench.ended()
        assert not any(each.is_open for each in bench.channel.ears.values())
        assert not [each for each in bench.failures if "internal" in each]
        return [repr(each) for each in bench.events]
    finally:
        await bench.simulation.stop()
        bench.stack.close()


async def _done(bench: Bench, act: tuple[object, ...]) -> None:
    match act:
        case ("say", str(text), float(sure), float(seconds)):
            await bench.speak(*([Hypothesis(text, sure)] if text else []), seconds=seconds)
        case ("press", str(keys)):
            await bench.press(keys)
        case ("wait", float(seconds)):
            await bench.after(seconds)
        case ("fail",):
            for each in list(bench.channel.ears.values()):
                each.fail("the model is gone")
        case ("die",):
            await bench.die()
            await bench.recover()
        case _:
            await bench.hang_up()


@settings(max_examples=40, deadline=None)
@given(
    happens, some.sampled_from(["words", "speech", "keys"]), some.sampled_from(["true", "false"])
)
def test_nothing_is_left_behind_and_it_is_the_same_again(acts: Happens, by: str, over: str) -> None:
    first = asyncio.run(_called(acts, by, over))
    assert asyncio.run(_called(acts, by, over)) == first
