"""What `ivrkit prompts check` finds: how bad it is, where it is, and what helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

import msgspec


class Level(StrEnum):
    """An ``error`` is what callers would notice, a ``warning`` what somebody should look at, a
    ``note`` what is as it was declared."""

    error = "error"
    warning = "warning"
    note = "note"


KINDS: Final = {
    "mistake": "A mistake in a flow or in the catalogue, as `ivrkit check` tells it.",
    "missing-text": "A text that calls can need in the language is not there.",
    "no-rules": "There are no say rules for the language: numbers and dates cannot be said in it.",
    "falls-back": "It is not there; the one of a language that stands in is used.",
    "missing-recording": "A recording that is wanted (`recorded:`) is not there.",
    "spoken": "There is no recording, and none is wanted: a voice speaks the text.",
    "unrecordable": "A text of a flow in a recorded language has no name to record it by.",
    "missing-words": "Single words that the say rules need are not recorded.",
    "unused-recording": "No flow plays the recording.",
    "unsaid-phrase": "No flow says the phrase.",
    "hidden": "Another file of the same name, in another format, is played in its place.",
    "bad-name": "The file has a name, or lies in a folder, that no prompt can have.",
    "unreadable": "The file is no sound that can be read.",
    "silent": "There is nothing to hear in the recording.",
    "cancelled": "The channels of the recording cancel each other on a telephone.",
    "low-rate": "The recording has fewer than 8,000 samples a second: it sounds dull.",
    "channels": "The recording has several channels, which are mixed.",
    "clipping": "The recording was too loud for what it was made with.",
    "silence": "There is much silence at an end of the recording.",
    "loudness": "The recording is so quiet or so loud that levelling it is heard.",
}
"""The kinds of findings, and what each of them means."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of them: ``kind`` is one of :data:`KINDS`; ``language`` is empty where it has none;
    ``place`` is a file, perhaps with a line; ``names`` are the things that are missing."""

    level: Level
    kind: str
    message: str
    hint: str = ""
    language: str = ""
    place: str = ""
    names: tuple[str, ...] = ()


class Report(msgspec.Struct):
    """What was found, by language and then by place. ``languages`` are those that were looked
    at, ``recordings`` counts the files."""

    findings: list[Finding]
    languages: list[str]
    recordings: int = 0

    @property
    def failed(self) -> bool:
        """Whether callers would notice anything."""
        return any(each.level is Level.error for each in self.findings)

    @property
    def warned(self) -> bool:
        """Whether there is anything that somebody should look at."""
        return any(each.level is not Level.note for each in self.findings)

    def count(self, level: Level) -> int:
        """How many there are of a level."""
        return sum(each.level is level for each in self.findings)

    def of(self, language: str) -> Iterator[Finding]:
        """Those of a language; ``""`` has those that belong to none."""
        return (each for each in self.findings if each.language == language)

    def only(self, languages: Iterable[str]) -> Report:
        """The same for some languages, with what belongs to none."""
        wanted = set(languages)
        found = [each for each in self.findings if not each.language or each.language in wanted]
        kept = [each for each in self.languages if each in wanted]
        return Report(found, kept, self.recordings)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By language, how bad it is, kind and place; what belongs to no language first."""
    levels = list(Level)
    return sorted(
        dict.fromkeys(findings),
        key=lambda each: (
            each.language,
            levels.index(each.level),
            each.kind,
            _in_file(each.place),
            each.message,
        ),
    )


def _in_file(place: str) -> tuple[str, list[int]]:
    """A place as it is sorted: line 9 before line 10."""
    file, *numbers = place.split(":")
    return file, [int(each) for each in numbers if each.isdecimal()]
