"""Looking through the fields of a step, however they are nested, for values of some kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from ivrkit.call.targets import Branch, Mark
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.input.patterns import Pattern

T = TypeVar("T")

Inside = Callable[[Any], Any]
"""What of a value is looked into."""


def found_in(value: Any, kind: type[T]) -> Iterator[T]:
    """Every value of this kind in a step's own fields, outermost first and also inside what was
    found. Steps in its branches are other steps and are left out."""
    found: list[T] = []
    _find(value, kind, found)
    return iter(found)


def _find(value: Any, kind: type[T], found: list[T]) -> None:
    if isinstance(value, kind):
        found.append(value)
    look = _inside(value.__class__)
    if look is not None:
        for each in look(value):
            if each is not None and each.__class__ not in _LEAVES:
                _find(each, kind, found)


_LEAVES: Final = frozenset({str, bool, int, float})
"""What holds nothing and is no kind that is looked for; flows are full of them."""


@cache
def _inside(model: type) -> Inside | None:
    """How to look into values of a class; None: there is nothing in them."""
    if issubclass(model, (str, Branch, Expression, Mark, Pattern)):
        return None
    if issubclass(model, Template):
        return attrgetter("expressions")
    if issubclass(model, Setting):
        return _of_setting
    if issubclass(model, BaseModel):
        return _of_model
    if issubclass(model, (tuple, list)):
        return _itself
    if issubclass(model, Mapping):
        return _of_mapping
    if is_dataclass(model):
        names = tuple(field.name for field in fields(model))
        return (lambda value: [getattr(value, name) for name in names]) if names else None
    return None


def _itself(value: Any) -> Any:
    return value


def _of_setting(value: Setting) -> Any:
    return (value.expression,)


def _of_model(value: BaseModel) -> Any:
    return value.__dict__.values()


def _of_mapping(value: Mapping[Any, Any]) -> Any:
    return value.values()
