"""``timeout`` of a step: it limits all that the step does."""

from __future__ import annotations

import pytest

from ivrkit.call.events import CameBack, Left
from ivrkit.qa.given import Given, QueueUse
from tests.engine.conftest import Bench
from tests.engine.lookup import Lookup, Post, reader_with_lookup

FORMS = {
    "say": "- say: {prompt: This would take us a long time to say to you in full., timeout: 1s}",
    "wait": "- wait: {for: 1m, timeout: 1s}",
    "meanwhile": "- wait: {for: 1m, timeout: 1s, meanwhile: [{say: Hold.}, {wait: 1m}]}",
    "menu": "- menu: {prompt: Please choose., keys: {1: next}, timeout: 1s}",
    "collect": "- collect: {into: code, digits: 4, prompt: The code., timeout: 1s}",
    "run": "- run: {section: long, timeout: 1s}",
    "flow": "- run: {flow: inner, timeout: 1s}",
    "each": "- each: {items: 'x in [1, 2, 3]', timeout: 1s}\\n  do: [{wait: 1m}]",
    "repeat": "- repeat: {most: 3, timeout: 1s}\\n  do: [{wait: 1m}]",
    "branch": "- menu: {keys: {1: [{wait: 1m}]}, timeout: 1s}",
}


def flow(step: str, beside: str = "{no_input: hangup, no_match: hangup, timeout: late}") -> str:
    lines = step.replace("\\n", "\n").split("\n")
    placed = "\n".join(f"        {line}" for line in lines)
    return f"""
    sections:
      main:
        - answer
{placed}
          exits: {beside}
        - log: behind
      long:
        - wait: 1m
      late:
        - log: late
    """


INNER = {"inner": "    sections:\n      main: [{run: inside}]\n      inside: [{wait: 1m}]\n"}


@pytest.mark.parametrize("name", FORMS)
async def test_the_step_is_left_by_its_exit(bench: Bench, name: str) -> None:
    await bench.call(flow(FORMS[name]), flows=INNER)
    await bench.press("1") if name == "branch" else None
    await bench.after(0.99)
    assert bench.notes == []
    await bench.after(0.02)
    assert bench.notes == ["late"]
    assert await bench.ended() == "flow"


async def test_a_step_that_is_quicker_knows_nothing_of_it(bench: Bench) -> None:
    await bench.call(flow("- wait: {for: 1s, timeout: 2s}", "{timeout: late, error: late}"))
    await bench.after(5)
    await bench.ended()
    assert bench.notes == ["behind"]


async def test_it_is_over_when_the_step_has_been_left(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: next, no_match: next}
        sections:
          main:
            - answer
            - run: {section: long, timeout: 2s}
              exits: {timeout: late}
            - wait: 5s
            - menu: {keys: {1: next}, attempts: 1, first_digit: 1s, timeout: 2s}
              exits: {timeout: late, no_input: [{wait: 5s}, {log: silent}]}
            - log: behind
          long: [{wait: 1s}]
          late: [{log: late}]
        """
    )
    await bench.ended()
    assert bench.notes == ["silent", "behind"]


async def test_the_steps_that_follow_it_are_not_limited(bench: Bench) -> None:
    await bench.call(flow("- wait: {for: 1m, timeout: 1s}", "{timeout: [{wait: 5s}, {log: then}]}"))
    await bench.ended()
    assert bench.notes == ["then", "behind"]


async def test_of_two_at_once_the_outer_one_counts(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - run: {section: inner, timeout: 2s}
              exits: {timeout: [{log: outer}]}
          inner:
            - wait: {for: 1m, timeout: 2s}
              exits: {timeout: [{log: inner}]}
        """
    )
    await bench.ended()
    assert bench.notes == ["outer"]


