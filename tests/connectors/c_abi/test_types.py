from __future__ import annotations

import struct
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.connectors.c_abi.types import INTEGERS, CType
from ivrkit.errors import ValueRejected

KINDS = sorted(INTEGERS)
numbers = st.integers(min_value=-(2**70), max_value=2**70)


def test_the_ranges_are_those_of_c() -> None:
    assert INTEGERS["int8"] == (-128, 127)
    assert INTEGERS["uint16"] == (0, 65535)
    assert INTEGERS["int64"] == (-(2**63), 2**63 - 1)
    assert INTEGERS["uint64"] == (0, 2**64 - 1)


@given(kind=st.sampled_from(KINDS), number=numbers)
def test_a_whole_number_goes_in_when_it_is_in_range_and_comes_back_the_same(
    kind: str, number: int
) -> None:
    c_type = CType.read(kind)
    least, most = INTEGERS[kind]
    if least <= number <= most:
        packed = c_type.packed(Decimal(number), "utf-8")
        assert (packed, type(packed)) == (number, int)
        assert c_type.unpacked(packed, "utf-8") == Decimal(number)
    else:
        with pytest.raises(ValueRejected, match="does not fit"):
            c_type.packed(Decimal(number), "utf-8")


@given(cents=st.integers(min_value=-(2**31), max_value=2**31 - 1), scale=st.integers(1, 9))
def test_a_scaled_number_is_exact(cents: int, scale: int) -> None:
    c_type = CType.read("int32", scale)
    amount = Decimal(cents).scaleb(-scale)
    assert c_type.packed(amount, "utf-8") == cents
    assert c_type.unpacked(cents, "utf-8") == amount


@given(st.floats(-(2.0**66), 2.0**66, width=32).filter(lambda x: abs(x) > 1e-9))
def test_a_float_comes_back_as_its_shortest_text(number: float) -> None:
    c_type = CType.read("float")
    found = c_type.unpacked(number, "utf-8")
    assert isinstance(found, Decimal)
    assert struct.pack("f", float(found)) == struct.pack("f", number) or number == 0
    assert c_type.packed(found, "utf-8") == pytest.approx(number)


@given(st.text(alphabet=st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])))
def test_a_text_comes_back_the_same(text: str) -> None:
    c_type = CType.read("text")
    assert c_type.unpacked(c_type.packed(text, "utf-8"), "utf-8") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.50"), "12.50"),
        (True, "true"),
        (date(2026, 3, 2), "2026-03-02"),
        (timedelta(minutes=5), "5m"),
    ],
)
def test_a_text_takes_what_can_be_written(value: Any, text: str) -> None:
    assert CType.read("text").packed(value, "utf-8") == text.encode()


@pytest.mark.parametrize("value", [[Decimal(1)], {"a": "b"}])
def test_a_text_takes_no_lists_and_records(value: Any) -> None:
    with pytest.raises(ValueRejected):
        CType.read("text").packed(value, "utf-8")


def test_a_size_counts_the_nul() -> None:
    c_type = CType.read("text(4)")
    assert c_type.packed("abc", "utf-8") == b"abc"
    with pytest.raises(ValueRejected, match="4 bytes, and 3 are allowed"):
        c_type.packed("abcd", "utf-8")
    assert CType.read("bytes(2)").packed("01 FF", "utf-8") == b"\x01\xff"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("float", Decimal("1e39")),
        ("double", "many"),
        ("bool", "perhaps"),
        ("int32", Decimal("0.1")),
        ("int32", True),
        ("bytes", "0"),
    ],
)
def test_what_does_not_fit_is_told_without_the_value(kind: str, value: Any) -> None:
    with pytest.raises(ValueRejected):
        CType.read(kind).packed(value, "utf-8")


@pytest.mark.parametrize(
    ("text", "scale", "told"),
    [
        ("int", 0, "no type of C"),
        ("int23", 0, "int32"),
        ("text()", 0, "no type of C"),
        ("text(0)", 0, "no type of C"),
        ("text(99999)", 0, "too large"),
        ("int32(4)", 0, "takes no size"),
        ("double", 2, "takes no scale"),
    ],
)
def test_what_is_no_type(text: str, scale: int, told: str) -> None:
    with pytest.raises(ValueRejected) as rejected:
        CType.read(text, scale)
    assert told in str(rejected.value)
