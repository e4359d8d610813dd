"""Values of a flow as the arguments that a function's annotations ask for."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from pydantic import PydanticUserError, TypeAdapter, ValidationError

from ivrkit.errors import ConnectorError, ExpressionError, RequestRefused, ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value, spoken

Convert = Callable[[Value], Any]
_WORDS: Final[Mapping[Any, Type]] = {
    Decimal: Type("number"),
    float: Type("number"),
    int: Type("number"),
    bool: Type("flag"),
    date: Type("date"),
    datetime: Type("datetime"),
    time: Type("time"),
    timedelta: Type("duration"),
}
_AS_IT_IS: Final = (Any, object, inspect.Parameter.empty)


class Arguments:
    """The arguments of one function. Raises ConnectorError for annotations that cannot be read, or
    that no value of a flow can be."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self._name = name
        try:
            self._signature = inspect.signature(function)
            hints = get_type_hints(function)
        except (NameError, TypeError, ValueError) as error:
            raise ConnectorError(
                f"the annotations of {name} cannot be read: {error}",
                hint="import what they name, outside of TYPE_CHECKING too",
            ) from None
        parameters = self._signature.parameters.values()
        self._any = any(each.kind is each.VAR_KEYWORD for each in parameters)
        named = (each for each in parameters if each.kind not in (each.VAR_KEYWORD, _VARIABLE))
        self._takes = {each.name: each for each in named}
        for each in self._takes.values():
            if each.kind is each.POSITIONAL_ONLY:
                raise ConnectorError(f"'{each.name}' of {name} has no name for callers")
        self._convert = {each: self._converting(hints.get(each, Any), each) for each in self._takes}

    def converted(self, given: Mapping[str, Value]) -> dict[str, Any]:
        """The arguments. Raises RequestRefused for those that do not fit; no value is repeated."""
        strange = next((each for each in given if each not in self._takes), None)
        if strange is not None and not self._any:
            raise RequestRefused(
                f"{self._name} takes no '{strange}'",
                hint=did_you_mean(strange, self._takes) or self._hint(),
            )
        for each in self._takes.values():
            if each.default is each.empty and each.name not in given:
                raise RequestRefused(f"'{each.name}' of {self._name} is missing", hint=self._hint())
        return {name: self._one(name, value) for name, value in given.items()}

    def _one(self, name: str, value: Value) -> Any:
        try:
            return self._convert[name](value) if name in self._convert else value
        except ValidationError as error:
            told = "; ".join(_told(each) for each in error.errors(include_input=False))
            raise RequestRefused(f"'{name}' of {self._name}: {told}") from None
        except (ValueRejected, ExpressionError) as error:
            message = f"'{name}' of {self._name}: {error.message}"
            raise RequestRefused(message, hint=error.hint) from None

    def _converting(self, annotation: Any, name: str) -> Convert:
        try:
            return converter(annotation)
        except (PydanticUserError, TypeError) as error:
            raise ConnectorError(
                f"'{name}' of {self._name} is annotated with what no flow can give: "
                f"{type(error).__name__}",
                hint="Decimal, int, float, str, bool, date, datetime, time, timedelta, list, dict, "
                "or a data class of them",
            ) from None

    def _hint(self) -> str:
        return f"it takes {', '.join(self._takes) or 'nothing'}"


_VARIABLE: Final = inspect.Parameter.VAR_POSITIONAL


def converter(annotation: Any) -> Convert:
    """What makes a value of a flow one of an annotation. Raises PydanticUserError or TypeError for
    one that cannot be checked."""
    if annotation in _AS_IT_IS:
        return lambda value: value
    optional = _without_none(annotation)
    if optional is not None:
        inner = converter(optional)
        return lambda value: None if value is None else inner(value)
    if annotation is str:
        return _text
    if annotation in _WORDS:
        return lambda value: _word(annotation, value)
    adapter = TypeAdapter(annotation)
    return adapter.validate_python


def _text(value: Value) -> str:
    if value is None:
        raise ValueRejected("it is none", hint="annotate it with str | None")
    return spoken(value)


def _word(wanted: Any, value: Value) -> Any:
    """One of the words of the language, converted as the language does: of ``5m`` a duration."""
    try:
        accepted = _WORDS[wanted].accept(value)
    except ValueRejected:
        raise ValueRejected(f"it is not {_WORDS[wanted].describe()}") from None
    if accepted is None:
        raise ValueRejected("it is none", hint=f"annotate it with {wanted.__name__} | None")
    if wanted is float:
        return float(accepted)  # type: ignore[arg-type]
    if wanted is int:
        assert isinstance(accepted, Decimal)
        if accepted != accepted.to_integral_value():
            raise ValueRejected("it is not a whole number")
        return int(accepted)
    return accepted


def _without_none(annotation: Any) -> Any:
    """``X`` of ``X | None``; None for anything else."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return None
    inner = [each for each in get_args(annotation) if each is not type(None)]
    return inner[0] if len(inner) == 1 < len(get_args(annotation)) else None


def _told(error: Any) -> str:
    place = ".".join(map(str, error["loc"]))
    return f"{place}: {error['msg']}" if place else str(error["msg"])
