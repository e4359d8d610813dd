"""Looking through the fields of a step, however they are nested, for values of some kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from ivrkit.call.targets import Branch
from ivrkit.expressions.expression import Expression, Setting, Template

T = TypeVar("T")


def found_in(value: Any, kind: type[T]) -> Iterator[T]:
    """Every value of this kind in a step's own fields, outermost first and also inside what was
    found. Steps in its branches are other steps and are left out."""
    if isinstance(value, kind):
        yield value
    if isinstance(value, (str, Branch, Expression)):
        return
    if isinstance(value, Template):
        yield from found_in(value.expressions, kind)
    elif isinstance(value, Setting):
        yield from found_in(value.expression, kind)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from found_in(getattr(value, name), kind)
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from found_in(each, kind)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from found_in(each, kind)
    elif is_dataclass(value):
        for field in fields(value):
            yield from found_in(getattr(value, field.name), kind)
