"""JSON of other systems."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.json_text import MOST_DEPTH, from_json, to_json
from ivrkit.expressions.secrets import Secret


def test_numbers_are_exact() -> None:
    assert from_json('{"a": 0.1, "b": 12.50, "c": [1, 1e3]}') == {
        "a": Decimal("0.1"),
        "b": Decimal("12.50"),
        "c": [Decimal(1), Decimal(1000)],
    }
    assert str(from_json("12.50")) == "12.50"


def test_other_values() -> None:
    assert from_json('[true, false, null, "\\u4f60\\ud83d\\ude00"]') == [True, False, None, "你😀"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no JSON"),
        ("", "no JSON"),
        ("<html>", "no JSON"),
        ('{"a": 1, "a": 2}', "same name twice"),
        ("NaN", "NaN is no number"),
        ("[-Infinity]", "-Infinity is no number"),
        ("9" * 41, "40 digits"),
        ("9" * 100_000, "40 digits"),
        ("1e999999999", "40 digits"),
        ("[" * 200_000, "64 deep"),
        ("[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1), "64 deep"),
        ('{"a":' * 100 + "1" + "}" * 100, "64 deep"),
        ('"\\ud800"', "half a character"),
        ('{"\\udfff": 1}', "half a character"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueRejected, match=message):
        from_json(text)


def test_the_message_does_not_quote_the_text() -> None:
    with pytest.raises(ValueRejected) as caught:
        from_json('{"card": 4111111111111111')
    assert "4111" not in str(caught.value)


def test_values_as_json() -> None:
    value = {
        "amount": Decimal("12.50"),
        "large": Decimal("1E+3"),
        "pin": Secret("1234"),
        "day": date(2026, 3, 2),
        "time": timedelta(minutes=5),
        "list": [True, None, "你"],
    }
    assert to_json(value).decode() == (
        '{"amount":12.50,"large":1000,"pin":"1234","day":"2026-03-02","time":"5m",'
        '"list":[true,null,"你"]}'
    )


DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.text()
    | st.decimals(
        min_value=-(10**20), max_value=10**20, places=4, allow_nan=False, allow_infinity=False
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("value", ["\ud800", {"\udc00": None}, ["a", {"b": Secret("\udfff")}]])
def test_half_a_character_is_not_written(value: Any) -> None:
    with pytest.raises(ExpressionError, match="half a character"):
        to_json(value)


@given(DATA)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert from_json(to_json(value).decode()) == value
