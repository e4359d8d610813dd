"""What may stand in a channel variable and in a SIP header: one rule for all carriers.

A variable that a dialplan puts into a header becomes part of a SIP message as it is: a carriage
return in it begins a header of the caller's own. So control characters are refused, what is not
printable ASCII travels percent-encoded (RFC 3986), and 255 characters are enough.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from ivrkit.errors import ValueRejected

LONGEST = 255
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PLAIN = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


def accepted(name: str, value: str) -> str:
    """The value of the variable ``name`` as it is. Raises ValueRejected when it holds a control
    character or is too long; the message does not show it."""
    if _CONTROLS.search(value):
        raise ValueRejected(
            f"{name} holds a control character", hint="a variable or header is one line of text"
        )
    if len(value) > LONGEST:
        raise ValueRejected(
            f"{name} has {len(value)} characters",
            hint=f"a variable or header has {LONGEST} at most",
        )
    return value


def encoded(name: str, value: str) -> str:
    """The value as it travels: every other character than printable ASCII, and the percent sign,
    as ``%XX`` of its UTF-8. Raises ValueRejected as :func:`accepted` does."""
    accepted(name, value)
    return accepted(name, quote(value, safe=_PLAIN))


def decoded(value: str) -> str:
    """What :func:`encoded` was given."""
    return unquote(value)
