"""Values as texts of a form that people or other programs want."""

from __future__ import annotations

import base64 as base64_codec
import hashlib
import hmac
import json as json_codec
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Any, Final
from urllib.parse import quote

from ivrkit.errors import ExpressionError
from ivrkit.expressions.decimals import CONTEXT
from ivrkit.expressions.functions.bounds import whole
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import fits
from ivrkit.expressions.values import plain

_MOST_PLACES: Final = 20
_JSON: Final = json_codec.JSONEncoder(ensure_ascii=False)


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


@function("json(value: data) -> text")
def json(value: Any) -> str:
    """A value as JSON.

    Example: ``json({'name': 'Ann', 'age': 30})`` is ``'{"name": "Ann", "age": 30}'``.
    """
    pieces, length = [], 0
    for piece in _JSON.iterencode(plain(value)):
        length = fits(length + len(piece))
        pieces.append(piece)
    return "".join(pieces)


@function("xml(text: text) -> text")
def xml(value: str) -> str:
    """A text as it may stand in an element or attribute of XML or HTML.

    Example: ``xml('Lee & "Sons"')`` is ``'Lee &amp; &quot;Sons&quot;'``.
    """
    return escape(value)


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


@function("from_base64(text: text) -> text")
def from_base64(value: str) -> str:
    """The text (UTF-8) that base64 stands for.

    Example: ``from_base64('QW5u')`` is ``'Ann'``.
    """
    try:
        return base64_codec.b64decode(value, validate=True).decode()
    except ValueError:
        raise ExpressionError("this is no text in base64") from None


@function("hmac_sha256(text: text, key: text) -> text")
def hmac_sha256(value: str, key: str) -> str:
    """The signature of a text under a key (RFC 2104, SHA-256) in 64 hexadecimal digits.

    Example: ``part(hmac_sha256('Ann', 'key'), 0, 8)`` is ``'28492470'``.
    """
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()


@function("sha256(text: text) -> text")
def sha256(value: str) -> str:
    """The SHA-256 digest of a text (UTF-8) in 64 hexadecimal digits.

    Example: ``length(sha256('Ann'))`` is ``64``.
    """
    return hashlib.sha256(value.encode()).hexdigest()
