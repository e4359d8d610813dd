"""From the end of what a caller says to its result, through the service, beside the recogniser that
is given the same audio at once: what it would take if nobody listened while the caller speaks."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from time import perf_counter

from bench.rows import Benchmark, Row, Tell, rounded
from bench.speaking import QUESTION, TEXTS, Caller, Delays, conversation, spoken, started
from ivrkit.speech.service import SpeechService

NAME = "recognition"


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Both in turns, for each text. Raises NotAvailable where nothing understands English."""
    ours = Delays()
    service = await started(ours)
    audio = {text: await spoken(text) for text in TEXTS}
    alone = []
    try:
        await _alone(service, audio[TEXTS[0]])  # the first one fills what is kept
        for number in range(1, rounds + 1):
            for text in TEXTS[:1] if quick else TEXTS:
                await conversation([Caller(number, audio[text])], service)
                alone.append(await _alone(service, audio[text]))
            tell(f"{number}/{rounds} {median(ours):.1f} ms, alone {median(alone):.1f} ms")
    finally:
        await service.close()
    ratios = [one / other for one, other in zip(ours, alone, strict=True)]
    figures = (rounded(median(ours)), rounded(median(alone)))
    row = Row("end of speech to result", "recogniser alone", *figures, rounded(median(ratios)), 1.0)
    data = {"service": [*map(rounded, ours)], "alone": [*map(rounded, alone)]}
    return Benchmark(NAME, "What was said", "ms", (row,), data)


async def _alone(service: SpeechService, audio: bytes) -> float:
    """Milliseconds for a whole utterance, given at once."""
    (guard,) = service.guards
    before = perf_counter()
    utterance = guard.recogniser.utterance(QUESTION.grammar, QUESTION.alternatives)
    await utterance.feed(audio)
    await utterance.finish()
    took = perf_counter() - before
    utterance.close()
    return 1000 * took
