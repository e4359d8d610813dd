"""Models made ready for reading: each field's reading is looked up once per class, never per step.

A field is annotated with :class:`~ivrkit.call.fields.Reads`, with a
:class:`~ivrkit.call.step.Form`, or with a tuple or mapping of these; ``| None`` says that it may
be left out. In a file, a field is called by its alias if it has one; a word that Python
reserves is written without its underscore (``while_`` is ``while``).
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import ivrkit.flow.fields
from ivrkit.call.exits import TIMEOUT
from ivrkit.call.fields import Reads
from ivrkit.call.prompt import Part
from ivrkit.call.step import Form, Step
from ivrkit.errors import ConfigurationError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.composite import FormOf, ListOf, MappingOf
from ivrkit.flow.later import Later
from ivrkit.flow.limits import has_timeout
from ivrkit.flow.order import ENTRY
from ivrkit.flow.reading import Reading
from ivrkit.flow.registry import Registry


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """A field of a model: the name it is given to the model by, its key in the file, its reading,
    and the attribute it becomes."""

    name: str
    key: str
    reading: Reading
    required: bool
    info: FieldInfo
    attribute: str


class Plan:
    """A model ready for reading. ``what`` is what it is called in messages, ``main`` the field that
    a value in place of the mapping is short for."""

    __slots__ = ("fields", "main", "model", "what")

    def __init__(self, model: type[BaseModel], what: str) -> None:
        self.model = model
        self.what = what
        self.fields: dict[str, FieldPlan] = {}
        self.main: FieldPlan | None = None

    @property
    def required(self) -> list[FieldPlan]:
        """The fields that cannot be left out."""
        return [field for field in self.fields.values() if field.required]


class Language:
    """The verbs, prompt parts and readings there are, with the plans of their models."""

    def __init__(
        self,
        verbs: Mapping[str, type[Step]],
        parts: Mapping[str, type[Part]],
        readings: Mapping[str, type[Reading]] | None = None,
    ) -> None:
        self.verbs = verbs
        self.parts = parts
        self._readings = readings if readings is not None else built_in_readings()
        self._plans: dict[type[BaseModel], Plan] = {}
        self.later: Final = Later(verbs, parts)
        self.beside: Final = _beside(verbs)
        self.target: Final = self.reading(Reads("target"))
        self.prompt: Final = self.reading(Reads("prompt"))
        self.condition: Final = self.reading(Reads("expression", type="flag", secrets=True))

    def verb(self, name: str) -> Plan:
        """The plan of a verb."""
        model = self.verbs[name]
        return self._plans.get(model) or self._compile(model, name, model.main)

    def part(self, form: str) -> Plan:
        """The plan of a form of prompt part; its main field is called like the form."""
        model = self.parts[form]
        return self._plans.get(model) or self._compile(model, form, form)

    def form(self, model: type[Form], what: str) -> Plan:
        """The plan of a mapping inside a verb."""
        return self._plans.get(model) or self._compile(model, what, model.main)

    def plan(self, model: type[BaseModel], what: str, main: str | None = None) -> Plan:
        """The plan of a model of the language itself (a menu entry)."""
        return self._plans.get(model) or self._compile(model, what, main)

    def reading(self, reads: Reads, where: str = "") -> Reading:
        """A reading by its name. Raises ConfigurationError if there is none."""
        found = self._readings.get(reads.reading)
        if found is None:
            raise ConfigurationError(
                f"{where}: there is no reading {reads.reading!r}",
                hint=did_you_mean(reads.reading, self._readings),
            )
        return found(reads)

    def _compile(self, model: type[BaseModel], what: str, main: str | None) -> Plan:
        plan = Plan(model, what)
        self._plans[model] = plan
        for name, info in model.model_fields.items():
            where = f"{model.__module__}.{model.__qualname__}.{name}"
            key = info.alias or name.rstrip("_")
            if what == ENTRY and self.later.has_field(what, key):
                continue
            if key == TIMEOUT and issubclass(model, Step) and not has_timeout(model):
                continue
            reading = self._reading_of(info.annotation, info.metadata, key, where)
            plan.fields[key] = FieldPlan(
                info.alias or name, key, reading, info.is_required(), info, name
            )
        found = [field for field in plan.fields.values() if main in (field.key, field.attribute)]
        plan.main = found[0] if found else None
        if main is not None and not found:
            raise ConfigurationError(
                f"{model.__module__}.{model.__qualname__} has no field {main!r}, which is its main"
            )
        return plan

    def _reading_of(self, annotation: Any, metadata: list[Any], key: str, where: str) -> Reading:
        for note in metadata:
            if isinstance(note, Reads):
                return self.reading(note, where)
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._reading_of(arguments[0], list(arguments[1:]), key, where)
        if origin in (Union, types.UnionType):
            inner = [each for each in arguments if each is not type(None)]
            if len(inner) == 1:
                return self._reading_of(inner[0], [], key, where)
        elif origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
            return ListOf(self._reading_of(arguments[0], [], key, where), key)
        elif isinstance(origin, type) and issubclass(origin, Mapping):
            return MappingOf(self._reading_of(arguments[1], [], key, where), key)
        elif isinstance(annotation, type) and issubclass(annotation, Form):
            return FormOf(self.form(annotation, key))
        raise ConfigurationError(
            f"{where} cannot be read from a file",
            hint="annotate it with a name of ivrkit.call.fields, or with a Form",
        )


def built_in_readings() -> Registry[Reading]:
    """The readings in the folder ``flow/fields``."""
    return Registry.find(Reading, "name", ivrkit.flow.fields)  # type: ignore[type-abstract]


def _beside(verbs: Mapping[str, type[Step]]) -> frozenset[str]:
    words = {word for verb in verbs.values() for word in verb.beside}
    return frozenset({"when", "exits", "name", "then", "else", "cases", "do"} | words)
