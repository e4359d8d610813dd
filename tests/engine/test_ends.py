"""How calls end: errors, limits, hang-ups, and ``on_end`` after each of them."""

from __future__ import annotations

import pytest

from ivrkit.call.queues import QueueExit
from ivrkit.qa.given import Given, QueueUse
from tests.engine.conftest import Bench

APOLOGY = "We are sorry"

ON_END = """
    on_end: wrap-up
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - say: A prompt that lasts for some time.
        - collect: {into: code, digits: 4, prompt: Your code.}
        - queue: service
          exits: {else: next}
        - say: Goodbye.
      wrap-up:
        - log: "{{ call.ended }} after {{ call.path }}"
"""


@pytest.mark.parametrize(("keys", "seconds"), [("", 0.5), ("", 3.0), ("", 5.5)])
async def test_on_end_runs_after_a_hang_up_in_prompt_and_collect(
    bench: Bench, keys: str, seconds: float
) -> None:
    await bench.call(ON_END)
    await bench.after(seconds)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert bench.notes == ["caller after main"]


@pytest.mark.parametrize(("seconds", "ended"), [(1, "caller"), (4, "caller"), (10, "agent")])
async def test_on_end_runs_after_a_hang_up_in_the_queue(
    bench: Bench, seconds: float, ended: str
) -> None:
    await bench.call(ON_END)
    await bench.press("1234")
    await bench.after(seconds)
    await bench.hang_up()
    assert await bench.ended() == ended
    assert bench.notes == [f"{ended} after main"]


async def test_on_end_runs_when_the_flow_ends(bench: Bench) -> None:
    await bench.call(ON_END)
    await bench.press("1234")
    assert await bench.ended() == "flow"
    assert bench.notes == ["flow after main"]
    assert bench.channel.caller.cause == 16


async def test_a_hang_up_before_the_first_step_is_no_error(bench: Bench) -> None:
    await bench.call(ON_END)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert bench.failures == []


async def test_on_end_of_every_flow_runs_innermost_first(bench: Bench) -> None:
    await bench.call(
        """
        on_end: bye
        sections:
          main:
            - answer
            - run: {flow: inner}
          bye:
            - log: outer
        """,
        flows={
            "inner": """
            on_end:
              - log: inner
            sections:
              main:
                - wait: 10s
            """
        },
    )
    await bench.hang_up()
    await bench.ended()
    assert bench.notes == ["inner", "outer"]


async def test_an_error_in_on_end_says_nothing(bench: Bench) -> None:
    await bench.call(
        """
        on_end: bye
        on_error: sorry
        variables: {list: {list: text}}
        sections:
          main:
            - answer
            - wait: 10s
          bye:
            - log: "{{ list[7] ~ 1 / 0 }}"
          sorry:
            - say: Sorry.
        """
    )
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert bench.heard == []
    assert len(bench.failures) == 1


FAILING = """
    on_error: sorry
    sections:
      main:
        - answer
        - set: {x: "{{ 1 / 0 }}"}
      sorry:
        - say: Something went wrong.
        - log: "{{ error.code }} in {{ error.step }}"
"""


async def test_a_step_that_fails_goes_to_on_error(bench: Bench) -> None:
    await bench.call(FAILING)
    await bench.quiet()
    assert bench.heard == ["Something went wrong."]
    assert bench.notes == ["expression in main/1"]
    assert await bench.ended() == "flow"


async def test_a_step_may_name_its_error_exit(bench: Bench) -> None:
    await bench.call(
        """
        on_error: sorry
        sections:
          main:
            - answer
            - set: {x: "{{ 1 / 0 }}"}
              exits: {error: own}
          own:
            - say: My own way.
          sorry:
            - say: Sorry.
        """
    )
    await bench.quiet()
    assert bench.heard == ["My own way."]


async def test_an_error_inside_on_error_ends_with_the_apology(bench: Bench) -> None:
    await bench.call(
        """
        on_error: sorry
        on_end:
          - log: "{{ call.ended }}"
        sections:
          main:
            - answer
            - set: {x: "{{ 1 / 0 }}"}
          sorry:
            - set: {x: "{{ 1 / 0 }}"}
        """
    )
    await bench.quiet()
    assert len(bench.heard) == 1
    assert "sorry" in bench.heard[0].lower()
    assert await bench.ended() == "error"
    assert bench.notes == ["error"]


