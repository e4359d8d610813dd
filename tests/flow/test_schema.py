from __future__ import annotations

from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from ivrkit.flow.reader import Reader
from ivrkit.flow.schema_file import DIALECT, flow_schema

EXAMPLE = """
ivrkit: 1
flow: bank
title: Acme Bank, main line
language: en
variables:
  account: digits
  customer: {name: text, balance: money, vip: flag}
  reason: {choice: [balances, cards, other], default: other}
keys:
  0: {say: For a person, to: agent}
  9: again
shortcuts:
  "*31": agent
defaults:
  menu: {attempts: 3, first_digit: 5s}
exits: {no_input: agent, no_match: agent}
on_error: agent
max_call: 1h30m
sections:
  main:
    - answer
    - say: Welcome to Acme Bank.
    - menu:
        into: reason
        keys:
          1: {label: balances, say: For balances, words: [balance, account], to: agent}
          2: [answer, {goto: agent}]
        no_input:
          - Are you still there?
          - {say: Please press a key., reprompt: false}
      exits: {no_input: agent}
      when: customer.vip
    - collect:
        into: account
        digits: 6-12
        confirm: true
        check: [answer]
    - say:
        - "{{ customer.name }}, your balance is"
        - {money: customer.balance, currency: EUR}
    - if: customer.vip
      then: agent
      else: [{say: {audio: sorry, text: Sorry.}}]
    - switch: reason
      cases: {cards: agent, other: next}
    - set: {account: none}
  agent:
    - queue:
        name: service
        payload: {customer: "{{ customer.name }}"}
"""


def complaints(schema: dict[str, Any], text: str) -> list[str]:
    data = yaml.load(text, Loader=yaml.BaseLoader)
    return [error.message for error in Draft7Validator(schema).iter_errors(data)]


def test_it_is_a_schema_of_draft_7(reader: Reader) -> None:
    schema = flow_schema(reader.language)
    assert schema["$schema"] == DIALECT
    Draft7Validator.check_schema(schema)


def test_a_good_flow_validates(reader: Reader) -> None:
    flow, found = reader.read("bank.yaml", EXAMPLE)
    assert flow is not None, [str(each) for each in found]
    assert complaints(flow_schema(reader.language), EXAMPLE) == []


def test_editors_that_take_scalars_for_numbers_and_flags_are_served(reader: Reader) -> None:
    data = yaml.safe_load(EXAMPLE)
    texts = _with_text_keys(data)
    assert list(Draft7Validator(flow_schema(reader.language)).iter_errors(texts)) == []


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _with_text_keys(each) for key, each in value.items()}
    return [_with_text_keys(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "steps",
    [
        "[{saay: x}]",
        "[{say: x, goto: y}]",
        "[{say: x, barge_in: true}]",
        "[{say: x, then: y}]",
        "[{menu: {promt: x}}]",
        "[{when: x}]",
        "[{collect: {digits: 4}}]",
        "[{say: {monney: x}}]",
        "{say: x}",
        "[say]",
    ],
)
def test_what_the_reader_refuses_an_editor_underlines(reader: Reader, steps: str) -> None:
    text = f"sections: {{main: {steps}}}"
    flow, _ = reader.read("f.yaml", text)
    assert flow is None
    assert complaints(flow_schema(reader.language), text)


def test_fields_have_their_text_default_and_example(reader: Reader) -> None:
    definitions = flow_schema(reader.language)["definitions"]
    assert definitions["verb.say"]["description"] == "Says a prompt."
    assert definitions["verb.say"]["examples"] == ["Welcome."]
    fields = definitions["verb.say"]["anyOf"][1]["properties"]
    assert fields["barge_in"]["description"] == "Whether a key stops it."
    assert fields["barge_in"]["default"] is True
    menu = next(each for each in definitions["verb.menu"]["anyOf"] if "properties" in each)
    assert menu["properties"]["first_digit"]["default"] == "5s"
    assert menu["properties"]["first_digit"]["examples"] == ["5s"]
    assert "with" in definitions["verb.run"]["anyOf"][0]["anyOf"][1]["properties"]


def test_every_example_of_the_language_is_valid(reader: Reader) -> None:
    schema = flow_schema(reader.language)
    for verb in reader.language.verbs.values():
        steps = "".join(f"    {line}\n" for line in verb.example.strip().split("\n"))
        text = f"sections:\n  main:\n{steps}"
        assert complaints(schema, text) == [], verb.verb
        assert reader.read("f.yaml", text)[0] is not None, verb.verb
