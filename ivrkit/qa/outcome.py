"""What came of playing a script. Data only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ivrkit.call.events import TraceEvent
from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.qa.script import Script
from ivrkit.qa.unused import Unused

_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a call was not as the script says.

    ``expected`` and ``got`` are texts to be laid side by side; ``heard`` is what was said since
    the last turn that was as it should be, each with its second; ``path`` the sections that the
    call went through, ``place`` the step where it was.
    """

    message: str
    mark: Mark = NOWHERE
    expected: str = ""
    got: str = ""
    at: float = 0.0
    heard: Sequence[tuple[float, str]] = ()
    path: Sequence[str] = ()
    place: str = ""
    errors: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "message": self.message,
            "file": self.mark.file,
            "line": self.mark.line,
            "column": self.mark.column,
            "expected": self.expected,
            "got": self.got,
            "at": round(self.at, 3),
            "heard": [{"at": round(at, 3), "text": text} for at, text in self.heard],
            "path": list(self.path),
            "place": self.place,
            "errors": list(self.errors),
        }


@dataclass(slots=True)
class Outcome:
    """One script, played.

    ``skipped`` says why it could not be, at this site. ``seconds`` is how long its calls took on
    their own clock, ``took`` how long the playing took; ``traces`` holds the events of each call,
    ``unused`` what was given in vain.
    """

    script: Script
    failure: Failure | None = None
    skipped: str = ""
    seconds: float = 0.0
    took: float = 0.0
    traces: list[list[TraceEvent]] = field(default_factory=list)
    restarts: int = 0
    unused: Sequence[Unused] = ()

    @property
    def passed(self) -> bool:
        """Whether everything was as the script says."""
        return self.failure is None and not self.skipped

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "file": self.script.file,
            "name": self.script.name,
            "passed": self.passed,
            "skipped": self.skipped,
            "seconds": round(self.seconds, 3),
            "took": round(self.took, 3),
            "restarts": self.restarts,
            "unused": [each.as_dict() for each in self.unused],
            "failure": self.failure.as_dict() if self.failure is not None else None,
        }


def same(expected: Any, got: Any) -> bool:
    """Whether a value is what a script says. Scripts hold texts; a number is compared as one, and
    of a record only the fields that are named."""
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(
            name in got and same(value, got[name]) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(expected)
            and all(same(one, other) for one, other in zip(expected, got, strict=True))
        )
    return as_text(expected) == as_text(got) or _same_number(expected, got)


def _same_number(expected: Any, got: Any) -> bool:
    """Whether a number is the one that is written (`106.80` is 106.8). A trace has the numbers of
    variables as texts: those with a point in them are compared as numbers; digits are not, for
    they may be those of an account."""
    if isinstance(got, str):
        texts = as_text(expected), got
        if not all(map(_DECIMAL.fullmatch, texts)) or all("." not in each for each in texts):
            return False
    elif isinstance(got, bool) or not isinstance(got, int | float | Decimal):
        return False
    try:
        return Decimal(as_text(expected)) == Decimal(as_text(got))
    except InvalidOperation:
        return False


def as_text(value: Any) -> str:
    """A value as a script writes it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
