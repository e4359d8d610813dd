"""How often a question is put: the counts of one entry into a menu or a collect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, TypeAlias

from ivrkit.errors import ValueRejected

Failure: TypeAlias = Literal["no_input", "no_match"]


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The question is put once more.

    ``retry`` counts the failures of this kind from 0, for the prompt that is said before the
    question; None after ``again``, which is not a failure and has no such prompt.
    """

    retry: int | None

    def prompt(self, prompts: int) -> int | None:
        """Which of so many retry prompts is said: one per attempt, the last is reused."""
        return None if self.retry is None or not prompts else min(self.retry, prompts - 1)


@dataclass(frozen=True, slots=True)
class GiveUp:
    """A count is used up: the step is left by ``exit``, without another retry prompt.

    ``otherwise`` is the exit to take where ``used_up`` is not named: that of the last failure;
    None if nothing has failed.
    """

    exit: Literal["no_input", "no_match", "used_up"]
    otherwise: Failure | None = None


@dataclass(slots=True)
class Attempts:
    """The limits of a step and the counts of one entry into it. The first question counts.

    ``no_input`` and ``no_match`` are counted apart (None: without limit); ``total`` counts every
    time the question is put, ``again`` included. ``asked`` is what flows read as ``attempt``.
    Where silence or wrong input uses up its own count and ``total`` together, its own exit is
    taken. A confirmation counts with an ``Attempts`` of its own.

    Raises:
        ValueRejected: a limit is less than 1.
    """

    no_input: int | None = 3
    no_match: int | None = 3
    total: int | None = None
    asked: int = 1
    silences: int = 0
    mismatches: int = 0
    last: Failure | None = None

    def __post_init__(self) -> None:
        for name in ("no_input", "no_match", "total"):
            limit = getattr(self, name)
            if limit is not None and limit < 1:
                raise ValueRejected(
                    f"attempts: {name} cannot be {limit}",
                    hint="the first question counts, so write 1 or more",
                )

    def failed(self, failure: Failure) -> AskAgain | GiveUp:
        """Silence or wrong input: ask again, or leave."""
        self.last = failure
        if failure == "no_input":
            self.silences += 1
            count, limit = self.silences, self.no_input
        else:
            self.mismatches += 1
            count, limit = self.mismatches, self.no_match
        if limit is not None and count >= limit:
            return GiveUp(failure)
        return self._ask(count - 1)

    def again(self) -> AskAgain | GiveUp:
        """The flow says ``again``: only ``total`` can refuse it."""
        return self._ask(None)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a capture."""
        return {name: getattr(self, name) for name in _FIELDS}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Attempts:
        """The counts that `to_dict` described."""
        return cls(**data)

    def _ask(self, retry: int | None) -> AskAgain | GiveUp:
        if self.total is not None and self.asked >= self.total:
            return GiveUp("used_up", self.last)
        self.asked += 1
        return AskAgain(retry)


_FIELDS: Final = tuple(each.name for each in fields(Attempts))
