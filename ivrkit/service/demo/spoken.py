"""The second call: its caller says what he wants instead of pressing a key."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ivrkit.call.events import Arrived, Ended, Recognised, Saying
from ivrkit.errors import CarrierError, PromptError
from ivrkit.prompts.voices.espeak import EspeakNg
from ivrkit.service.demo.call import LISTENS_SECONDS
from ivrkit.service.demo.stage import Fact, Stage
from ivrkit.service.demo.world import World
from ivrkit.testing.audio import read_wave, write_wave
from ivrkit.testing.phones import Baresip

NUMBER = "801"
LANGUAGE = "en"
WHICH_LANGUAGE, CHOICE = "For English", "What would you like to do?"
CODE_WANTED, RESULT = "Enter your four digit code", "Your results are normal"
WORD, CODE = "results", "2580"
VOICE = "en-us"
"""The recogniser's model is of American English."""


@dataclass
class SpokenOutcome:
    """What was understood. ``broke`` says where the call went another way, empty if it did not."""

    broke: str = ""
    understood: Recognised | None = None


def problem(world: World) -> str:
    """Why nothing is understood here; empty if it is."""
    return world.site.speech.problem(LANGUAGE)


async def place_spoken_call(world: World, stage: Stage) -> SpokenOutcome:
    """Call the clinic, and ask it by voice for results."""
    outcome = SpokenOutcome()
    async with world.caller("spoken") as caller:
        try:
            await _play(world, caller, stage, outcome)
        except (TimeoutError, CarrierError, PromptError) as error:
            outcome.broke = str(error)
    return outcome


async def _play(world: World, caller: Baresip, stage: Stage, outcome: SpokenOutcome) -> None:
    watch = world.watch
    spoken = await _audio(world.folder / "phones")
    stage.caller(f"dials {NUMBER}")
    await caller.ring(NUMBER)
    await watch.wait_for(Arrived, what=f"the call to {NUMBER}")
    await watch.wait_for(Saying, lambda event: WHICH_LANGUAGE in event.text, "the first question")
    stage.caller("presses 1  (English)")
    await caller.press("1")
    await watch.wait_for(Saying, lambda event: CHOICE in event.text, f'"{CHOICE}"')
    await asyncio.sleep(LISTENS_SECONDS)
    stage.caller(f'says "{WORD}"  (the menu stops when that is understood)')
    await caller.say(spoken)
    _, outcome.understood = await watch.wait_for(Recognised, what=f'"{WORD}"')
    await watch.wait_for(Saying, lambda event: CODE_WANTED in event.text, f'"{CODE_WANTED}"')
    stage.caller("presses his code")
    await caller.press(CODE, between=0.1)
    await watch.wait_for(Saying, lambda event: RESULT in event.text, f'"{RESULT}"')
    stage.caller("hangs up")
    await caller.hang_up()
    await watch.wait_for(Ended, what="the end of the call")
    await caller.closed()


async def _audio(folder: Path) -> Path:
    """The word as a voice says it, in the format of a telephone line."""
    voice = EspeakNg()
    spoken, said = folder / "spoken.wav", folder / "said.wav"
    spoken.write_bytes(await voice.speak(WORD, LANGUAGE, VOICE, 1.0))
    await voice.close()
    write_wave(said, read_wave(spoken))
    return said


def facts(outcome: SpokenOutcome) -> Iterator[Fact]:
    """What the second call must have done."""
    if outcome.broke:
        yield Fact(False, f"the call by voice went another way: {outcome.broke}")
        return
    heard = outcome.understood
    assert heard is not None, "the call was played to its end"
    yield Fact(
        heard.text == WORD and heard.result == "chosen",
        f'what the caller said over RTP was understood as "{heard.text}" '
        f"({heard.confidence:.2f} sure), and took the way of its key",
    )
