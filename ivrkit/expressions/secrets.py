"""Values that must not be seen: a type of their own, printed as ``••••``."""

from __future__ import annotations

from typing import Any, Final, NoReturn

MASK: Final = "••••"


class Secret:
    """Wraps a value that no log, trace, text of an error or screen may show.

    ``reveal()`` is the only way to the value; who calls it is a declared sink (a database
    parameter, an HTTP body or header, a check). Two secrets are never equal by accident: ``==``
    tells identity only, expressions compare them inside the evaluator and answer with a secret.
    """

    __slots__ = ("__value",)

    def __init__(self, value: Any) -> None:
        self.__value = value.reveal() if isinstance(value, Secret) else value

    def reveal(self) -> Any:
        """The value itself. For declared sinks only."""
        return self.__value

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __bool__(self) -> NoReturn:
        raise TypeError("the truth of a secret is a secret: ask truth()")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self


def revealed(value: Any) -> Any:
    """The value with every secret in it opened, however deep. For declared sinks only."""
    if isinstance(value, Secret):
        return revealed(value.reveal())
    if isinstance(value, list):
        return [revealed(each) for each in value]
    if isinstance(value, dict):
        return {key: revealed(each) for key, each in value.items()}
    return value


def contains_secret(value: Any) -> bool:
    """Whether the value is a secret or holds one, however deep."""
    if isinstance(value, Secret):
        return True
    if isinstance(value, list | tuple):
        return any(contains_secret(each) for each in value)
    if isinstance(value, dict):
        return any(contains_secret(each) for each in value.values())
    return False
