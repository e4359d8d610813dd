"""What is said of calls whose engine was killed is found wrong where it is."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Ended, Noted, Resumed, Saying, TraceEvent, VariableSet
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
    assert restart.seconds("1763.1", "192.slin") is None


def test_an_engine_that_has_not_come_back() -> None:
    with pytest.raises(AssertionError, match="not connected"):
        Restart.read(LOG, "live-9", NAMES)


SAID, DIED = "said", "died"


def counted(*happened: int | str, noted: int) -> Story:
    """Numbers were counted; something was said, or another engine took the call up."""
    events: list[TraceEvent] = []
    for each in happened:
        if each == SAID:
            events.append(Saying(text="Wait.", language="en"))
        elif each == DIED:
            events.append(Resumed(path="main/1"))
        else:
            events.append(VariableSet(name="heard", value=str(each)))
    return Story("c", "beside", "1", [*events, Ended(ended="flow"), Noted(text=f"flow {noted}")])


@pytest.mark.parametrize(
    "story",
    [
        counted(1, SAID, DIED, 2, SAID, noted=2),
        counted(1, SAID, 2, DIED, 2, SAID, noted=2),
        counted(1, SAID, 2, DIED, 3, SAID, noted=3),
        counted(1, SAID, 2, DIED, noted=2),
        counted(1, SAID, 2, DIED, noted=1),
        counted(1, SAID, DIED, noted=1),
        counted(DIED, 1, SAID, noted=1),
        counted(SAID, DIED, SAID, noted=0),
    ],
)
def test_what_ran_beside_goes_on(story: Story) -> None:
    check_heard(story)


@pytest.mark.parametrize(
    "story",
    [
        counted(1, SAID, DIED, 1, SAID, noted=1),
        counted(1, SAID, 2, SAID, DIED, 1, SAID, noted=1),
        counted(1, SAID, DIED, 3, SAID, noted=3),
        counted(1, SAID, DIED, 2, SAID, noted=1),
        counted(1, SAID, DIED, 2, noted=1),
        counted(1, SAID, DIED, noted=0),
        counted(1, SAID, 1, SAID, noted=1),
        counted(noted=1),
    ],
)
def test_what_ran_beside_and_was_lost(story: Story) -> None:
    with pytest.raises(AssertionError):
        check_heard(story)
