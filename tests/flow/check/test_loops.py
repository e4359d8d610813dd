"""Loops and lists that are gone through, as the checks see them."""

from __future__ import annotations

import pytest

from .conftest import CheckFlow, told

HEAD = """
    variables: {account: digits, n: number}
    data:
      desks: [{name: Cards, at: 8}]
    sections:
      main:
        - answer
"""


def found(findings: CheckFlow, steps: str) -> list[tuple[str, int]]:
    """What is found, with lines counted from the first of the steps."""
    return [(code, line - 7) for code, line in told(findings(HEAD + steps))]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("        - each: desk in desks\n          do: [{say: '{{ desk.nme }}'}]", 2),
        ("        - each: desk in desks\n          do: [{say: x}]\n        - say: '{{ desk }}'", 3),
        (
            "        - menu:\n            keys_from: {each: d in desks, key: '{{ loop.index }}', "
            "say: '{{ d.nme }}', to: main}\n          exits: {no_input: next, no_match: next}",
            2,
        ),
    ],
)
def test_the_item_has_its_type_and_its_place(
    findings: CheckFlow, steps: str, expected: int
) -> None:
    lines = {line for code, line in found(findings, steps) if code.startswith("undefined")}
    assert lines == {expected}


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ("        - each: account in desks\n          do: [{say: x}]", "reserved-name"),
        ("        - each: desk in 7\n          do: [{say: x}]", "wrong-type"),
        ("        - each: desk in desks", "missing-field"),
        ("        - repeat: 3", "missing-field"),
        (
            "        - menu:\n            keys_from: {each: n in desks, key: '{{ loop.index }}', "
            "to: main}\n          exits: {no_input: next, no_match: next}",
            "reserved-name",
        ),
    ],
)
def test_mistakes(findings: CheckFlow, steps: str, code: str) -> None:
    assert code in {each for each, _ in found(findings, steps)}


def asks(loop: str) -> str:
    return f"""
        - {loop}
          do:
            - collect: {{into: account, digits: 4}}
              exits: {{no_input: hangup, no_match: hangup}}
        - say: "{{{{ account }}}}"
    """


@pytest.mark.parametrize("loop", ["repeat: 3", "repeat: 1"])
def test_what_surely_runs_counts_as_having_run(findings: CheckFlow, loop: str) -> None:
    assert found(findings, asks(loop)) == []


@pytest.mark.parametrize(
    "loop",
    ["each: x in desks", 'repeat: "{{ n }}"', "repeat: {while: n == 1, most: 3}", "repeat: 0"],
)
def test_what_may_not_run_does_not(findings: CheckFlow, loop: str) -> None:
    assert ("perhaps-unset", 6) in found(findings, asks(loop))


def test_a_loop_is_no_endless_circle_and_one_around_it_is(findings: CheckFlow) -> None:
    loop = "        - repeat: 3\n          do: [{set: {n: 1}}]\n"
    assert "endless" not in {code for code, _ in found(findings, loop)}
    assert "endless" in {code for code, _ in found(findings, loop + "        - goto: main\n")}
