"""Calls over a network that is cut, and what their traces must have in common."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from ivrkit.call.events import (
    HandedOff,
    Interruption,
    Pressed,
    Recorded,
    Recording,
    TraceEvent,
)
from ivrkit.channels.ari.client import AriClient
from ivrkit.service.site import Site
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.phones import Baresip
from ivrkit.testing.wire import Wire
from tests.live.ari_support import eventually
from tests.live.harness import Exchange, LiveCall, exchange_of, own_flows

TOUR = """\
ivrkit: 1
flow: tour
language: en
variables:
  code: digits
  message: {record: {file: text, seconds: number, id: text}}
exits: {no_input: out, no_match: out}
on_end: wrap-up
sections:
  main:
    - answer
    - say: Welcome to the old town.
    - menu:
        prompt: For the castle, press 1.
        first_digit: 30s
        keys: {1: castle}
  castle:
    - say: ["The castle has", {number: 3}, "towers and", {number: 12}, "rooms."]
    - collect:
        into: code
        prompt: Enter the number of a room.
        digits: 2
        first_digit: 30s
        between_digits: 10s
    - wait: {for: 3s, music: default}
    - say: Speak after the tone.
    - record: {into: message, longest: 30s, end_silence: 0s}
      exits: {empty: next}
    - say: ["You were in room", {digits: code}]
    - hangup
  out:
    - say: Nobody has said anything.
    - hangup
  wrap-up:
    - log: "tour: {{ call.ended }}"
"""
GUIDE = """\
ivrkit: 1
flow: guide
language: en
exits: {no_input: out, no_match: out}
on_end: wrap-up
sections:
  main:
    - answer
    - say: You are put through to a guide.
    - queue: {name: service, timeout: 2m}
      exits: {else: out}
    - menu:
        prompt: Was the guide good? Press 5.
        first_digit: 30s
        keys: {5: done}
  done:
    - say: Thank you.
    - hangup
  out:
    - say: There is no guide.
    - hangup
  wrap-up:
    - log: "guide: {{ call.ended }}"
"""
TALK = 1.5
"""Seconds that an agent talks."""


@asynccontextmanager
async def over_a_wire(
    asterisk: PrivateAsterisk,
    folder: Path,
    number: int,
    flows: Mapping[str, str] | None = None,
    **connection: Any,
) -> AsyncIterator[tuple[Exchange, Site, Wire]]:
    """An engine that reaches Asterisk over a wire: 7n00 is the tour, 7n01 the guide, or others. It
    finds dead connections soon."""
    own = own_flows(folder, flows or {"tour": TOUR, "guide": GUIDE}, {})
    async with Wire(asterisk.ari_url) as wire:
        reached = {"url": wire.url, "ping": "1s", **connection}
        async with exchange_of(asterisk, folder, number, connection=reached, **own) as both:
            try:
                yield *both, wire
            finally:
                wire.resume()


# ---- callers who do the same in every call ----------------------------------------------------


class Quiet:
    """While somebody presses a key, or is about to be heard, nothing is cut: whether a key was
    lost shall not depend on chance here."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._users = 0

    async def __aenter__(self) -> None:
        self._users += 1
        if self._users == 1:
            await self._lock.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._users -= 1
        if not self._users:
            self._lock.release()

    @asynccontextmanager
    async def cutting(self) -> AsyncIterator[None]:
        """Cut as soon as nobody presses anything."""
        async with self._lock:
            yield


Script = Callable[[LiveCall, "Presses"], Awaitable[None]]
Presses = Callable[[LiveCall, str, type[TraceEvent]], Awaitable[None]]


def presses(site: Site, quiet: Quiet) -> Presses:
    """Presses keys while the engine hears them, until what they lead to has come."""

    async def press(call: LiveCall, keys: str, leads_to: type[TraceEvent]) -> None:
        while True:
            async with quiet:
                if site.carrier.client.is_connected:
                    await call.press(keys)
                    await call.until(leads_to)
                    return
            await asyncio.sleep(0.05)

    return press


async def tour(call: LiveCall, press: Presses) -> None:
    """A caller of the tour."""
    await call.until_asked("press 1")
    await press(call, "1", Pressed)
    await call.until_asked("number of a room")
    await press(call, "42", Pressed)
    await call.until(Recording)
    await press(call, "#", Recorded)
    await call.ends()


