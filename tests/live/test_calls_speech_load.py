"""Many callers who speak at once, live: all are understood, no key is late, nothing is left."""

from __future__ import annotations

import asyncio
import gc
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import HearingLost, Noted, Pressed, Recognised, TraceEvent
from ivrkit.service.site import Site
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.load import Load, Pause, Say, place
from tests.live.harness import Exchange, exchange_of, own_flows
from tests.live.spoken import Mouth, either, recogniser, until_taps
from tests.soak import times

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.asyncio(loop_scope="session")]

DESK = """\
ivrkit: 1
flow: desk
exits: {no_input: nobody, no_match: nobody}
sections:
  main:
    - answer
    - menu:
        prompt: PROMPT
        keys:
          1: {words: [billing], to: billing}
          2: {words: [support], to: support}
        first_digit: 20s
        attempts: 1
  billing:
    - log: "billing by {{ input.by }}"
    - hangup
  support:
    - log: "support by {{ input.by }}"
    - hangup
  nobody:
    - log: nobody
    - hangup
"""
PROMPT = """\
Billing, or press one. Support, or press two. Take all the time that you need, we are here for you
by day and by night."""
NUMBER = "7900"
AT_ONCE = 30
CALLS, WARM, RATE = times(150, 500), 40, 8.0
"""Calls, those before them after which is measured, and how many begin in a second."""
ROOM = 12 * 1024
"""Kilobytes that a process may have grown by in all these calls."""
KEPT = 8
"""Open files and threads that there may be more: pools grow when there is work for one more, and
keep what they have for the next who needs it. One in ten calls would leave more."""


def site(folder: Path, prompt: str) -> dict[str, Any]:
    speech = {**recogniser(either()), "at_once": 4 * AT_ONCE, "patience": "20s"}
    return {**own_flows(folder, {"desk": DESK.replace("PROMPT", prompt)}, {}), "speech": speech}


def notes(calls: Sequence[Sequence[TraceEvent]]) -> list[str]:
    return [each.text for events in calls for each in events if isinstance(each, Noted)]


def odd(calls: Sequence[Sequence[TraceEvent]]) -> str:
    """The first call that was not understood, for people."""
    found = (events for events in calls if "nobody" in notes([events]))
    return "\n".join(map(str, next(found, ())))


def lost(calls: Sequence[Sequence[TraceEvent]]) -> list[str]:
    return [each.reason for events in calls for each in events if isinstance(each, HearingLost)]


@pytest.mark.timeout(180)
async def test_thirty_callers_speak_at_once(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    mouth = Mouth(tmp_path / "said")
    own = site(tmp_path, " ".join(PROMPT.split()))
    async with exchange_of(asterisk, tmp_path / "site", 9, **own) as (exchange, _):
        # Half of them says billing, half of them support; meanwhile somebody else presses a key.
        words = ("billing", "support")
        loads = [
            Load(NUMBER, AT_ONCE // 2, AT_ONCE, (Pause(4), Say(mouth.words(word))))
            for word in words
        ]
        async with exchange.caller() as pressing:
            speaking = asyncio.gather(
                *(
                    place(load, asterisk.sip_port, tmp_path / f"sipp-{n}")
                    for n, load in enumerate(loads)
                )
            )
            await until_taps(asterisk, 3 * AT_ONCE)
            await pressing.dial(NUMBER)
            await pressing.until_said("Billing, or press one")
            await pressing.listen(1.5)
            await pressing.press("2")
            await pressing.ends()
            results = await speaking
        for result in results:
            assert (result.succeeded, result.failed) == (AT_ONCE // 2, 0), result.errors
        assert pressing.happened(Pressed)[0].result == "chosen"
        assert pressing.said()[0][1] == "barge_in", pressing.story()
        spoken = [events for name, events in exchange.traces.calls.items() if name != pressing.id]
        assert lost(spoken) == []
        wanted = {f"{word} by speech": AT_ONCE // 2 for word in words}
        assert Counter(notes(spoken)) == wanted, odd(spoken)
        assert not any(isinstance(e, Pressed) for events in spoken for e in events)
    await until_taps(asterisk, 0)


def resources(process: int) -> tuple[int, int]:
    """Open files and threads of a process."""
    return tuple(len(os.listdir(f"/proc/{process}/{each}")) for each in ("fd", "task"))  # type: ignore[return-value]


def memory(process: int) -> int:
    """Kilobytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)


@pytest.mark.soak
@pytest.mark.timeout(240)
async def test_many_recognised_calls_leave_nothing(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    spoken = Mouth(tmp_path / "said").words("billing")
    assert asterisk.pid is not None
    watched = (os.getpid(), asterisk.pid)
    async with exchange_of(asterisk, tmp_path / "site", 9, **site(tmp_path, "Yes?")) as (
        exchange,
        served,
    ):

        async def calls(count: int) -> None:
            load = Load(NUMBER, count, RATE, (Pause(1.5), Say(spoken)))
            result = await place(load, asterisk.sip_port, tmp_path / f"sipp-{count}")
            assert (result.succeeded, result.failed) == (count, 0), result.errors
            done = list(exchange.traces.calls.values())
            assert lost(done) == []
            # SIPp's own audio stutters where the machine is busy: what counts is that each one was
            # heard out by the recogniser.
            assert len(done) == len(notes(done)) == count
            assert all(any(isinstance(e, Recognised) for e in events) for events in done), odd(done)
            await nothing_left(exchange, served, asterisk, ari)

        await calls(WARM)
        before, sizes = [resources(each) for each in watched], [memory(each) for each in watched]
        await calls(CALLS)
        after = [resources(each) for each in watched]
        grown = [memory(each) - size for each, size in zip(watched, sizes, strict=True)]
        for had, has in zip(before, after, strict=True):
            more = max(now - then for then, now in zip(had, has, strict=True))
            assert more <= KEPT, f"files and threads: {before}, then {after}"
        assert max(grown) < ROOM, f"kilobytes more in the engine and in Asterisk: {grown}"


async def nothing_left(
    exchange: Exchange, served: Site, asterisk: PrivateAsterisk, ari: Any
) -> None:
    await served.engine.wait_empty()
    await until_taps(asterisk, 0)
    async with asyncio.timeout(20):
        while await ari.request("GET", "channels") or served.speech.listening:
            await asyncio.sleep(0.1)
    assert await ari.request("GET", "bridges") == []
    assert not served.carrier.channels_by_id
    exchange.traces.calls.clear()
    gc.collect()
