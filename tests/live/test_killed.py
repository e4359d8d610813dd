"""What is said of calls whose engine was killed is found wrong where it is."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Ended, Noted, Resumed, TraceEvent, VariableSet
from tests.live.killed import Story, check_heard
from tests.live.played import Restart

LOG = """\
[2026-11-22 14:57:38.500] VERBOSE[7][C-0000000a] file.c: <PJSIP/callers-00000009> Playing \
'/sounds/cache/static/19/192.slin' (language 'en')
[2026-11-22 14:57:38.885] VERBOSE[28206] stasis/app.c: Deactivating Stasis app 'live-8'
[2026-11-22 14:57:47.600] VERBOSE[29600] stasis/app.c: Creating Stasis app 'live-8-commands'
[2026-11-22 14:57:47.678] VERBOSE[29594] stasis/app.c: Activating Stasis app 'live-8'
[2026-11-22 14:57:47.700] VERBOSE[7][C-0000000a] file.c: <PJSIP/callers-00000009> Playing \
'/sounds/cache/static/05/058.slin' (language 'en')
[2026-11-22 14:57:47.743] VERBOSE[7][C-0000000a] file.c: <PJSIP/callers-00000009> Playing \
'/sounds/cache/static/19/192.slin' (language 'en')
[2026-11-22 14:57:49.743] VERBOSE[7][C-0000000a] file.c: <PJSIP/callers-00000009> Playing \
'/sounds/cache/static/19/192.slin' (language 'en')
[2026-11-22 14:57:47.690] VERBOSE[8][C-0000000b] file.c: <PJSIP/callers-00000001> Playing \
'/sounds/cache/static/06/067.slin' (language 'en')
"""
NAMES = {"1763.9": "PJSIP/callers-00000009", "1763.1": "PJSIP/callers-00000001"}


def test_from_the_connection_until_a_file_is_played() -> None:
    restart = Restart.read(LOG, "live-8", NAMES)
    assert restart.seconds("1763.9", "192.slin") == pytest.approx(0.065)
    assert restart.seconds("1763.1", "067.wav") == pytest.approx(0.012)
    with pytest.raises(AssertionError, match="was not played"):
        restart.seconds("1763.1", "192.slin")


def test_an_engine_that_has_not_come_back() -> None:
    with pytest.raises(AssertionError, match="not connected"):
        Restart.read(LOG, "live-9", NAMES)


def counted(*values: int | None, noted: int) -> Story:
    """Each of these was counted; None: another engine took the call up."""
    events: list[TraceEvent] = [
        Resumed(path="main/1") if value is None else VariableSet(name="heard", value=value)
        for value in values
    ]
    return Story("c", "beside", "1", [*events, Ended(ended="flow"), Noted(text=f"flow {noted}")])


@pytest.mark.parametrize(
    "story",
    [
        counted(1, 2, None, 3, noted=3),
        counted(1, None, 1, 2, noted=2),
        counted(1, 2, None, noted=2),
        counted(1, 2, None, noted=1),
    ],
)
def test_what_ran_beside_goes_on(story: Story) -> None:
    check_heard(story)


@pytest.mark.parametrize(
    "story",
    [
        counted(noted=0),
        counted(1, 2, None, 1, 2, noted=2),
        counted(1, 2, None, 4, noted=4),
        counted(1, 2, None, 3, noted=2),
        counted(1, 2, None, noted=0),
    ],
)
def test_what_ran_beside_and_was_lost(story: Story) -> None:
    with pytest.raises(AssertionError):
        check_heard(story)
