"""Where a call by hand is, and why it has come to a stop. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Why(StrEnum):
    """Why a call by hand has come to a stop."""

    STEP = "step"
    """It is held in front of a step."""
    LISTENING = "listening"
    """It waits for keys."""
    ENDED = "ended"
    TIME = "time"
    """The time has passed that was to pass."""
    STUCK = "stuck"
    """Nothing of these happens within an hour."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a call by hand has come to a stop; ``text`` says what held it."""

    why: Why
    text: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the call is. ``variables`` are as the trace shows them: secrets masked."""

    seconds: float
    section: str
    step: str
    listening: bool
    away: bool
    speaking: str
    variables: Mapping[str, Any]
    ended: str | None
