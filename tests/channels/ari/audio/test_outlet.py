from __future__ import annotations

import asyncio
import logging

import pytest

from ivrkit.channels.ari.audio.outlet import AT_ONCE, Outlet
from tests.channels.ari.support import eventually


def numbered(count: int) -> list[bytes]:
    return [bytes([each % 256]) * 2 for each in range(count)]


async def turn() -> None:
    """One turn of the loop."""
    await asyncio.sleep(0)


async def test_pieces_arrive_as_they_came() -> None:
    taken: list[bytes] = []
    outlet = Outlet("t", taken.append)
    for piece in numbered(3):
        outlet.put(piece)
    assert not taken
    await turn()
    assert taken == numbered(3)


async def test_many_at_once_leave_room_for_others() -> None:
    taken: list[bytes] = []
    outlet = Outlet("t", taken.append)
    for piece in numbered(2 * AT_ONCE + 1):
        outlet.put(piece)
    counts = []
    for _ in range(3):
        await turn()
        counts.append(len(taken))
    assert counts == [AT_ONCE, 2 * AT_ONCE, 2 * AT_ONCE + 1]
    assert taken == numbered(2 * AT_ONCE + 1)


async def test_a_taker_that_is_late_loses_the_oldest(caplog: pytest.LogCaptureFixture) -> None:
    taken: list[bytes] = []
    outlet = Outlet("t", taken.append, held=5)
    with caplog.at_level(logging.WARNING, "ivrkit.ari"):
        for piece in numbered(20):
            outlet.put(piece)
    await turn()
    assert taken == numbered(20)[15:]
    assert outlet.dropped == 15
    assert len(caplog.records) == 1


async def test_nothing_is_handed_over_behind_the_end() -> None:
    taken: list[bytes] = []
    outlet = Outlet("t", taken.append)
    outlet.put(b"ab")
    outlet.close()
    outlet.put(b"cd")
    await turn()
    assert not taken


async def test_the_last_piece_is_an_empty_one_and_no_other_is() -> None:
    taken: list[bytes] = []
    outlet = Outlet("t", taken.append)
    outlet.put(b"")
    outlet.put(b"ab")
    await turn()
    assert taken == [b"ab"]
    outlet.end()
    outlet.end()
    outlet.put(b"cd")
    await turn()
    assert taken == [b"ab", b""]


async def test_a_taker_may_end_it() -> None:
    taken: list[bytes] = []

    def take(piece: bytes) -> None:
        taken.append(piece)
        outlet.close()

    outlet = Outlet("t", take)
    for piece in numbered(3):
        outlet.put(piece)
    await turn()
    assert taken == numbered(1)


async def test_a_taker_that_fails_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    taken: list[bytes] = []

    def take(piece: bytes) -> None:
        taken.append(piece)
        raise RuntimeError("a mistake of the taker")

    outlet = Outlet("t", take)
    with caplog.at_level(logging.ERROR, "ivrkit.ari"):
        for piece in numbered(3):
            outlet.put(piece)
        await turn()
    assert taken == numbered(3)
    assert len(caplog.records) == 1


async def test_silence_stands_in_where_nothing_comes() -> None:
    taken: list[bytes] = []
    outlet = Outlet("t", taken.append, 16000)
    outlet.begin()
    outlet.begin()
    outlet.put(b"ab" * 320)
    await eventually(lambda: len(taken) > 10)
    assert taken[0] == b"ab" * 320
    assert set(taken[1:]) == {bytes(640)}
    outlet.close()
    count = len(taken)
    await turn()
    assert len(taken) == count


async def test_a_loop_that_stood_still_hears_what_came_meanwhile_and_no_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[bytes] = []
    outlet = Outlet("t", taken.append)
    outlet.begin()
    late = outlet._timer
    assert late is not None
    monkeypatch.setattr(outlet, "_loop", Later(outlet._loop, 5.0))
    outlet._look()
    late.cancel()
    outlet.put(b"ab")
    await turn()
    assert taken == [b"ab"]
    outlet.close()


class Later:
    """A loop whose clock is ahead."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self.call_soon, self.call_later = loop.call_soon, loop.call_later

    def time(self) -> float:
        return self._loop.time() + self._seconds
