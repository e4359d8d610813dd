"""What may stand at a cursor, by the schema; and in which words its names are offered."""

from __future__ import annotations

from functools import cache

from ivrkit.expressions.types import Type
from ivrkit.flow.schema_file import flow_schema
from ivrkit.flow.shapes import Shape, Shapes
from ivrkit.service.editing.cursor import Cursor
from ivrkit.service.registries import reader


@cache
def shapes() -> Shapes:
    """The shapes of the language."""
    return Shapes(flow_schema(reader().language))


def around(cursor: Cursor) -> Shape:
    """The shape of the mapping or list around a cursor."""
    shape = shapes().whole
    for level in cursor.levels:
        shape = shape.item() if level.key is None else shape.field(level.key, level.present)
    return shape


def behind(cursor: Cursor) -> Shape:
    """The shape of the value that a cursor is in."""
    assert cursor.key is not None
    return around(cursor).field(cursor.key, cursor.present)


def said_of(type_: Type | None) -> str:
    """A type in a few words."""
    if type_ is None:
        return "of a type not known"
    text = type_.describe()
    details = [word for word, is_so in (("secret", type_.secret), ("may be none", type_.optional))
               if is_so]  # fmt: skip
    return f"{text} ({', '.join(details)})" if details else text
