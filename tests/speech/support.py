"""What the tests of recognition share: spoken sentences, the sound of keys, a line, a stub."""

from __future__ import annotations

import asyncio
import io
import shutil
import subprocess
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from ivrkit.call.channel import Capability
from ivrkit.call.hearing import (
    Grammar,
    HearingFailed,
    Hypothesis,
    SpeechBegan,
    SpeechEvent,
    SpeechHeard,
)
from ivrkit.errors import CarrierError, RecognitionError
from ivrkit.speech.recogniser import Recogniser, RecogniserSettings, Utterance

ROOT = Path(__file__).parents[2]
TOY = ROOT.parent / "shared" / "vosk-toy"
"""A model of 26 words for Vosk, made of synthetic speech: yes, no, billing, support, sales,
operator, zero to nine, main menu, repeat that, please transfer me to an. It is not a part of the
project; without it what needs it is skipped, and said so."""
NO_TOY = f"NOT TESTED: the small Vosk model {TOY} is not on this machine"
RATE = 8000
LOW, HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)

Samples = NDArray[np.float64]


# ---- sound -------------------------------------------------------------------------------------


@lru_cache
def said(text: str, rate: int = RATE, voice: str = "en-us") -> Samples:
    """A text as espeak-ng says it."""
    command = ["espeak-ng", "-v", voice, "-s", "160", "--stdout", "--stdin"]
    ran = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    samples, made = soundfile.read(io.BytesIO(ran.stdout))
    found: Samples = soxr.resample(samples, made, rate)
    return found


def silence(seconds: float, rate: int = RATE) -> Samples:
    return np.zeros(round(seconds * rate))


def noise(seconds: float, loudness: float, rate: int = RATE) -> Samples:
    """White noise; ``loudness`` is its root mean square, 1.0 full scale."""
    return np.random.default_rng(7).normal(0, loudness, round(seconds * rate))


