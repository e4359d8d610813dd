"""Values said by the rules of each language, beside Babel's formatting of the same values, which
makes numerals of them and no words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal

from bench.rows import Benchmark, Row, Tell, rounded
from ivrkit.prompts.language import Languages

NAME = "say-rules"
VALUES, QUICK_VALUES = 2000, 50
LANGUAGES = ("en", "de", "fr", "es", "it", "ru", "zh", "yue")
BESIDE = "Babel's numerals"
FIRST = datetime(2026, 1, 1)


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Both in turns, for each language: a number, an amount, a date and a time of day."""
    values = QUICK_VALUES if quick else VALUES
    rows, data = [], {}
    for language in LANGUAGES:
        ours, theirs = [], []
        for number in range(rounds + 1):
            said = await asyncio.to_thread(_timed, _saying(language), values)
            shown = await asyncio.to_thread(_timed, _formatting(language), values)
            if number:  # the first one imports, and fills what is kept
                ours.append(said)
                theirs.append(shown)
        tell(f"{language}: {median(ours):.1f} µs a value, numerals {median(theirs):.1f} µs")
        ratio = median(one / other for one, other in zip(ours, theirs, strict=True))
        figures = (rounded(median(ours)), rounded(median(theirs)))
        rows.append(Row(f"a value in '{language}'", BESIDE, *figures, rounded(ratio)))
        data[language] = {"said": [*map(rounded, ours)], "numerals": [*map(rounded, theirs)]}
    return Benchmark(NAME, "Say rules", "µs", tuple(rows), {"values": values, **data})


def _timed(work: Callable[[int], object], values: int) -> float:
    """Microseconds of this thread for one value; each turn of the work is four."""
    before = time.thread_time()
    for number in range(values):
        work(number)
    return 1e6 * (time.thread_time() - before) / values / 4


def _saying(tag: str) -> Callable[[int], object]:
    rules = Languages().find(tag)

    def said(number: int) -> object:
        moment = FIRST + timedelta(hours=7 * number, minutes=number)
        amount = Decimal(number * 7919).scaleb(-2)
        return (
            rules.speech(rules.number(Decimal(number * 104_729)).words),
            rules.speech(rules.money(amount, "EUR").words),
            rules.speech(rules.date(moment.date()).words),
            rules.speech(rules.time(moment.time()).words),
        )

    return said


def _formatting(tag: str) -> Callable[[int], object]:
    locale = Locale.parse(tag)

    def shown(number: int) -> object:
        moment = FIRST + timedelta(hours=7 * number, minutes=number)
        amount = Decimal(number * 7919).scaleb(-2)
        return (
            format_decimal(Decimal(number * 104_729), locale=locale),
            format_currency(amount, "EUR", locale=locale),
            format_date(moment.date(), "full", locale=locale),
            format_time(moment.time(), "short", locale=locale),
        )

    return shown
