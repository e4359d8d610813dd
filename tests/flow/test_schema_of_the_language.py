"""The schema of the real language: every field explained, good flows accepted, bad ones refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from ivrkit.flow.reader import FLOW_FIELDS
from ivrkit.flow.schema_file import flow_schema
from ivrkit.service.registries import reader

ROOT = Path(__file__).parents[2]
FLOWS = [*ROOT.glob("flows/**/*.yaml"), *ROOT.glob("ivrkit/service/projects/*/flows/**/*.yaml")]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return flow_schema(reader().language)


def problems(schema: dict[str, Any], text: str) -> list[str]:
    data = yaml.load(text, Loader=yaml.BaseLoader)
    return [error.message for error in Draft7Validator(schema).iter_errors(data)]


def test_every_field_of_a_flow_is_in_it(schema: dict[str, Any]) -> None:
    assert set(schema["properties"]) == set(FLOW_FIELDS)


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of the flow and of the definitions, by its place."""
    for name, field in schema["properties"].items():
        yield name, field
    for name, definition in schema["definitions"].items():
        if name == "step":
            continue  # verbs have their text where they are defined
        for form in (definition, *definition.get("anyOf", ())):
            for key, field in form.get("properties", {}).items():
                yield f"{name}.{key}", field


def test_every_field_has_a_text_and_an_example(schema: dict[str, Any]) -> None:
    known = [(name, resolved(schema, field)) for name, field in fields(schema)]
    assert [name for name, field in known if not field.get("description")] == []
    bare = [name for name, field in known if not is_shown(field)]
    assert bare == []


def resolved(schema: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in field:
        return field
    return {**schema["definitions"][field["$ref"].rpartition("/")[2]], **field}


def is_shown(field: dict[str, Any]) -> bool:
    """Whether one sees what to write: an example, the words there are, or a form of its own."""
    return any(word in field for word in ("examples", "enum", "anyOf", "properties"))


def test_every_verb_has_a_text_and_an_example(schema: dict[str, Any]) -> None:
    for verb in reader().language.verbs:
        definition = schema["definitions"][f"verb.{verb}"]
        assert definition["description"], verb
        if reader().language.verb(verb).required:
            assert definition["examples"], verb


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_flows_that_are_delivered_validate(schema: dict[str, Any], path: Path) -> None:
    assert problems(schema, path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "top",
    [
        "flows: x",
        "ivrkit: 2",
        "flow: My Flow",
        "language: English",
        "max_call: 5 hours",
        "variables: {Account: digits}",
        "variables: {account: digit}",
        "variables: {account: {choice: []}}",
        "variables: {account: {choice: [a], list: text}}",
        "variables: {account: {type: text, default: x, colour: red}}",
        "params: [account]",
        "outcomes: [Refused]",
        "entry: main",
        "keys: {1: {label: x, to: main}}",
        "keys: {1: {to: My Section}}",
        "defaults: {menu: {promt: x}}",
        "defaults: {firstdigit: 5s}",
        "exits: [main]",
        "on_error: {say: Sorry.}",
    ],
)
def test_wrong_fields_of_a_flow_are_refused(schema: dict[str, Any], top: str) -> None:
    rest = "sections: {main: [answer]}\n"
    assert problems(schema, rest) == []
    assert problems(schema, f"{top}\n{rest}") != []


@pytest.mark.parametrize(
    "step",
    [
        "wait: 5",
        "wait: 5 seconds",
        "wait: {for: 5s, until: 6s}",
        "menu: {first_digit: soon, keys: {}}",
        "menu: {attempts: many, keys: {}}",
        "menu: {attempts: {silence: 2}, keys: {}}",
        "menu: {keys: [1, 2]}",
        "menu: {keys: {1: {say: x, label: y, go: z}}}",
        "menu: {keys: {1: Top Section}}",
        "menu: {into: Reason, keys: {}}",
        "menu: {no_input: {say: x, again: true}, keys: {}}",
        "collect: {into: a, digits: many}",
        "collect: {into: a, confirm: {prompt: x, maybe: 3}}",
        "collect: {into: a, terminator: pound sign}",
        "say: {money: balance, curency: EUR}",
        "say: {prompt: x, barge_in: perhaps}",
        "say: []",
        "goto: My Section",
        "run: {flow: My Flow}",
        "reject: {sip: abc, cause: 3, why: x}",
        "queue: {nmae: service}",
        "if: x",
        "answer: now",
    ],
)
def test_wrong_steps_are_refused(schema: dict[str, Any], step: str) -> None:
    wrong = f"sections:\n  main:\n    - {step}\n"
    if step == "if: x":
        wrong = "sections:\n  main:\n    - if: x\n      than: main\n"
    assert problems(schema, wrong) != []
    flow, _ = reader().read("f.yaml", wrong)
    assert flow is None  # what the schema refuses the reader refuses


def test_exits_of_a_verb_are_named_with_their_texts(schema: dict[str, Any]) -> None:
    step = schema["definitions"]["step"]["anyOf"][0]
    exits = step["dependencies"]["queue"]["properties"]["exits"]["properties"]
    assert exits["timeout"]["description"] == "The time in the queue is over."
    assert {"else", "error", "full"} <= set(exits)


def test_durations_settings_and_expressions_in_place_of_literals(schema: dict[str, Any]) -> None:
    good = """
sections:
  main:
    - wait: "{{ patience }}"
    - wait: 1h30m
    - menu: {attempts: "{{ 2 + 1 }}", first_digit: 0.5s, keys: {1: next}}
    - queue: {name: "{{ desk }}", timeout: "{{ patience }}", priority: 3}
"""
    assert problems(schema, good) == []


def test_it_is_plain_json(schema: dict[str, Any]) -> None:
    assert json.loads(json.dumps(schema)) == schema
