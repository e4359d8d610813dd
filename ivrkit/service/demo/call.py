"""The scripted call: what the caller does, and what it left behind to be checked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from ivrkit.call.events import Arrived, Ended, HandedOff, Said, Saying
from ivrkit.errors import CarrierError
from ivrkit.service.demo.payload import Fetched, fetch
from ivrkit.service.demo.stage import Stage
from ivrkit.service.demo.world import World
from ivrkit.testing.phones import Baresip

NUMBER = "800"
ACCOUNT = "123456"
SCORE = "5"
TALK_SECONDS = 3.0
LISTENS_SECONDS = 1.2
"""How long the caller listens to a prompt that he then interrupts by a key."""


@dataclass(frozen=True, slots=True)
class Turn:
    """When this is said the caller listens (to its end if ``whole``), then presses keys."""

    hears: str
    keys: str = ""
    why: str = ""
    whole: bool = False


BEFORE = (
    Turn("Welcome to Acme Bank", whole=True),
    Turn("How can we help you?", "1", "balances; the menu stops at once"),
    Turn("Enter your account number", f"{ACCOUNT}#", "his account, then the hash key"),
    Turn("You entered", "1", "yes, that is right"),
    Turn("your balance is 12 euros and 50 cents", whole=True),
    Turn("How can we help you?", "0", "a person, please"),
)
AFTER = (
    Turn("How satisfied were you?", SCORE, "very"),
    Turn("Thank you for your answer", whole=True),
    Turn("Thank you for calling", whole=True),
)


@dataclass
class Outcome:
    """What the call left behind. ``broke`` says where it went another way, empty if it did not."""

    call_id: str = ""
    broke: str = ""
    heard: list[str] = field(default_factory=list)
    handoff: str = ""
    agent: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    fetched: Fetched | None = None
    recording: Path | None = None


async def place_call(world: World, stage: Stage) -> Outcome:
    """Place the call and play it to its end, or to where it goes wrong."""
    outcome = Outcome()
    async with world.caller() as caller:
        try:
            await _play(world, caller, stage, outcome)
        except (TimeoutError, CarrierError) as error:
            outcome.broke = str(error)
            return outcome
        outcome.recording = caller.recording()
    return outcome


async def _play(world: World, caller: Baresip, stage: Stage, outcome: Outcome) -> None:
    stage.caller(f"dials {NUMBER}")
    await caller.ring(NUMBER)
    outcome.call_id, _ = await world.watch.wait_for(Arrived, what=f"the call to {NUMBER}")
    for turn in BEFORE:
        await _take(world, caller, stage, turn, outcome)
    await _agent(world, stage, outcome)
    for turn in AFTER:
        await _take(world, caller, stage, turn, outcome)
    await world.watch.wait_for(Ended, what="the end of the call")
    await caller.closed()


async def _take(world: World, caller: Baresip, stage: Stage, turn: Turn, outcome: Outcome) -> None:
    watch = world.watch
    await watch.wait_for(Saying, lambda event: turn.hears in event.text, f'"{turn.hears}"')
    if turn.whole:
        await watch.wait_for(Said, lambda event: event.end == "finished", f'all of "{turn.hears}"')
    else:
        await asyncio.sleep(LISTENS_SECONDS)
    outcome.heard.append(turn.hears)
    if turn.keys:
        stage.caller(f"presses {' '.join(turn.keys)}  ({turn.why})")
        await caller.press(turn.keys, between=0.1)


async def _agent(world: World, stage: Stage, outcome: Outcome) -> None:
    """The call reaches the agent, whose side is looked at, and who hangs up."""
    watch, agent = world.watch, world.agent
    _, queued = await watch.wait_for(HandedOff, lambda e: e.state == "queued", "the hand-off")
    outcome.handoff = queued.handoff
    _, connected = await watch.wait_for(HandedOff, lambda e: e.state == "connected", "the agent")
    outcome.agent = connected.party
    await agent.established()
    outcome.headers = agent.received_headers("X-IVRKit-")
    for name, value in outcome.headers.items():
        stage.agent(f"phone {agent.name} received  {name}: {value}")
    outcome.fetched = await fetch(world.site, outcome.headers.get("X-IVRKit-Handoff", "none"))
    stage.agent(f"screen fetched  {outcome.fetched.address}")
    stage.agent(f"  {outcome.fetched.text}")
    await asyncio.sleep(TALK_SECONDS)
    stage.agent("hangs up")
    await agent.hang_up()
    await watch.wait_for(HandedOff, lambda e: e.state == "back", "the return from the queue")
