"""A call that goes otherwise than its script says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.qa.outcome import as_text, same
from ivrkit.qa.script import NeverHear


@dataclass(frozen=True, slots=True)
class _Absent:
    """Stands where a field is expected that is not there; ``others`` are those that are."""

    others: Collection[str]

    def __str__(self) -> str:
        return f"(not there; there is {', '.join(self.others) or 'nothing'})"


class Differs(Exception):
    """Where the call left the script: what was expected, and what came instead. ``mark`` is the
    place in the script, where that is not the turn that was on."""

    def __init__(
        self, message: str, expected: str = "", got: str = "", mark: Mark = NOWHERE
    ) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.got = got
        self.mark = mark

    @property
    def text(self) -> str:
        """What differs, with what was expected."""
        return f"{self.message}: {self.expected}" if self.expected else self.message


class Never(Differs):
    """Something was heard that should not have been."""

    def __init__(self, turn: NeverHear, text: str) -> None:
        super().__init__(
            "this was heard, and should never be", f"never: {turn.text}", text, turn.mark
        )


def field_of(variables: dict[str, Any], name: str) -> Any:
    """The value of a variable, or of a field of one (``survey.score``)."""
    value: Any = variables
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def beside(expected: Any, got: Any) -> tuple[str, str]:
    """What of two values differs, and nothing else, laid side by side: ``customer.name: Ann`` and
    ``customer.name: Bob``."""
    found = list(_differing("", expected, got))
    return (
        ", ".join(f"{name}: {written(one)}" if name else written(one) for name, one, _ in found),
        ", ".join(f"{name}: {written(two)}" if name else written(two) for name, _, two in found),
    )


def written(value: Any) -> str:
    """A value as a script writes it, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {written(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(written, value)) + "]"
    return as_text(value)


def _differing(name: str, expected: Any, got: Any) -> Iterator[tuple[str, Any, Any]]:
    """The innermost fields and items that differ, each with its name."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for each, value in expected.items():
            inner = f"{name}.{each}" if name else str(each)
            yield from _differing(inner, value, got.get(each, _Absent(got)))
    elif isinstance(expected, list) and isinstance(got, list | tuple) and len(expected) == len(got):
        for place, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from _differing(f"{name}[{place}]", one, other)
    elif not same(expected, got):
        yield name, expected, got
