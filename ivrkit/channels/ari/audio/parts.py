"""The names of what one tap makes in Asterisk."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "ivrkit-tap:"
"""How the ids of all taps begin; a colon cannot be in an application's name."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A bridge (``name``), and the two channels in it."""

    name: str

    @classmethod
    def of(cls, application: str, tap: str) -> Parts:
        """New ids for a tap: what is left of an earlier one under its name is not in their way."""
        return cls(f"{ours(application)}{tap}:{secrets.token_hex(4)}")

    @property
    def snoop(self) -> str:
        """The channel that hears the caller."""
        return f"{self.name}.in"

    @property
    def media(self) -> str:
        """The channel that carries it out of Asterisk."""
        return f"{self.name}.out"

    @property
    def channels(self) -> frozenset[str]:
        """Both channels."""
        return frozenset((self.snoop, self.media))


def ours(application: str) -> str:
    """How the ids of an application's taps begin."""
    return f"{PREFIX}{application}:"


def is_part(channel_id: str) -> bool:
    """Whether a channel belongs to a tap, and is no call."""
    return channel_id.startswith(PREFIX)
