from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ivrkit.call import Branch, Jump, Mark, Reserved, Word
from ivrkit.call.step import Node
from ivrkit.flow import codes
from ivrkit.flow.model import Flow

One = Callable[[str], Node]
Many = Callable[[str], tuple[Node, ...]]
Complaints = Callable[[str], list[tuple[str, str]]]


def field(node: Node, name: str) -> Any:
    return getattr(node.step, name)


def test_a_verb_is_short_for_its_main_field_in_every_form(steps: Many) -> None:
    short, long, bare = steps("- say: Hello\n- say: {prompt: Hello, barge_in: false}\n- answer")
    assert field(short, "prompt").parts[0].text.source == "Hello"
    assert field(long, "prompt").parts[0].text.source == "Hello"
    assert field(long, "barge_in") is False
    assert bare.step.verb == "answer"


def test_a_mapping_that_names_a_form_of_prompt_is_the_prompt(steps: Many) -> None:
    one, two = steps("- say: {audio: a, text: b}\n- say: {en: Hello, de-AT: Servus}")
    assert field(one, "prompt").parts[0].audio.source == "a"
    assert set(field(two, "prompt").parts[0].languages) == {"en", "de-AT"}


def test_the_path_of_a_step_is_where_it_hangs(steps: Many) -> None:
    nodes = steps(
        """
        - answer
        - if: a
          then: [{goto: main}]
          else:
            - menu:
                keys:
                  star:
                    - answer
                    - switch: x
                      cases: {card: [answer]}
              exits: {no_input: [answer]}
        """
    )
    decision = nodes[1]
    assert decision.path == "main/1"
    otherwise = decision.targets["else"]
    assert isinstance(otherwise, Branch)
    assert otherwise.path == "main/1/else"
    menu = otherwise.nodes[0]
    assert menu.path == "main/1/else/0"
    star = menu.targets["keys/*"]
    assert isinstance(star, Branch)
    cases = star.nodes[1].targets["cases/card"]
    assert isinstance(cases, Branch)
    assert cases.nodes[0].path == "main/1/else/0/keys/*/1/cases/card/0"
    silent = menu.targets["exits/no_input"]
    assert isinstance(silent, Branch)
    assert silent.nodes[0].path == "main/1/else/0/exits/no_input/0"


def test_a_target_is_a_section_a_reserved_word_or_steps(step: One) -> None:
    node = step("- menu: {keys: {1: top, 2: back, 3: []}}\n  exits: {else: again}")
    assert node.targets["keys/1"] == Jump("top")
    assert node.targets["keys/2"] == Reserved(Word.BACK)
    assert node.targets["keys/3"] == Branch((), "main/0/keys/3")
    assert node.targets["exits/else"] == Reserved(Word.AGAIN)
    assert list(node.targets) == ["keys/1", "keys/2", "keys/3", "exits/else"]


def test_an_entry_has_one_way_however_it_is_written(step: One) -> None:
    node = step(
        """
        - menu:
            keys:
              1: {say: One, to: top}
              2:
                label: two
                to:
                  - answer
        """
    )
    assert list(node.targets) == ["keys/1", "keys/2"]
    branch = node.targets["keys/2"]
    assert isinstance(branch, Branch)
    assert branch.nodes[0].path == "main/0/keys/2/0"


def test_the_place_of_every_text_and_expression_is_known(step: One) -> None:
    node = step(
        """
        - say:
            prompt:
              - "Hello {{ name }}"
              - {money: balance, currency: EUR}
          when: vip
        """
    )
    assert node.mark == Mark("main.yaml", 3, 7, 3)
    assert node.marks[""] == node.mark
    assert node.marks["prompt/0/text"] == Mark("main.yaml", 5, 14, 16)
    assert node.marks["prompt/1/money"] == Mark("main.yaml", 6, 21, 7)
    assert node.marks["when"] == Mark("main.yaml", 7, 13, 3)


def test_marks_of_steps_in_place_are_their_own(step: One) -> None:
    node = step("- if: a\n  then:\n    - say: Hello\n  when: b")
    inner = node.targets["then"]
    assert isinstance(inner, Branch)
    assert set(inner.nodes[0].marks) == {"", "prompt/0/text"}
    assert {"condition", "when", "then"} <= set(node.marks) | {"then"}
    assert "prompt/0/text" not in node.marks


def test_when_and_name_stand_beside_every_verb(step: One) -> None:
    node = step("- answer:\n  when: vip\n  name: greeting")
    assert node.when is not None
    assert node.when.source == "vip"
    assert node.name == "greeting"


