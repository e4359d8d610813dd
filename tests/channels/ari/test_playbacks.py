from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ivrkit.channels.ari.generated.playbacks import Playback
from ivrkit.channels.ari.playbacks import Playbacks
from ivrkit.channels.ari.timings import Timings
from tests.channels.ari.support import NEVER, eventually

SOON = Timings(first=0.01, grace=0.01, stopped=0.01)
NEVER_AT_ALL = Timings(first=NEVER, grace=NEVER, stopped=NEVER)


class Watched:
    """Playbacks with the Asterisk that is asked about them."""

    def __init__(self, timings: Timings) -> None:
        self.ended: list[tuple[str, bool, str]] = []
        self.known: dict[str, Playback] = {}
        self.asked = 0
        self.tasks: list[asyncio.Task[None]] = []
        self.playbacks = Playbacks(timings, self._end, self._ask, self._suspect)

    def _end(self, playback: str, ok: bool, by: str) -> None:
        self.ended.append((playback, ok, by))

    async def _ask(self, playback: str) -> Playback | None:
        self.asked += 1
        return self.known.get(playback)

    def _suspect(self, playback: str) -> None:
        check: Callable[[str, str], Awaitable[None]] = self.playbacks.check
        self.tasks.append(asyncio.ensure_future(check(playback, "watchdog")))


async def test_one_that_never_starts_is_ended() -> None:
    watched = Watched(SOON)
    watched.playbacks.begin("p", 1.0)
    watched.playbacks.taken("p")
    await eventually(lambda: watched.ended)
    assert watched.ended == [("p", False, "watchdog")]
    assert not watched.playbacks


async def test_one_that_started_is_given_the_length_of_its_media() -> None:
    watched = Watched(Timings(first=0.01, grace=0.01, stopped=NEVER))
    watched.playbacks.begin("p", NEVER)
    watched.playbacks.started("p")
    watched.playbacks.begin("q", 0.0)
    watched.playbacks.started("q")
    watched.playbacks.started("q")
    await eventually(lambda: watched.ended)
    assert watched.ended == [("q", False, "watchdog")]
    assert "p" in watched.playbacks
    watched.playbacks.forget()
    assert watched.ended == [("q", False, "watchdog")]


async def test_one_that_waits_for_its_turn_goes_on() -> None:
    watched = Watched(SOON)
    watched.known["p"] = Playback(id="p", state="queued")
    watched.playbacks.begin("p", 0.0)
    watched.playbacks.taken("p")
    await eventually(lambda: watched.asked >= 2)
    assert watched.ended == []
    watched.playbacks.finished("p", "done")
    assert watched.ended == [("p", True, "end")]


async def test_one_that_was_stopped_and_never_ends_counts_as_stopped() -> None:
    watched = Watched(Timings(first=NEVER, grace=NEVER, stopped=0.01))
    watched.playbacks.begin("p", 1.0)
    watched.playbacks.stopping("p")
    watched.playbacks.started("p")
    await eventually(lambda: watched.ended)
    assert watched.ended == [("p", True, "stop")]


async def test_a_question_that_fails_is_asked_again() -> None:
    watched = Watched(SOON)
    suspected: list[str] = []
    watched.playbacks._suspect = suspected.append
    watched.playbacks.begin("p", 0.0)
    watched.playbacks.taken("p")
    await eventually(lambda: len(suspected) >= 2)
    watched.playbacks.forget()


@pytest.mark.parametrize("state", ["done", "failed"])
async def test_an_end_that_overtakes_the_question_wins(state: str) -> None:
    watched = Watched(NEVER_AT_ALL)
    watched.playbacks.begin("p", 1.0)
    check = asyncio.ensure_future(watched.playbacks.check("p", "gap"))
    watched.playbacks.finished("p", state)
    await check
    assert len(watched.ended) == 1


async def test_ends_of_unknown_playbacks_are_nobodys() -> None:
    watched = Watched(NEVER_AT_ALL)
    watched.playbacks.started("x")
    watched.playbacks.stopping("x")
    watched.playbacks.finished("x", "done")
    await watched.playbacks.check("x", "gap")
    assert watched.ended == []


async def test_one_that_was_refused_does_not_end() -> None:
    watched = Watched(NEVER_AT_ALL)
    watched.playbacks.begin("p", 1.0)
    watched.playbacks.withdraw("p")
    watched.playbacks.close()
    assert watched.ended == []


async def test_the_end_of_the_channel_ends_all() -> None:
    watched = Watched(NEVER_AT_ALL)
    watched.playbacks.begin("p", 1.0)
    watched.playbacks.begin("q", 1.0)
    assert list(watched.playbacks) == ["p", "q"]
    watched.playbacks.close()
    assert watched.ended == [("p", False, "failed"), ("q", False, "failed")]
