"""What is wrong, or worth knowing, about entries that compete: for the check, never for a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from ivrkit.input.automaton import Lane, lanes_of
from ivrkit.input.patterns import Pattern, first_of

if TYPE_CHECKING:
    from ivrkit.input.entries import Entry


class ConflictKind(StrEnum):
    SAME_RANK = "same_rank"
    """``entry`` and ``other`` match ``keys`` and neither comes first: an error."""
    SAME_WORDS = "same_words"
    """``entry`` and ``other`` are chosen by the same phrase, ``keys``: an error."""
    HIDDEN = "hidden"
    """``entry`` can never be chosen: ``other`` takes all of its keys."""
    BEGINNING = "beginning"
    """``keys`` choose ``entry`` and begin ``other``: the caller waits ``settle``, and where that
    is 0 no entry that begins with them can be typed."""
    TERMINATOR = "terminator"
    """``entry`` can never be typed: it holds the terminator, ``keys``, which comes first."""
    RESTART = "restart"
    """``entry`` can never be typed: it holds the restart key, ``keys``, which comes first."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One finding. ``keys`` is the shortest example (or the phrase) that shows it."""

    kind: ConflictKind
    entry: Entry
    other: Entry | None
    keys: str


def conflicts(
    entries: Sequence[Entry],
    *,
    terminator: str | None,
    restart: str | None,
    collecting: bool,
    at_once: bool,
) -> list[Conflict]:
    """All findings, in the order of the entries; see :meth:`EntrySet.conflicts`.

    A flow that defines a key of the flow that runs it means to; that is not reported. Nor is,
    in a collect, a flow-wide key that begins what is asked for: it counts when typed alone.
    """
    lanes = list(lanes_of(entries, terminator, restart, collecting))
    reachable = {id(lane.entry) for lane in lanes}
    found = [
        _untypeable(entry, restart, terminator, collecting)
        for entry in entries
        if id(entry) not in reachable and entry.pattern.is_typed
    ]
    for one, two in combinations(lanes, 2):
        if one.typeable.step(0) & two.typeable.step(0):  # no common first key, no conflict
            found += _between(one, two, collecting, at_once)
    return found + same_words(entries)


def _untypeable(
    entry: Entry, restart: str | None, terminator: str | None, collecting: bool
) -> Conflict:
    if restart is not None and any(lanes_of([entry], terminator, None, collecting)):
        return Conflict(ConflictKind.RESTART, entry, None, restart)
    return Conflict(ConflictKind.TERMINATOR, entry, None, terminator or "")


def _between(one: Lane, two: Lane, collecting: bool, at_once: bool) -> list[Conflict]:
    if _redefined(one.entry, two.entry):
        return []
    if one.entry.rank == two.entry.rank:
        common = _overlap(one.typeable, two.typeable)
        if common is not None:
            return [Conflict(ConflictKind.SAME_RANK, two.entry, one.entry, common)]
    for lane, other in ((one, two), (two, one)):
        if _hides(other, lane, collecting, at_once):
            example = _example(lane.typeable)
            return [Conflict(ConflictKind.HIDDEN, lane.entry, other.entry, example)]
    if collecting and not at_once and one.entry.is_own != two.entry.is_own:
        return []
    return [
        Conflict(ConflictKind.BEGINNING, lane.entry, other.entry, keys)
        for lane, other in ((one, two), (two, one))
        if (keys := _beginning(lane.typeable, other.typeable)) is not None
    ]


def _redefined(one: Entry, two: Entry) -> bool:
    """Whether an inner flow defines a key of an outer one anew."""
    return (
        one.scope == two.scope
        and one.level != two.level
        and one.pattern.steps == two.pattern.steps
        and one.pattern.shortest == two.pattern.shortest
        and one.pattern.is_open == two.pattern.is_open
    )


def same_words(entries: Sequence[Entry]) -> list[Conflict]:
    """Phrases that choose two entries of one place."""
    spoken = [each for each in entries if each.words]
    return [
        conflict for first, second in combinations(spoken, 2) for conflict in _same(first, second)
    ]


def _same(one: Entry, two: Entry) -> list[Conflict]:
    if (one.scope, one.level) != (two.scope, two.level):
        return []
    return [
        Conflict(ConflictKind.SAME_WORDS, two, one, phrase)
        for phrase in two.phrases
        if phrase in one.phrases
    ]


def _overlap(one: Pattern, two: Pattern) -> str | None:
    """The shortest keys that both match. Each takes all lengths from its shortest on, so the
    longer of the two shortest is the only length that has to be looked at."""
    length = max(one.shortest, two.shortest)
    if not (one.grows_beyond(length - 1) and two.grows_beyond(length - 1)):
        return None
    return _common(one, two, length)


def _beginning(short: Pattern, long: Pattern) -> str | None:
    """The shortest keys that one matches and that the other goes on from. A pattern of no
    fixed length waits for its own sake."""
    if short.grows_beyond(short.shortest) or not long.grows_beyond(short.shortest):
        return None
    return _common(short, long, short.shortest)


def _common(one: Pattern, two: Pattern, length: int) -> str | None:
    masks = [one.step(place) & two.step(place) for place in range(length)]
    return "".join(map(first_of, masks)) if all(masks) else None


def _example(pattern: Pattern) -> str:
    return "".join(first_of(pattern.step(place)) for place in range(pattern.shortest))


def _hides(upper: Lane, lower: Lane, collecting: bool, at_once: bool) -> bool:
    """Whether ``upper`` takes everything that ``lower`` could match."""
    over, under = upper.typeable, lower.typeable
    if upper.entry.rank < lower.entry.rank and _covers(over, under):
        return True
    if collecting and upper.entry.is_own and not lower.entry.is_own:
        return over.shortest <= under.shortest and _within(under, over, over.shortest)
    return at_once and over.shortest < under.shortest and _within(under, over, over.shortest)


def _covers(over: Pattern, under: Pattern) -> bool:
    if over.shortest > under.shortest or (under.is_open and not over.is_open):
        return False
    if not over.grows_beyond(len(under.steps) - 1):
        return False
    return _within(under, over, max(len(under.steps), len(over.steps) if under.is_open else 0))


def _within(under: Pattern, over: Pattern, length: int) -> bool:
    return all(under.step(place) & ~over.step(place) == 0 for place in range(length))
