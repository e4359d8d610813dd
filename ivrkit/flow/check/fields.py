"""What stands in the fields of a step: expressions, texts and settings, with their places.

Found by annotations alone (:class:`~ivrkit.call.fields.Reads`): no verb is known by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple, get_args

from pydantic import BaseModel

from ivrkit.call.asking import Check, Iteration, MenuEntry, Retry
from ivrkit.call.binding import Bound
from ivrkit.call.fields import Reads
from ivrkit.call.kinds import Kind
from ivrkit.call.prompt import Part, Prompt
from ivrkit.call.step import Form, Node, Step
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.types import Type
from ivrkit.flow.holes import Hole

Checkable = Expression | Template | Setting

_UNKNOWN: Final = Reads("")
CONDITION: Final = Reads("expression", type="flag", secrets=True)
_ITEMS: Final = Reads("expression", secrets=True)
_PLAIN: Final = frozenset(
    {"name", "key", "flag", "speed", "type", "target", "digit_count", "words"}
)
"""Readings whose values are written, and hold nothing to be worked out or said."""


class Field(NamedTuple):
    """A field of a model: its attribute, its name in a file, and how it is read."""

    attribute: str
    name: str
    reads: Reads


class Use(NamedTuple):
    """An expression, text or setting in its place.

    ``path`` is the place inside the verb (``prompt/0/money``), ``guards`` the conditions under
    which alone it is evaluated. ``part`` is the part of a prompt that it belongs to; ``spoken``
    tells that a caller hears its value, or a statement is bound to it, and that it then must not
    be none. ``names`` are those that hold in it besides the step's.
    """

    path: str
    value: Checkable
    reads: Reads
    guards: tuple[Expression, ...] = ()
    part: Part | None = None
    spoken: bool = False
    names: Mapping[str, Type] = MappingProxyType({})


@cache
def fields_of(model: type[BaseModel]) -> tuple[Field, ...]:
    """The fields of a step, form or part."""
    return tuple(
        Field(name, info.alias or name.rstrip("_"), _reads((*info.metadata, info.annotation)))
        for name, info in model.model_fields.items()
    )


def _reads(annotations: tuple[Any, ...]) -> Reads:
    """The first Reads in an annotation, however deep."""
    for each in annotations:
        found = each if isinstance(each, Reads) else _reads(get_args(each))
        if found is not _UNKNOWN:
            return found
    return _UNKNOWN


@cache
def field_read_as(model: type[BaseModel], reading: str = "", role: str = "") -> Field | None:
    """The field with this reading, or of this role; None if the model has none."""
    for field in fields_of(model):
        if (reading and field.reads.reading == reading) or (role and field.reads.role == role):
            return field
    return None


def named(step: Step, role: str) -> str | None:
    """What the field of a role (``section``, ``flow``) names, as written."""
    field = field_read_as(type(step), role=role)
    value = getattr(step, field.attribute) if field else None
    return value if isinstance(value, str) else None


def section_run(step: Step) -> str | None:
    """The section that the step runs and comes back from."""
    return None if step.ends or step.runs() is not None else named(step, "section")


def entries_of(step: Step) -> tuple[MenuEntry, ...]:
    """The entries of a menu."""
    field = field_read_as(type(step), reading="entries")
    return getattr(step, field.attribute) if field is not None else ()


def keys_of(step: Step) -> tuple[MenuEntry, ...] | None:
    """The keys of a step that lasts; None where keys have no meaning while it does."""
    field = field_read_as(type(step), reading="party_entries")
    value = getattr(step, field.attribute) if field is not None else None
    if value is None:
        return None
    return tuple(entry for several in value.values() for entry in several)


def check_way(node: Node) -> str | None:
    """The way of the steps that an entry must pass before the step is left."""
    field = field_read_as(type(node.step), reading="check")
    value = getattr(node.step, field.attribute) if field else None
    if field is None or not isinstance(value, Check) or value.steps is None:
        return None
    return field.name if field.name in node.targets else None


def may_fail(step: Step) -> bool:
    """Whether the step can leave by ``error``: it has something to work out, or does something."""
    if step.kind is not Kind.INNER or step.runs() is not None:
        return not step.answers
    return any(not is_static(use.value) for use in uses(step))


def is_static(value: Checkable) -> bool:
    """Whether it is written, not worked out."""
    return not isinstance(value, Expression) and value.static


def expressions_in(value: Checkable) -> tuple[Expression, ...]:
    """The expressions of a field."""
    if isinstance(value, Expression):
        return (value,)
    if isinstance(value, Template):
        return value.expressions
    return (value.expression,) if value.expression is not None else ()


# ---- walking -------------------------------------------------------------------------------------


def uses(step: Step) -> list[Use]:
    """Everything in a step that is worked out or written as a text or setting."""
    found: list[Use] = []
    if not isinstance(step, Hole):
        _of_model(step, "", _Inside(found))
    elif step.model is not None:
        _of_fields(step.model, step.values, "", _Inside(found, binds=False))
    return found


def prompt_uses(prompt: Prompt, path: str) -> list[Use]:
    """The same of a prompt."""
    found: list[Use] = []
    _of_prompt(prompt, path, _UNKNOWN, _Inside(found))
    return found


class _Inside(NamedTuple):
    """Where the walk is: what it has found, the conditions in front, the part of a prompt.
    ``binds``: what the names in statements mean is known, since all of the step could be read."""

    found: list[Use]
    guards: tuple[Expression, ...] = ()
    part: Part | None = None
    names: Mapping[str, Type] = MappingProxyType({})
    binds: bool = True


@cache
def _walked(model: type[BaseModel]) -> tuple[Field, ...]:
    """The fields that may hold something to walk into."""
    return tuple(
        each
        for each in fields_of(model)
        if each.reads.reading not in _PLAIN
        and not (each.attribute == "when" and issubclass(model, Part))  # a guard: see _of_prompt
    )


def _of_model(model: BaseModel, path: str, inside: _Inside) -> None:
    _of_fields(type(model), model.__dict__, path, inside)


def _of_fields(
    model: type[BaseModel], values: Mapping[str, Any], path: str, inside: _Inside
) -> None:
    for field in _walked(model):
        value = values.get(field.attribute)
        if value is not None:
            name = f"{path}/{field.name}" if path else field.name
            _of_value(value, name, field.reads, inside)


def _of_value(value: Any, path: str, reads: Reads, inside: _Inside) -> None:
    walk = _WALKS.get(type(value))
    if walk is not None:
        walk(value, path, reads, inside)
    elif isinstance(value, Form):
        names = value.local_names()
        _of_model(
            value, path, inside._replace(names={**inside.names, **names}) if names else inside
        )


def _leaf(value: Any, path: str, reads: Reads, inside: _Inside) -> None:
    spoken = isinstance(value, Template)
    if inside.part is not None and not spoken:
        spoken = path.endswith(f"/{inside.part.form}")
    inside.found.append(Use(path, value, reads, inside.guards, inside.part, spoken, inside.names))


def _of_prompt(prompt: Prompt, path: str, reads: Reads, inside: _Inside) -> None:
    for number, part in enumerate(prompt.parts):
        place = f"{path}/{number}"
        guards = inside.guards
        if part.when is not None:
            when = Use(f"{place}/when", part.when, CONDITION, guards, names=inside.names)
            inside.found.append(when)
            guards = (*guards, part.when)
        names = {**inside.names, **part.names} if part.names else inside.names
        _of_model(part, place, _Inside(inside.found, guards, part, names))


def _of_items(value: Any, path: str, reads: Reads, inside: _Inside) -> None:
    for number, item in enumerate(value):
        _of_value(item, f"{path}/{number}", reads, inside)


def _of_mapping(value: Mapping[str, Any], path: str, reads: Reads, inside: _Inside) -> None:
    for name, item in value.items():
        _of_value(item, f"{path}/{name}", reads, inside)


def _of_entry(entry: MenuEntry, path: str, reads: Reads, inside: _Inside) -> None:
    guards = inside.guards
    if entry.when is not None:
        inside.found.append(Use(f"{entry.way}/when", entry.when, CONDITION, guards))
        guards = (*guards, entry.when)
    if entry.say is not None:
        within = _Inside(inside.found, guards, names=inside.names)
        _of_prompt(entry.say, f"{entry.way}/say", reads, within)


def _of_retry(retry: Retry, path: str, reads: Reads, inside: _Inside) -> None:
    for number, each in enumerate(retry.prompts):
        if each.prompt is not None:
            _of_prompt(each.prompt, f"{path}/{number}", reads, inside)


def _of_check(check: Check, path: str, reads: Reads, inside: _Inside) -> None:
    if check.condition is not None:
        inside.found.append(Use(path, check.condition, CONDITION, inside.guards))


def _of_iteration(iteration: Iteration, path: str, reads: Reads, inside: _Inside) -> None:
    inside.found.append(Use(path, iteration.items, _ITEMS, inside.guards))


def _of_bound(bound: Bound, path: str, reads: Reads, inside: _Inside) -> None:
    for name, value in bound.values.items() if inside.binds else ():
        inside.found.append(Use(f"{path}/{name}", value, reads, inside.guards, spoken=True))


_WALKS: Final[dict[type, Callable[[Any, str, Reads, _Inside], None]]] = {
    Expression: _leaf,
    Template: _leaf,
    Setting: _leaf,
    Prompt: _of_prompt,
    MenuEntry: _of_entry,
    Retry: _of_retry,
    Check: _of_check,
    Iteration: _of_iteration,
    Bound: _of_bound,
    tuple: _of_items,
    list: _of_items,
    dict: _of_mapping,
}
