"""Callers who speak, live: what they say, who understands it, and what of that is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ivrkit.channels.ari.audio.parts import PREFIX
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import write_wave
from tests.live.harness import PATIENCE
from tests.speech.support import NO_TOY, RATE, TOY, Samples, keys, noise, said, silence

VOSK, SPHINX = "vosk", "pocketsphinx"


def recogniser(engine: str) -> dict[str, Any]:
    """The section ``speech`` of an ``ivrkit.yaml``. Skips, and says so, where the small model for
    Vosk is not on this machine: PocketSphinx, which brings its own, is always tested."""
    if engine == VOSK and not TOY.is_dir():
        pytest.skip(NO_TOY)
    chosen = {"engine": engine, "model": str(TOY)} if engine == VOSK else {"engine": engine}
    return {"recognisers": {"en": chosen}}


def either() -> str:
    """The recogniser that costs least here."""
    return VOSK if TOY.is_dir() else SPHINX


class Mouth:
    """Makes the files that callers say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def words(self, text: str) -> Path:
        """A text as espeak-ng says it."""
        return self._file(text.replace(" ", "-"), said(text))

    def noise(self, seconds: float) -> Path:
        """A loud noise."""
        return self._file(f"noise-{seconds:g}", noise(seconds, 0.1))

    def tones(self, pressed: str) -> Path:
        """The sound of keys in the audio itself."""
        return self._file(f"tones-{pressed}", keys(pressed))

    def _file(self, name: str, samples: Samples) -> Path:
        file = self._folder / f"{name}.wav"
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            write_wave(file, np.concatenate([silence(0.1, RATE), samples]))
        return file


async def taps(asterisk: PrivateAsterisk) -> list[str]:
    """What there is in Asterisk for listening to callers: channels and bridges."""
    shown = await asterisk.command("core show channels concise")
    shown += await asterisk.command("bridge show all")
    return [line for line in shown.splitlines() if PREFIX in line]


async def until_taps(asterisk: PrivateAsterisk, count: int) -> None:
    """Wait until there is so much: 3 for each question that listens, 0 behind all of them."""
    found: Iterable[str] = ()
    try:
        async with asyncio.timeout(PATIENCE):
            while len(found := await taps(asterisk)) != count:
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"{count} were awaited, there are {found}") from None
