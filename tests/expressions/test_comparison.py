from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.errors import BudgetExceeded, ExpressionError
from ivrkit.expressions import FixedScope, Secret
from ivrkit.expressions.comparison import compare
from ivrkit.expressions.run import Run


@pytest.mark.parametrize(
    "source",
    [
        "account == '0123'",
        "account != '123'",
        "wait > '5m'",
        "'5m' < wait",
        "wait == '420s'",
        "customer.balance == '12.5'",
        "customer.balance >= 12.5",
        "customer.vip == true",
        "customer.vip == 'true'",
        "customer.vip != 'yes'",
        "day == '2026-03-02'",
        "day < '2026-12-24'",
        "start <= '8:30'",
        "now > '2026-03-02'",
        "now > '2026-03-02T09:00:00'",
        "now >= today",
        "today == day",
        "1 < attempt <= 2 < 3",
        "not 1 < attempt < 2",
        "attempt in [1, 2]",
        "attempt not in [3]",
        "reason in ['cards', 'other']",
        "attempt in (1, 2)",
        "'Lee' in customer.name",
        "'name' in customer",
        "'x' not in nothing",
        "nothing == none",
        "nothing is none",
        "account is not none",
        "nothing != 0",
        "typed != 1000",
        "[1, 'a'] == [1, 'a']",
        "{'a': [1]} == {'a': [1]}",
        "{'a': 1} != {'b': 1}",
        "[1] != [1, 2]",
        "[1] != '1'",
        "slots[0] == {'id': 1, 'day': '2026-03-02'}",
        "attempt == 2.0",
        "customer.vip != 1",
        "'a' < 'b'",
        "big[8999] in big",
    ],
)
def test_what_holds(value: Callable[[str], Any], source: str) -> None:
    assert value(source) is True


@pytest.mark.parametrize(
    ("sign", "left", "right"),
    [
        ("<", None, Decimal(1)),
        ("<", True, False),
        ("<", [1], [2]),
        ("<", {}, {}),
        ("<", Decimal(1), "many"),
        ("<", "5 min", timedelta(1)),
        ("<", Decimal(1), timedelta(1)),
        ("<", date(2026, 1, 1), time(10)),
        ("<", datetime(2026, 1, 1, tzinfo=UTC), "10:30"),
        ("in", Decimal(1), "123"),
        ("in", "1", Decimal(1)),
        ("in", "1", True),
    ],
)
def test_what_cannot_be_compared(sign: str, left: Any, right: Any) -> None:
    with pytest.raises(ExpressionError) as caught:
        compare(sign, left, right, Run(FixedScope()))
    assert "many" not in str(caught.value)
    assert "5 min'" not in str(caught.value)


def test_a_secret_inside_a_list_makes_the_answer_secret() -> None:
    run = Run(FixedScope())
    assert compare("==", [Secret("1")], ["1"], run)
    assert run.secret


def test_items_are_counted(value: Callable[[str], Any]) -> None:
    with pytest.raises(BudgetExceeded):
        value("-1 in huge")
    with pytest.raises(BudgetExceeded):
        value("-1 in big or -2 in big")


def test_data_that_is_nested_without_end() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(BudgetExceeded):
        compare("==", endless, endless, Run(FixedScope()))
