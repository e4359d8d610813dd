"""The four kinds of step. A step's kind says all about saving, dying and going on."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What the engine may do with a step when it dies in the middle of it."""

    INNER = "inner"
    """Only the session changes: saved behind, runs again."""
    CALLER = "caller"
    """May be done again: saved behind, entered anew with its prompt from the beginning."""
    OUTSIDE = "outside"
    """May not be done again: saved ahead; one that had started leaves by ``unknown``."""
    AWAY = "away"
    """The call is in other hands: saved ahead, reattached."""
