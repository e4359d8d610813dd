"""Names in a URI."""

from __future__ import annotations

import re
from urllib import parse

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch
"""What no rule changes (RFC 3986, 2.3): the ids of channels and of what we play."""


def quote(name: str, safe: str = "/") -> str:
    """As :func:`urllib.parse.quote`, which looks at every name as if it were unusual; each command
    has one or two."""
    return name if _PLAIN(name) else parse.quote(name, safe=safe)
