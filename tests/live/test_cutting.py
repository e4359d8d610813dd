"""The comparison of traces over a broken network finds what is no gap's doing."""

from __future__ import annotations

import random

import pytest

from ivrkit.call.events import Arrived, Ended, HandedOff, Interruption, TraceEvent
from tests.live.cutting import KINDS, PROMISED, Course, kinds


def handed(state: str, at: float, result: str = "") -> HandedOff:
    return HandedOff(at=at, state=state, queue="service", party="PJSIP/1001", result=result)


ARRIVED = Arrived(caller="1", number="800", flow="guide", version="1")
QUEUED, CALLED, CONNECTED = handed("queued", 1), handed("called", 2), handed("connected", 4)
BACK, ENDED = handed("back", 6, "answered"), Ended(at=8, ended="flow")
WHOLE = [ARRIVED, QUEUED, CALLED, CONNECTED, BACK, ENDED]


def gap(begin: float, end: float) -> Interruption:
    return Interruption(at=end, seconds=end - begin)


@pytest.mark.parametrize(
    ("events", "unheard"),
    [
        (WHOLE, []),
        ([ARRIVED, QUEUED, gap(1.5, 2.5), CONNECTED, BACK, ENDED], ["called"]),
        ([ARRIVED, QUEUED, CALLED, gap(3, 5), BACK, ENDED], ["connected"]),
        ([ARRIVED, QUEUED, gap(1, 5), BACK, ENDED], ["called", "connected"]),
        ([ARRIVED, QUEUED, CALLED, gap(3, 6.1), BACK, ENDED], ["connected"]),
    ],
)
def test_what_fell_into_a_gap_may_be_missing(events: list[TraceEvent], unheard: list[str]) -> None:
    assert Course.of(events).unheard(Course.of(WHOLE)) == unheard


@pytest.mark.parametrize(
    ("events", "what"),
    [
        ([ARRIVED, QUEUED, CONNECTED, BACK, ENDED], "no gap's fault"),
        ([ARRIVED, gap(0.1, 0.4), QUEUED, CALLED, BACK, gap(7, 7.5), ENDED], "no gap's fault"),
        ([ARRIVED, QUEUED, CALLED, CONNECTED, gap(5, 6), ENDED], "should be there"),
        ([ARRIVED, QUEUED, CALLED, gap(3, 5)], "should be there"),
        ([ARRIVED, QUEUED, gap(1, 5), handed("back", 6, "timeout"), ENDED], "nobody has told"),
        ([*WHOLE, ENDED], "too much"),
        ([ARRIVED, QUEUED, CALLED, CALLED, CONNECTED, BACK, ENDED], "no gap's fault"),
        ([ARRIVED, Ended(ended="flow"), *WHOLE[1:]], "should be there"),
    ],
)
def test_every_other_difference_is_one(events: list[TraceEvent], what: str) -> None:
    with pytest.raises(AssertionError, match=what):
        Course.of(events).unheard(Course.of(WHOLE))


@pytest.mark.parametrize("seed", range(20))
def test_a_few_cuts_are_of_the_promised_kinds(seed: int) -> None:
    chosen = kinds(5, random.Random(seed))
    assert len(chosen) == len(set(chosen)) == 5
    for group in PROMISED:
        assert len(set(group) & set(chosen)) >= 1


def test_many_cuts_are_of_each_kind() -> None:
    chosen = kinds(50, random.Random(1))
    assert {kind: chosen.count(kind) for kind in KINDS} == dict.fromkeys(KINDS, 5)
