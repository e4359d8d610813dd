"""What the checks know of steps that last: what runs beside them, keys, time limits."""

from __future__ import annotations

import pytest

from .conftest import CheckFlow, told

HEAD = """
exits: {no_input: hangup, no_match: hangup}
variables: {account: digits, kept: {type: text, default: a}, name: text}
sections:
  main:
    - answer
"""


def found(findings: CheckFlow, steps: str, rest: str = "", **runs: str) -> list[tuple[str, int]]:
    body = "".join(f"    {line}\n" for line in steps.strip("\n").split("\n"))
    return [(code, line - 6) for code, line in told(findings(HEAD + body + rest, **runs))]


def test_what_runs_meanwhile_may_not_have_come_so_far(findings: CheckFlow) -> None:
    steps = """
- wait:
    for: 5s
    meanwhile:
      - say: Please hold.
      - set: {name: Ann}
- say: "Hello {{ name }}."
"""
    assert found(findings, steps) == [("perhaps-unset", 6)]


def test_what_it_empties_may_be_empty(findings: CheckFlow) -> None:
    steps = """
- set: {name: Ann}
- wait:
    for: 5s
    meanwhile:
      - set: {name: none}
      - say: Please hold.
      - set: {name: Bea}
- say: "Hello {{ name }}."
"""
    assert found(findings, steps) == [("perhaps-unset", 8)]


@pytest.mark.parametrize("meanwhile", ["inner", "[{run: inner}]"])
def test_also_in_a_section(findings: CheckFlow, meanwhile: str) -> None:
    steps = f"""
- set: {{name: Ann}}
- wait: {{for: 5s, meanwhile: {meanwhile}}}
- say: "Hello {{{{ name }}}}."
"""
    empties = """
  inner:
    - set: {name: none}
    - say: Please hold.
    - set: {name: Bea}
"""
    assert found(findings, steps, empties) == [("perhaps-unset", 3)]
    assert found(findings, steps, empties.replace("none", "Cid")) == []


def test_behind_a_key_what_ran_meanwhile_may_not_have_run(findings: CheckFlow) -> None:
    steps = """
- wait:
    for: 5s
    meanwhile: [{set: {name: Ann}}]
    keys:
      1: [{say: "Hello {{ name }}."}]
"""
    assert found(findings, steps) == [("perhaps-unset", 5)]


def test_steps_behind_a_key_are_not_on_the_way(findings: CheckFlow) -> None:
    steps = """
- wait: {for: 5s, keys: {1: [{set: {name: Ann}}]}}
- say: "Hello {{ name }}."
"""
    assert found(findings, steps) == [("perhaps-unset", 2)]


@pytest.mark.parametrize(
    "steps",
    [
        "- say: {prompt: Hello., timeout: 3s}",
        "- run: {section: inner, timeout: 3s}",
        "- repeat: {most: 3, timeout: 3s}\n  do: [{wait: 1m}]",
    ],
)
def test_a_time_limit_needs_a_target(findings: CheckFlow, steps: str) -> None:
    inner = "  inner:\n    - say: Inner.\n" if "inner" in steps else ""
    assert found(findings, steps, inner) == [("no-target", 1)]
    assert found(findings, steps + "\n  exits: {timeout: hangup}", inner) == []


def test_without_one_there_is_no_such_exit(findings: CheckFlow) -> None:
    assert found(findings, "- say: Hello.\n  exits: {timeout: hangup}") == [("unknown-exit", 2)]


def test_a_time_limit_cuts_off_anywhere(findings: CheckFlow) -> None:
    steps = """
- set: {name: Ann}
- each: {items: "x in [1, 2]", timeout: 5s}
  do:
    - set: {name: none}
    - say: One moment.
    - set: {name: Bea}
  exits: {timeout: [{say: "Sorry {{ name }}."}, hangup]}
- say: "Hello {{ name }}."
"""
    assert found(findings, steps) == [("perhaps-unset", 7)]


def test_keys_of_a_step_compete(findings: CheckFlow) -> None:
    assert found(findings, "- wait: {for: 5s, keys: {X: main, 5: main}}") == []
    steps = "- wait:\n    for: 5s\n    keys:\n      1X: main\n      X1: main"
    assert found(findings, steps) == [("same-keys", 5)]


def test_a_jump_out_of_what_runs_meanwhile_leads_there(findings: CheckFlow) -> None:
    steps = "- wait: {for: 5s, meanwhile: [{menu: {prompt: Press 1., keys: {1: away}}}]}"
    away = """
  away:
    - say: Away.
"""
    assert found(findings, steps, away) == []


def test_a_section_that_is_not_there(findings: CheckFlow) -> None:
    assert found(findings, "- wait: {for: 5s, meanwhile: nowhere}") == [("missing-section", 1)]


def test_an_answer_is_needed_inside_too(findings: CheckFlow) -> None:
    text = """
sections:
  main:
    - wait: {for: 5s, meanwhile: [{menu: {prompt: Press 1., keys: {1: main}}}]}
      exits: {else: hangup}
"""
    assert "not-answered" in [code for code, _ in told(findings(text))]


def test_a_circle_through_a_wait_is_none(findings: CheckFlow) -> None:
    assert found(findings, "- wait: {for: 5s, meanwhile: [{say: Hold.}]}\n- goto: main") == []
