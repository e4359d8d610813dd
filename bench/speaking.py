"""Callers who speak: their audio at the pace of a telephone line, and who understands it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from ivrkit.call.channel import Capability, Channel
from ivrkit.call.hearing import Grammar, Hearing, HearingFailed, SpeechEvent, SpeechHeard
from ivrkit.errors import NotAvailable, RecognitionError
from ivrkit.prompts.voices.espeak import EspeakNg
from ivrkit.speech.guard import Outcome
from ivrkit.speech.service import SpeechService
from ivrkit.speech.settings import SpeechSettings

RATE = 8000
PIECE = 0.02
BEFORE, BEHIND = 0.3, 1.2
"""Seconds of silence around what is said: more than the silence that ends it."""
MODEL = Path(__file__).parents[2] / "shared" / "vosk-toy"
"""A small model for Vosk; where it is not, PocketSphinx's own is measured."""
TEXTS = ("billing", "main menu", "please transfer me to an operator", "support")
QUESTION = Hearing(Grammar("en", phrases=TEXTS))


def settings() -> SpeechSettings:
    """Who understands callers here."""
    vosk = {"engine": "vosk", "model": str(MODEL)}
    chosen = vosk if MODEL.is_dir() else {"engine": "pocketsphinx", "processes": 2}
    return SpeechSettings.model_validate({"recognisers": {"en": chosen}, "at_once": 100})


class Delays(list[float]):
    """Milliseconds from the end of what was said to its result, as the service tells them."""

    def __call__(self, language: str, outcome: Outcome, seconds: float) -> None:
        self.append(1000 * seconds)


async def started(delays: Delays) -> SpeechService:
    """The service, with its model loaded. Raises NotAvailable."""
    service = SpeechService(settings(), delays)
    problems = await service.start()
    if problems:
        await service.close()
        raise NotAvailable("; ".join(problems), hint="make test installs what is missing")
    return service


async def spoken(text: str) -> bytes:
    """A text on a telephone line, with silence around it."""
    voice = EspeakNg()
    samples, rate = soundfile.read(io.BytesIO(await voice.speak(text, "en", None, 1.0)))
    await voice.close()
    said = soxr.resample(samples, rate, RATE)
    around = [np.zeros(round(seconds * RATE)) for seconds in (BEFORE, BEHIND)]
    whole = np.concatenate([around[0], said, around[1]])
    return bytes((np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes())


@dataclass
class Line:
    """A channel as far as recognition sees it."""

    id: str
    capabilities: frozenset[Capability] = frozenset({Capability.LISTEN})
    take: Callable[[bytes], None] | None = None
    tapped: asyncio.Event = field(default_factory=asyncio.Event)

    async def tap(self, tap: str, take: Callable[[bytes], None], rate: int = RATE) -> None:
        self.take = take
        self.tapped.set()

    async def untap(self, tap: str) -> None:
        self.take = None


class Caller:
    """One caller who says something once."""

    def __init__(self, number: int, audio: bytes) -> None:
        self.line: Any = Line(str(number))
        self.done = asyncio.Event()
        self.failure = ""
        size = 2 * round(RATE * PIECE)
        self._pieces = [audio[at : at + size] for at in range(0, len(audio), size)]

    async def listened_to(self, service: SpeechService) -> None:
        """Let the service listen from now on."""
        channel: Channel = self.line
        self.ear = service.listen(channel, f"ear{self.line.id}", QUESTION, self._told)
        await self.line.tapped.wait()

    def speak(self, tick: int) -> None:
        """The piece of audio of a tick; what was said is followed by silence."""
        if self.line.take is not None and not self.done.is_set():
            silence = bytes(2 * round(RATE * PIECE))
            self.line.take(self._pieces[tick] if tick < len(self._pieces) else silence)

    def _told(self, event: SpeechEvent) -> None:
        if isinstance(event, HearingFailed):
            self.failure = event.reason
        elif not (isinstance(event, SpeechHeard) and event.final):
            return
        self.done.set()


async def conversation(callers: Sequence[Caller], service: SpeechService) -> None:
    """All speak, one a little behind the other, until all are understood. Raises RecognitionError
    when one was not listened to."""
    await asyncio.gather(*(each.listened_to(service) for each in callers))
    await pace(callers, lambda: all(each.done.is_set() for each in callers))
    for each in callers:
        each.ear.close()
        if each.failure:
            raise RecognitionError(each.failure)


async def pace(callers: Sequence[Caller], over: Callable[[], bool]) -> None:
    """Audio for all of them, a piece every 20 ms, until it is over."""
    loop = asyncio.get_running_loop()
    begun, tick = loop.time(), 0
    while not over():
        for behind, each in enumerate(callers):
            if tick >= behind:
                each.speak(tick - behind)
        tick += 1
        await asyncio.sleep(max(0.0, begun + tick * PIECE - loop.time()))
