"""What the language has and this version has not is refused, never read and then ignored."""

from __future__ import annotations

from textwrap import indent

import pytest

import ivrkit.prompts.parts
import ivrkit.steps
from ivrkit.call import Part, Step
from ivrkit.flow import codes
from ivrkit.flow.later import PARTS, VERBS
from ivrkit.flow.reader import Reader
from ivrkit.flow.registry import Registry


@pytest.fixture(scope="module")
def real() -> Reader:
    """A reader of the language with the verbs and parts there are."""
    return Reader(
        Registry.find(Step, "verb", ivrkit.steps),  # type: ignore[type-abstract]
        Registry.find(Part, "form", ivrkit.prompts.parts),  # type: ignore[type-abstract]
    )


def found_in(real: Reader, steps: str) -> list[tuple[str, str, str]]:
    _, found = real.read("main.yaml", f"sections:\n  main:\n{indent(steps, '    ')}\n")
    return [
        (f"{each.mark.line - 2}:{each.mark.column - 4}", each.code, each.message) for each in found
    ]


@pytest.mark.parametrize(
    ("steps", "place", "name"),
    [
        ("- dial:\n    to: ann\n  exits: {busy: wrong}", "1:3", "dial"),
        ("- queue: {name: service, meanwhile: [answer]}", "1:26", "meanwhile"),
        ("- queue: {name: service, keys: {1: next}}", "1:26", "keys"),
        ("- record: {into: message, meanwhile: [answer]}", "1:27", "meanwhile"),
        ("- say: {prompt: Hello, party: callee}", "1:24", "party"),
    ],
)
def test_it_is_refused_by_its_name(real: Reader, steps: str, place: str, name: str) -> None:
    message = f"`{name}` is not in this version of ivrkit yet"
    assert found_in(real, steps) == [(place, codes.NOT_YET, message)]


def test_music_is_no_part_of_a_prompt(real: Reader) -> None:
    (found,) = found_in(real, "- say: {music: default}")
    assert found[:2] == ("1:9", codes.UNKNOWN_PART)
    assert "no end" in found[2]
    assert found_in(real, "- say: {txt: Welcome.}")[0][1] == codes.UNKNOWN_PART


def test_defaults_of_a_verb_of_a_later_version_are_refused(real: Reader) -> None:
    _, found = real.read("main.yaml", "defaults: {dial: {timeout: 3s}}\nsections: {main: []}")
    assert [each.code for each in found] == [codes.NOT_YET]


@pytest.mark.parametrize("field", ["label: help", "when: call.from"])
def test_a_flow_wide_key_takes_no_field_that_would_be_ignored(real: Reader, field: str) -> None:
    text = f"keys: {{0: {{to: main, {field}}}}}\nsections: {{main: [answer]}}"
    _, found = real.read("main.yaml", text)
    assert [(each.code, each.mark.column) for each in found] == [(codes.UNKNOWN_FIELD, 22)]


def test_what_there_is_is_not_told_to_be_missing(real: Reader) -> None:
    language = real.language
    assert VERBS.isdisjoint(language.verbs)
    assert PARTS.isdisjoint(language.parts)


def test_a_package_that_brings_a_verb_takes_it_out(reader: Reader) -> None:
    later = reader.language.later
    assert "fax" not in later.verbs
    assert "dial" in later.verbs
