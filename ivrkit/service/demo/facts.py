"""What the call must have done, each taken from where it can be seen."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ivrkit.call.events import Asked, Ended, HandedOff, Noted, Pressed, Said
from ivrkit.service.demo import call
from ivrkit.service.demo.call import AFTER, BEFORE, Outcome
from ivrkit.service.demo.place import DATABASE, cache_folder
from ivrkit.service.demo.stage import Fact
from ivrkit.service.demo.world import AGENT, World
from ivrkit.testing.audio import begins, heard

LEAST = 0.8
"""Correlation from which on a prompt counts as heard (see ``ivrkit.testing.audio``)."""
WHOLE = ("Welcome to Acme Bank", "Thank you for your answer", "Thank you for calling")
"""Prompts that are the same in every call: their sound is still in the cache."""

CUSTOMER = "Ann Lee"


async def check(world: World, outcome: Outcome) -> list[Fact]:
    """All facts; where the call broke off, the first says where."""
    if outcome.broke:
        return [Fact(False, f"the call went another way: {outcome.broke}"), *_trace(world, outcome)]
    return [
        Fact(True, f"the call was answered and went through {len(BEFORE + AFTER)} prompts"),
        await asyncio.to_thread(_ears, world, outcome),
        *_trace(world, outcome),
        *_agent(outcome),
        await _nothing_left(world),
    ]


def _ears(world: World, outcome: Outcome) -> Fact:
    assert outcome.recording is not None, "the call was played to its end"
    cache, recording = cache_folder(world.folder), outcome.recording
    scores, starts = [], []
    for text in WHOLE:
        for file in _sounds(world, text, cache):
            scores.append(heard(recording, file))
            starts.append(begins(recording, file))
    found = ", ".join(f"{score:.2f}" for score in scores)
    ok = bool(scores) and min(scores) >= LEAST and starts == sorted(starts)
    return Fact(
        ok,
        f"{len(scores)} prompts are in the phone's recording, whole and in order "
        f"(likeness to what was played: {found})",
    )


def _sounds(world: World, text: str, cache: Path) -> list[Path]:
    names = next((said.media for said in world.watch.of(Said) if text in said.text), ())
    return [file for name in names for file in cache.rglob(name)]


def _trace(world: World, outcome: Outcome) -> Iterator[Fact]:
    watch = world.watch
    keys = [event.keys for event in watch.of(Pressed)]
    wanted = ["1", call.ACCOUNT, "1", "0", call.SCORE]
    yield Fact(keys == wanted, f"keys arrived as RFC 4733 events: {' '.join(keys)}")
    states = [event.state for event in watch.of(HandedOff)]
    yield Fact(
        states == ["queued", "called", "connected", "back"],
        f"queue service: {', '.join(states)}; answered by {outcome.agent or 'nobody'}",
    )
    yield _balance(world)
    notes = [event.text for event in watch.of(Noted) if "survey" in event.text]
    yield Fact(
        notes == [f"survey score {call.SCORE}"],
        f"back in the flow, the survey took its answer: {'; '.join(notes) or 'it did not'}",
    )
    ended = [event.ended for event in watch.of(Ended)]
    yield Fact(ended == ["flow"], f"the flow went to its end: {', '.join(ended) or 'it did not'}")


def _balance(world: World) -> Fact:
    """What was said is what stands in the file now, which is read here without ODBC."""
    asked = [each for each in world.watch.of(Asked) if each.connector == "database.crm"]
    with closing(sqlite3.connect(world.folder / DATABASE)) as database:
        (cents,) = database.execute(
            "select cast(round(balance * 100) as integer) from accounts where number = ?",
            [call.ACCOUNT],
        ).fetchone()
    words = f"{cents // 100} euros and {cents % 100} cents"
    said = any(words in event.text for event in world.watch.of(Said))
    took = ", ".join(f"{each.exit} in {each.seconds:.3f} s" for each in asked) or "never"
    return Fact(
        said and [each.exit for each in asked] == ["next"],
        f"the balance came from the database: {words} stand in {DATABASE} (asked: {took})",
    )


def _agent(outcome: Outcome) -> Iterator[Fact]:
    expected = {
        "X-IVRKit-Handoff": outcome.handoff,
        "X-IVRKit-Customer": CUSTOMER,
        "X-IVRKit-Account": call.ACCOUNT,
        "X-IVRKit-Reason": "balances",
    }
    got = outcome.headers
    same = bool(outcome.handoff) and got == expected
    shown = ", ".join(got) if same else f"{got or 'no headers'} instead of {expected}"
    yield Fact(same, f"the INVITE to {AGENT} carried {shown}")
    fetched = outcome.fetched
    assert fetched is not None, "the call was played to its end"
    document = fetched.document
    payload = {"customer": CUSTOMER, "account": call.ACCOUNT, "reason": "balances"}
    yield Fact(
        fetched.status == 200 and document.get("payload") == payload,
        f"the payload is readable by its id: {fetched.status} {fetched.text}",
    )
    yield Fact(fetched.without_token == 401, f"and not without a token: {fetched.without_token}")


async def _nothing_left(world: World) -> Fact:
    """No channel, once the phones have had a moment to hang up."""
    client = world.site.carrier.client
    for _ in range(50):
        left = [channel.name for channel in await client.channels()]
        if not left:
            break
        await asyncio.sleep(0.1)
    return Fact(not left, f"channels left in Asterisk: {', '.join(left) or 'none'}")
