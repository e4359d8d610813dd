"""Reads a text as a value of a kind: what a caller typed, a file holds or a database returns."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

from ivrkit.errors import ValueRejected
from ivrkit.expressions.decimals import number_from_text
from ivrkit.expressions.durations import parse_duration

T = TypeVar("T")

MOST_TEXT: Final = 65_536
"""Most characters of a text value."""

_DIGITS: Final = re.compile(r"[0-9*#]+")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")
_DATETIME: Final = re.compile(
    rf"{_DATE.pattern}(?:[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,6}})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_PHONE_SEPARATORS: Final = re.compile(r"[\s().\-/]")
_PHONE: Final = re.compile(r"\+?[0-9]{2,15}")


def read_text(text: str) -> str:
    """Any text of at most 65,536 characters."""
    if len(text) > MOST_TEXT:
        raise ValueRejected(f"a text may have {MOST_TEXT} characters at most")
    return text


def read_digits(text: str) -> str:
    """Keys of a telephone, kept as they are: ``0123`` stays four digits."""
    if _DIGITS.fullmatch(text) and len(text) <= MOST_TEXT:
        return text
    raise _rejected(text, "digits", "only 0 to 9, * and # are digits")


def read_flag(text: str) -> bool:
    """``true`` or ``false``; ``yes``, ``on`` and ``1`` are texts."""
    if text in ("true", "false"):
        return text == "true"
    raise _rejected(text, "flag", "write true or false")


def read_date(text: str) -> date:
    """An ISO 8601 date: ``2026-03-02``."""
    if _DATE.fullmatch(text):
        return _calendar(date.fromisoformat, text, "date")
    raise _rejected(text, "date", "write it as 2026-03-02")


def read_time(text: str) -> time:
    """A time of day: ``10:30`` or ``10:30:15``."""
    if _TIME.fullmatch(text):
        return _calendar(time.fromisoformat, text.rjust(5, "0") if len(text) < 6 else text, "time")
    raise _rejected(text, "time", "write it as 10:30")


def read_datetime(text: str) -> datetime:
    """An ISO 8601 date and time, its zone optional; a date alone is its midnight."""
    if _DATETIME.fullmatch(text):
        return _calendar(datetime.fromisoformat, text, "datetime")
    raise _rejected(text, "datetime", "write it as 2026-03-02T10:30:00+01:00")


def read_duration(text: str) -> timedelta:
    """A duration, as the difference of two dates also below zero."""
    return parse_duration(text, negative=True)


def read_phone(text: str) -> str:
    """A telephone number without separators: ``+49 (0)30 12-34`` is ``+49301234``.

    At most 15 digits (ITU-T E.164); the trunk zero in brackets after a country code is dropped.
    """
    bare = text.strip()
    if bare.startswith("+"):
        bare = bare.replace("(0)", "", 1)
    bare = _PHONE_SEPARATORS.sub("", bare[:64])
    if len(text) <= 64 and _PHONE.fullmatch(bare):
        return bare
    raise _rejected(text, "phone", "a telephone number has 2 to 15 digits: +49301234567")


def _calendar(read: Callable[[str], T], text: str, kind: str) -> T:
    try:
        return read(text)
    except ValueError:
        raise _rejected(text, kind, "there is no such day or hour") from None


def _rejected(text: str, kind: str, hint: str) -> ValueRejected:
    article = "" if kind == "digits" else "a "
    return ValueRejected(f"'{text[:40]}' is not {article}{kind}", hint=hint)


READERS: Final[dict[str, Callable[[str], Any]]] = {
    "text": read_text,
    "digits": read_digits,
    "number": number_from_text,
    "money": number_from_text,
    "flag": read_flag,
    "date": read_date,
    "datetime": read_datetime,
    "time": read_time,
    "duration": read_duration,
    "phone": read_phone,
    "prompt": read_text,
    "secret": read_digits,
}
"""One reader per kind whose values are written as one text."""

CLASS_KINDS: Final[dict[type, str]] = {
    bool: "flag",
    Decimal: "number",
    date: "date",
    datetime: "datetime",
    time: "time",
    timedelta: "duration",
}
"""The kind a text is read as when it is compared with a value of the class."""
