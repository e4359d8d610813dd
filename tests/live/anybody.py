"""Callers who do anything: they hang up everywhere, press what they like, come back, give up."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from ivrkit.testing.load import GiveUp, HangUp, Keys, Load, Pause, Reinvite, Step
from tests.live.answering import answering

FLOWS = Path(__file__).parent / "flows_left"
NUMBERS = {
    "800": "prompts",
    "801": "keys",
    "802": "records",
    "803": "beside",
    "804": "looks",
    "805": "writes",
    "806": "nobody",
    "807": "rings",
    "808": "talks",
    "809": "listens",
    "810": "unanswered",
}
QUEUES: dict[str, Any] = {"killed-nobody": {}, "left-brief": {}, "left-rings": {}}
SHARES = {"prompts": 4, "keys": 6, "records": 3, "beside": 3, "looks": 3, "writes": 4, "nobody": 2}
"""How many callers of a flow there are for each of another one; of those not named 1."""
PATIENCE = 90.0
"""Seconds that a caller waits for the end of the call."""
Chance = random.Random


def anybody(chance: Chance, site: int, calls: int, rate: float) -> tuple[str, Load]:
    """A group of callers who do about the same, and what it is."""
    flows = list(NUMBERS.items())
    number, flow = chance.choices(flows, [SHARES.get(name, 1) for _, name in flows])[0]
    does = BEHAVIOURS["gives up"] if flow == "unanswered" else _behaviour(chance)
    name = next(each for each, made in BEHAVIOURS.items() if made is does)
    steps = does(chance)
    caller = f"+4955{chance.randrange(10_000):04}"
    load = Load(f"7{site}{number[1:]}", calls, rate, steps, PATIENCE, caller=caller, audio=False)
    return f"{flow}: {name}", load


def _hangs_up(chance: Chance) -> Sequence[Step]:
    """At any time, at once too."""
    return Pause(0, chance.choice((0.1, 1, 3, 6))), HangUp()


def _presses(chance: Chance) -> Sequence[Step]:
    """Right and wrong keys, and hears the call out."""
    return _typing(chance)


def _presses_and_hangs_up(chance: Chance) -> Sequence[Step]:
    """Also between two keys."""
    return *_typing(chance), Pause(0, 1), HangUp()


def _is_silent(chance: Chance) -> Sequence[Step]:
    return ()


def _asks_anew(chance: Chance) -> Sequence[Step]:
    """Is refused another kind of audio, then hangs up or not."""
    steps = Pause(0.2, 2), Reinvite()
    return (*steps, Pause(0, 2), HangUp()) if chance.random() < 0.7 else steps


def _gives_up(chance: Chance) -> Sequence[Step]:
    """Before the call is answered, or is refused."""
    return (GiveUp(chance.uniform(0.05, 3)),) if chance.random() < 0.8 else ()


BEHAVIOURS: dict[str, Callable[[Chance], Sequence[Step]]] = {
    "hangs up": _hangs_up,
    "presses": _presses,
    "presses and hangs up": _presses_and_hangs_up,
    "is silent": _is_silent,
    "asks anew": _asks_anew,
    "gives up": _gives_up,
}
USUAL = ("hangs up", "presses", "presses and hangs up", "is silent", "asks anew")


def _behaviour(chance: Chance) -> Callable[[Chance], Sequence[Step]]:
    return BEHAVIOURS[chance.choices(USUAL, (4, 2, 3, 1, 1))[0]]


def _typing(chance: Chance) -> list[Step]:
    """Keys in groups: those that are asked for more often than others."""
    steps: list[Step] = []
    for _ in range(chance.randint(1, 3)):
        keys = chance.choice(("123", "1", "2", "123134", "*7", "9", "#", "0", "1 ", "55555"))
        pressed = keys.strip() or chance.choice("0123456789*#")
        steps += [Pause(0.1, chance.choice((0.5, 1.5))), Keys(pressed)]
    return steps


class FarSide:
    """A service that is slow, and sometimes fails, breaks off or says nothing at all."""

    def __init__(self, chance: Chance) -> None:
        self.url = ""
        self.asked: Counter[str] = Counter()
        self._chance = chance

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What becomes of a request."""
        kind = self._chance.choices(("answers", "fails", "breaks off", "is mute"), (7, 1, 1, 1))[0]
        self.asked[kind] += 1
        if kind == "is mute":
            await asyncio.sleep(5)
        await asyncio.sleep(self._chance.uniform(0, 1))
        if kind == "breaks off" and request.transport is not None:
            request.transport.abort()
        return web.json_response({"name": "Ann"}, status=500 if kind == "fails" else 200)


@asynccontextmanager
async def far_side(chance: Chance) -> AsyncIterator[FarSide]:
    """It is open meanwhile."""
    far = FarSide(chance)
    async with answering(far.answer) as far.url:
        yield far
