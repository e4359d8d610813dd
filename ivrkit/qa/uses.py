"""What a script gives, use after use: one answer for all, or a list with one per use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ivrkit.errors import HandoffError, IvrkitError

T = TypeVar("T")


class Uses:
    """Counts the uses of each name; ``missing`` tells what a flow needed and the script lacks.
    ``error`` is what is raised for it."""

    def __init__(self, error: type[IvrkitError] = HandoffError) -> None:
        self.missing: list[str] = []
        self._error = error
        self._counts: dict[str, int] = {}

    def begin_anew(self) -> None:
        """Something else is given from now on: lists begin with their first answer."""
        self._counts.clear()

    def next(self, given: T | Sequence[T], name: str, what: str, key: str) -> T:
        """The answer of this use of ``name``. ``what`` it is, and its ``key`` in ``given``, are
        for the complaint. Raises HandoffError when the list has no more."""
        if not isinstance(given, (list, tuple)):
            return given  # type: ignore[return-value]  # no answer is a list itself
        used = self._counts[name] = self._counts.get(name, 0) + 1
        if used > len(given):
            raise self.lacks(
                f"use {used} of {what}",
                f"{key} in given: lists {len(given)}; add one, or give one for all",
            )
        answer: T = given[used - 1]
        return answer

    def lacks(self, what: str, hint: str) -> IvrkitError:
        """The error for what the script does not give; it is noted."""
        self.missing.append(f"{what}: {hint}")
        return self._error(f"the script does not give {what}", hint=hint)
