"""From the figures of a decoder to a confidence between 0 and 1."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ivrkit.call.hearing import Hypothesis

NATURAL: Final = 5.0
"""How many nats for each second of audio decide whether a text fits the sound: at 0 it is even."""
AROUND: Final = 0.6
"""How much less sure a reading is at most, because of words that were not understood: more may be
said around what a question awaits."""
NOTHING: Final = 0.01
"""What is less sure than this was not understood at all."""
MOST_READINGS: Final = 20
LONGEST_TEXT: Final = 10_000
"""Characters of one reading: nobody says as much at once."""
_ILLEGIBLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, how well it fits (the logarithm of its likelihood), and how long the audio was."""

    text: str
    likelihood: float
    seconds: float


def joined(parts: Iterable[Sequence[Reading]]) -> list[Reading]:
    """The readings of the whole, from those of its parts; the likeliest first."""
    whole = [Reading("", 0.0, 0.0)]
    for part in parts:
        both = [
            Reading(
                f"{before.text} {each.text}".strip(),
                before.likelihood + each.likelihood,
                before.seconds + each.seconds,
            )
            for before in whole
            for each in part
        ]
        whole = sorted(both, key=lambda each: -each.likelihood)[:MOST_READINGS]
    return whole


def normalised(
    readings: Sequence[Reading], understood: Callable[[str], Iterable[str]] = str.split
) -> tuple[Hypothesis, ...]:
    """Each text once, with its confidence: the share of its likelihood among the readings (the
    posterior of the n-best list), times how well it fits the sound at all, and less for words in it
    that were not ``understood``. What is not understood at all is left out."""
    if not readings:
        return ()
    best = max(each.likelihood for each in readings)
    weights = [math.exp(each.likelihood - best) for each in readings]
    total = sum(weights)
    sure: dict[str, float] = {}
    for each, weight in zip(readings, weights, strict=True):
        words = list(understood(each.text))
        if not words:
            continue
        text = " ".join(words)
        fits = _logistic(each.likelihood / max(each.seconds, 0.1) / NATURAL)
        unknown = 1 - len(words) / len(each.text.split())
        sure[text] = sure.get(text, 0.0) + weight / total * fits * (1 - AROUND * unknown)
    ordered = sorted(sure.items(), key=lambda pair: -pair[1])
    return tuple(
        Hypothesis(text, round(confidence, 4))
        for text, confidence in ordered
        if confidence >= NOTHING
    )


def calibrated(hypotheses: Iterable[Hypothesis], even: float) -> tuple[Hypothesis, ...]:
    """The same with confidences that are 0.5 where they were ``even``. Recognisers are not ours:
    what is no confidence is not sure at all."""
    return tuple(
        Hypothesis(legible(each.text), _even(each.confidence, even)) for each in hypotheses
    )


def legible(text: str) -> str:
    """A text as calls, their trace and their store can have it: no control characters, no halves
    of characters, and no more than anybody says."""
    return _ILLEGIBLE.sub(" ", text[:LONGEST_TEXT])


def _even(confidence: float, even: float) -> float:
    if not 0 <= confidence <= 1:  # NaN, too
        return 1.0 if confidence > 1 else 0.0
    if confidence < even:
        return 0.5 * confidence / even
    return 1 - 0.5 * (1 - confidence) / (1 - even)


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -500 else 0.0
