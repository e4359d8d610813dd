from __future__ import annotations

from ivrkit.workers.breaker import Breaker, BreakerState


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def breaker(failures: int = 3, rest: float = 30.0) -> tuple[Breaker, Clock]:
    clock = Clock()
    return Breaker(failures, rest, clock), clock


def fail(found: Breaker, times: int) -> None:
    for _ in range(times):
        assert found.enter()
        found.failed()


def test_so_many_failures_in_a_row_open_it() -> None:
    found, _ = breaker()
    fail(found, 2)
    assert found.state is BreakerState.CLOSED
    fail(found, 1)
    assert (found.state, found.rests) == (BreakerState.OPEN, 30.0)
    assert not found.enter()


def test_a_success_in_between_begins_the_count_anew() -> None:
    found, _ = breaker()
    fail(found, 2)
    assert found.enter()
    found.succeeded()
    fail(found, 2)
    assert found.state is BreakerState.CLOSED


def test_after_its_rest_one_request_tries_and_others_wait() -> None:
    found, clock = breaker()
    fail(found, 3)
    clock.now = 29.9
    assert not found.enter()
    clock.now = 30.0
    assert (found.state, found.rests) == (BreakerState.TRYING, 0.0)
    assert found.enter()
    assert found.state is BreakerState.TRYING
    assert not found.enter()


def test_the_request_that_tries_decides() -> None:
    found, clock = breaker()
    fail(found, 3)
    clock.now = 30.0
    assert found.enter()
    found.failed()
    assert (found.state, found.rests) == (BreakerState.OPEN, 30.0)
    clock.now = 60.0
    assert found.enter()
    found.succeeded()
    assert found.state is BreakerState.CLOSED
    fail(found, 2)
    assert found.state is BreakerState.CLOSED


def test_a_request_that_was_broken_off_lets_the_next_one_try() -> None:
    found, clock = breaker()
    fail(found, 3)
    clock.now = 30.0
    assert found.enter()
    found.neither()
    assert found.state is BreakerState.TRYING
    assert found.enter()
