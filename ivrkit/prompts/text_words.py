"""What a text says, as far as the checks must know: how many digits it asks for, whether it
announces that something is deleted, and how long a voice speaks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class TextWords:
    """The words of a language. ``digits`` and ``deletes`` are regular expressions without groups:
    what stands behind a number when it counts digits ("digits?"), and words for deleting.

    ``between`` stands between the number and that word ("8-digit"), ``numbers`` are words for
    numbers. ``pace`` is how many characters a voice speaks in a second, spaces included (English
    prompts are spoken with 150 to 160 words a minute, of six characters each). A language that
    is not ``spaced`` writes its words without anything between them.
    """

    digits: str
    deletes: str
    between: str = r"[ -]+"
    numbers: Mapping[str, int] = field(default_factory=dict)
    pace: float = 15.0
    spaced: bool = True

    def digit_counts(self, text: str) -> list[int]:
        """The numbers of digits that a text speaks of: ``your 8 digit code`` gives 8."""
        return [
            int(number) if number.isdecimal() else self.numbers[number.lower()]
            for number in self._counted.findall(text)
        ]

    def says_delete(self, text: str) -> bool:
        """Whether a text announces that something is deleted."""
        return self._deleting.search(text) is not None

    def seconds(self, text: str) -> float:
        """How long a voice speaks a text, about."""
        return len(text) / self.pace

    @cached_property
    def _counted(self) -> re.Pattern[str]:
        words = sorted(self.numbers, key=len, reverse=True)
        number = "|".join((r"[0-9]{1,3}", *map(re.escape, words)))
        begin, end = self._ends
        return re.compile(
            rf"{begin}({number})(?:{self.between})(?:{self.digits}){end}", re.IGNORECASE
        )

    @cached_property
    def _deleting(self) -> re.Pattern[str]:
        begin, end = (r"(?<!\w)", r"(?!\w)") if self.spaced else ("", "")
        return re.compile(rf"{begin}(?:{self.deletes}){end}", re.IGNORECASE)

    @property
    def _ends(self) -> tuple[str, str]:
        """Where a number begins and its word ends. ``第`` makes it an ordinal."""
        return (r"(?<![\w.,])", r"(?!\w)") if self.spaced else ("(?<![0-9.,第])", "")
