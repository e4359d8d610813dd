"""Values that are the name of a variable, without braces."""

from __future__ import annotations

import pytest

from .conftest import CheckFlow

FLOW = """
variables:
  account: {type: digits, default: "1"}
  mood: {type: {choice: [glad, order]}, default: glad}
  order: {number: digits, place: {street: text}}
on_end: keep
sections:
  main:
    - answer
    - say: Hello.
  keep:
    - remember: {key: a, value: %s, keep: 7d}
    - log: "{{ account }} {{ mood }} {{ order is none }}"
"""


@pytest.mark.parametrize(
    "name", ["account", "order.number", "order.place.street", "call.from", "now", "today"]
)
def test_a_name_without_braces_is_told_of(findings: CheckFlow, name: str) -> None:
    (found,) = findings(FLOW % name)
    assert (found.code, found.severity) == ("name-as-value", "warning")
    assert found.hint == f'write "{{{{ {name} }}}}"'


@pytest.mark.parametrize(
    "value",
    ['"{{ account }}"', "\"{{ 'account' }}\"", "accounts", "the account", "order", "order.x", "12"],
)
def test_what_is_no_name_or_the_option_of_a_choice_is_a_word(
    findings: CheckFlow, value: str
) -> None:
    assert findings(FLOW % value) == []
