"""Which numbers are the same caller's, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ivrkit.errors import ConfigurationError

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_SIGNS = re.compile(r"[\s()./-]")
_SHOWN = 2
"""Digits at the end of a number that the audit may show."""


def same_caller(asked: str, known: Iterable[str]) -> list[str]:
    """Those of the known numbers that are the asked one: ``+49 30 1234567``, ``0049301234567``,
    ``49301234567`` and, where one of both says its country, ``0301234567``.

    Raises ConfigurationError for what is no number at all, and for a national number that is one of
    several countries.
    """
    asked = asked.strip()
    if not asked:
        raise ConfigurationError(
            "nobody is named", hint="name a caller by his number: --caller +49301234567"
        )
    found = sorted(each for each in set(known) if _same(asked, each))
    abroad = sorted({whole for each in found if (whole := _whole(each))})
    if _whole(asked) is None and len(abroad) > 1:
        raise ConfigurationError(
            f"{len(abroad)} callers have this number, each in another country",
            hint=f"name one with its country: {', '.join(abroad)}",
        )
    return found


def shown_number(number: str) -> str:
    """What the log and the audit tell of a number."""
    return f"…{number[-_SHOWN:]}"


def _same(asked: str, known: str) -> bool:
    if _bare(asked) == _bare(known):
        return True
    first, second = _whole(asked), _whole(known)
    if first and second:
        return first == second
    if first:
        return _national(known, first) == first
    return second is not None and _national(asked, second) == second


def _bare(number: str) -> str:
    """Without what people write for the eye."""
    bare = _SIGNS.sub("", number.replace("(0)", "") if number.startswith(("+", "00")) else number)
    return f"+{bare[2:]}" if bare.startswith("00") else bare


def _whole(number: str) -> str | None:
    """The number with its country (E.164); None where it does not say which one that is."""
    bare = _bare(number)
    if bare.startswith("+"):
        found = _parsed(bare)
        return bare if found is None else _e164(found)
    if not bare.isdecimal() or bare.startswith("0"):
        return None
    from phonenumbers import is_valid_number

    found = _parsed(f"+{bare}")  # as some trunks send it
    return _e164(found) if found is not None and is_valid_number(found) else None


def _national(number: str, whole: str) -> str | None:
    """A number as it is dialled in the country of another one. An extension of a few digits is no
    number of a country."""
    from phonenumbers import is_valid_number, region_code_for_number

    there, bare = _parsed(whole), _bare(number)
    region = region_code_for_number(there) if there is not None else None
    found = _parsed(bare, region) if region else None
    if found is None or not (bare.startswith("0") or is_valid_number(found)):
        return None
    return _e164(found)


def _parsed(number: str, region: str | None = None) -> PhoneNumber | None:
    from phonenumbers import NumberParseException, parse

    try:
        return parse(number, region)
    except NumberParseException:
        return None


def _e164(number: PhoneNumber) -> str:
    from phonenumbers import PhoneNumberFormat, format_number

    return format_number(number, PhoneNumberFormat.E164)
