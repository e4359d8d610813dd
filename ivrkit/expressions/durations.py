"""Durations as they are written: ``300ms``, ``5s``, ``2m``, ``1h``, ``7d``, ``1h30m``."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Final

from ivrkit.errors import ValueRejected

_UNITS: Final = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_PART: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,3})?)(ms|[dhms])")
_WHOLE: Final = re.compile(rf"(-?)((?:{_PART.pattern})+)")
_HINT: Final = "write a duration as 300ms, 5s, 2m, 1h or 7d"


def parse_duration(text: str, *, negative: bool = False) -> timedelta:
    """Read a duration; units may be combined from large to small (``1h30m``).

    ``negative`` allows a leading minus, as differences of times have it.

    Raises:
        ValueRejected: the text is no duration, or is longer than a million days.
    """
    found = _WHOLE.fullmatch(text)
    if found is None or (found[1] and not negative):
        raise ValueRejected(f"'{text[:40]}' is not a duration", hint=_HINT)
    parts = _PART.findall(found[2])
    sizes = [_UNITS[unit] for _, unit in parts]
    if sorted(set(sizes), reverse=True) != sizes:
        raise ValueRejected(f"'{text[:40]}' is not a duration: its units are out of order")
    total = sum((Decimal(count) * _UNITS[unit] for count, unit in parts), Decimal(0))
    if total > 1_000_000 * _UNITS["d"]:
        raise ValueRejected(f"'{text[:40]}' is too long a duration")
    whole = timedelta(microseconds=int(total * 1000))
    return -whole if found[1] else whole


def format_duration(duration: timedelta) -> str:
    """The shortest way to write a duration, in the largest unit that divides it: ``90s``, ``2m``.

    Exact to the millisecond, which is the smallest unit there is; ``parse_duration`` reads it back.
    """
    milliseconds = round(duration / timedelta(milliseconds=1))
    sign = "-" if milliseconds < 0 else ""
    milliseconds = abs(milliseconds)
    if milliseconds == 0:
        return "0s"
    unit = next(name for name, size in _UNITS.items() if milliseconds % size == 0)
    return f"{sign}{milliseconds // _UNITS[unit]}{unit}"