def test_a_short_form_and_the_long_form_of_a_target_have_one_way(steps: Many) -> None:
    short, long = steps(
        """
        - queue: {name: a, meanwhile: [answer]}
        - queue: {name: a, meanwhile: {after: 2s, do: [answer]}}
        """
    )
    assert list(short.targets) == list(long.targets) == ["meanwhile"]
    assert field(long, "meanwhile").do.path == "main/1/meanwhile"


def test_defaults_fill_what_a_step_does_not_say(flow: Callable[[str], Flow]) -> None:
    read = flow(
        """
        defaults:
          menu: {first_digit: 7s, no_input: "Hello?"}
          first_digit: 9s
        sections:
          main:
            - menu: {keys: {}}
            - menu: {keys: {}, first_digit: 1s}
            - menu:
            - menu
            - collect: {into: a}
        """
    )
    seconds = [field(node, "first_digit").value(None).total_seconds() for node in read.nodes()]
    assert seconds == [7, 1, 7, 7, 9]
    said = [field(node, "no_input") for node in read.nodes() if node.step.verb == "menu"]
    assert all(each.after(1).prompt.parts[0].text.source == "Hello?" for each in said)


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("- saay: x", "1:3", codes.UNKNOWN_VERB),
        ("- Hello world", "1:3", codes.UNKNOWN_VERB),
        ("- when: x", "1:3", codes.NO_VERB),
        ("- {}", "1:3", codes.NO_VERB),
        ("-", "1:2", codes.NO_VERB),
        ("- []", "1:3", codes.WRONG_FORM),
        ("- say: a\n  goto: b", "2:3", codes.TWO_VERBS),
        ("- say: a\n  barge_in: false", "2:3", codes.INSIDE_VERB),
        ("- menu:\n    keys: {1: a}\n    exits: {no_input: b}", "3:5", codes.BESIDE_VERB),
        ("- menu: {then: a}", "1:10", codes.BESIDE_VERB),
        ("- say: a\n  then: b", "2:3", codes.UNKNOWN_FIELD),
        ("- if: a\n  esle: b", "2:3", codes.UNKNOWN_FIELD),
        ("- menu:\n    promt: x", "2:5", codes.UNKNOWN_FIELD),
        ("- answer: now", "1:11", codes.WRONG_FORM),
        ("- menu: now", "1:9", codes.WRONG_FORM),
        ("- say:", "1:3", codes.MISSING_FIELD),
        ("- say", "1:3", codes.MISSING_FIELD),
        ("- collect: {digits: 4}", "1:3", codes.MISSING_FIELD),
        ("- collect: {into: a, digits: 4, type: digits}", "1:3", codes.BAD_VALUE),
        ("- say: {prompt: , barge_in: true}", "1:17", codes.WRONG_FORM),
        ("- if: a\n  then: {say: b}", "2:9", codes.MISSING_DASH),
        ("- if: a\n  then: {foo: b}", "2:9", codes.WRONG_FORM),
        ("- if: a\n  then: Please wait.", "2:9", codes.BAD_NAME),
        ("- if: a\n  then: '{{ b }}'", "2:10", codes.BAD_VALUE),
        ("- if: a\n  then:", "2:8", codes.WRONG_FORM),
        ("- if: a\n  exits: again", "2:10", codes.WRONG_FORM),
        ("- answer\n- ? [a]\n  : b", "2:5", codes.WRONG_FORM),
    ],
)
def test_one_mistake_gives_one_message_at_its_place(
    complaints: Complaints, text: str, place: str, code: str
) -> None:
    found = complaints(text)
    if code == codes.WRONG_FORM and "? [a]" in text:
        assert (place, code) in found
        return
    assert found == [(place, code)]


def test_every_mistake_of_a_file_is_told_and_none_follows_from_another(
    complaints: Complaints,
) -> None:
    text = """
    - saay: x
    - menu:
        promt: x
        keys: {1: {say: Hello}, 2: {lable: x, to: b}}
      exits: {no_input: {say: x}}
    - if: a +
      then:
        - say: {monney: x}
    """
    assert [code for _, code in complaints(text)] == [
        codes.UNKNOWN_VERB,
        codes.UNKNOWN_FIELD,
        codes.MISSING_FIELD,
        codes.UNKNOWN_FIELD,
        codes.MISSING_DASH,
        codes.BAD_EXPRESSION,
        codes.UNKNOWN_PART,
    ]


def test_a_mistake_in_defaults_is_told_once_however_many_steps_there_are(
    read: Callable[[str], Any],
) -> None:
    _, found = read(
        """
        defaults: {menu: {first_digit: soon, foo: 1}, bar: 2, say: x}
        sections: {main: [menu, menu, {menu: {keys: {}}}]}
        """
    )
    assert [each.code for each in found] == [
        codes.BAD_VALUE,
        codes.UNKNOWN_FIELD,
        codes.UNKNOWN_FIELD,
        codes.WRONG_FORM,
    ]
