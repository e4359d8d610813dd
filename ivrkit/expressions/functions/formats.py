"""Values as texts of a form that people or other programs want."""

from __future__ import annotations

import base64 as base64_codec
import hashlib
import json as json_codec
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from urllib.parse import quote

from ivrkit.errors import ExpressionError
from ivrkit.expressions.decimals import CONTEXT
from ivrkit.expressions.functions.bounds import whole
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import fits
from ivrkit.expressions.values import plain

_DATE_PARTS: Final[dict[str, Callable[[Any], str]]] = {
    "YYYY": lambda moment: f"{moment.year:04}",
    "YY": lambda moment: f"{moment.year % 100:02}",
    "MM": lambda moment: f"{moment.month:02}",
    "DD": lambda moment: f"{moment.day:02}",
    "M": lambda moment: str(moment.month),
    "D": lambda moment: str(moment.day),
    "HH": lambda moment: f"{moment.hour:02}",
    "H": lambda moment: str(moment.hour),
    "mm": lambda moment: f"{moment.minute:02}",
    "ss": lambda moment: f"{moment.second:02}",
}
_DATE_PART: Final = re.compile("|".join(_DATE_PARTS))
_MOST_PLACES: Final = 20


@function("text(value: text) -> text")
def text(value: str) -> str:
    """A value as the text it has in a prompt.

    Example: ``text(12.50)`` is ``'12.50'``.
    """
    return value


@function("format_number(number: number, places: number?, point: text?, group: text?) -> text")
def format_number(
    number: Decimal, places: Decimal | None, point: str | None, group: str | None
) -> str:
    """A number with so many places, its decimal point, and what stands between the thousands.

    Example: ``format_number(1234.5, 2, ',', '.')`` is ``'1.234,50'``.
    """
    if places is not None:
        exponent = Decimal(1).scaleb(-whole(places, 0, _MOST_PLACES))
        number = CONTEXT.create_decimal(number).quantize(exponent, ROUND_HALF_UP, CONTEXT)
    whole_part, dot, fraction = format(number, ",f").partition(".")
    return whole_part.replace(",", group or "") + (point or ".") * bool(dot) + fraction


@function("format_date(value: date|datetime|time, form: text) -> text")
def format_date(value: date | datetime | time, form: str) -> str:
    """A date or time in a form made of ``YYYY YY MM M DD D HH H mm ss`` and what stands between.

    Example: ``format_date(date('2026-03-02'), 'D.M.YYYY')`` is ``'2.3.2026'``.
    """
    fits(2 * len(form))
    try:
        return _DATE_PART.sub(lambda found: _DATE_PARTS[found[0]](value), form)
    except AttributeError:
        raise ExpressionError("the form asks for a part that the value does not have") from None


@function("json(value: data) -> text")
def json(value: Any) -> str:
    """A value as JSON.

    Example: ``json({'name': 'Ann', 'age': 30})`` is ``'{"name": "Ann", "age": 30}'``.
    """
    return json_codec.dumps(plain(value), ensure_ascii=False)


@function("url(text: text) -> text")
def url(value: str) -> str:
    """A text as it may stand in a URL (RFC 3986, section 2.1).

    Example: ``url('a b&c')`` is ``'a%20b%26c'``.
    """
    return quote(value, safe="")


@function("base64(text: text) -> text")
def base64(value: str) -> str:
    """A text (UTF-8) in base64 (RFC 4648, section 4).

    Example: ``base64('Ann')`` is ``'QW5u'``.
    """
    return base64_codec.b64encode(value.encode()).decode()


@function("sha256(text: text) -> text")
def sha256(value: str) -> str:
    """The SHA-256 digest of a text (UTF-8) in 64 hexadecimal digits.

    Example: ``length(sha256('Ann'))`` is ``64``.
    """
    return hashlib.sha256(value.encode()).hexdigest()
