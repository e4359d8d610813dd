"""Paths, headers and bodies with values of a call in them, none of which can become more than a
value: no other path, no further header, no tag."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, unquote

from ivrkit.call import Call
from ivrkit.call.asking import Assigned
from ivrkit.call.step import FieldError
from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.expression import Template
from ivrkit.expressions.secrets import Secret, contains_secret, revealed
from ivrkit.expressions.values import Value, spoken
from ivrkit.expressions.xml_text import check_xml
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
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise ExpressionError("a value in the path holds half a character") from None


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


def pairs_of(
    call: Call, values: Mapping[str, Assigned], *, secrets: bool = True
) -> dict[str, Value]:
    """Names and values of a form or a query: values that have a text, or lists of them.

    Raises:
        ExpressionError: a record, a list in a list, or a secret where there may be none.
    """
    pairs = {}
    for name, assigned in values.items():
        value = assigned_value(call, assigned)
        if not secrets and contains_secret(value):
            raise ExpressionError(
                f"a secret cannot be part of a query ({name})",
                hint="queries are logged: send it in a body",
            )
        inner = revealed(value)
        for each in inner if isinstance(inner, list) else [inner]:
            if each is not None:
                spoken(each)
        pairs[name] = value
    return pairs


# ---- as it is written ----------------------------------------------------------------------------


def check_header(field: str, name: str) -> None:
    """Look at the name of a header. Raises FieldError."""
    if not TOKEN.fullmatch(name) or name.lower() in RESERVED:
        raise FieldError(field, f"'{name[:40]}' is no header that can be set")


def check_path(method: str, path: Template) -> None:
    """Look at a path as it is written. Raises FieldError."""
    written = [each for each in path.parts if isinstance(each, str)]
    if not path.source.startswith("/"):
        raise FieldError(
            method, "a path begins with /", "the service's name says where it is: /accounts"
        )
    if any(mark in each for each in written for mark in "?#\\"):
        raise FieldError(method, "a path has no ?, # or \\", "write query: {name: value}")
    segments = "".join("-" if not isinstance(each, str) else each for each in path.parts).split("/")
    if any(each in (".", "..") for each in segments):
        raise FieldError(method, "a path has no . and .. in it", "write where it leads")


def check_xml_text(field: str, text: Template | None, *, inside: bool) -> None:
    """Look whether a text is XML, whatever its values are. Raises FieldError."""
    if text is None:
        return
    pieces = [each if isinstance(each, str) else "x" for each in text.parts]
    before = [a for a, b in zip(text.parts, text.parts[1:], strict=False) if not isinstance(b, str)]
    if any(isinstance(each, str) and each.endswith(("<", "</")) for each in before):
        raise FieldError(field, "the name of an element is written, never computed")
    try:
        check_xml("".join(pieces), inside=inside)
    except ValueRejected as error:
        raise FieldError(field, error.message, error.hint) from None
