from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.service.api.rates import Rates


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_then_one_by_one() -> None:
    clock = Clock()
    rates = Rates(2.0, 3, clock=clock)
    assert [rates.take("a") for _ in range(3)] == [0, 0, 0]
    assert rates.take("a") == pytest.approx(0.5)
    assert rates.take("b") == 0
    clock.now += 0.4
    assert rates.take("a") == pytest.approx(0.1)
    clock.now += 0.1
    assert rates.take("a") == 0
    assert rates.take("a") == pytest.approx(0.5)
    clock.now += 60
    assert [rates.take("a") for _ in range(3)] == [0, 0, 0]
    assert rates.take("a") > 0


@given(
    st.floats(0.1, 1000),
    st.integers(1, 50),
    st.lists(st.floats(0, 2), max_size=200),
)
def test_never_more_than_the_rate_and_never_refused_after_waiting(
    per_second: float, at_once: int, pauses: list[float]
) -> None:
    clock = Clock()
    rates = Rates(per_second, at_once, clock=clock)
    taken = 0
    for pause in pauses:
        clock.now += pause
        wait = rates.take("a")
        if wait:
            clock.now += wait + 1e-6
            assert rates.take("a") == 0
        taken += 1
    assert taken <= at_once + (clock.now - 1000) * per_second + 1e-3


def test_memory_is_constant_and_those_seen_last_are_kept() -> None:
    rates = Rates(1.0, 1, most=100, clock=Clock())
    for number in range(1000):
        assert rates.take(str(number)) == 0
    assert len(rates._paid) == 100
    assert rates.take("999") > 0
