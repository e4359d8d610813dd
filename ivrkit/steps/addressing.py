"""Paths, headers and bodies with values of a call in them, none of which can become more than a
value: no other path, no further header, no tag."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote, unquote

from ivrkit.call import Call
from ivrkit.call.asking import Assigned
from ivrkit.errors import ExpressionError
from ivrkit.expressions.expression import Template
from ivrkit.expressions.secrets import Secret, revealed
from ivrkit.expressions.values import Value, spoken
from ivrkit.steps.set import assigned_value

TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""The name of a header (RFC 9110, 5.6.2)."""
RESERVED: Final = frozenset(
    {
        *("host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade"),
        *("te", "trailer", "expect", "proxy-authorization", "proxy-connection", "accept-encoding"),
        *("cookie", "range", "if-range"),
    }
)
"""Headers that belong to the connection, or change what an answer means."""
_PATH: Final = "/%:@!$&'()*+,;=-._~"
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SLASHES: Final = re.compile(r"[/\\]")
_DOTS: Final = frozenset({".", ".."})


def path_of(call: Call, template: Template) -> str:
    """The path, percent-encoded. Each value stays within its segment.

    Raises:
        ExpressionError: a value is empty, is or holds ``..``, or is a secret (paths are logged).
    """
    text = template.text(call.session, _segment)
    if isinstance(text, Secret):
        raise ExpressionError(
            "a secret cannot be part of a path", hint="paths are logged: send it in a body"
        )
    path = quote(text, safe=_PATH)
    if any(unquote(each) in _DOTS for each in path.split("/")):
        raise _leads_elsewhere()
    return path


def _segment(text: str) -> str:
    if not text:
        raise ExpressionError("a value in the path is empty", hint="then it is another path")
    if _CONTROLS.search(text) or _DOTS.intersection(_SLASHES.split(text)):
        raise _leads_elsewhere()
    return quote(text, safe="")


def _leads_elsewhere() -> ExpressionError:
    return ExpressionError(
        "a value in the path would lead elsewhere", hint="it is or holds .. or a control character"
    )


def header_of(call: Call, name: str, assigned: Assigned) -> Value:
    """The text of a header; a secret stays one; none is none. Raises ExpressionError for a
    control character, with which another header could begin."""
    value = assigned_value(call, assigned)
    inner = revealed(value)
    if inner is None:
        return None
    text = spoken(inner)
    if _CONTROLS.search(text):
        raise ExpressionError(
            f"the header {name} holds a control character", hint="a header is one line of text"
        )
    return Secret(text) if isinstance(value, Secret) else text


def document_of(call: Call, document: Any) -> Value:
    """A document with its values."""
    if isinstance(document, dict):
        return {name: document_of(call, each) for name, each in document.items()}
    if isinstance(document, list):
        return [document_of(call, each) for each in document]
    return assigned_value(call, document)
