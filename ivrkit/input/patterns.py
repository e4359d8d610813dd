"""Key patterns: Asterisk's extension patterns without the underscore, and runs of digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from ivrkit.errors import ValueRejected

KEYS: Final = "0123456789*#ABCD"
"""The sixteen keys of DTMF (ITU-T Q.23; RFC 4733 events 0 to 15)."""

LONGEST: Final = 255
"""No pattern is longer (the limit of Asterisk's ``Read()``)."""

# A set of keys is an integer with one bit per key: cheap to intersect, cheap to compare.
_BIT: Final = {key: 1 << place for place, key in enumerate(KEYS)}
_ANY: Final = (1 << len(KEYS)) - 1
_DIGIT_KEYS: Final = KEYS[:10]
_DIGITS: Final = (1 << len(_DIGIT_KEYS)) - 1
_CLASSES: Final = {
    "X": _DIGITS,
    "Z": _DIGITS & ~_BIT["0"],
    "N": _DIGITS & ~(_BIT["0"] | _BIT["1"]),
}
_WORDS: Final = {"star": "*", "hash": "#", "pound": "#"}


class Key(NamedTuple):
    """One key that was pressed. ``at`` is in seconds, on the clock of the call."""

    key: str
    at: float = 0.0

    def __repr__(self) -> str:
        return "Key(•)"  # it may be part of a card number, and reprs end in logs


def keys_of(word: str) -> str:
    """The key that a word (``star``, ``hash``, ``pound``) stands for; other texts as they are."""
    return _WORDS.get(word.lower(), word)


def key_of(text: str) -> str:
    """One key, written as itself or as a word.

    Raises:
        ValueRejected: the text is not exactly one key of the telephone.
    """
    key = keys_of(text)
    if key not in _BIT:
        raise ValueRejected(
            f"{text!r} is not a key of the telephone", hint="write 0 to 9, star or hash"
        )
    return key


def bit_of(key: str | None) -> int:
    """The set that holds this key alone; empty for None and for what is not one key."""
    return _BIT.get(key, 0) if key else 0


def first_of(mask: int) -> str:
    """One key of a set, for an example in a message. The set is not empty."""
    return next(key for key, bit in _BIT.items() if mask & bit)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a caller may type, key by key.

    ``steps`` holds the set of keys allowed at each place. An entry is complete from
    ``shortest`` keys on; ``is_open`` repeats the last place without end (Asterisk's ``.``).
    """

    text: str
    steps: tuple[int, ...]
    shortest: int
    is_open: bool = False

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Read a pattern: ``12``, ``X`` ``Z`` ``N``, ``[1-5]``, ``2X.``, ``*31``, ``star``.

        Raises:
            ValueRejected: the text is not a pattern; the hint says what to write instead.
        """
        keys = keys_of(text)
        steps: list[int] = []
        place = 0
        while place < len(keys):
            step, place = _step(keys, place)
            steps.append(step)
        if not steps:
            raise ValueRejected("a pattern needs at least one key", hint="write a key such as 1")
        if len(steps) > LONGEST:
            raise ValueRejected(
                f"the pattern {text[:20]!r}… is longer than {LONGEST} keys", hint="shorten it"
            )
        return cls(keys, tuple(steps), len(steps), keys.endswith("."))

    @classmethod
    def digits(cls, least: int, most: int) -> Pattern:
        """What a collect awaits: ``least`` to ``most`` digits, 0 to 9.

        Raises:
            ValueRejected: the numbers do not describe a length.
        """
        if not 1 <= least <= most <= LONGEST:
            raise ValueRejected(
                f"{least}-{most} is not a number of digits",
                hint=f"write one number, or least-most, both from 1 to {LONGEST}",
            )
        text = str(least) if least == most else f"{least}-{most}"
        return cls(f"{text} digits", (_DIGITS,) * most, least)

    @property
    def is_typed(self) -> bool:
        """Whether there are keys for it; else it can only be said."""
        return bool(self.steps)

    @property
    def longest(self) -> int | None:
        """The most keys it takes; None where there is no limit."""
        return None if self.is_open else len(self.steps)

    @property
    def rank(self) -> int:
        """How many of its keys are fixed: of two patterns that match, the one with more wins."""
        return sum(1 for step in self.steps if _is_fixed(step))

    @property
    def example(self) -> str:
        """The first keys that it matches."""
        return "".join(map(first_of, self.steps[: self.shortest]))

    def matches(self, keys: str) -> bool:
        """Whether these keys are a complete entry."""
        return len(keys) >= self.shortest and self._fits(keys)

    def may_continue(self, keys: str) -> bool:
        """Whether an entry that begins with these keys and is longer is possible."""
        return self.grows_beyond(len(keys)) and self._fits(keys)

    def wildcards(self, keys: str) -> str:
        """What stood under the wildcards of keys that match: ``345`` of ``2345`` for ``2X.``."""
        return "".join(key for place, key in enumerate(keys) if not _is_fixed(self.step(place)))

    def step(self, place: int) -> int:
        """The keys allowed at a place (from 0), as bits; 0 beyond the end."""
        if place < len(self.steps):
            return self.steps[place]
        return self.steps[-1] if self.is_open else 0

    def grows_beyond(self, length: int) -> bool:
        """Whether an entry of more than ``length`` keys exists."""
        return self.is_open or length < len(self.steps)

    def without(self, first: int, later: int) -> Pattern | None:
        """The pattern when some keys cannot be typed in it: at the first place, and after it.

        None if nothing that it matches can be typed any more.
        """
        kept: list[int] = []
        for place, step in enumerate(self.steps):
            rest = step & ~(later if place else first)
            if not rest:
                break
            kept.append(rest)
        if len(kept) < self.shortest:
            return None
        if self.is_open:  # its last place is repeated, and may have been its first
            kept.append(self.steps[-1] & ~later)
        return Pattern(self.text, tuple(kept), self.shortest, self.is_open)

    def _fits(self, keys: str) -> bool:
        return all(_BIT.get(key, 0) & self.step(place) for place, key in enumerate(keys))


UNTYPED: Final = Pattern("", (), 0)
"""The pattern of what can only be said."""


def _is_fixed(step: int) -> bool:
    return step & (step - 1) == 0


def _step(keys: str, place: int) -> tuple[int, int]:
    """The set of keys at a place of a pattern, and the place behind it."""
    sign = keys[place].upper()
    if sign in _BIT:
        return _BIT[sign], place + 1
    if sign in _CLASSES:
        return _CLASSES[sign], place + 1
    if sign == "[":
        return _bracket(keys, place)
    if sign == "." and place == len(keys) - 1:
        return _ANY, place + 1
    raise ValueRejected(f"{sign!r} does not belong into the key pattern {keys!r}", hint=_cure(keys))


def _cure(keys: str) -> str:
    if keys.startswith("_"):
        return f"leave out the underscore: {keys[1:]}"
    if any(word in keys.lower() for word in _WORDS):
        return 'a word stands for one key alone; write the keys themselves, in quotes: "*31"'
    if keys.endswith("!"):
        return f'"!" does not exist here; {keys[:-1]}. waits for one more key or several'
    if len(keys) > 2 and keys.isalpha():
        return f"what is said stands beside a key: 1: {{words: [{keys}], to: …}}"
    if "." in keys:
        return '"." (one or more keys of any kind) stands at the end only'
    return "use 0-9 * #, X (0-9), Z (1-9), N (2-9), [1-5], and . at the end for one key or more"


def _bracket(keys: str, place: int) -> tuple[int, int]:
    end = keys.find("]", place)
    inside = keys[place + 1 : end].upper()
    if end < 0 or not inside:
        raise ValueRejected(
            f"the bracket in {keys!r} is empty or not closed", hint="write it like [1-5] or [135]"
        )
    mask = 0
    at = 0
    while at < len(inside):
        if inside[at + 1 : at + 2] == "-":
            mask |= _range(keys, inside[at : at + 3])
            at += 3
        else:
            mask |= _one(keys, inside[at])
            at += 1
    return mask, end + 1


def _range(keys: str, written: str) -> int:
    low, high = written[0], written[2:]
    if not (low in _DIGIT_KEYS and high and high in _DIGIT_KEYS and low <= high):
        raise ValueRejected(
            f"[{written}] in {keys!r} is not a range of digits",
            hint="write the lower digit first, like [1-5]",
        )
    return sum(_BIT[key] for key in _DIGIT_KEYS[int(low) : int(high) + 1])


def _one(keys: str, sign: str) -> int:
    if sign not in _BIT:
        raise ValueRejected(
            f"{sign!r} in the bracket of {keys!r} is not a key", hint="write it like [1-5] or [135]"
        )
    return _BIT[sign]
