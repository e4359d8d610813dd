from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.expressions import Expression, FixedScope, FixedTypes, Problem, Secret, Template, Type

VALUES: dict[str, Any] = {
    "customer": {
        "name": "Ann Lee",
        "balance": Decimal("12.50"),
        "vip": True,
        "pin": Secret("4711"),
        "email": None,
    },
    "account": "0123",
    "attempt": 2,
    "share": 0.1,
    "reason": "cards",
    "wait": timedelta(minutes=7),
    "day": date(2026, 3, 2),
    "start": time(8, 30),
    "nothing": None,
    "pin": Secret("4711"),
    "code": Secret(Decimal(12)),
    "pins": [Secret("1"), Secret("2")],
    "slots": [{"id": 1, "day": date(2026, 3, 2)}, {"id": 2, "day": date(2026, 3, 3)}],
    "typed": "1e3",
    "big": list(range(9_000)),
    "huge": list(range(20_000)),
}

TYPES: dict[str, object] = {
    "customer": {
        "name": "text",
        "balance": "money",
        "vip": "flag",
        "pin": "secret",
        "email": {"type": "text", "optional": "true"},
    },
    "account": "digits",
    "attempt": "number",
    "reason": {"choice": ["balances", "cards", "other"]},
    "other": {"choice": ["x", "y"]},
    "wait": "duration",
    "day": "date",
    "start": "time",
    "since": "datetime",
    "pin": "secret",
    "tel": "phone",
    "slots": {"list": {"id": "number", "day": "date"}},
    "cards": {"list": {"number": "digits", "code": "secret"}},
    "words": {"list": "text"},
    "queues": {"sales": {"wait": "duration"}, "service": {"wait": "duration"}},
    "unknown": None,
    "name": "text",
}


@pytest.fixture
def scope() -> FixedScope:
    return FixedScope(VALUES)


@pytest.fixture
def value(scope: FixedScope) -> Callable[[str], Any]:
    """The value of an expression over the values above."""
    return lambda text: Expression.parse(text).value(scope)


@pytest.fixture
def text(scope: FixedScope) -> Callable[[str], Any]:
    """The text of a template over the values above."""
    return lambda source: Template.parse(source).text(scope)


@pytest.fixture
def check() -> Callable[[str], tuple[Type | None, list[Problem]]]:
    """The check of an expression over the types above."""
    return lambda text: Expression.parse(text).check(FixedTypes(TYPES))
