from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.errors import ValueRejected
from ivrkit.expressions import Secret, Type


@pytest.mark.parametrize(
    ("kind", "given", "taken"),
    [
        ("number", 3, Decimal(3)),
        ("number", 0.1, Decimal("0.1")),
        ("number", Decimal("2.50"), Decimal("2.50")),
        ("money", "12.50", Decimal("12.50")),
        ("text", 3, "3"),
        ("text", date(2026, 3, 2), "2026-03-02"),
        ("text", True, "true"),
        ("digits", 123, "123"),
        ("phone", 4930123456, "4930123456"),
        ("flag", 1, True),
        ("flag", 0, False),
        ("flag", True, True),
        ("date", datetime(2026, 3, 2), date(2026, 3, 2)),
        ("datetime", date(2026, 3, 2), datetime(2026, 3, 2)),
        ("datetime", datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 2, 1, tzinfo=UTC)),
        ("time", time(10), time(10)),
        ("time", timedelta(hours=10), time(10)),
        ("duration", timedelta(1), timedelta(1)),
        ("duration", "-5m", timedelta(minutes=-5)),
        ("text", None, None),
        ("prompt", ["a", {"phrase": "b"}], ["a", {"phrase": "b"}]),
    ],
)
def test_accept(kind: str, given: Any, taken: Any) -> None:
    accepted = Type.read(kind).accept(given)
    assert accepted == taken
    assert type(accepted) is type(taken)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("number", True),
        ("number", float("nan")),
        ("number", Decimal("1E+50")),
        ("number", b"1"),
        ("number", [1]),
        ("text", [1]),
        ("text", {"a": 1}),
        ("text", "x" * 70_000),
        ("digits", 1.5),
        ("digits", -3),
        ("digits", date(2026, 3, 2)),
        ("flag", 2),
        ("flag", "yes"),
        ("date", datetime(2026, 3, 2, 10)),
        ("date", 20260302),
        ("time", timedelta(days=2)),
        ("duration", 5),
        ("phone", "Ann"),
    ],
)
def test_reject(kind: str, given: Any) -> None:
    with pytest.raises(ValueRejected):
        Type.read(kind).accept(given)


def test_a_choice_takes_its_words_alone() -> None:
    choice = Type.read({"choice": ["balances", "cards"]})
    assert choice.accept("cards") == "cards"
    with pytest.raises(ValueRejected, match="did you mean 'cards'"):
        choice.accept("crds")
    with pytest.raises(ValueRejected):
        choice.accept(1)


def test_a_record_takes_its_fields_and_leaves_others() -> None:
    record = Type.read({"name": "text", "balance": "money"})
    row = {"name": "Ann", "internal": 7}
    assert record.accept(row) == {"name": "Ann", "balance": None}
    with pytest.raises(ValueRejected, match="balance: 'x' is not a number"):
        record.accept({"balance": "x"})
    with pytest.raises(ValueRejected, match="a text is not a record"):
        record.accept("Ann")


def test_a_list_takes_its_items() -> None:
    assert Type.read({"list": "number"}).accept(("1", 2)) == [1, 2]
    with pytest.raises(ValueRejected):
        Type.read({"list": "number"}).accept("1")


def test_a_secret_stays_one_whatever_the_type() -> None:
    taken = Type.read("number").accept(Secret("12"))
    assert isinstance(taken, Secret)
    assert taken.reveal() == 12
    field = Type.read({"pin": "secret"}).accept({"pin": 4711})
    assert isinstance(field, dict)
    assert field["pin"].reveal() == "4711"


def test_a_rejected_secret_is_not_repeated() -> None:
    for type_, given in (
        (Type.read("secret"), "hunter2"),
        (Type.read("number"), Secret("hunter2")),
        (Type.read({"type": {"choice": ["a"]}, "secret": "true"}), "hunter2"),
    ):
        with pytest.raises(ValueRejected) as caught:
            type_.accept(given)
        assert "hunter2" not in str(caught.value)
