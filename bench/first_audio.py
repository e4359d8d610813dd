"""From a text that nobody has spoken yet to its sound on disk, ready to be played, beside the bare
voice: the program alone, whose sound nobody has converted, levelled or kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.rows import Benchmark, Row, Tell, rounded
from ivrkit.call.prompt import Piece
from ivrkit.prompts.service import PromptService
from ivrkit.prompts.settings import DynamicSettings, PromptSettings
from ivrkit.prompts.voices.espeak import EspeakNg

NAME = "first-audio"
TEXTS, QUICK_TEXTS = 60, 5
MOST = 2.0
"""How much more than the bare voice: what it gives is trimmed, resampled, levelled and written."""
SENTENCE = "Good morning, Ann Lee. Your order {} is on its way, and will arrive tomorrow."


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Both in turns, for one text after the other. Raises IvrkitError."""
    settings = PromptSettings(
        folder=folder / "prompts",
        cache=folder / "cache",
        dynamic=DynamicSettings(wait=timedelta(seconds=30)),
    )
    service, voice = PromptService(settings), EspeakNg()
    ours: list[float] = []
    bare: list[float] = []
    number = 0
    try:
        await voice.speak("1", "en", None, 1.0)  # which voices there are is asked once
        await service.render([_piece(0)], "en")
        for turn in range(1, rounds + 1):
            for _ in range(QUICK_TEXTS if quick else TEXTS):
                number += 1
                begun = perf_counter()
                await service.render([_piece(number)], "en")
                ours.append(1000 * (perf_counter() - begun))
                begun = perf_counter()
                await voice.speak(SENTENCE.format(number), "en", None, 1.0)
                bare.append(1000 * (perf_counter() - begun))
            tell(f"{turn}/{rounds} {median(ours):.1f} ms, bare voice {median(bare):.1f} ms")
    finally:
        await service.close()
        await voice.close()
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    figures = (rounded(median(ours)), rounded(median(bare)), rounded(median(ratios)))
    row = Row("uncached text to sound", "espeak-ng alone", *figures, MOST)
    data = {"service": [*map(rounded, ours)], "bare": [*map(rounded, bare)]}
    return Benchmark(NAME, "A text that is spoken", "ms", (row,), data)


def _piece(number: int) -> Piece:
    return Piece("text", SENTENCE.format(number), dynamic=True)
