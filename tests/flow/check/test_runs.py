"""Flows that run others: arguments, outcomes, what comes back, answered calls."""

from __future__ import annotations

from .conftest import CheckFlow, told

SURVEY = """
params: {question: text, most: {type: number, default: 5}, extra: {type: text, optional: true}}
returns: {score: number}
outcomes: [refused]
sections:
  main:
    - say: "{{ question }}"
    - return: {exit: refused}
      when: most > 9
    - return: {score: 3}
"""


def test_a_flow_that_is_run_rightly(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - run: {flow: survey, with: {question: How did we do?, most: 3}, into: survey}
          exits: {refused: hangup}
        - say: {number: survey.score}
    """
    assert [str(each) for each in findings(text, survey=SURVEY)] == []


def test_arguments(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - run: {flow: survey}
          exits: {else: hangup}
        - run:
            flow: survey
            with:
              question: Why?
              mosst: 3
          exits: {else: hangup}
        - run:
            flow: survey
            with:
              question: Why?
              most: many
          exits: {else: hangup}
        - run:
            flow: survey
            with:
              question: none
          exits: {else: hangup}
    """
    found = findings(text, survey=SURVEY)
    assert told(found) == [
        ("missing-argument", 4),
        ("unknown-argument", 10),
        ("wrong-type", 16),
        ("missing-argument", 21),
    ]
    assert found[0].message == "the flow survey needs question"
    assert found[1].hint == "did you mean 'most'?"


def test_outcomes_are_exits(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - run: {flow: survey, with: {question: Why?}}
        - run: {flow: survey, with: {question: Why?}}
          exits: {refussed: hangup, else: hangup}
    """
    found = findings(text, survey=SURVEY)
    assert told(found) == [("no-target", 4), ("unknown-exit", 6)]
    assert found[0].message == "nothing says where run goes on refused"
    assert found[1].hint == "did you mean 'refused'?"


def test_what_comes_back_has_the_fields_that_the_flow_returns(findings: CheckFlow) -> None:
    text = """
    variables: {other: number}
    sections:
      main:
        - run: {flow: survey, with: {question: Why?}, into: survey}
          exits: {refused: hangup}
        - say: "{{ survey.scor }}"
        - run: {flow: survey, with: {question: Why?}, into: other}
          exits: {refused: hangup}
    """
    found = findings(text, survey=SURVEY)
    assert told(found) == [("undefined-field", 7), ("wrong-type", 8)]


def test_a_section_of_the_other_flow(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - run: {flow: survey, section: mian, with: {question: Why?}}
          exits: {refused: hangup}
    """
    found = findings(text, survey=SURVEY)
    assert told(found) == [("missing-section", 4)]
    assert found[0].message == "the flow survey has no section 'mian'"


def test_a_prompt_may_be_a_parameter(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - run:
            flow: part
            with:
              say: [Hello., {digits: call.id}]
    """
    part = "params: {say: prompt}\nsections: {main: [{log: x}]}"
    assert findings(text, part=part) == []
    assert told(findings(text, part=part.replace("prompt", "number"))) == [("wrong-type", 7)]


# ---- answered calls ------------------------------------------------------------------------------

ASKING = "sections: {main: [{menu: {keys: {1: next}}, exits: {else: hangup}}]}"


def test_a_flow_that_is_run_needs_an_answered_call(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - say: Hello.
        - run: {flow: part}
    """
    found = findings(text, part=ASKING)
    assert told(found) == [("not-answered", 5)]
    assert found[0].message == (
        "the flow part needs an answered call, and it is not answered on the way main"
    )
    assert findings(text.replace("say: Hello.", "answer"), part=ASKING) == []


def test_a_flow_that_is_run_may_answer(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - run: {flow: part}
        - menu: {keys: {1: next}}
          exits: {else: hangup}
    """
    assert findings(text, part="sections: {main: [answer]}") == []
    assert told(findings(text, part="sections: {main: [{log: x}]}")) == [("not-answered", 5)]


def test_flows_that_run_one_another_come_to_an_end(findings: CheckFlow) -> None:
    text = "sections: {main: [answer, {run: {flow: part}}]}"
    part = "sections: {main: [{say: Hello.}, {run: {flow: bank}}]}"
    (only,) = findings(text, part=part)
    assert (only.code, only.message) == ("runs-itself", "this flow runs itself: bank > part > bank")


def test_flows_that_run_themselves_elsewhere_are_told_of_there(findings: CheckFlow) -> None:
    text = "sections: {main: [answer, {run: {flow: part}}]}"
    part = "sections: {main: [{say: Hello.}, {run: {flow: part}}]}"
    assert findings(text, part=part) == []


def test_a_flow_that_others_run_finds_the_call_answered(findings: CheckFlow) -> None:
    assert told(findings(ASKING)) == [("not-answered", 1)]
    assert findings(ASKING, as_part=True) == []
    assert findings("outcomes: [refused]\n" + ASKING) == []


def test_the_way_on_which_it_is_not_answered_is_named(findings: CheckFlow) -> None:
    text = """
    variables: {vip: flag}
    sections:
      main:
        - if: vip
          then: agent
        - answer
        - goto: agent
      agent:
        - queue: {name: service}
          exits: {else: hangup}
        - queue: {name: service}
          exits: {else: hangup}
    """
    found = findings(text)
    assert told(found) == [("not-answered", 10)]
    assert found[0].message == (
        "queue needs an answered call, and it is not answered on the way main > agent"
    )


def test_a_call_that_is_placed_begins_at_an_entry_and_is_answered(findings: CheckFlow) -> None:
    text = """
    entry: [remind]
    sections:
      main:
        - say: Hello.
      remind:
        - menu: {keys: {1: next}}
          exits: {else: hangup}
    """
    assert findings(text) == []
