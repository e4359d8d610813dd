"""How a function declares itself, and where all of them are found."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Final, TypeVar

from ivrkit.expressions.secrets import Secret

CLASSES: Final[dict[str, tuple[type, ...]]] = {
    "text": (str,),
    "number": (Decimal,),
    "flag": (bool,),
    "date": (date,),
    "datetime": (datetime,),
    "time": (time,),
    "duration": (timedelta,),
    "list": (list,),
    "items": (list,),
    "record": (dict,),
    "field": (str,),
    "any": (str, Decimal, bool, date, datetime, time, timedelta, list, dict, type(None), Secret),
    "data": (str, Decimal, bool, date, datetime, time, timedelta, list, dict, type(None)),
}
"""The kinds of parameters.

``list``, ``record`` and ``any`` hand on what is inside as it is, so that a secret in it stays a
secret of its own; ``items`` and ``data`` are opened to the bottom. ``field`` is the name of a field
of the records in the first argument. A ``text`` takes whatever can be spoken.
"""
OPENED: Final = frozenset({"items", "data"})

_SIGNATURE: Final = re.compile(r"(\w+)\((.*)\) -> (\w+)")
_PARAMETER: Final = re.compile(r"(\*?)(\w+): ([\w|]+)(\??)")
_EXAMPLE: Final = re.compile(r"^\s*Example: ``(.+?)`` is ``(.+?)``", re.MULTILINE)

_READERS: Final = frozenset({"number", "date", "time", "datetime", "duration"})
_WRITTEN: Final = ("text", "digits", "phone", "choice", "secret", "prompt")
_TAKEN: Final[dict[str, tuple[str, ...]]] = {
    "text": (*_WRITTEN, "number", "money", "flag", "date", "time", "datetime", "duration"),
    "field": _WRITTEN,
    "number": ("number", "money"),
    "items": ("list",),
    "data": ("any",),
}
"""The kinds of types that a parameter takes."""

Body = TypeVar("Body", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name, the kinds it takes, whether it may be left out or repeated."""

    name: str
    kinds: tuple[str, ...]
    optional: bool
    many: bool

    @property
    def classes(self) -> tuple[type, ...]:
        """The classes of values it takes."""
        return tuple(each for kind in self.kinds for each in CLASSES[kind])

    def takes(self, kind: str) -> bool:
        """Whether it takes values of a kind, for the check."""
        wanted = {each for one in self.kinds for each in _TAKEN.get(one, (one,))}
        return "any" in wanted or kind in wanted

    def reader(self, text: bool) -> str:
        """The cure where a text is given to what takes none."""
        kind = self.kinds[0]
        return f"{kind}(…) reads a text" if text and kind in _READERS else ""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    ``returns`` is a kind, ``same`` (the type of the first argument), ``item`` (of its items),
    ``common`` (what all arguments have in common), ``field`` (of the field that the second argument
    names), ``fields`` (a list of these), ``inner`` (of the items, or of their field that the second
    argument names) or ``any``. ``with_run`` functions get the run
    first: time, chance, steps.
    """

    name: str
    signature: str
    parameters: tuple[Parameter, ...]
    returns: str
    body: Callable[..., Any]
    with_run: bool
    doc: str
    examples: tuple[tuple[str, str], ...]
    group: str

    @property
    def fewest(self) -> int:
        """How many arguments it needs."""
        return sum(not each.optional and not each.many for each in self.parameters)

    def bind(self, count: int, named: tuple[str, ...]) -> list[int | str | None]:
        """Where each parameter takes its argument from: a position, a name or nowhere.

        Raises:
            ValueError: too many, too few or unknown arguments; the text says which.
        """
        places: list[int | str | None] = []
        if self.parameters and self.parameters[-1].many:
            if named or count < self.fewest:
                raise ValueError(f"write {self.signature}")
            return list(range(count))
        names = [each.name for each in self.parameters]
        unknown = [name for name in named if name not in names[count:]]
        if count > len(names) or unknown or len(set(named)) < len(named):
            what = f"'{unknown[0]}' is no further argument" if unknown else "too many arguments"
            raise ValueError(f"{what}: write {self.signature}")
        for position, parameter in enumerate(self.parameters):
            given = position < count or parameter.name in named
            if not given and not parameter.optional:
                raise ValueError(f"'{parameter.name}' is missing: write {self.signature}")
            place = position if position < count else parameter.name
            places.append(place if given else None)
        return places

    def parameter(self, position: int) -> Parameter:
        """The parameter at a position; a repeated last one is at all further ones too."""
        return self.parameters[min(position, len(self.parameters) - 1)]


def function(signature: str, *, with_run: bool = False) -> Callable[[Body], Body]:
    """Declare a function: ``@function("pad(text: text, width: number, fill: text?) -> text")``.

    ``?`` marks what may be left out (the body then gets None), ``*`` what may be repeated. Kinds
    are those of ``CLASSES``, alternatives are divided by ``|``. Its docstring explains it to flow
    designers and shows examples as ``Example: ``f(1)`` is ``2``.``, which the tests run.

    Raises:
        ValueError: the signature cannot be read, or its docstring has no example.
    """
    found = _SIGNATURE.fullmatch(signature)
    if found is None:
        raise ValueError(f"not a signature: {signature}")
    parts = [each for each in found[2].split(", ") if each]
    parameters = tuple(_parameter(each, signature) for each in parts)

    def declare(body: Body) -> Body:
        doc = body.__doc__ or ""
        examples = tuple(_EXAMPLE.findall(doc))
        if not examples:
            raise ValueError(f"{found[1]}: its docstring shows no example")
        body.__ivrkit_function__ = Function(  # type: ignore[attr-defined]
            name=found[1],
            signature=f"{found[1]}({', '.join(map(_shown, parameters))})",
            parameters=parameters,
            returns=found[3],
            body=body,
            with_run=with_run,
            doc=doc,
            examples=examples,
            group=body.__module__.rpartition(".")[2],
        )
        return body

    return declare


def _parameter(text: str, signature: str) -> Parameter:
    found = _PARAMETER.fullmatch(text)
    kinds = tuple(found[3].split("|")) if found else ()
    if found is None or any(kind not in CLASSES for kind in kinds):
        raise ValueError(f"not a parameter: {text} in {signature}")
    return Parameter(found[2], kinds, bool(found[4]), bool(found[1]))


def _shown(parameter: Parameter) -> str:
    if parameter.many:
        return f"{parameter.name}, …"
    return f"[{parameter.name}]" if parameter.optional else parameter.name


@cache
def functions() -> Mapping[str, Function]:
    """All functions by name: those of this folder, then those of installed packages.

    Raises:
        ValueError: two functions have the same name.
    """
    folder = import_module("ivrkit.expressions.functions")
    modules = [
        import_module(f"{folder.__name__}.{each.name}")
        for each in iter_modules(folder.__path__)
        if each.name != "registry"
    ]
    modules += [each.load() for each in entry_points(group="ivrkit.functions")]
    found: dict[str, Function] = {}
    for each in (each for module in modules for each in _declared(module)):
        if each.name in found:
            raise ValueError(f"two functions are named {each.name}")
        found[each.name] = each
    return found


def _declared(module: ModuleType) -> list[Function]:
    own = [each for each in vars(module).values() if callable(each)]
    return [each.__ivrkit_function__ for each in own if hasattr(each, "__ivrkit_function__")]