async def guide(call: LiveCall, press: Presses) -> None:
    """A caller of the guide, who talks with an agent."""
    await call.until(HandedOff, state="back")
    await call.until_asked("Press 5")
    await press(call, "5", Pressed)
    await call.ends()


async def talking(agent: Baresip) -> None:
    """An agent who takes every call, and ends it after a while."""
    while True:
        await agent.established(timeout=600)
        await asyncio.sleep(TALK)
        await agent.hang_up()


# ---- what goes wrong with the network ---------------------------------------------------------


class Cutter:
    """Does to the network whatever can happen to it, and waits until the engine is back."""

    def __init__(self, site: Site, wire: Wire, quiet: Quiet, seed: int) -> None:
        self._client = site.carrier.client
        self._wire = wire
        self._quiet = quiet
        self._chance = random.Random(seed)
        self._kinds = list(KINDS)
        self.done: list[str] = []
        self.away: list[float] = []

    async def cut(self) -> None:
        """One of the kinds, each before any comes again."""
        await asyncio.sleep(self._chance.uniform(0.1, 1.5))
        if not self._kinds:
            self._kinds = list(KINDS)
            self._chance.shuffle(self._kinds)
        kind = self._kinds.pop()
        async with self._quiet.cutting():
            lost = self._client._events.lost_at
            assert lost is None, "the last cut is over"
            self.done.append(kind)
            await KINDS[kind](self._wire, self._client)
            await eventually(lambda: not self._client.is_connected)
        self._wire.resume()
        await eventually(lambda: self._client.is_connected)
        self.away.append(self._client.away)


async def _cut(wire: Wire, client: AriClient) -> None:
    wire.cut()


async def _events_alone(wire: Wire, client: AriClient) -> None:
    wire.cut("events")


async def _closed(wire: Wire, client: AriClient) -> None:
    wire.close()


async def _half_closed_up(wire: Wire, client: AriClient) -> None:
    wire.half_close("up")


async def _half_closed_down(wire: Wire, client: AriClient) -> None:
    wire.half_close("down")


async def _stalled(wire: Wire, client: AriClient) -> None:
    wire.stall()


async def _stalled_up(wire: Wire, client: AriClient) -> None:
    wire.stall("up")


async def _stalled_down(wire: Wire, client: AriClient) -> None:
    wire.stall("down")


async def _unreachable(wire: Wire, client: AriClient) -> None:
    wire.refuse()
    wire.cut()
    await asyncio.sleep(1.0)
    await wire.accept()


async def _replaced(wire: Wire, client: AriClient) -> None:
    other = AriClient(client.settings)
    await other.start()
    await other.stop()


KINDS: dict[str, Callable[[Wire, AriClient], Awaitable[None]]] = {
    "cut": _cut,
    "events alone": _events_alone,
    "closed": _closed,
    "half closed up": _half_closed_up,
    "half closed down": _half_closed_down,
    "stalled": _stalled,
    "stalled up": _stalled_up,
    "stalled down": _stalled_down,
    "unreachable": _unreachable,
    "replaced": _replaced,
}


# ---- what the traces have in common -----------------------------------------------------------

DIFFERENT = {"at", "seconds", "id", "handoff", "channel", "caller", "call"}
"""Fields whose values are another call's: times and names."""


def course(events: Sequence[TraceEvent]) -> list[dict[str, Any]]:
    """What has happened, without times, names and gaps.

    That the agent's phone rings is told by an event alone: in a gap nobody hears of it. That he has
    answered is found out afterwards, unless he was done within the same gap: then his name and the
    result, which come with the call, tell it.
    """
    told = []
    for event in events:
        if isinstance(event, Interruption) or (
            isinstance(event, HandedOff) and event.state in ("called", "connected")
        ):
            continue
        values = {"event": type(event).__name__, **msgspec.structs.asdict(event)}
        told.append({name: value for name, value in values.items() if name not in DIFFERENT})
    return told


def gaps(events: Sequence[TraceEvent]) -> list[float]:
    """The lengths of the gaps in a call."""
    return [event.seconds for event in events if isinstance(event, Interruption)]
