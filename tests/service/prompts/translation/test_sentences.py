"""Prompts as texts for translators, and back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import ValueRejected
from ivrkit.service.prompts.translation.sentences import (
    Text,
    flat,
    parsed,
    placeholders,
    rebuilt,
    texts_of,
)

MONEY = {"money": "balance", "currency": "EUR"}
TIME = {"time": "time('14:30')"}


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("Welcome.", "Welcome."),
        ("Dear {{ name }}", "Dear {{ name }}"),
        (["Your balance is", MONEY], "Your balance is {money: balance, currency: EUR}"),
        ([MONEY, ". Good."], "{money: balance, currency: EUR}. Good."),
        (["Saldo:", MONEY, "gut"], "Saldo: {money: balance, currency: EUR} gut"),
        (["您的余额是", {"money": "b"}, "元"], "您的余额是{money: b}元"),
        (["à l'", {"time": "t"}], "à l'{time: t}"),
        (["At", TIME], "At {time: \"time('14:30')\"}"),
        ([{"number": "a"}, {"number": "b"}], "{number: a} {number: b}"),
    ],
)
def test_a_prompt_is_one_text(prompt: Any, text: str) -> None:
    assert flat(prompt) == text
    assert parsed(text, mixed=isinstance(prompt, list)) == prompt


@pytest.mark.parametrize(
    "prompt",
    [
        ["One.", "Two."],
        [{"text": "Hello", "voice": "anna"}],
        ["a {b} c", MONEY],
        [{"phrase": "x", "with": {"a": "b"}}],
        {"text": "Hello"},
        [],
    ],
)
def test_what_cannot_be_written_as_one_text(prompt: Any) -> None:
    assert flat(prompt) is None


def test_texts_are_told_by_their_place() -> None:
    prompt = ["One.", "Two.", {"text": "Three.", "voice": "anna"}, {"silence": "1s"}]
    found = texts_of(prompt, "fr")
    assert {path: text.forms[""] for path, text in found.items()} == {
        (0,): "One.",
        (1,): "Two.",
        (2, "text"): "Three.",
    }
    french = rebuilt(prompt, {(2, "text"): Text({"": "Trois."}, False)})
    assert french == ["One.", "Two.", {"text": "Trois.", "voice": "anna"}, {"silence": "1s"}]


COUNT = {"count": "n", "zero": "None.", "one": "One.", "other": ["There are", {"number": "n"}]}


def test_the_forms_of_a_number_belong_together() -> None:
    found = texts_of(COUNT, "ru")
    assert found[("zero",)].forms == {"": "None."}
    assert found[()].forms == {"one": "One.", "other": "There are {number: n}"}
    # In Arabic zero is one of the plural forms.
    assert "zero" in texts_of(COUNT, "ar")[()].forms
    russian = {"one": "{number: n} A", "few": "{number: n} B", "many": "C", "other": "D"}
    assert rebuilt(COUNT, {(): Text(russian, True), ("zero",): Text({"": "Z"}, False)}) == {
        "count": "n",
        "zero": "Z",
        "one": [{"number": "n"}, "A"],
        "few": [{"number": "n"}, "B"],
        "many": "C",
        "other": "D",
    }


@pytest.mark.parametrize("text", ["{money: a}x", "x{money: a}", "a {money: b", "a } b", "{a", "{}"])
def test_braces_that_are_no_values_are_refused(text: str) -> None:
    with pytest.raises(ValueRejected):
        parsed(text, mixed=True)


def test_placeholders_are_compared_without_what_is_the_languages() -> None:
    one = placeholders("{{  name }} {number: n, gender: feminine}", mixed=True)
    assert one == placeholders("{number: n} und {{ name }}", mixed=True)
    assert one != placeholders("{number: n} und {{ names }}", mixed=True)
    assert not placeholders("{number: n}", mixed=False)


words = st.text(max_size=20).filter(lambda text: not set("{}") & set(text))
values = st.sampled_from([MONEY, TIME, {"number": "n"}, {"date": "d", "style": "full"}])


@given(st.lists(st.one_of(words, values), min_size=1))
def test_what_can_be_written_as_a_text_is_read_back(prompt: list[Any]) -> None:
    text = flat(prompt)
    if text is not None:
        try:
            again = parsed(text, mixed=True)
        except ValueRejected:
            return  # refused, and never changed
        assert flat(again) == text


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    for read in (parsed, placeholders):
        with suppress(ValueRejected):
            read(text, mixed=True)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sign", ["{{", "{", "}", "{{ a", "{a}", "{{{"])
def test_a_text_of_braces_is_read_at_once(sign: str) -> None:
    text = sign * 50_000
    with suppress(ValueRejected):
        placeholders(text, mixed=False)
    with suppress(ValueRejected):
        parsed(text, mixed=True)
