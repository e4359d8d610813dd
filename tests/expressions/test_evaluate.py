from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.errors import BudgetExceeded, ExpressionError, SecretLost
from ivrkit.expressions import Expression, FixedScope, Secret, Value


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("customer.name", "Ann Lee"),
        ("customer['name']", "Ann Lee"),
        ("customer.email", None),
        ("customer.email.domain.top", None),
        ("nothing.x['y'][0]", None),
        ("slots[0].id", Decimal(1)),
        ("slots[-1].id", Decimal(2)),
        ("slots.0.id", Decimal(1)),
        ("account[0]", "0"),
        ("account ~ '/' ~ attempt", "0123/2"),
        ("1 ~ 2", "12"),
        ("typed", "1e3"),
        ("typed ~ ''", "1e3"),
        ("'yes' if customer.vip else 'no'", "yes"),
        ("'yes' if not customer.vip", None),
        ("nothing or 'none'", "none"),
        ("account and attempt", Decimal(2)),
        ("nothing and undeclared", None),
        ("customer.vip or undeclared", True),
        ("true if customer.vip else undeclared", True),
        ("not nothing", True),
        ("[1, attempt]", [Decimal(1), Decimal(2)]),
        ("{'a': attempt, 'b': none}", {"a": Decimal(2), "b": None}),
        ("today", date(2026, 3, 2)),
        ("now", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("account | length | text", "4"),
        ("True and None is none", True),
        ("'a' 'b'", "ab"),
        ("'{{' ~ '}}'", "{{}}"),
    ],
)
def test_values(value: Callable[[str], Any], source: str, result: Any) -> None:
    found = value(source)
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("undeclared", "'undeclared' is not defined"),
        ("customer.nme", "no field 'nme'"),
        ("customer['nme']", "no such field"),
        ("account.length", "write length(…)"),
        ("attempt.x", "a number has no field 'x'"),
        ("slots[2]", "no such item"),
        ("slots[-3]", "no such item"),
        ("slots[0.5]", "no such item"),
        ("slots['a']", "no item by text"),
        ("customer[0]", "no item by number"),
        ("attempt[0]", "no item by number"),
        ("-account", "a text has no sign"),
        ("-true", "a flag has no sign"),
        ("account ~ nothing", "none"),
        ("account ~ slots", "join"),
        ("account ~ customer", "fields"),
        ("1 / 0", "division by zero"),
        ("nosuch(1)", "there is no function 'nosuch'"),
    ],
)
def test_errors(value: Callable[[str], Any], source: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source)
    assert said in str(caught.value)
    assert source in str(caught.value)


@pytest.mark.parametrize(
    "source",
    [
        "customer.__class__",
        "customer['__class__']",
        "account.__class__",
        "account['__class__']",
        "customer.items",
        "customer.keys",
        "slots.append",
        "now.year",
        "now.tzinfo",
        "attempt.real",
        "length.__globals__",
        "self",
        "config",
        "range",
        "cycler",
        "namespace",
        "loop",
        "pin._Secret__value",
        "pin.reveal",
    ],
)
def test_data_has_fields_and_nothing_else(value: Callable[[str], Any], source: str) -> None:
    with pytest.raises(ExpressionError):
        value(source)


@pytest.mark.parametrize(
    "source",
    [
        "pin",
        "pin == '4711'",
        "pin == '0000'",
        "pin[0]",
        "length(pin)",
        "pin ~ ''",
        "'x' if pin == '4711' else 'y'",
        "pin is none",
        "not pin",
        "pin in ['4711']",
        "customer.pin",
        "customer['pin']",
        "code + 1",
        "[pin]",
        "{'a': pin}",
        "pins[0]",
        "first(pins)",
        "join(pins)",
        "pins == ['1', '2']",
        "'1' in pins",
        "mask(pin)",
        "sha256(pin)",
        "json(customer)",
        "get(customer, 'pin')",
        "pluck([customer], 'pin')",
        "default(nothing, pin)",
        "pin and attempt",
    ],
)
def test_what_touches_a_secret_is_one(value: Callable[[str], Any], source: str) -> None:
    found = value(source)
    assert isinstance(found, Secret)
    assert "4711" not in f"{found!r} {found}"


@pytest.mark.parametrize(
    "source",
    ["customer.name", "length(pins)", "attempt or pin", "customer", "pins", "last([customer])"],
)
def test_what_only_stands_beside_a_secret_is_none(value: Callable[[str], Any], source: str) -> None:
    assert not isinstance(value(source), Secret)


@pytest.mark.parametrize(
    "source",
    [
        "pin + 1",
        "number(pin ~ 'x')",
        "pin > 5 > pin ~ ' '",
        "customer[pin]",
        "slots[code]",
        "date(pin)",
        "pin.x",
        "days(code) + pin",
        "regex(pin, pin ~ '(')",
        "in_zone(now, pin)",
        "duration(pin)",
        "pin[code]",
        "code > 'x' ~ pin",
    ],
)
def test_errors_do_not_tell_a_secret(value: Callable[[str], Any], source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source)
    assert "4711" not in str(caught.value).replace(source, "")


def test_a_lost_secret_stays_that_error() -> None:
    class Lost(FixedScope):
        def lookup(self, name: str) -> Value:
            raise SecretLost("it did not survive")

    with pytest.raises(SecretLost):
        Expression.parse("pin").value(Lost())


def test_objects_of_python_are_no_data() -> None:
    scope = FixedScope({"thing": object(), "record": {"thing": object()}, "b": b"x"})
    for source in ("thing", "record.thing", "record['thing']", "b", "text(thing)", "json(record)"):
        with pytest.raises(ExpressionError, match="not data"):
            Expression.parse(source).value(scope)


def test_long_texts_are_refused_before_they_are_made() -> None:
    scope = FixedScope({"long": "x" * 60_000})
    assert Expression.parse("length(long ~ 'y')").value(scope) == 60_001
    with pytest.raises(BudgetExceeded):
        Expression.parse("long ~ long").value(scope)


def test_long_expressions_are_flat(value: Callable[[str], Any]) -> None:
    assert value(" + ".join(["1"] * 500)) == 500
    assert value(" or ".join(["nothing"] * 300)) is None
    assert value(" ~ ".join(["'a'"] * 300)) == "a" * 300
