"""What flows remember, in the file."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.call.memory import LARGEST_VALUE, key_of, read, written
from ivrkit.errors import ExpressionError, StoreError, ValueRejected
from ivrkit.expressions.secrets import Secret
from ivrkit.store import Store
from tests.store.support import NOON


def call(caller: str = "+49301", now: datetime = NOON, call_id: str = "c1") -> Any:
    facts = {"from": caller}
    return SimpleNamespace(
        id=call_id,
        clock=SimpleNamespace(now=lambda: now),
        session=SimpleNamespace(lookup=lambda name: facts),
    )


async def recalled(store: Store, key: str, now: datetime = NOON) -> Any:
    found = await store.memories.recall(call(now=now), key)
    return None if found is None else found.value


async def test_it_outlives_the_engine(store: Store, tmp_path: Path) -> None:
    await store.memories.remember(call(), "k", {"a": [Decimal("1.10"), True, None]}, None)
    await store.close()
    again = Store(store.path)
    await again.open()
    assert await recalled(again, "k") == {"a": [Decimal("1.10"), True, None]}
    await again.close()


async def test_the_last_one_counts_and_it_can_be_forgotten(store: Store) -> None:
    for value in ("one", "two"):
        await store.memories.remember(call(), "k", value, None)
    assert await recalled(store, "k") == "two"
    await store.memories.forget(call(), "k")
    assert await recalled(store, "k") is None


async def test_its_time_is_over(store: Store) -> None:
    now = datetime.now(UTC)
    await store.memories.remember(call(now=now), "short", "x", timedelta(hours=1))
    await store.memories.remember(call(now=now), "long", "x", None)
    later = now + timedelta(hours=1)
    assert await recalled(store, "short", later) is None
    assert await recalled(store, "long", later) == "x"
    assert (await store.erase_expired(later)).memories == 1
    assert (await store.erase_expired(now + timedelta(days=364))).memories == 0
    assert (await store.erase_expired(now + timedelta(days=365))).memories == 1


async def test_a_caller_is_erased(store: Store) -> None:
    await store.memories.remember(call(), "mine", "x", None)
    await store.memories.remember(call("+49302"), "other", "x", None)
    assert (await store.erase_caller("+49301")).memories == 1
    assert await recalled(store, "mine") is None
    assert await recalled(store, "other") == "x"


async def test_a_store_that_is_closed_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        await Store(tmp_path / "s.db").memories.recall(call(), "k")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.text(max_size=20)
    | st.decimals(allow_nan=False, allow_infinity=False, places=4).filter(
        lambda d: d.adjusted() < 30
    ),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read(value: Any) -> None:
    assert read(written(value)).value == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 3, 4), "2026-03-04"),
        (time(10, 30), "10:30"),
        (timedelta(minutes=5), "5m"),
        (NOON, "2026-03-02T12:00:00+00:00"),
    ],
)
def test_dates_and_times_are_texts_that_their_types_read(value: Any, text: str) -> None:
    assert read(written(value)).value == text


@pytest.mark.parametrize("value", [Secret("1234"), [Secret("1234")], {"a": {"b": Secret("1234")}}])
def test_no_secret_is_written(value: Any) -> None:
    with pytest.raises(ExpressionError) as caught:
        written(value)
    assert "1234" not in str(caught.value)


def test_how_large_it_may_be() -> None:
    assert len(written("x" * (LARGEST_VALUE - 2))) == LARGEST_VALUE
    with pytest.raises(ValueRejected):
        written("x" * (LARGEST_VALUE - 1))


@pytest.mark.parametrize("key", ["", "  ", "x" * 256, Secret("k")])
def test_what_is_no_key(key: Any) -> None:
    with pytest.raises(ExpressionError):
        key_of(key)
