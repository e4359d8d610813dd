"""How often, and how deep."""

from __future__ import annotations

from ivrkit.engine.runner import Runner
from ivrkit.errors import ValueRejected

MOST = 10_000


def count_of(text: str) -> int:
    """How often something is done: once, if nothing is said. Raises ValueRejected."""
    if not text:
        return 1
    if not text.isdecimal() or not 0 < int(text[:9]) <= MOST:
        raise ValueRejected(f"'{text[:40]}' is not how often", hint=f"write 1 to {MOST}")
    return int(text)


def deep(runner: Runner) -> int:
    """How many flows and sections are being run."""
    return sum(frame.kind != "block" for frame in runner.stack.frames)
