"""A crowd of callers in whose calls the engine is killed: what they do, the service they pay at,
and what their traces say of it afterwards."""

from __future__ import annotations

import asyncio
import random
import statistics
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from ivrkit.call.events import (
    Arrived,
    Ended,
    Entered,
    Left,
    Noted,
    Recorded,
    Resumed,
    Said,
    Saying,
    TraceEvent,
    VariableSet,
)
from ivrkit.store import RecordQuery, Store
from ivrkit.testing.load import Keys, Load, Pause, Say, Step
from tests.live.answering import answering
from tests.live.played import Restart
from tests.soak import times

FLOWS = Path(__file__).parent / "flows_killed"
EventT = TypeVar("EventT", bound=TraceEvent)
KEY = "A" * 43 + "="
"""The key of the store, in base64."""
PIN, DAY, PAYMENTS = "2468", "27", 12
LATE = times(22, 34)
"""Seconds after which those callers press keys who wait for the engine to be back."""
PATIENCE = 120.0


def _again(step: Step, often: int, pause: float) -> list[Step]:
    return [each for _ in range(often) for each in (step, Pause(pause))]


def behaviours(speech: Path) -> dict[str, tuple[int, Sequence[Step], bool]]:
    """By flow: how many of two hundred callers, what each does, and whether RTP flows all the
    time. They are late with their last keys, and persistent: one pressed in a gap is lost."""
    last = [*_again(Keys("1"), round(LATE / 4), 3), *_again(Keys("9"), 4, 5)]
    nine = [Pause(LATE), *_again(Keys("9"), 4, 5)]
    asked = [Pause(0.3), Keys(PIN), Pause(LATE - 4), *_again(Keys(DAY), 4, 6)]
    return {
        "menus": (20, last, False),
        "questions": (20, asked, False),
        "prompts": (20, (), True),
        "lists": (16, (), False),
        "waits": (16, (), False),
        "records": (12, [Say(speech)], True),
        "outer": (18, nine, False),
        "beside": (18, nine, False),
        "queued": (16, (), False),
        "talks": (14, (), False),
        "comes-back": (14, (), False),
        "pays": (16, (), False),
    }


EARS = ("lists", "asks", "tells")
"""Each says the same for long: as it is, in a question, and while another step goes on."""
_NAMES = [*behaviours(Path()), "arrives", "asks", "tells"]
NUMBERS = {str(number): name for number, name in enumerate(_NAMES, 800)}


def loads(site: int, speech: Path, calls: int, rate: float, caller: str) -> list[Load]:
    """The callers of the crowd, ``calls`` in all, who call the engine ``live-<site>``; their
    numbers begin with ``caller``."""
    crowd = []
    for number, (share, steps, audio) in enumerate(behaviours(speech).values()):
        count = max(1, round(calls * share / 200))
        crowd.append(
            Load(
                f"7{site}{number:02}",
                calls=count,
                rate=rate * share / 200,
                steps=steps,
                longest=PATIENCE,
                caller=caller,
                audio=audio,
            )
        )
    return crowd


def sections(far: FarSide) -> dict[str, Any]:
    """What is different in its ivrkit.yaml."""
    return {
        "flows": str(FLOWS),
        "numbers": NUMBERS,
        "queues": {"killed-nobody": {}, "killed-long": {}, "killed-short": {}},
        "connectors": {
            "http": {
                "far": {"url": far.url, "allow_private": ["127.0.0.0/8"], "at_once": 100},
            }
        },
        "store": {"key": KEY},
    }


class FarSide:
    """The service at which callers pay: it is slow, and counts what it gets."""

    def __init__(self, chance: random.Random) -> None:
        self.url = ""
        self.payments: Counter[tuple[str, str]] = Counter()
        self.keys: dict[tuple[str, str], set[str]] = {}
        self.pins: dict[str, list[Any]] = {}
        self._chance = chance

    async def answer(self, request: web.Request) -> web.StreamResponse:
        what, call, *rest = request.path.strip("/").split("/")
        if what == "pins":
            self.pins.setdefault(call, []).append(await request.json())
            return web.json_response({})
        payment = (call, rest[0])
        self.payments[payment] += 1
        self.keys.setdefault(payment, set()).add(request.headers["Idempotency-Key"])
        await asyncio.sleep(self._chance.uniform(0.1, 2.0))
        return web.json_response({"receipt": "70815"}, status=201)


