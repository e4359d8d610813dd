"""Values in the store, and secrets that are not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from ivrkit.engine.values import LostSecret, Seals, guarded, plain, restored, shown
from ivrkit.errors import SecretLost
from ivrkit.expressions import MASK, Secret
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.types import Type
from ivrkit.store import Sealer

SEALS = Seals(Sealer(bytes(32)), "call-1")
VALUES: list[Any] = [
    None,
    True,
    "12",
    Decimal("12.50"),
    date(2026, 3, 2),
    time(9, 30),
    datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    timedelta(seconds=-90),
    {"$number": "text", "name": ["Ann", Decimal(1)]},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert restored(plain(value, SEALS), SEALS) == value


BERLIN = timezone(timedelta(hours=2))
TEXTS = st.text() | st.sampled_from(["$number", "$$x", "$secret", "1us"])
SINGLE = (
    st.none()
    | st.booleans()
    | TEXTS
    | st.decimals(min_value=-(Decimal(10) ** 38), max_value=Decimal(10) ** 38, allow_nan=False)
    | st.timedeltas()
    | st.dates()
    | st.times()
    | st.datetimes(timezones=st.sampled_from([None, UTC, BERLIN]))
)
ANY = st.recursive(
    SINGLE, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20
)


@given(value=ANY)
def test_whatever_systems_answer_comes_back_from_the_store(value: Any) -> None:
    assert restored(json.decode(json.encode(plain(value, SEALS))), SEALS) == value


def test_a_duration_of_an_older_engine_is_read() -> None:
    assert restored({"$duration": "-90s"}, SEALS) == timedelta(seconds=-90)


def test_a_secret_is_sealed_for_its_call() -> None:
    sealed = plain({"pin": Secret("1234")}, SEALS)
    assert "1234" not in repr(sealed)
    assert restored(sealed, SEALS)["pin"].reveal() == "1234"  # type: ignore[call-overload,index]
    other = restored(sealed, Seals(SEALS.sealer, "call-2"))
    with pytest.raises(SecretLost):
        other["pin"].reveal()  # type: ignore[call-overload,index]
    assert shown(other) == {"pin": MASK}


def test_a_type_may_forbid_to_store_what_is_deep_inside() -> None:
    record = Type.read({"card": {"list": {"type": "digits", "secret": "never_stored"}}})
    value = guarded(record.accept({"card": ["1234"]}), record)
    assert value["card"][0].reveal() == "1234"  # type: ignore[call-overload,index]
    assert plain(value, SEALS) == {"card": [{"$secret": None}]}


def test_a_lost_secret_is_not_taken_for_none_wherever_it_stands() -> None:
    class Lost:
        def lookup(self, name: str) -> Any:
            return {"pin": LostSecret(), "name": "Ann"}

        def now(self) -> datetime:
            return datetime.now(UTC)

        def random(self) -> float:
            return 0.5

    assert Expression.parse("customer.name").value(Lost()) == "Ann"
    for read in ("customer.pin == none", "length(customer.pin)", "customer.pin"):
        with pytest.raises(SecretLost):
            Expression.parse(read).value(Lost())


def test_what_is_lost_stays_lost() -> None:
    assert plain(LostSecret(), SEALS) == {"$secret": None}
