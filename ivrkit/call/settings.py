"""What settings of every room are made of: durations as flows write them, sections that refuse
what they do not know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from ivrkit.errors import ValueRejected
from ivrkit.expressions.durations import parse_duration


def _duration(value: Any) -> Any:
    try:
        return parse_duration(value) if isinstance(value, str) else value
    except ValueRejected as error:
        raise ValueError(str(error)) from error


AnyDuration = Annotated[timedelta, BeforeValidator(_duration)]
"""``300ms``, ``5s``, ``2m``, ``1h``."""
Duration = Annotated[timedelta, BeforeValidator(_duration), Field(gt=timedelta(0))]
"""The same, longer than nothing."""


class Section(BaseModel):
    """A part of ``ivrkit.yaml``. Unknown names are refused, nothing changes once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def secret_texts(value: Any) -> Iterator[str]:
    """Every secret text in a section, and in the lists and mappings below it."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secret_texts(getattr(value, name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from secret_texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from secret_texts(each)
