"""What steps put into variables, and the types of these."""

from __future__ import annotations

import pytest

from .conftest import CheckFlow

ASKED = """
variables: {entry: %s}
sections:
  main:
    - answer
    - collect: %s
      exits: {else: hangup}
    - log: done
"""


@pytest.mark.parametrize("type_", ["digits", "number", "money", "date", "time", "phone", "secret"])
def test_a_question_takes_the_type_of_its_variable(findings: CheckFlow, type_: str) -> None:
    assert findings(ASKED % (type_, "{into: entry, prompt: Please type it.}")) == []


@pytest.mark.parametrize("type_", ["flag", "datetime", "duration", "{list: digits}"])
def test_what_cannot_be_typed_is_no_variable_of_a_question(findings: CheckFlow, type_: str) -> None:
    found = findings(ASKED % (type_, "{into: entry, prompt: Please type it.}"))
    assert [each.code for each in found] == ["wrong-type"]


def test_a_type_of_its_own_has_to_fit_the_variable(findings: CheckFlow) -> None:
    found = findings(ASKED % ("date", "{into: entry, type: time, prompt: Please type it.}"))
    assert [each.message for each in found] == ["entry: a time where a date is wanted"]


SAID = """
variables: {entry: {type: %s, optional: true}}
sections:
  main:
    - answer
    - collect: {into: entry, type: %s, prompt: Type it.}
      exits: {else: hangup}
    - say: [{%s: entry}]
"""


@pytest.mark.parametrize(
    ("type_", "part", "refused"),
    [
        ("digits", "digits", ""),
        ("digits", "spell", ""),
        ("number", "number", ""),
        ("number", "ordinal", ""),
        ("money", "money", ""),
        ("phone", "digits", ""),
        ("date", "date", ""),
        ("time", "time", ""),
        (
            "date",
            "number",
            "this is a date, and number says numbers; for what was typed, take digits",
        ),
        (
            "digits",
            "number",
            "this is digits, and number says numbers; for what was typed, take digits",
        ),
        ("number", "date", "this is a number, and date says dates"),
        ("date", "datetime", "this is a date, and datetime says dates with a time"),
        ("number", "duration", "this is a number, and duration says durations"),
    ],
)
def test_a_part_says_what_it_can(findings: CheckFlow, type_: str, part: str, refused: str) -> None:
    found = findings(SAID % (type_, type_, part))
    assert [each.message for each in found] == ([refused] if refused else [])


@pytest.mark.parametrize(
    ("confirm", "codes"),
    [
        ("{yes: 1, no: 1}", ["same-keys"]),
        ("{no: 1}", ["same-keys"]),
        ("{yes: 3}", []),
        ("{wanted: false, no: 1}", []),
    ],
)
def test_yes_and_no_are_two_keys(findings: CheckFlow, confirm: str, codes: list[str]) -> None:
    found = findings(ASKED % ("digits", f"{{into: entry, prompt: Type it., confirm: {confirm}}}"))
    assert [each.code for each in found] == codes
