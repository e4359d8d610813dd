from __future__ import annotations

import pytest

from ivrkit.qa.words import find, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Welcome to Acme Bank.", "welcome  to acme bank"),
        ("twelve euros and fifty cents", "12 euros and 50 cents"),
        ("You entered 1 2 3.", "you entered 123"),
        ("one two three", "123"),
        ("one hundred and twenty", "120"),
        ("two thousand three hundred five", "2305"),
        ("twenty one", "21"),
        ("twenty-one", "21"),
        ("March 2nd", "march second"),
        ("ten thirty", "10:30"),
        ("1,250 euros", "1250 euros"),
        ("twelve million", "12000000"),
        ("It’s fine", "it's fine"),
        ("ninety nine", "99"),
        ("one hundred", "100"),
        ("five and six", "5 and 6"),
        ("zero", "0"),
        ("seventeen twenty", "17 20"),
    ],
)
def test_they_are_heard_alike(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("press one", "press two"), ("one hundred", "hundred one"), ("balance", "balances")],
)
def test_they_are_not_heard_alike(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)


def test_a_chinese_text_is_heard_in_part_whatever_stands_around_it() -> None:
    said = tokens("您好！您的余额为12元5角。查询余额，请按1。")
    assert find(tokens("余额为 12元5角"), said) is not None
    assert find(tokens("查询余额请按1"), said) is not None
    assert find(tokens("余额为12元6角"), said) is None


def test_words_are_found_in_order_and_whole() -> None:
    said = tokens("For balances, press 1. For cards, press 2.")
    assert find(tokens("for cards press 2"), said) is not None
    assert find(tokens("card"), said) is None
    assert find(tokens("press"), said, 3) == 6
