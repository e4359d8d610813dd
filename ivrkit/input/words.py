"""Words in: what was understood, and what it means to a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ivrkit.input.entries import Entry, EntrySet
from ivrkit.input.states import Chosen, NoMatch, Understood

MOST_NOISES: Final = 3
"""How many noises of the caller's side a question overhears before it is wrong input."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One reading of what was said. ``confidence`` is from 0 to 1, as sure as the recogniser is
    (recognisers differ: thresholds are tuned for the one that is used)."""

    text: str = field(repr=False)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Words:
    """What was understood so far, the likeliest reading first; without any: somebody speaks. Only
    what is ``final`` chooses anything; final without any was a noise."""

    hypotheses: tuple[Hypothesis, ...] = ()
    final: bool = True


@dataclass(frozen=True, slots=True)
class SpeechRules:
    """What a question makes of words.

    ``confidence``: what is less sure is no match, unless the question ``confirms``: then it is
    taken whatever it is, and asked about. ``understand`` gives the value of a text that names no
    entry, None where it has none. ``longest`` is how many seconds somebody may speak.
    """

    confidence: float = 0.0
    confirms: bool = False
    understand: Callable[[str], Any] | None = None
    longest: float = 10.0

    def meaning(
        self, entries: EntrySet, hypotheses: Sequence[Hypothesis]
    ) -> Chosen | Understood | NoMatch:
        """What a final result means: the best reading that means anything here."""
        for each in hypotheses:
            found = self._of(entries, each)
            if found is None:
                continue
            if each.confidence < self.confidence and not self._confirmed(found):
                return NoMatch("", "unsure", False, "speech", each.text, each.confidence)
            return found
        best = hypotheses[0]
        return NoMatch("", "unknown", False, "speech", best.text, best.confidence)

    def _confirmed(self, found: Chosen | Understood) -> bool:
        """Whether the question asks itself whether this is right. What is mapped to keys leads
        elsewhere, and is not asked about."""
        typed = isinstance(found, Chosen) and found.entry.pattern.is_typed
        return self.confirms and not typed

    def _of(self, entries: EntrySet, reading: Hypothesis) -> Chosen | Understood | None:
        entry: Entry | None = entries.spoken(reading.text)
        if entry is not None:
            return Chosen(entry, "", "", "speech", False, reading.text, reading.confidence)
        value = self.understand(reading.text) if self.understand is not None else None
        return None if value is None else Understood(value, reading.text, reading.confidence)
