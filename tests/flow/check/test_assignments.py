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
