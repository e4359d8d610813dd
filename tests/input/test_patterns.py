from __future__ import annotations

import re
from itertools import product

import pytest

from ivrkit.errors import ValueRejected
from ivrkit.input import KEYS, Key, Pattern, key_of, keys_of
from ivrkit.input.patterns import LONGEST


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("12", ["12"], ["1", "2", "121", ""]),
        ("012", ["012"], ["12"]),
        ("X", ["0", "9"], ["*", "#", "A", "00"]),
        ("Z", ["1", "9"], ["0"]),
        ("N", ["2", "9"], ["0", "1"]),
        ("xzn", ["012"], ["002", "011"]),
        ("[1-5]", ["1", "5"], ["0", "6", "-"]),
        ("[13-57]0", ["10", "30", "50", "70"], ["20", "60", "1"]),
        ("[*#]", ["*", "#"], ["1"]),
        ("2X.", ["200", "2012345", "21*"], ["2", "20", "300"]),
        (".", ["1", "*", "123#"], [""]),
        ("*31", ["*31"], ["31"]),
        ("#", ["#"], ["*"]),
        ("star", ["*"], ["star"]),
        ("hash", ["#"], []),
        ("Pound", ["#"], []),
        ("a", ["A"], ["a"]),
    ],
)
def test_matches(text: str, good: list[str], bad: list[str]) -> None:
    pattern = Pattern.parse(text)
    assert [keys for keys in good if not pattern.matches(keys)] == []
    assert [keys for keys in bad if pattern.matches(keys)] == []


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("", "write a key"),
        ("_2X.", "leave out the underscore: 2X."),
        ("2.X", "at the end only"),
        ("2..", "at the end only"),
        ("2!", "2. waits"),
        ("1-5", "[1-5]"),
        ("1 2", "use 0-9"),
        ("+49", "use 0-9"),
        ("star31", '"*31"'),
        ("[1-5", "[1-5]"),
        ("[]", "[135]"),
        ("[5-1]", "lower digit first"),
        ("[1-]", "lower digit first"),
        ("[1-*]", "lower digit first"),
        ("[1-٣]", "lower digit first"),
        ("[1,2]", "[135]"),
        ("٣", "use 0-9"),
        ("1" * (LONGEST + 1), "shorten"),
    ],
)
def test_a_text_that_is_no_pattern_is_refused_with_the_cure(text: str, cure: str) -> None:
    with pytest.raises(ValueRejected) as refused:
        Pattern.parse(text)
    assert cure in refused.value.hint


def test_a_longer_entry_is_possible_only_while_the_keys_fit() -> None:
    assert Pattern.parse("123").may_continue("12")
    assert not Pattern.parse("123").may_continue("123")
    assert not Pattern.parse("123").may_continue("13")
    assert Pattern.parse("2X.").may_continue("2345")
    assert Pattern.digits(2, 3).may_continue("12")
    assert not Pattern.digits(2, 3).may_continue("123")
    assert Pattern.parse("1").may_continue("")


@pytest.mark.parametrize(
    ("text", "keys", "rest"),
    [("2X.", "2345", "345"), ("12", "12", ""), ("[5]N", "57", "7"), (".", "*1", "*1")],
)
def test_the_rest_is_what_stood_under_the_wildcards(text: str, keys: str, rest: str) -> None:
    assert Pattern.parse(text).wildcards(keys) == rest


@pytest.mark.parametrize(("text", "keys"), [("[3-5]", "3"), ("star", "*"), ("2NX.", "2200")])
def test_an_example_is_matched(text: str, keys: str) -> None:
    pattern = Pattern.parse(text)
    assert pattern.example == keys
    assert pattern.matches(keys)


def test_the_rank_counts_the_fixed_keys() -> None:
    ranks = [Pattern.parse(text).rank for text in ("X", "[1-5]", "1X", "[1]2", "*31")]
    assert ranks == [0, 0, 1, 2, 3]


def test_lengths() -> None:
    assert (Pattern.parse("2X").shortest, Pattern.parse("2X").longest) == (2, 2)
    assert (Pattern.parse("2X.").shortest, Pattern.parse("2X.").longest) == (3, None)
    assert (Pattern.digits(6, 12).shortest, Pattern.digits(6, 12).longest) == (6, 12)


def test_digits_are_digits() -> None:
    pattern = Pattern.digits(1, 2)
    assert [key for key in KEYS if pattern.matches(key)] == list("0123456789")
    assert pattern.matches("00")
    assert not pattern.matches("000")
    assert pattern.wildcards("12") == "12"


@pytest.mark.parametrize(("least", "most"), [(0, 4), (5, 4), (-1, 2), (1, LONGEST + 1)])
def test_lengths_that_are_none_are_refused(least: int, most: int) -> None:
    with pytest.raises(ValueRejected):
        Pattern.digits(least, most)


def test_words_stand_for_keys() -> None:
    assert [keys_of(word) for word in ("star", "HASH", "pound", "12")] == ["*", "#", "#", "12"]
    assert key_of("hash") == "#"
    for text in ("none", "12", "", "x"):
        with pytest.raises(ValueRejected):
            key_of(text)


@pytest.mark.parametrize("text", ["1X.", ".", "12", "[1*]#", "X"])
@pytest.mark.parametrize(("first", "later"), [("", "#"), ("*", "*"), ("#", "#"), ("*", "#*")])
def test_without_takes_out_what_cannot_be_typed(text: str, first: str, later: str) -> None:
    pattern = Pattern.parse(text)
    masks = [sum(1 << KEYS.index(key) for key in keys) for keys in (first, later)]
    left = pattern.without(*masks)
    strings = ["".join(keys) for length in range(4) for keys in product("12*#", repeat=length)]
    expected = [
        keys
        for keys in strings
        if pattern.matches(keys)
        and keys[0] not in first
        and not re.search(f"[{re.escape(later)}]", keys[1:])
    ]
    assert [keys for keys in strings if left is not None and left.matches(keys)] == expected


def test_a_key_does_not_show_itself() -> None:
    assert "7" not in repr(Key("7", 1.0))


def test_what_is_said_is_no_pattern() -> None:
    with pytest.raises(ValueRejected) as caught:
        Pattern.parse("agent")
    assert "words: [agent]" in caught.value.hint
