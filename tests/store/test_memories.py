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
from ivrkit.store import MemoryLimits, Store
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


async def test_it_outlives_the_engine(store: Store) -> None:
    await store.memories.remember(call(), "k", {"a": [Decimal("1.10"), True, None]}, None)
    await store.close()
    again = Store(store.database.url)
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
    assert (await store.callers.erase(["+49301"])).memories == 1
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


async def limited(url: str, **limits: Any) -> Store:
    store = Store(url, memory=MemoryLimits(**limits))
    await store.open()
    return store


async def test_as_many_are_kept_as_are_allowed(url: str) -> None:
    store = await limited(url, most=3)
    for number in range(3):
        await store.memories.remember(call(), f"k{number}", "x", None)
    with pytest.raises(StoreError, match="no more can be remembered"):
        await store.memories.remember(call("+2"), "k3", "x", None)
    await store.memories.remember(call(), "k1", "again", None)
    assert await recalled(store, "k1") == "again"
    assert await recalled(store, "k3") is None
    await store.memories.forget(call(), "k0")
    await store.memories.remember(call(), "k3", "x", None)
    await store.close()


async def test_what_is_over_makes_room(url: str) -> None:
    store = await limited(url, most=2)
    await store.memories.remember(call(), "a", "x", timedelta(hours=1))
    await store.memories.remember(call(), "b", "x", timedelta(hours=1))
    later = NOON + timedelta(hours=2)
    await store.memories.remember(call(now=later), "c", "x", None)
    assert [each.key for each in await store.memories.find()] == ["c"]
    await store.close()


async def test_one_caller_has_a_share_only(url: str) -> None:
    store = await limited(url, of_one_caller=2)
    for number in range(2):
        await store.memories.remember(call(), f"k{number}", "x", None)
    with pytest.raises(StoreError):
        await store.memories.remember(call(), "k2", "x", None)
    await store.memories.remember(call("+49302"), "k2", "x", None)
    for number in range(3):
        await store.memories.remember(call(""), f"nobody{number}", "x", None)
    await store.close()


async def test_the_size_of_one_and_of_all_is_bounded(url: str) -> None:
    store = await limited(url, kilobytes=1, megabytes=0.002)
    with pytest.raises(ValueRejected, match="too large"):
        await store.memories.remember(call(), "k", "x" * 1024, None)
    await store.memories.remember(call(), "a", "x" * 1000, None)
    for _ in range(5):  # in place of the one before: no more than there was
        await store.memories.remember(call(), "a", "x" * 1000, None)
    with pytest.raises(StoreError):
        await store.memories.remember(call(), "b", "x" * 1000, None)
    await store.close()


async def test_they_are_found_by_caller_and_key(store: Store) -> None:
    for caller, key in (("+1", "bank:a"), ("+1", "shop:a"), ("+2", "bank:b"), ("+2", "ban%")):
        await store.memories.remember(call(caller), key, {"n": Decimal(1)}, None)
    keys = [each.key for each in await store.memories.find(prefix="bank:")]
    assert sorted(keys) == ["bank:a", "bank:b"]
    assert [each.key for each in await store.memories.find(caller="+1", prefix="shop")] == [
        "shop:a"
    ]
    assert [each.key for each in await store.memories.find(prefix="ban%")] == ["ban%"]
    assert await store.memories.erase(keys) == 2
    assert await store.memories.erase(keys) == 0
    assert len(await store.memories.find()) == 2
