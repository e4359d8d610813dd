"""The readings of ``flow/fields``, through verbs that have them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.call import Jump, Prompt
from ivrkit.call.asking import DigitCount
from ivrkit.call.step import Node
from ivrkit.expressions.expression import Setting, Template
from ivrkit.flow import codes
from ivrkit.flow.reader import Reader

One = Callable[[str], Node]
Complaints = Callable[[str], list[tuple[str, str]]]


def value(step: One, text: str, name: str) -> Any:
    return getattr(step(text).step, name)


def texts(prompt: Prompt | None) -> list[str]:
    assert prompt is not None
    return [part.text.source for part in prompt.parts]  # type: ignore[attr-defined]


def test_entries_in_the_short_and_the_long_form(step: One) -> None:
    keys = value(
        step,
        """
        - menu:
            keys:
              1: cards
              2:
                to: desk
                say: For the desk
                label: desk
                words: {en: [desk, table], de: Theke}
                when: open
              0123: next
              hash: back
              2X.: top
        """,
        "keys",
    )
    assert [entry.pattern.text for entry in keys] == ["1", "2", "0123", "#", "2X."]
    assert [entry.way for entry in keys] == ["keys/1", "keys/2", "keys/0123", "keys/#", "keys/2X."]
    long = keys[1]
    assert long.to == Jump("desk")
    assert texts(long.say) == ["For the desk"]
    assert long.label == "desk"
    assert long.when is not None
    assert long.words_in("en") == ("desk", "table")
    assert long.words_in("de-AT") == ("Theke",)
    assert long.mark.line == 6


def test_a_menu_without_entries(step: One) -> None:
    assert value(step, "- menu: {keys: {}}", "keys") == ()


def test_keys_of_a_long_step(step: One) -> None:
    text = '- queue: {name: a, keys: {"*2": top, 3: {to: next, when: vip}}}'
    (entries,) = value(step, text, "keys").values()
    assert [each.way for each in entries] == ["keys/*2", "keys/3"]
    assert [each.when is not None for each in entries] == [False, True]


@pytest.mark.parametrize("field", ["say: For help", "label: help", "words: [help]"])
def test_keys_of_a_long_step_are_not_announced(reader: Reader, field: str) -> None:
    text = f"sections:\n  main:\n    - queue: {{name: a, keys: {{1: {{to: next, {field}}}}}}}\n"
    _, found = reader.read("main.yaml", text)
    assert [each.code for each in found] == [codes.UNKNOWN_FIELD]


def test_keys_of_other_parties_come_with_the_legs(reader: Reader) -> None:
    text = "sections:\n  main:\n    - queue: {name: a, keys: {callee: {1: next}}}\n"
    _, found = reader.read("main.yaml", text)
    assert [each.code for each in found] == [codes.NOT_YET]


def test_retries_one_per_attempt_the_last_is_reused(step: One) -> None:
    retry = value(
        step,
        """
        - menu:
            no_input:
              - Hello?
              - {say: [Really, "gone?"], reprompt: false}
        """,
        "no_input",
    )
    assert [texts(retry.after(n).prompt) for n in (1, 2, 3)] == [
        ["Hello?"],
        ["Really", "gone?"],
        ["Really", "gone?"],
    ]
    assert [retry.after(n).reprompt for n in (1, 2)] == [True, False]


def test_a_retry_may_be_one_prompt_a_part_or_nothing(step: One) -> None:
    assert texts(value(step, "- menu: {no_input: Hello}", "no_input").after(5).prompt) == ["Hello"]
    part = value(step, "- menu: {no_input: {money: a}}", "no_input").after(1).prompt
    assert part.parts[0].form == "money"
    silent = value(step, "- menu: {no_input: {reprompt: false}}", "no_input").after(1)
    assert (silent.prompt, silent.reprompt) == (None, False)
    assert value(step, "- menu: {no_input: []}", "no_input").after(1).prompt is None


@pytest.mark.parametrize(
    ("text", "count"),
    [("4", DigitCount(4, 4)), ("6-12", DigitCount(6, 12)), ("6 - 12", DigitCount(6, 12))],
)
def test_numbers_of_digits(step: One, text: str, count: DigitCount) -> None:
    read = value(step, f"- collect: {{into: a, digits: {text}}}", "digits")
    assert read == count
    assert read.pattern.shortest == count.least


def test_a_check_is_a_condition_or_steps(step: One) -> None:
    condition = value(step, "- collect: {into: a, check: a > 3}", "check")
    assert condition.condition.source == "a > 3"
    node = step("- collect: {into: a, check: [answer]}")
    assert node.step.check.steps is node.targets["check"]  # type: ignore[attr-defined]


def test_forms_have_their_short_form(step: One) -> None:
    assert value(step, "- collect: {into: a, confirm: true}", "confirm").wanted is True
    long = value(step, "- collect: {into: a, confirm: {prompt: Right, yes: star}}", "confirm")
    assert (long.yes, long.no, long.wanted) == ("*", "2", True)
    assert value(step, "- menu: {attempts: 3}", "attempts").each.value(None) == 3
    assert value(step, "- menu: {attempts: {total: 4}}", "attempts").total.value(None) == 4


def test_a_field_named_like_a_word_of_python(step: One) -> None:
    assert value(step, "- repeat: {form: {while: a, most: 10}}", "form").while_.source == "a"


def test_values_keep_their_type_when_they_are_one_whole_expression(step: One) -> None:
    values = value(
        step,
        """
        - set:
            a: "{{ x }}"
            b: "{{ x }}, {{ y }}"
            c: 007
            task.step: amount
            d: " {{ x }} "
        """,
        "values",
    )
    assert list(values) == ["a", "b", "c", "task.step", "d"]
    assert isinstance(values["a"], Setting)
    assert values["a"].expression.source == "x"
    assert isinstance(values["b"], Template)
    assert values["c"].value(None) == "007"
    assert isinstance(values["d"], Setting)


def test_an_argument_may_be_a_prompt(step: One) -> None:
    with_ = value(
        step, "- run: {flow: a/b, with: {x: 1, greeting: [Hello, {audio: y}]}}", "arguments"
    )
    assert isinstance(with_["x"], Setting)
    assert isinstance(with_["greeting"], Prompt)


def test_an_iteration_names_the_item_and_the_list(step: One) -> None:
    node = step("- each: message in inbox.new\n  do: []")
    over = node.step.over  # type: ignore[attr-defined]
    assert (over.name, over.items.source) == ("message", "inbox.new")
    assert (node.marks["over"].column, node.marks["over"].length) == (24, 9)


def test_lists_mappings_and_factors(step: One) -> None:
    node = step("- queue: {name: a, tags: [x, y], extra: {k: 'v {{ z }}'}}")
    assert node.step.tags == ("x", "y")  # type: ignore[attr-defined]
    assert node.step.extra["k"].source == "v {{ z }}"  # type: ignore[attr-defined]
    assert value(step, "- say: {prompt: a, speed: 1.25}", "speed") == Decimal("1.25")


def test_targets_by_name(step: One) -> None:
    assert step("- queue: {name: a, leads: {x: top}}").targets == {"leads/x": Jump("top")}


def test_none_switches_a_key_off(step: One) -> None:
    assert value(step, "- menu: {terminator: none}", "terminator") == ""
    assert value(step, "- menu: {terminator: pound}", "terminator") == "#"


def test_a_type(step: One) -> None:
    assert value(step, "- collect: {into: a, type: {choice: [x, y]}}", "type").options == ("x", "y")


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("- menu: {keys: {1: a, Q: b}}", "1:23", codes.BAD_VALUE),
        ("- menu: {keys: {star: a, '*': b}}", "1:26", codes.DUPLICATE_KEY),
        ("- menu: {keys: {1: {goto: a}}}", "1:20", codes.MISSING_DASH),
        ("- menu: {keys: {1: {label: a}}}", "1:20", codes.MISSING_FIELD),
        ("- menu: {keys: {1: {to: a, lable: b}}}", "1:28", codes.UNKNOWN_FIELD),
        ("- menu: {keys: {1: {lable: b, say: a}}}", "1:21", codes.UNKNOWN_FIELD),
        ("- menu: {keys: {1: {to: a, words: {English: b}}}}", "1:36", codes.BAD_NAME),
        ("- menu: {keys: {1: {to: a, words: {eng: b}}}}", "1:36", codes.BAD_NAME),
        ("- menu: {keys: {1: {to: a, words: []}}}", "1:35", codes.BAD_VALUE),
        ("- menu: {keys: {1: {to: a, words: ['?']}}}", "1:36", codes.BAD_VALUE),
        ("- menu: {keys: [a]}", "1:16", codes.WRONG_FORM),
        ("- menu: {keys: {1: }}", "1:20", codes.WRONG_FORM),
        ("- menu: {first_digit: 5}", "1:23", codes.BAD_VALUE),
        ("- menu: {first_digit: '5s {{ a }}'}", "1:27", codes.BAD_EXPRESSION),
        ("- menu: {terminator: 12}", "1:22", codes.BAD_VALUE),
        ("- menu: {into: Account}", "1:16", codes.BAD_NAME),
        ("- menu: {into: call}", "1:16", codes.RESERVED_NAME),
        ("- menu: {into: '{{ a }}'}", "1:17", codes.BAD_NAME),
        ("- menu: {attempts: many}", "1:20", codes.BAD_VALUE),
        ("- menu: {attempts: {any: 3}}", "1:21", codes.UNKNOWN_FIELD),
        ("- menu: {no_input: [{say: a, reprompt: maybe}]}", "1:40", codes.BAD_VALUE),
        ("- collect: {into: a, digits: 4-}", "1:30", codes.BAD_VALUE),
        ("- collect: {into: a, digits: 9-4}", "1:30", codes.BAD_VALUE),
        ("- collect: {into: a, check: {say: x}}", "1:29", codes.MISSING_DASH),
        ("- collect: {into: a, type: {list: texd}}", "1:35", codes.BAD_TYPE),
        ("- say: {prompt: a, barge_in: yes}", "1:30", codes.BAD_VALUE),
        ("- say: {prompt: a, speed: 0}", "1:27", codes.BAD_VALUE),
        ("- say: {prompt: a, speed: 15}", "1:27", codes.BAD_VALUE),
        ("- say: {prompt: a, speed: fast}", "1:27", codes.BAD_VALUE),
        ("- say: '{{ a. }}'", "1:14", codes.BAD_EXPRESSION),
        ("- say: {audio: a, money: b}", "1:19", codes.TWO_PARTS),
        ("- say: {monney: b, when: c}", "1:9", codes.UNKNOWN_PART),
        ("- say: {de: Hallo, EN: Hello}", "1:20", codes.BAD_NAME),
        ("- say: {de: Hallo, eng: Hello}", "1:20", codes.BAD_NAME),
        ("- say: [[a]]", "1:9", codes.WRONG_FORM),
        ("- say: []", "1:8", codes.WRONG_FORM),
        ("- say:\n    - goto: x", "2:7", codes.UNKNOWN_PART),
        ("- say: [Hello you, there]", "1:9", codes.TEXT_IN_BRACKETS),
        ("- say: Press #1 now", "1:14", codes.CUT_BY_COMMENT),
        ("- set: {a: [1]}", "1:12", codes.WRONG_FORM),
        ("- set: {a.B: 1}", "1:9", codes.BAD_NAME),
        ("- set: {now: 1}", "1:9", codes.RESERVED_NAME),
        ("- set: {a: }", "1:12", codes.WRONG_FORM),
        ("- set: x", "1:8", codes.WRONG_FORM),
        ("- run: {flow: a, with: {B: 1}}", "1:25", codes.BAD_NAME),
        ("- run: Top", "1:8", codes.BAD_NAME),
        ("- run: next", "1:8", codes.RESERVED_NAME),
        ("- each: messages\n  do: []", "1:9", codes.BAD_VALUE),
        ("- each: call in b\n  do: []", "1:9", codes.RESERVED_NAME),
        ("- each: a in b +\n  do: []", "1:9", codes.BAD_EXPRESSION),
        ("- queue: {name: a, tags: x}", "1:26", codes.WRONG_FORM),
        ("- queue: {name: a, extra: {k: '{{ a. }}'}}", "1:37", codes.BAD_EXPRESSION),
        ("- queue: {name: a, per_language: {Deutsch: b}}", "1:35", codes.BAD_NAME),
        ("- if: '{{ a }}'", "1:8", codes.BAD_EXPRESSION),
        ("- if: [a]", "1:7", codes.WRONG_FORM),
    ],
)
def test_what_a_field_does_not_take(
    complaints: Complaints, text: str, place: str, code: str
) -> None:
    found = complaints(text)
    assert [each for _, each in found] == [code]
    if code != codes.BAD_EXPRESSION:
        assert found == [(place, code)]
    else:
        assert found[0][0].split(":")[0] == place.split(":")[0]


@pytest.mark.parametrize(
    "text",
    [
        "- say: {{ a }}",
        "- say: [x, {{ a }}]",
        "- say: {money: {{ a }}}",
        "- say: {{ a }}, hello",
        "- {{ a }}",
        "- if: {{ a }}\n  then: {{ b }}",
        "- menu: {{ a }}",
        "- menu: {keys: {{ a }}}",
        "- menu: {keys: {1: {{ a }}}}",
        "- menu: {no_input: [{{ a }}]}",
        "- menu: {attempts: {{ a }}}",
        "- set: {a: {{ b }}}",
        "- run: {flow: x, with: {{ a }}}",
        "- queue: {name: a, tags: {{ a }}}",
        "- collect: {into: a, type: {{ a }}}",
        "- answer:\n  exits: {{ a }}",
    ],
)
def test_braces_without_quotes_are_told_once_wherever_they_stand(
    complaints: Complaints, text: str
) -> None:
    assert {code for _, code in complaints(text)} == {codes.UNQUOTED_EXPRESSION}


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("hash", "#"),
        ("star hash", "*#"),
        ('"0#"', "0#"),
        ("112", "12"),
        ("any", "0123456789*#"),
        ("none", ""),
    ],
)
def test_keys_that_do_the_same(step: One, written: str, keys: str) -> None:
    assert value(step, f"- store: {{end_keys: {written}}}", "end_keys") == keys


def test_keys_that_are_none(complaints: Complaints) -> None:
    assert [code for _, code in complaints("- store: {end_keys: hesh}")] == [codes.BAD_VALUE]


@pytest.mark.parametrize(("written", "kept"), [("7d", "duration"), ("call", "choice")])
def test_how_long_something_is_kept(step: One, written: str, kept: str) -> None:
    setting = value(step, f"- store: {{keep: {written}}}", "keep")
    assert isinstance(setting, Setting)
    assert setting.type.kind == kept


def test_keeping_is_a_duration_or_the_call(complaints: Complaints) -> None:
    assert [code for _, code in complaints("- store: {keep: calls}")] == [codes.BAD_VALUE]


def test_one_value_keeps_its_type(step: One) -> None:
    whole = value(step, '- store: {value: "{{ 1 + 1 }}"}', "value")
    text = value(step, '- store: {value: "{{ 1 }} of 2"}', "value")
    assert (type(whole), type(text)) == (Setting, Template)


def test_one_value_is_no_list(complaints: Complaints) -> None:
    assert [code for _, code in complaints("- store: {value: [1, 2]}")] == [codes.WRONG_FORM]