def key(name: str, seconds: float = 0.1, loudness: float = 0.2, rate: int = RATE) -> Samples:
    """The sound of a key."""
    at = "123A456B789C*0#D".index(name)
    turns = 2 * np.pi * np.arange(round(seconds * rate)) / rate
    wave: Samples = loudness * (np.sin(turns * LOW[at // 4]) + np.sin(turns * HIGH[at % 4]))
    return wave


def keys(names: str, seconds: float = 0.1, rate: int = RATE) -> Samples:
    """The sound of several keys, with pauses."""
    pairs = ((key(name, seconds, rate=rate), silence(seconds, rate)) for name in names)
    return np.concatenate([each for pair in pairs for each in pair])


def click(rate: int = RATE) -> Samples:
    return np.r_[np.full(rate // 1000, 0.9), np.full(rate // 1000, -0.9)]


def cough(rate: int = RATE) -> Samples:
    """A burst of noise that swells and fades within 0.3 s."""
    burst = noise(0.3, 0.2, rate)
    return burst * np.hanning(len(burst))


def pcm(*pieces: Samples) -> bytes:
    whole = np.clip(np.concatenate(pieces), -1, 1)
    return (whole * 32767).astype("<i2").tobytes()


def utterance(text: str, rate: int = RATE, voice: str = "en-us") -> bytes:
    """A text with silence around it, as a caller says it on a line."""
    return pcm(silence(0.3, rate), said(text, rate, voice), silence(1.2, rate))


def in_pieces(audio: bytes, rate: int = RATE, seconds: float = 0.02) -> Sequence[bytes]:
    size = 2 * round(rate * seconds)
    return [audio[at : at + size] for at in range(0, len(audio), size)]


def copied(model: Path, to: Path) -> None:
    """A copy of a model that can be spoilt."""
    shutil.copytree(model, to, copy_function=shutil.copyfile)
    for each in (to, *(path for path in to.rglob("*") if path.is_dir())):
        each.chmod(0o755)


# ---- a line ------------------------------------------------------------------------------------


@dataclass
class Line:
    """A channel as far as recognition sees it. ``hear`` lets the caller be heard."""

    id: str = "line"
    capabilities: frozenset[Capability] = frozenset({Capability.LISTEN})
    taps: dict[str, tuple[Callable[[bytes], None], int]] = field(default_factory=dict)
    given_back: list[str] = field(default_factory=list)
    refusal: CarrierError | None = None
    tapped: asyncio.Event = field(default_factory=asyncio.Event)
    slow: asyncio.Event | None = None

    async def tap(self, tap: str, take: Callable[[bytes], None], rate: int = 8000) -> None:
        if self.slow is not None:
            await self.slow.wait()
        if self.refusal is not None:
            raise self.refusal
        self.taps[tap] = take, rate
        self.tapped.set()

    async def untap(self, tap: str) -> None:
        self.taps.pop(tap, None)
        self.given_back.append(tap)

    async def hear(self, audio: bytes, rate: int = RATE) -> None:
        """What the caller says, in pieces of 20 ms."""
        await self.tapped.wait()
        for piece in in_pieces(audio, rate):
            for take, _ in tuple(self.taps.values()):
                take(piece)
            await asyncio.sleep(0)


@dataclass
class Told:
    """What an ear tells. Called with each event."""

    events: list[SpeechEvent] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, event: SpeechEvent) -> None:
        self.events.append(event)
        self.news.set()

    async def until(self, *kinds: type, count: int = 1) -> Any:
        """The last one, when so many of a kind have come (final results, of what is heard)."""
        while True:
            found = [each for each in self.events if isinstance(each, kinds) and _counts(each)]
            if len(found) >= count:
                return found[count - 1]
            self.news.clear()
            await self.news.wait()

    async def final(self, count: int = 1) -> tuple[Hypothesis, ...]:
        """The readings of the so-many-th final result."""
        found: SpeechHeard = await self.until(SpeechHeard, HearingFailed, count=count)
        assert isinstance(found, SpeechHeard), found
        return found.hypotheses

    @property
    def kinds(self) -> list[str]:
        """What came, in words: began, partial, final, failed."""
        return [_kind(each) for each in self.events]


def _counts(event: SpeechEvent) -> bool:
    return not isinstance(event, SpeechHeard) or event.final


def _kind(event: SpeechEvent) -> str:
    if isinstance(event, SpeechHeard):
        return "final" if event.final else "partial"
    return "began" if isinstance(event, SpeechBegan) else "failed"


# ---- a recogniser ------------------------------------------------------------------------------


class StubSettings(RecogniserSettings):
    engine: str = "stub"


class Stub(Recogniser[RecogniserSettings]):
    """A recogniser that understands what it is told to, and fails when it is told to."""

    name = "stub"
    settings_model = StubSettings
    answers: list[tuple[Hypothesis, ...]] = []  # noqa: RUF012 (emptied before each test)
    failing: Exception | None = None
    hanging: asyncio.Event | None = None
    trouble = ""
    open = 0

    def problem(self) -> str:
        return Stub.trouble

    def unknown_words(self, words: Collection[str]) -> frozenset[str]:
        return frozenset(word for word in words if word.startswith("x"))

    async def start(self) -> None:
        if Stub.trouble:
            raise RecognitionError(Stub.trouble)

    def utterance(self, grammar: Grammar, alternatives: int) -> Utterance:
        return StubUtterance(alternatives)


class StubUtterance(Utterance):
    def __init__(self, alternatives: int) -> None:
        Stub.open += 1
        self._alternatives = alternatives
        self._bytes = 0

    async def feed(self, pcm: bytes) -> str:
        if Stub.hanging is not None:
            await Stub.hanging.wait()
        if Stub.failing is not None:
            raise Stub.failing
        self._bytes += len(pcm)
        return f"{self._bytes // 16000} s"

    async def finish(self) -> Sequence[Hypothesis]:
        answer = Stub.answers.pop(0) if Stub.answers else (Hypothesis("billing", 0.9),)
        return answer[: self._alternatives]

    def close(self) -> None:
        Stub.open -= 1
