"""Sections and flows that are run, and what they hand back."""

from __future__ import annotations

from ivrkit.call.events import CameBack, Skipped
from tests.engine.conftest import Bench

SURVEY = """
    params:
      question: text
      most: {type: number, default: 5}
    returns: {score: number}
    outcomes: [refused]
    sections:
      main:
        - collect: {into: digit, digits: 1, prompt: "{{ question }}"}
          exits: {no_input: refuse, no_match: refuse}
        - set: {score: "{{ digit }}"}
        - return: {score: "{{ score }}"}
      refuse:
        - return: {exit: refused}
    variables: {digit: digits, score: number}
"""
CALLER = """
    variables: {survey: any}
    sections:
      main:
        - answer
        - run: {flow: survey, with: {question: How was it?}, into: survey}
          exits: {refused: refused}
        - log: "score {{ survey.score }}"
      refused:
        - log: refused
"""


async def test_a_flow_returns_values(bench: Bench) -> None:
    await bench.call(CALLER.replace("any", "{score: number}"), flows={"survey": SURVEY})
    await bench.press("4")
    await bench.ended()
    assert bench.notes == ["score 4"]


async def test_a_flow_leaves_by_an_outcome(bench: Bench) -> None:
    await bench.call(CALLER.replace("any", "{score: number}"), flows={"survey": SURVEY})
    await bench.ended()
    assert bench.notes == ["refused"]
    assert bench.heard == ["How was it?"] * 3


async def test_an_outcome_may_lead_to_a_reserved_word(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - run: {flow: survey, with: {question: How was it?}}
              exits: {refused: hangup}
            - say: Never said.
        """,
        flows={"survey": SURVEY},
    )
    assert await bench.ended() == "flow"
    assert "Never said." not in bench.heard


async def test_a_flow_has_variables_of_its_own(bench: Bench) -> None:
    await bench.call(
        """
        variables: {digit: {type: digits, default: "9"}}
        sections:
          main:
            - answer
            - run: {flow: survey, with: {question: How was it?}}
              exits: {refused: next}
            - log: "{{ digit }}"
        """,
        flows={"survey": SURVEY},
    )
    await bench.press("4")
    await bench.ended()
    assert bench.notes == ["9"]


async def test_a_section_that_is_run_shares_the_variables_and_returns(bench: Bench) -> None:
    await bench.call(
        """
        variables: {x: number}
        sections:
          main:
            - answer
            - run: part
            - log: "{{ x }}"
          part:
            - set: {x: 1}
            - goto: rest
          rest:
            - set: {x: "{{ x + 1 }}"}
        """
    )
    await bench.ended()
    assert bench.notes == ["2"]


async def test_return_leaves_branches_and_loops(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - run: part
            - log: back
          part:
            - if: true
              then:
                - if: true
                  then:
                    - return
            - log: not reached
        """
    )
    await bench.ended()
    assert bench.notes == ["back"]


async def test_the_end_of_the_top_flow_leaves_the_call_to_the_dialplan(bench: Bench) -> None:
    await bench.call("sections: {main: [answer]}")
    assert await bench.ended() == "flow"
    assert bench.channel.place == (None, "s", 1)


async def test_a_flow_that_runs_itself_for_ever_ends(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - run: main
        """
    )
    assert await bench.ended() == "error"


async def test_secrets_go_in_and_come_back_as_secrets(bench: Bench) -> None:
    await bench.call(
        """
        variables: {pin: secret, back: {code: secret}}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4}
              exits: {else: hangup}
            - run: {flow: part, with: {code: "{{ pin }}"}, into: back}
            - if: back.code == '12345'
              then:
                - log: the same
        """,
        flows={
            "part": """
                params: {code: secret}
                returns: {code: secret}
                sections:
                  main:
                    - return: {code: "{{ code ~ '5' }}"}
            """
        },
    )
    await bench.press("1234")
    await bench.ended()
    assert bench.notes == ["the same"]
    assert "1234" not in str(bench.events)


async def test_the_trace_tells_how_a_run_step_was_left_and_what_was_passed_by(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - run: {flow: part}
              exits: {refused: next}
            - log: never
              when: false
            - run: after
          after:
            - return
        """,
        flows={"part": "outcomes: [refused]\nsections: {main: [return: {exit: refused}]}"},
    )
    await bench.ended()
    assert [(each.path, each.exit) for each in bench.of(CameBack)] == [
        ("main/1", "refused"),
        ("main/3", "next"),
    ]
    assert [each.path for each in bench.of(Skipped)] == ["main/2"]
