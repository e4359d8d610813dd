"""What of Asterisk's dialplan flows may run, as ``ivrkit.yaml`` has it under ``dialplan``."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ivrkit.errors import HandoffError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.handoff.settings import RESERVED

MOST_VALUES: Final = 30
_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")


def _names(value: Any) -> Any:
    """``[amount]`` is short for ``{amount: IVRKIT_AMOUNT}``."""
    if isinstance(value, list):
        return {str(name): f"IVRKIT_{str(name).upper()}" for name in value}
    return value


Variables = Annotated[dict[str, str], BeforeValidator(_names), Field(max_length=MOST_VALUES)]


class DialplanSettings(BaseModel):
    """A part of the dialplan that flows may run: an ``application`` with its ``arguments``, or a
    ``context`` that begins at ``extension`` and ends with ``Return()``.

    ``variables`` are the channel variables that take the values of ``with``, ``results`` those
    that are read when it is back: names, or names with the variable each is
    (``{paid: BILLING_PAID}``); a name alone is the variable ``IVRKIT_<NAME>``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    application: str = Field(default="", pattern=r"^[A-Za-z0-9_]{0,60}$")
    arguments: str = Field(default="", max_length=255)
    context: str = Field(default="", pattern=r"^[A-Za-z0-9_.-]{0,79}$")
    extension: str = Field(default="s", pattern=r"^[A-Za-z0-9_*#+.-]{1,79}$")
    variables: Variables = Field(default_factory=dict)
    results: Variables = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.application) == bool(self.context):
            raise ValueError("name either an application or a context")
        if self.arguments and self.context:
            raise ValueError("a context takes no arguments: list variables")
        if not self.arguments.isprintable() or not self.arguments.isascii():
            raise ValueError("arguments are one line of plain text")
        if "${" in self.arguments or "$[" in self.arguments:
            raise ValueError(
                "arguments hold no variables: what a caller says must not stand in them; "
                "write a context that reads its variables"
            )
        for names in (self.variables, self.results):
            for name, variable in names.items():
                _check(name, variable)
        return self


def _check(name: str, variable: str) -> None:
    if _FIELD.fullmatch(name) is None:
        raise ValueError(f"'{name}' is not the name of a value")
    if _VARIABLE.fullmatch(variable) is None:
        raise ValueError(f"'{variable}' is not the name of a channel variable")
    ours = variable.lstrip("_").removeprefix("IVRKIT_")
    if ours != variable and RESERVED.fullmatch(ours.lower()):
        raise ValueError(f"the variable {variable} has a meaning of its own: name another")


def dialplan_of(settings: dict[str, DialplanSettings], name: str) -> DialplanSettings:
    """The part of this name. Raises HandoffError."""
    found = settings.get(name)
    if found is None:
        hint = did_you_mean(name, settings) or "name it under dialplan: in ivrkit.yaml"
        raise HandoffError(f"there is nothing called '{name}' to run here", hint=hint)
    return found
