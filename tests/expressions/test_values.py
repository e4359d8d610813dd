from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest

from ivrkit.errors import ExpressionError
from ivrkit.expressions import Secret, kind_of, plain, spoken, truth
from ivrkit.expressions.values import imported


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        (True, "true"),
        (False, "false"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0"), "0"),
        (Decimal("0.0000001"), "0.0000001"),
        (7, "7"),
        (0.1, "0.1"),
        (date(2026, 3, 2), "2026-03-02"),
        (time(9, 5), "09:05"),
        (time(9, 5, 7), "09:05:07"),
        (datetime(2026, 3, 2, 10, 30, tzinfo=UTC), "2026-03-02T10:30:00+00:00"),
        (timedelta(minutes=5), "5m"),
        (Secret("1234"), "••••"),
        (Colour.RED, "red"),
    ],
)
def test_spoken(value: Any, text: str) -> None:
    assert spoken(value) == text


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, object(), b"bytes", Decimal("1E+999999")])
def test_what_cannot_be_spoken(value: Any) -> None:
    with pytest.raises(ExpressionError):
        spoken(value)


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (3, Decimal(3)),
        (0.1, Decimal("0.1")),
        ((1, 2), [1, 2]),
        (True, True),
        (Colour.RED, "red"),
    ],
)
def test_imported(value: Any, result: Any) -> None:
    taken = imported(value)
    assert taken == result
    assert type(taken) is type(result)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**50, object(), {1, 2}])
def test_what_is_no_data(value: Any) -> None:
    with pytest.raises(ExpressionError):
        imported(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "none"), ("a", "text"), (Decimal(1), "number"), (Secret(True), "flag"), ([], "list")],
)
def test_kind_of(value: Any, kind: str) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize("value", [None, False, "", Decimal(0), [], {}, timedelta(0), Secret("")])
def test_what_does_not_hold(value: Any) -> None:
    assert truth(value) is False


@pytest.mark.parametrize("value", [True, "false", Decimal(1), [0], time(0), Secret(True)])
def test_what_holds(value: Any) -> None:
    assert truth(value) is True


def test_plain_is_json_with_secrets_masked() -> None:
    value = {
        "n": Decimal("2"),
        "f": Decimal("2.5"),
        "d": date(2026, 3, 2),
        "p": [Secret("1"), None],
    }
    assert plain(value) == {"n": 2, "f": 2.5, "d": "2026-03-02", "p": ["••••", None]}
    assert isinstance(plain(Decimal("2.0")), int)
