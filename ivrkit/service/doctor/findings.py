"""What was found, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """``warning``: calls work, but not as they could. ``fail``: some or all do not."""

    OK = "ok"
    WARNING = "warning"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: its name, how it is, in words, and the remedy where one is needed."""

    name: str
    state: State
    text: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain data, for JSON."""
        return asdict(self)


def ok(name: str, text: str) -> Finding:
    """All is well."""
    return Finding(name, State.OK, text)


def warning(name: str, text: str, remedy: str) -> Finding:
    """It could be better."""
    return Finding(name, State.WARNING, text, remedy)


def fail(name: str, text: str, remedy: str) -> Finding:
    """Calls fail by it."""
    return Finding(name, State.FAIL, text, remedy)