@asynccontextmanager
async def far_side(chance: random.Random) -> AsyncIterator[FarSide]:
    """It is open meanwhile."""
    far = FarSide(chance)
    async with answering(far.answer) as far.url:
        yield far


@dataclass
class Story:
    """What the trace tells of one call in which the engine may have been killed."""

    call: str
    flow: str
    caller: str
    events: list[TraceEvent]

    def all(self, kind: type[EventT]) -> list[EventT]:
        """All events of a kind."""
        return [each for each in self.events if isinstance(each, kind)]

    @property
    def ended(self) -> str:
        """How the call ended; empty while it goes on."""
        return "".join(each.ended for each in self.all(Ended))

    @property
    def notes(self) -> list[str]:
        """What its flow wrote into the log."""
        return [each.text for each in self.all(Noted)]

    def __str__(self) -> str:
        lines = "\n".join(map(str, self.events))
        return f"{self.flow}, called by {self.caller} ({self.call}):\n{lines}"

    @property
    def channel(self) -> str:
        """The id of its channel."""
        return self.all(Arrived)[0].channel

    def check(self) -> list[tuple[float, Said]]:
        """That each engine that took the call up went on where the last one stood, and said what
        is said there from its beginning. Gives how many seconds each took for it, and what became
        of that prompt."""
        again_said = []
        for place, event in enumerate(self.events):
            if isinstance(event, Resumed):
                before, behind = self.events[:place], self.events[place + 1 :]
                standing = _standing(before)
                # Between two steps it is at the next one, which has not been entered.
                assert not standing or event.path == standing[0].path, str(self)
                said = _said_since(before, standing)
                if said is not None:
                    # One that was skipped, for a key that came at once, is not among them.
                    prompts = [each for each in behind if isinstance(each, Saying | Said)]
                    while prompts and isinstance(prompts[0], Said):
                        del prompts[0]
                    assert len(prompts) > 1, str(self)
                    again, over = prompts[:2]
                    assert isinstance(over, Said), str(self)
                    assert again.text == over.text == said.text, str(self)
                    again_said.append((again.at - event.at, over))
        return again_said


def _standing(events: Sequence[TraceEvent]) -> list[Entered]:
    """The steps that were entered and not left, the outermost first."""
    standing: list[Entered] = []
    for event in events:
        if isinstance(event, Resumed):
            standing.clear()  # they were entered by an engine that died
        elif isinstance(event, Entered):
            standing.append(event)
        elif isinstance(event, Left):
            standing = [each for each in standing if each.path != event.path]
    return standing


def _said_since(events: Sequence[TraceEvent], standing: Sequence[Entered]) -> Saying | None:
    """The first thing that was said in the step where the call stands."""
    if not standing:
        return None
    place = max(number for number, event in enumerate(events) if event is standing[0])
    return next((each for each in events[place:] if isinstance(each, Saying)), None)


async def stories(path: Path) -> list[Story]:
    """All calls of a store."""
    store = Store(path)
    await store.open()
    try:
        found = []
        for record in await store.records(RecordQuery(limit=1_000_000)):
            events = await store.trace(record.id)
            found.append(Story(record.id, record.flow, record.caller, events))
        return found
    finally:
        await store.close()


