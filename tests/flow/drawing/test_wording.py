from __future__ import annotations

import pytest

from ivrkit.call.prompt import Prompt
from ivrkit.flow.closure import from_sources
from ivrkit.flow.drawing.wording import LONGEST, prompt_text, short, step_text, way_text
from ivrkit.flow.walk import found_in
from ivrkit.service.registries import reader, verbs
from tests.docs.surroundings import OTHERS, with_steps


def texts(steps: str) -> list[str]:
    flow, lines = with_steps(steps)
    version = from_sources(reader(), "main", {"main": flow, **OTHERS})
    return [step_text(n.step) for n in version.flow.nodes() if n.mark.line in lines]


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("- say: Hello there.\n", "Hello there."),
        ("- say: {prompt: Long form.}\n", "Long form."),
        ("- say:\n    - You owe\n    - {money: 12.50, currency: EUR}\n", "You owe [money 12.50]"),
        ("- wait: 90s\n", "90s"),
        ("- goto: main\n", "main"),
        ("- log: '{{ call.from }} called'\n", "{{ call.from }} called"),
        (
            "- menu:\n    keys: {1: {say: For news, to: next}}\n    no_input: Hello?\n"
            "  exits: {else: hangup}\n",
            "For news",
        ),
        (
            "- menu:\n    intro: Good day.\n    prompt: Press 1.\n    keys: {1: next}\n"
            "  exits: {else: hangup}\n",
            "Press 1.",
        ),
        ("- if: 1 < 2\n  then: hangup\n", "1 < 2"),
        (
            "- database:\n    source: crm\n    query: |\n      select 1\n      from :account\n"
            "  exits: {not_found: next}\n",
            "crm: select 1 from :account",
        ),
        (
            "- python:\n    plugin: products\n    function: cheaper\n    with: {zone: 1}\n"
            "    repeatable: true\n  exits: {else: next}\n",
            "products: cheaper",
        ),
    ],
)
def test_a_step_in_a_few_words(step: str, text: str) -> None:
    assert texts(step)[0] == text


@pytest.mark.parametrize("verb", sorted(verbs()))
def test_every_verb_has_words(verb: str) -> None:
    assert all(len(text) <= LONGEST and "\n" not in text for text in texts(verbs()[verb].example))


def test_a_prompt_in_a_few_words() -> None:
    flow, _ = with_steps("- say: Hello.\n")
    version = from_sources(reader(), "main", {"main": flow, **OTHERS})
    prompts = [p for n in version.flow.nodes() for p in found_in(n.step, Prompt)]
    assert "Hello." in map(prompt_text, prompts)


def test_texts_are_cut_to_one_line() -> None:
    assert short("a\n  b") == "a b"
    assert len(short("word " * 50)) <= LONGEST
    assert short("word " * 50).endswith("…")


@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("keys/*31", "*31"),
        ("exits/no_input", "no_input"),
        ("cases/a/b", "a/b"),
        ("then", "then"),
        ("next", ""),
    ],
)
def test_what_a_way_is_called(way: str, text: str) -> None:
    assert way_text(way) == text
