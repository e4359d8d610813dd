"""Calls over a network that is cut, and what their traces must have in common."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
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
from tests.live.harness import PATIENCE, Exchange, LiveCall, Traces, exchange_of, own_flows

logger = logging.getLogger(__name__)

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
    lost shall not depend on chance here. Who waits to cut comes before those who come later."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._lock = asyncio.Lock()
        self._users = 0

    async def __aenter__(self) -> None:
        async with self._turn:
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
        async with self._turn:
            await self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()


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
    await asyncio.sleep(0.7)  # the tone: Asterisk hears no key in it
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
    """Does to the network whatever can happen to it while there are calls, and waits until the
    engine is back: each call that was there all the time must be told of the gap."""

    def __init__(
        self, site: Site, traces: Traces, wire: Wire, quiet: Quiet, cuts: int, seed: int
    ) -> None:
        self._site = site
        self._client = site.carrier.client
        self._traces = traces
        self._wire = wire
        self._quiet = quiet
        self._chance = random.Random(seed)
        self.left = kinds(cuts, self._chance)
        self.done: list[tuple[str, float]] = []
        """Each kind of cut, and for how many seconds Asterisk was not heard."""
        self.told: Counter[str] = Counter()
        """By kind of cut: the calls that were there all the time, and were told."""

    async def cut(self) -> None:
        """What comes next; where all calls have ended meanwhile, it comes once more."""
        await asyncio.sleep(self._chance.uniform(0.1, 2.5))
        kind = self.left.pop()
        before: dict[str, int] = {}
        while not before:
            await eventually(self._gaps, PATIENCE)
            async with self._quiet.cutting():
                before = self._gaps()
                if before:
                    await self._break(kind)
        self._wire.resume()
        await eventually(lambda: self._client.is_connected)
        through = {call: had for call, had in before.items() if call in self._gaps()}
        self.done.append((kind, self._client.away))
        logger.info("cut: %s, away for %.2f s", kind, self._client.away)
        await self._tells(kind, through)
        self.told[kind] += len(through)
        if not through:
            self.left.append(kind)

    async def _break(self, kind: str) -> None:
        assert self._client._events.lost_at is None, "the last cut is over"
        logger.info("cut: %s", kind)
        await KINDS[kind](self._wire, self._client)
        await eventually(lambda: not self._client.is_connected)

    async def _tells(self, kind: str, through: Mapping[str, int]) -> None:
        """Each of these calls has a gap more than it had."""

        def untold() -> list[str]:
            return [call for call, had in through.items() if self._told(call) <= had]

        try:
            await eventually(lambda: not untold())
        except TimeoutError:
            stories = ("\n".join(map(str, self._traces.calls[call])) for call in untold())
            raise AssertionError("\n\n".join((f"no gap by {kind!r} in:", *stories))) from None

    def _gaps(self) -> dict[str, int]:
        """The calls in progress, with how many gaps each has had."""
        known = self._site.carrier.channels_by_id
        return {
            call: self._told(call)
            for call, runner in self._site.engine.live().items()
            if runner.state.channel in known
        }

    def _told(self, call: str) -> int:
        return len(gaps(self._traces.calls.get(call, ())))

    def figures(self) -> str:
        """What was done, and how long Asterisk was not heard then."""
        lines = []
        for kind in (*KINDS, ""):
            away = sorted(seconds for done, seconds in self.done if kind in ("", done))
            if away:
                what = f"{kind or 'all':16} {len(away):3} cuts"
                mean, middle = sum(away) / len(away), away[len(away) // 2]
                lines.append(
                    f"{what}, away {mean:.2f} s on average, {middle:.2f} s in the middle, "
                    f"{away[-1]:.2f} s at most"
                )
        return "\n".join(lines)


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


PROMISED = (("cut",), ("stalled",), ("half closed up", "half closed down"), ("replaced",))
"""Of each of these one is done, however few cuts there are."""


def kinds(cuts: int, chance: random.Random) -> list[str]:
    """So many kinds of cuts by chance: the promised ones, and each before any comes again."""
    first = [chance.choice(group) for group in PROMISED]
    chosen: list[str] = []
    while len(chosen) < cuts:
        others = [kind for kind in KINDS if kind not in first]
        chance.shuffle(others)
        chosen += [*first, *others][: cuts - len(chosen)]
    chance.shuffle(chosen)
    return chosen


# ---- what the traces have in common -----------------------------------------------------------

DIFFERENT = {"at", "seconds", "id", "handoff", "channel", "caller", "call"}
"""Fields whose values are another call's: times and names."""
TOUCHING = 0.3
"""Seconds by which a gap may be longer than it says: its length is rounded, and what was under way
when the connection broke was lost with it."""
UNHEARD = ("called", "connected")
"""States of a hand-off that events alone tell. That an agent's phone rings nobody can find out
after a gap. That he has answered is found out, unless he was done within the same gap: then his
name and the result, which come with the call, tell it."""


@dataclass(frozen=True)
class Course:
    """What has happened in a call, without names and gaps, and when."""

    steps: list[dict[str, Any]]
    times: list[float]
    gaps: list[Interruption]

    @classmethod
    def of(cls, events: Sequence[TraceEvent]) -> Course:
        """What is told in a trace."""
        told = [event for event in events if not isinstance(event, Interruption)]
        return cls(
            [_shown(event) for event in told],
            [event.at for event in told],
            [event for event in events if isinstance(event, Interruption)],
        )

    def unheard(self, whole: Course) -> list[str]:
        """What of a whole call was never heard of here: states of a hand-off that fell into a gap.
        Raises AssertionError for every other difference."""
        lost: list[str] = []
        place = 0
        for wanted in whole.steps:
            found = self.steps[place] if place < len(self.steps) else None
            if found == wanted:
                place += 1
                continue
            state = wanted.get("state", "") if wanted["event"] == "HandedOff" else ""
            if found is None or state not in UNHEARD:
                raise AssertionError(f"{wanted} should be there, not {found}")
            assert self._is_gap(place), f"{wanted} is not there, and that is no gap's fault"
            if state == "connected":
                told = found.get("state"), found.get("result")
                assert told == ("back", "answered"), f"nobody has told that he answered: {found}"
            lost.append(state)
        assert place == len(self.steps), f"{self.steps[place]} is too much"
        return lost

    def _is_gap(self, place: int) -> bool:
        """Whether a gap touches the time right before a step."""
        begin, end = self.times[place - 1], self.times[place]
        return any(
            gap.at - gap.seconds - TOUCHING <= end and begin <= gap.at + TOUCHING
            for gap in self.gaps
        )


def _shown(event: TraceEvent) -> dict[str, Any]:
    values = {"event": type(event).__name__, **msgspec.structs.asdict(event)}
    return {name: value for name, value in values.items() if name not in DIFFERENT}


def gaps(events: Sequence[TraceEvent]) -> list[float]:
    """The lengths of the gaps in a call."""
    return [event.seconds for event in events if isinstance(event, Interruption)]
