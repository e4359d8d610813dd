from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ivrkit.service.overload import CALM_SECONDS, Overload


class Loop:
    """A loop that is as late as a test wants it."""

    def __init__(self, limit: float = 0.2) -> None:
        self.time = 100.0
        self.behind = 0.0
        self.told: list[str] = []
        self.overload = Overload(
            limit,
            behind=lambda: self.behind,
            clock=lambda: self.time,
            changed=self.told.append,
        )

    def pass_(self, seconds: float, late: float = 0.0) -> None:
        self.time += seconds
        self.behind = late
        self.overload.measured(late)


def test_a_loop_that_is_late_takes_no_calls_until_it_has_been_calm() -> None:
    loop = Loop()
    assert not loop.overload()
    loop.pass_(0.05, 0.2)
    assert not loop.overload()  # as late as is allowed
    loop.pass_(0.05, 0.25)
    assert loop.overload()
    loop.pass_(0.5, 0.15)  # not too late any more, but not calm
    loop.pass_(CALM_SECONDS - 0.1)
    assert loop.overload()
    loop.pass_(0.1)
    assert not loop.overload()
    assert [bool(text) for text in loop.told] == [True, False]
    assert "250 ms" in loop.told[0]


def test_it_is_known_before_the_next_measurement() -> None:
    loop = Loop()
    loop.behind = 0.3
    assert loop.overload()


@given(st.lists(st.tuples(st.floats(0.01, 0.5), st.floats(0, 0.5)), max_size=60))
def test_it_never_changes_twice_within_a_moment(steps: list[tuple[float, float]]) -> None:
    loop = Loop()
    changes: list[tuple[float, bool]] = []
    for seconds, late in steps:
        before = loop.overload.late
        loop.pass_(seconds, late)
        if loop.overload.late != before:
            changes.append((loop.time, loop.overload.late))
            assert loop.overload.late == (late > 0.2)
    for (began, late), (ended, _) in pairwise(changes):
        assert not late or ended - began >= CALM_SECONDS
    assert len(loop.told) == len(changes)
