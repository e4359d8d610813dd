"""JSON pointers (RFC 6901): where in a record or list a value is."""

from __future__ import annotations

import re
from typing import Final

from ivrkit.errors import ValueRejected
from ivrkit.expressions.values import Value

_ESCAPES: Final = re.compile(r"~(?![01])")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")


def check_pointer(text: str) -> None:
    """Look whether a text is a pointer. Raises ValueRejected."""
    if text and not text.startswith("/"):
        raise ValueRejected(f"'{text[:40]}' is no JSON pointer", hint=f"write /{text[:40]}")
    if _ESCAPES.search(text):
        raise ValueRejected(
            f"'{text[:40]}' is no JSON pointer", hint="~ is written ~0, and / in a name ~1"
        )


def pointed(value: Value, pointer: str) -> Value:
    """What a pointer shows; none where there is nothing. ``""`` is the whole."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value
