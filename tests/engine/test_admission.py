from __future__ import annotations

import logging

import pytest

from ivrkit.call.channel import SentBack
from ivrkit.engine.admission import TELL_SECONDS, Admission
from ivrkit.testing.clock import VirtualClock


def test_the_reason_for_which_a_call_is_sent_back() -> None:
    late = False
    admission = Admission(VirtualClock(), 2, lambda: late)
    assert admission.refuse(1) is None
    assert admission.refuse(2) is SentBack.BUSY
    late = True
    assert admission.refuse(0) is SentBack.BUSY
    admission.draining = True
    assert admission.refuse(0) is SentBack.DRAINING
    assert admission.refused == {"busy": 1, "late": 1, "draining": 1}


async def test_a_flood_is_told_of_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    clock = VirtualClock()
    admission = Admission(clock, 1)
    for _ in range(2000):
        admission.refuse(1)
    await clock.sleep(TELL_SECONDS)
    admission.refuse(1)
    assert [each.getMessage() for each in caplog.records] == [
        "a new call is sent back to the dialplan: all calls of limits: calls are in progress",
        "2000 new calls are sent back to the dialplan: all calls of limits: calls are in progress",
    ]