async def test_an_error_without_on_error_ends_with_the_apology(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - set: {x: "{{ 1 / 0 }}"}
        """
    )
    assert await bench.ended() == "error"
    assert bench.channel.caller.cause == 16
    assert len(bench.heard) == 1


async def test_once_the_caller_was_heard_on_error_may_come_again(bench: Bench) -> None:
    await bench.call(
        """
        on_error: sorry
        exits: {no_input: hangup, no_match: hangup}
        sections:
          main:
            - answer
            - set: {x: "{{ 1 / 0 }}"}
          sorry:
            - menu: {prompt: Sorry. Press 1 to try again., keys: {1: main}}
        """
    )
    await bench.press("1")
    await bench.press("1")
    await bench.quiet()
    assert len(bench.failures) == 3
    assert bench.heard[-1] == "Sorry. Press 1 to try again."


async def test_an_error_in_an_inner_flow_goes_to_the_nearest_on_error(bench: Bench) -> None:
    await bench.call(
        """
        on_error: sorry
        sections:
          main:
            - answer
            - run: {flow: inner}
          sorry:
            - say: The outer flow is sorry.
        """,
        flows={"inner": "sections: {main: [{set: {x: '{{ 1 / 0 }}'}}]}"},
    )
    await bench.quiet()
    assert bench.heard == ["The outer flow is sorry."]


async def test_a_circle_without_the_caller_is_an_error(bench: Bench) -> None:
    await bench.call(
        """
        on_error: sorry
        sections:
          main:
            - answer
            - goto: round
          round:
            - set: {x: 1}
            - goto: round
          sorry:
            - log: "{{ error.message }}"
        """
    )
    await bench.ended()
    assert "1000 steps without waiting" in bench.notes[0]
    assert "round > round" in bench.notes[0]


async def test_a_circle_with_the_caller_in_it_goes_on(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: main, no_match: main}
        sections:
          main:
            - answer
            - menu: {attempts: 1, first_digit: 1s, keys: {1: main}}
        """
    )
    await bench.after(1500)
    assert bench.failures == []
    await bench.hang_up()
    assert await bench.ended() == "caller"


LIMITED = """
    max_call: 20s
    on_error: sorry
    sections:
      main:
        - answer
        - wait: 1h
      sorry:
        - say: Your time is over.
        - wait: 1h
"""


async def test_max_call_is_an_error_and_then_the_end(bench: Bench) -> None:
    await bench.call(LIMITED)
    await bench.after(20)
    await bench.quiet()
    assert bench.failures == ["call_too_long"]
    assert bench.heard == ["Your time is over."]
    assert await bench.ended() == "limit"
    assert bench.channel.caller.cause == 16


async def test_max_call_does_not_count_the_time_with_agents(bench: Bench) -> None:
    await bench.call(
        """
        max_call: 20s
        sections:
          main:
            - answer
            - queue: service
              exits: {else: hangup}
            - wait: 15s
            - say: Still here.
            - wait: 10s
        """,
        given=Given(queues={"service": QueueUse(talk=300, after=100)}),
    )
    await bench.after(416)
    assert bench.failures == []
    assert bench.heard == ["Still here."]
    await bench.after(6)
    assert bench.failures == ["call_too_long"]


async def test_hangup_as_an_exit(bench: Bench) -> None:
    await bench.call(ON_END)
    assert await bench.ended() == "flow"
    assert bench.channel.caller.cause == 16


async def test_a_call_is_rejected_with_its_cause(bench: Bench) -> None:
    await bench.call("sections: {main: [{reject: busy}]}")
    assert await bench.ended() == "flow"
    assert bench.channel.caller.cause == 17
    assert not bench.channel.caller.answered


async def test_a_queue_that_nobody_serves(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - queue: service
              exits: {unstaffed: nobody, else: hangup}
          nobody:
            - say: Nobody is here.
        """,
        given=Given(queues={"service": QueueUse(QueueExit.UNSTAFFED)}),
    )
    await bench.quiet()
    await bench.quiet()
    assert bench.heard == ["Nobody is here."]


async def test_a_circle_of_prompts_that_are_skipped_is_found(bench: Bench) -> None:
    """A key that waits makes every prompt of the circle a skipped one: nothing ever waits."""
    await bench.call("""
    on_error: sorry
    sections:
      main:
        - answer
        - say: {prompt: A notice., barge_in: false}
        - goto: round
      round:
        - say: Round and round.
        - goto: round
      sorry:
        - log: "{{ error.message }}"
        - hangup
    """)
    await bench.press("5")
    assert await bench.ended() == "flow"
    assert "without waiting for the caller" in bench.notes[0]


async def test_a_flow_that_runs_itself_for_ever_takes_on_error(bench: Bench) -> None:
    await bench.call("""
    on_error: sorry
    sections:
      main:
        - answer
        - run: deeper
      deeper:
        - say: Deeper.
        - run: deeper
      sorry:
        - log: "{{ error.message }}"
        - hangup
    """)
    assert await bench.ended() == "flow"
    assert "run one another" in bench.notes[0]
