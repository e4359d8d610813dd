"""JSON pointers, with the examples of RFC 6901."""

from __future__ import annotations

from typing import Any

import pytest

from ivrkit.errors import ValueRejected
from ivrkit.expressions.pointers import check_pointer, pointed

DOCUMENT: dict[str, Any] = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
        ("/foo/2", None),
        ("/foo/-", None),
        ("/foo/01", None),
        ("/foo/-1", None),
        ("/foo/99999999999999999999", None),
        ("/nothing/deeper", None),
        ("/foo/0/deeper", None),
    ],
)
def test_what_is_shown(pointer: str, value: Any) -> None:
    check_pointer(pointer)
    assert pointed(DOCUMENT, pointer) == value


@pytest.mark.parametrize("text", ["foo", "/a~", "/a~2b", "$.foo"])
def test_what_is_no_pointer(text: str) -> None:
    with pytest.raises(ValueRejected, match="no JSON pointer"):
        check_pointer(text)
