"""What a flow means: all of it, but not where it stands in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from ivrkit.call.targets import Mark
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.flow.model import Flow

_PLACES = frozenset({"marks", "mark", "source", "file"})


def meaning(value: Any) -> Any:
    """The same as plain data, without places."""
    if isinstance(value, Expression | Template):
        return value.source
    if isinstance(value, Setting):
        return (value.type, value.literal, value.expression and value.expression.source)
    if isinstance(value, Mark):
        return None
    if isinstance(value, BaseModel):
        return (type(value).__name__, {k: meaning(v) for k, v in value.__dict__.items()})
    if is_dataclass(value) and not isinstance(value, type):
        kept = [each.name for each in fields(value) if each.name not in _PLACES]
        return (type(value).__name__, {name: meaning(getattr(value, name)) for name in kept})
    if isinstance(value, Mapping):
        return {key: meaning(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [meaning(each) for each in value]
    return value


def of(flow: Flow | None) -> Any:
    """The meaning of a flow that was read."""
    assert flow is not None
    return meaning(flow)