async def test_inside_what_runs_meanwhile(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - wait:
                for: 10s
                meanwhile:
                  - run: {section: long, timeout: 2s}
                    exits: {timeout: [{log: "late after {{ call.path }}"}]}
                  - log: on
            - log: behind
          long: [{wait: 1m}]
        """
    )
    await bench.after(3)
    assert bench.notes == ["late after main > long", "on"]
    await bench.ended()
    assert bench.notes[-1] == "behind"


async def test_the_trace_tells_by_what_the_step_was_left(bench: Bench) -> None:
    await bench.call(flow(FORMS["wait"]))
    await bench.ended()
    assert [each.exit for each in bench.of(Left) if each.path == "main/1"] == ["timeout"]


async def test_the_trace_tells_by_what_a_run_was_left(bench: Bench) -> None:
    await bench.call(flow(FORMS["run"]))
    await bench.ended()
    assert [(each.path, each.exit) for each in bench.of(CameBack)] == [("main/1", "timeout")]


QUEUED = """
    sections:
      main:
        - answer
        - run: {section: desk, timeout: 20s}
          exits: {timeout: late}
        - log: behind
      desk:
        - queue: service
          exits: {else: next}
        - wait: 30s
      late: [{log: late}]
"""


async def test_time_in_other_hands_does_not_count(bench: Bench) -> None:
    given = Given(queues={"service": QueueUse(after=50, talk=60)})
    await bench.call(QUEUED, given=given)
    await bench.after(129)
    assert bench.notes == []
    await bench.after(2)
    assert bench.notes == ["late"]


async def test_it_outlives_the_engine(bench: Bench) -> None:
    await bench.call(flow(FORMS["run"].replace("1s", "20s")))
    await bench.after(15)
    await bench.die()
    await bench.recover()
    await bench.after(4.9)
    assert bench.notes == []
    await bench.after(0.2)
    assert bench.notes == ["late"]


async def test_a_machine_that_was_started_anew_counts_on(bench: Bench) -> None:
    bench.clock._time = 1000.0
    await bench.call(flow(FORMS["wait"].replace("1s", "20s")))
    await bench.after(15)
    await bench.die()
    bench.clock._time = 5.0  # by the time of day no time at all has passed
    await bench.recover()
    await bench.after(19.9)
    assert bench.notes == []
    await bench.after(0.2)
    assert bench.notes == ["late"]


async def test_it_may_be_computed_and_must_be_known(bench: Bench) -> None:
    text = flow("- wait: {for: 1m, timeout: '{{ most }}'}").replace(
        "    sections:", "    variables: {most: duration}\n    on_error: late\n    sections:"
    )
    await bench.call(text)
    await bench.ended()
    assert bench.failures == ["expression"]


@pytest.mark.parametrize("verb", ["lookup", "post"])
async def test_work_outside_is_broken_off(bench: Bench, verb: str) -> None:
    bench.reader = reader_with_lookup()
    Lookup.ended.clear()
    Post.ended.clear()
    beside = "{not_found: hangup, timeout: late}" if verb == "lookup" else "{timeout: late}"
    await bench.call(flow(f"- {verb}: {{lasts: 1m, timeout: 2s}}", beside))
    await bench.ended()
    assert bench.notes == ["late"]
    assert bench.events[-1].at == 2
    assert Lookup.ended + Post.ended == ["cancelled"]


async def test_that_of_work_outside_is_a_technical_exit(bench: Bench) -> None:
    bench.reader = reader_with_lookup()
    await bench.call(
        """
        on_error: sorry
        sections:
          main: [answer, {post: {lasts: 1m, timeout: 2s}}]
          sorry: [{log: sorry}]
        """
    )
    await bench.ended()
    assert bench.notes == ["sorry"]


async def test_on_end_is_not_limited_by_what_was_under_way(bench: Bench) -> None:
    bench.reader = reader_with_lookup()
    await bench.call(
        """
        on_end: [{log: main ends}]
        sections:
          main:
            - answer
            - run: {flow: inner, timeout: 10s}
              exits: {timeout: hangup}
        """,
        flows={
            "inner": """
            on_end: [{post: 3s}, {log: inner ends}]
            sections: {main: [{wait: 1m}]}
            """
        },
    )
    await bench.after(9)
    await bench.hang_up()
    await bench.ended()
    assert bench.notes == ["inner ends", "main ends"]


@pytest.mark.parametrize(
    "meanwhile", ["[{say: Hold.}]", "[{wait: 10m}]", "[{run: long}]"], ids=["music", "wait", "run"]
)
async def test_the_calls_own_limit_breaks_into_what_runs_meanwhile(
    bench: Bench, meanwhile: str
) -> None:
    await bench.call(
        f"""
        max_call: 1m
        on_error: sorry
        sections:
          main:
            - answer
            - wait: {{for: 10m, meanwhile: {meanwhile}}}
          long: [{{wait: 10m}}]
          sorry:
            - log: "{{{{ error.code }}}}"
        """
    )
    await bench.after(61)
    assert bench.notes == ["call_too_long"]
    assert await bench.ended() == "flow"


async def test_time_in_other_hands_does_not_count_for_the_call_either(bench: Bench) -> None:
    given = Given(queues={"service": QueueUse(after=50, talk=600)})
    await bench.call("    max_call: 1m\n    on_error: late" + QUEUED, given=given)
    await bench.ended()
    assert bench.notes == ["late"]
    assert bench.failures == []


@pytest.mark.parametrize("dies", [5, 20])
async def test_time_in_other_hands_does_not_count_across_a_restart(
    bench: Bench, dies: float
) -> None:
    await bench.call(
        """
        exits: {else: hangup}
        sections:
          main:
            - answer
            - run: {section: desk, timeout: 15s}
              exits: {timeout: late}
            - log: behind
          desk:
            - queue: service
            - wait: 10s
          late: [{log: late}]
        """,
        given=Given(queues={"service": QueueUse(after=10, talk=60)}),
    )
    await bench.after(dies)
    await bench.die()
    await bench.after(20)
    await bench.recover()
    await bench.ended()
    assert bench.notes == ["behind"]


@pytest.mark.parametrize("restart", [False, True])
async def test_back_leads_into_the_time_that_was_left_when_the_menu_was_entered(
    bench: Bench, restart: bool
) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        sections:
          main:
            - answer
            - repeat: {most: 3, timeout: 20s}
              do:
                - menu: {keys: {1: out}, first_digit: 1m}
              exits: {timeout: [{log: late}]}
          out:
            - menu: {keys: {1: back}, first_digit: 2m}
        """
    )
    await bench.after(5)
    await bench.press("1")
    await bench.after(60)
    await bench.press("1")
    if restart:
        await bench.die()
        await bench.recover()
    await bench.after(19.9)
    assert bench.notes == []
    await bench.after(0.2)
    assert bench.notes == ["late"]


@pytest.mark.parametrize(
    "step",
    [
        "{wait: {for: 5s, timeout: 1s}, exits: {timeout: back}}",
        "{run: {section: long, timeout: 1s}, exits: {timeout: back}}",
        "{wait: '{{ unknown }}', exits: {error: back}}",
        "{run: {flow: refusing}, exits: {refused: back}}",
        "{run: {flow: refusing}, exits: {refused: back, error: back}}",
    ],
)
async def test_an_exit_that_leads_nowhere_takes_on_error(bench: Bench, step: str) -> None:
    """``back`` where the caller came by no menu."""
    await bench.call(
        f"""
        on_error: [{{log: "{{{{ error.code }}}}"}}]
        on_end: [{{log: "{{{{ call.ended }}}}"}}]
        variables: {{unknown: duration}}
        sections:
          main: [answer, {step}]
          long: [{{wait: 10s}}]
        """,
        flows={
            "refusing": "outcomes: [refused]\nsections: {main: [{return: {exit: refused}}]}",
        },
    )
    await bench.ended()
    assert bench.notes == ["expression", "flow"]
