"""What is wrong with the recordings themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from ivrkit.flow.names import is_language
from ivrkit.prompts.building import Looking
from ivrkit.prompts.ledger import Looked
from ivrkit.prompts.loudness import RATE
from ivrkit.prompts.measuring import Measured
from ivrkit.prompts.settings import PromptSettings
from ivrkit.service.prompts.findings import Finding, Level

LONGEST_FRONT: Final = 1.0
"""Seconds of silence in front; a caller would speak or press before anything is heard."""
LONGEST_BEHIND: Final = 2.0
"""Seconds of silence behind: the question would wait for its end."""
FARTHEST: Final = 12.0
"""dB that a recording is made louder without hearing its noise, or softer with its limits."""

Told: TypeAlias = tuple[Level, str, str, str]
"""How bad, which kind, what, and what helps."""


KINDS: Final = frozenset(
    {
        "unreadable",
        "silent",
        "cancelled",
        "low-rate",
        "channels",
        "clipping",
        "silence",
        "loudness",
    }
)
"""The kinds of findings that come of the sound alone."""


def wrong(settings: PromptSettings, files: Iterable[str], looking: Looking) -> Iterator[Finding]:
    """What was found of recordings, by the names of their files."""
    for file in files:
        place = f"{settings.folder}/{file}"
        tag, inside, _ = file.partition("/")
        language = tag if inside and is_language(tag) else ""
        if file in looking.unread:
            hint = "it must be readable by the user that runs ivrkit"
            reason = looking.unread[file]
            yield Finding(Level.error, "unreadable", reason, hint, language, place)
            continue
        looked = looking.looked.get(file)
        if looked is None:
            continue
        for level, kind, message, hint in _of(looked, settings.loudness):
            yield Finding(level, kind, message, hint, language, place)


def _of(looked: Looked, target: float) -> Iterator[Told]:
    found = looked.measured
    if found is None:
        yield Level.error, "unreadable", looked.problem, looked.hint
    elif found.cancelled:
        message = f"its {found.channels} channels cancel each other: callers hear next to nothing"
        yield Level.error, "cancelled", message, "save one of them alone"
    elif found.level is None:
        message = "there is nothing to hear in it"
        hint = "record it again, or write {silence: 1s}"
        yield Level.error, "silent", message, hint
    else:
        yield from _form(found)
        yield from _loudness(found, found.level, target)
        yield from _ends(found)


def _form(found: Measured) -> Iterator[Told]:
    if found.rate < RATE:
        message = f"it has {found.rate:,} samples a second, a telephone {RATE:,}"
        yield Level.warning, "low-rate", message, "save it with 8,000 or more"
    if found.channels > 1:
        yield Level.note, "channels", f"its {found.channels} channels are mixed", ""
    if found.clipped:
        times = "once" if found.clipped == 1 else f"{found.clipped:,} times"
        message = f"it is cut off at the top {times}"
        yield Level.warning, "clipping", message, "record it again, with less gain"


def _loudness(found: Measured, level: float, target: float) -> Iterator[Told]:
    away = target - level
    if abs(away) <= FARTHEST:
        return
    much = f"{abs(away):.0f} dB {'louder' if away > 0 else 'softer'}"
    message = f"it is at {level:g} LUFS, and is made {much}"
    hint = "record it nearer to the microphone" if away > 0 else "record it with less gain"
    yield Level.warning, "loudness", message, hint


def _ends(found: Measured) -> Iterator[Told]:
    for seconds, most, end in (
        (found.front, LONGEST_FRONT, "beginning"),
        (found.behind, LONGEST_BEHIND, "end"),
    ):
        if seconds > most:
            message = f"there are {seconds:g} s of silence at its {end}"
            yield Level.warning, "silence", message, "cut them off; nothing is cut by itself"
