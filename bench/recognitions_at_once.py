"""Thirty callers who speak at once: how late the engine's loop is meanwhile, beside the same audio
that nobody understands; and how long they wait for a result, beside one caller alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bench.rows import Benchmark, Row, Tell, rounded
from bench.speaking import TEXTS, Caller, Delays, conversation, pace, spoken, started

NAME = "recognitions-at-once"
CALLERS, QUICK_CALLERS = 30, 4
LOOK_SECONDS = 0.005
UNHEARD_SECONDS = 4.0


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """All in turns. Raises NotAvailable where nothing understands English, RecognitionError when
    one of them was not listened to."""
    count = QUICK_CALLERS if quick else CALLERS
    delays = Delays()
    service = await started(delays)
    audio = [await spoken(text) for text in TEXTS]
    late, unheard, waits, single = [], [], [], []
    try:
        for number in range(1, rounds + 1):
            callers = [Caller(each, audio[each % len(audio)]) for each in range(count)]
            late.append(_p99(await _lateness(conversation(callers, service))))
            waits.append(_p99(delays))
            delays.clear()
            unheard.append(_p99(await _lateness(_nobody_listens(count, audio))))
            await conversation([Caller(0, audio[0])], service)
            single.append(median(delays))
            delays.clear()
            tell(f"{number}/{rounds} loop {late[-1]:.1f} ms, unheard {unheard[-1]:.1f} ms")
    finally:
        await service.close()
    rows = (
        _row("loop late, p99", "audio that nobody hears", late, unheard),
        _row("end of speech to result, p99", "one caller", waits, single),
    )
    return Benchmark(NAME, f"{count} callers speak at once", "ms", rows, {"callers": count})


async def _nobody_listens(count: int, audio: list[bytes]) -> None:
    """The same audio, taken and dropped."""
    callers = [Caller(each, audio[each % len(audio)]) for each in range(count)]
    for each in callers:
        each.line.take = lambda piece: None
    loop = asyncio.get_running_loop()
    until = loop.time() + UNHEARD_SECONDS
    await pace(callers, lambda: loop.time() >= until)


async def _lateness(work: Awaitable[None]) -> list[float]:
    """How late the loop was while something was done, in milliseconds."""
    late = []

    async def watch() -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(LOOK_SECONDS)
            late.append(1000 * (perf_counter() - before - LOOK_SECONDS))

    watching = asyncio.create_task(watch())
    try:
        await work
    finally:
        watching.cancel()
    return late


def _row(what: str, beside: str, measured: list[float], reference: list[float]) -> Row:
    ratios = [one / max(other, 0.01) for one, other in zip(measured, reference, strict=True)]
    figures = (rounded(median(measured)), max(0.01, rounded(median(reference))))
    return Row(what, beside, *figures, rounded(median(ratios)))


def _p99(figures: list[float]) -> float:
    return quantiles(figures, n=100, method="inclusive")[98] if len(figures) > 1 else figures[0]
