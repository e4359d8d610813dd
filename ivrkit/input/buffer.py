"""The call's type-ahead buffer: keys that nobody has taken yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ivrkit.input.patterns import Key

CAPACITY: Final = 64
"""Keys that are kept; a caller who types more has leaned on the keypad."""


class Put(StrEnum):
    """What became of a key."""

    KEPT = "kept"
    SWALLOWED = "swallowed"
    """It was the terminator of an entry that was complete without it."""
    DROPPED = "dropped"
    """The buffer is full."""


@dataclass(frozen=True, slots=True)
class Swallow:
    """The terminator that a caller may still press behind an entry that is complete.

    ``until`` is when its last key was pressed plus ``between_digits``, on the clock of the keys.
    """

    terminator: str
    until: float

    def takes(self, key: Key) -> bool:
        """Whether this key is that terminator. At the very instant it still is."""
        return key.key == self.terminator and key.at <= self.until


class TypeAhead:
    """Keys between the carrier and the steps that ask, in the order pressed.

    Every key of the caller is put here first, and a step that asks takes from here: only so is
    the terminator that follows an entry seen before the next step sees it. The buffer belongs
    to the call; a jump, a change of language and a restart of the engine leave it alone.
    """

    __slots__ = ("_keys", "_swallow")

    def __init__(self) -> None:
        self._keys: deque[Key] = deque()
        self._swallow: Swallow | None = None

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"TypeAhead({len(self._keys)} keys)"

    def put(self, key: Key) -> Put:
        """Add a key behind the others."""
        swallow, self._swallow = self._swallow, None  # only the very next key can be swallowed
        if swallow is not None and swallow.takes(key):
            return Put.SWALLOWED
        if len(self._keys) >= CAPACITY:
            return Put.DROPPED
        self._keys.append(key)
        return Put.KEPT

    @property
    def since(self) -> float | None:
        """When the oldest key was pressed; None if there is none."""
        return self._keys[0].at if self._keys else None

    def take(self) -> Key | None:
        """Remove and return the oldest key; None if there is none."""
        return self._keys.popleft() if self._keys else None

    def put_back(self, keys: Sequence[Key]) -> None:
        """Put keys that were taken in front of the others, in the order in which they were pressed:
        whoever took them has not come to an end."""
        self._keys.extendleft(reversed(keys))

    def peek(self, index: int) -> Key:
        """A key that stays where it is. Raises IndexError where there is none."""
        return self._keys[index]

    def remove(self, start: int, count: int) -> None:
        """Take so many keys out from a place on, and leave those before and behind."""
        for _ in range(count):
            del self._keys[start]

    def swallow(self, swallow: Swallow) -> bool:
        """Let the next key be swallowed; True if it was already waiting and is gone."""
        if not self._keys:
            self._swallow = swallow
            return False
        self._swallow = None
        if not swallow.takes(self._keys[0]):
            return False
        self._keys.popleft()
        return True

    def empty(self) -> int:
        """Drop all keys and return how many. A terminator that is still due stays swallowed."""
        count = len(self._keys)
        self._keys.clear()
        return count

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a capture. It may hold a secret: the store seals it."""
        swallow = self._swallow
        return {
            "keys": [[key.key, key.at] for key in self._keys],
            "swallow": None if swallow is None else [swallow.terminator, swallow.until],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TypeAhead:
        """The buffer that `to_dict` described."""
        buffer = cls()
        buffer._keys.extend(Key(key, at) for key, at in data["keys"])
        if data["swallow"] is not None:
            buffer._swallow = Swallow(*data["swallow"])
        return buffer