@dataclass
class Figures:
    """What is told of kill runs."""

    seed: int = 0
    kills: int = 0
    calls: int = 0
    taken_up: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    """From the moment in which a call was taken up until it was spoken to."""
    restarts: list[Restart] = field(default_factory=list)
    played: list[float] = field(default_factory=list)
    """From the engine's connection to Asterisk until the prompt was played to a call that was
    taken up."""
    last: set[str] = field(default_factory=set)
    """Callers who came when the engine could do nothing any more."""
    fallback: int = 0
    over: set[str] = field(default_factory=set)
    """Callers whose calls the engine had ended when it died."""
    paid: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Figures) -> Figures:
        return replace(
            self,
            kills=self.kills + other.kills,
            taken_up=self.taken_up + other.taken_up,
            fallback=self.fallback + other.fallback,
            restarts=self.restarts + other.restarts,
            last=self.last | other.last,
            over=self.over | other.over,
        )

    def look(self, story: Story) -> None:
        """Count a call that is over."""
        self.calls += 1
        # It had hung up, and died before it could save that it has.
        in_that_moment = story.ended == "lost" and story.caller in self.over
        self.ended["in that moment" if in_that_moment else story.ended] += 1
        for seconds, said in story.check():
            self.seconds.append(seconds)
            restart = next(each for each in self.restarts if story.channel in each.names)
            played = restart.seconds(story.channel, said.media[0])
            # A key may have come before the first sound.
            assert played is not None or said.end != "finished", str(story)
            self.played += [] if played is None else [played]

    def __str__(self) -> str:
        return (
            f"seed {self.seed}, {self.kills} kills, {self.calls} calls; "
            f"taken up: {dict(self.taken_up)}; fallback: {self.fallback}; "
            f"ended: {dict(self.ended)}; spoken to again: {len(self.seconds)}, after they were "
            f"taken up {_spread(self.seconds)}, after the engine's connection to Asterisk until "
            f"the prompt was played {_spread(self.played)}; payments: {dict(self.paid)}"
        )


def _spread(seconds: list[float]) -> str:
    """The median and the most."""
    if not seconds:
        return "-"
    return f"{statistics.median(seconds):.3f} s (median), {max(seconds):.3f} s (slowest)"


def check_payments(story: Story, far: FarSide) -> Counter[str]:
    """That each payment of a call was made once at the most, and that it is known of each what
    came of it, as far as anybody can know."""
    entered = [each for each in story.all(Entered) if each.verb == "http"]
    outcomes = [each.exit for each in story.all(Left) if each.path == entered[0].path]
    known = [exit_ for exit_ in outcomes if exit_ in ("next", "unknown")]
    assert len(known) == PAYMENTS, str(story)
    for number, outcome in enumerate(known, 1):
        made = far.payments[story.call, str(number)]
        assert made <= 1, f"payment {number} was made {made} times: {story}"
        assert made or outcome == "unknown", f"payment {number} was never made: {story}"
    paid = sum(far.payments[story.call, str(number)] for number in range(1, PAYMENTS + 1))
    return Counter(known) + Counter(made=paid)


def check_variables(story: Story, far: FarSide) -> None:
    """That the call had its variables to its end."""
    match story.flow:
        case "menus":
            values = [int(each.value) for each in story.all(VariableSet)]
            assert all(0 <= b - a <= 1 for a, b in pairwise(values)), story
            assert story.notes[-2] == f"{values[-1]} presses", str(story)
        case "questions":
            assert far.pins[story.call] == [{"pin": PIN, "day": DAY}], str(story)
        case "prompts":
            assert story.notes[-1].endswith(" after 10"), str(story)
        case "records":
            (recorded,) = story.all(Recorded)
            assert recorded.kept, str(story)
            assert recorded.seconds >= 25, str(story)
        case "outer":
            assert story.notes[0] == "something, something and 7", str(story)
        case "beside":
            check_heard(story)
        case "queued":
            assert story.notes[0] == "timeout", str(story)
        case "talks":
            assert story.notes[0] == "Local/long@test-agents/n", str(story)
        case "comes-back":
            assert story.notes[0] == "3 talks", str(story)


def check_heard(story: Story) -> None:
    """What a step beside counts goes on where it was, and on_end has the last of it. It was saved
    before anything was said behind it; of what was counted just before the engine died, the trace
    may tell and the call not know."""
    least, most, known = 0, 0, True
    for event in story.events:
        match event:
            case VariableSet(value=value):
                assert least < int(value) <= most + 1, str(story)
                most, known = int(value), True
            case Saying() if known:
                least = most
            case Resumed():
                known = least == most
    told = [f"{story.ended} {count}" for count in range(most if known else least, most + 1)]
    assert story.notes[-1] in told, str(story)
