"""Readings made of others: lists, mappings, and the fields of a model with its short form."""

from __future__ import annotations

from collections.abc import Collection, Container
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode

from ivrkit.call.fields import Reads
from ivrkit.call.step import FieldError, Step
from ivrkit.call.targets import Mark
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.later import not_yet
from ivrkit.flow.limits import no_time_limit
from ivrkit.flow.reading import Context, Reading, Rejected, is_unclear
from ivrkit.flow.swallowed import is_empty

if TYPE_CHECKING:
    from ivrkit.flow.plans import FieldPlan, Plan
    from ivrkit.flow.schema import Schemas


class ListOf(Reading):
    """``tuple[X, ...]``: a list of values of one reading."""

    name: ClassVar[str] = "list"

    def __init__(self, item: Reading, what: str) -> None:
        super().__init__(Reads("list"))
        self.item = item
        self.what = what

    def read(self, context: Context, node: Node, path: str) -> tuple[Any, ...]:
        items = context.items(node, self.what, hint="write [ ] or one `- ` per item")
        values = []
        for index, item in enumerate(items):
            with suppress(Rejected):
                values.append(context.read(self.item, item, f"{path}/{index}"))
        return tuple(values)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "array", "items": schemas.value(self.item)}


class MappingOf(Reading):
    """``Mapping[str, X]``: names and values of one reading."""

    name: ClassVar[str] = "mapping"

    def __init__(self, item: Reading, what: str) -> None:
        super().__init__(Reads("mapping"))
        self.item = item
        self.what = what

    def claims(self, context: Context, node: MappingNode, fields: Collection[str]) -> bool:
        return True

    def read(self, context: Context, node: Node, path: str) -> dict[str, Any]:
        values = {}
        for _, name, value in context.pairs(node, self.what):
            with suppress(Rejected):
                values[name] = context.read(self.item, value, f"{path}/{name}")
        return values

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        item = schemas.value(self.item)
        schema: dict[str, Any] = {"type": "object", "additionalProperties": item}
        if "examples" in item:
            schema["examples"] = [{"name": item["examples"][0]}]
        return schema


class FormOf(Reading):
    """A :class:`~ivrkit.call.step.Form`: a mapping, or a value short for its main field."""

    name: ClassVar[str] = "form"

    def __init__(self, plan: Plan) -> None:
        super().__init__(Reads("form"))
        self.plan = plan

    def read(self, context: Context, node: Node, path: str) -> BaseModel:
        before = context.failures
        values = read_short(context, self.plan, node, path)
        if context.failures > before:
            raise Rejected
        return build(context, self.plan, values, node, path)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return schemas.form(self.plan)


def read_short(context: Context, plan: Plan, node: Node, path: str) -> dict[str, Any]:
    """The values of a model's fields from a mapping, or from what stands for its main field."""
    main = plan.main
    if isinstance(node, MappingNode) and not (
        main and main.reading.claims(context, node, plan.fields)
    ):
        return read_fields(context, plan, node, path, {})
    if main is None:
        fields = ", ".join(plan.fields)
        raise context.fail(
            codes.WRONG_FORM,
            f"{plan.what} is a mapping of fields",
            node,
            hint=f"its fields are {fields}" if fields else "it has no fields: leave the value out",
        )
    values = {main.name: context.read(main.reading, node, path_of(main, main, path))}
    complain_missing(context, plan, values, node)
    return values


def read_fields(
    context: Context, plan: Plan, node: Node, path: str, values: dict[str, Any]
) -> dict[str, Any]:
    """The values of a mapping's fields, put into ``values``; those that cannot be read are left
    out and counted as failures. A field that is missing is only told of if it cannot be among
    them under another name."""
    main, present, unknown = plan.main, set(), False
    pairs = list(context.pairs(node, plan.what))
    above = ""
    for number, (key, name, value) in enumerate(pairs):
        field = plan.fields.get(name)
        if field is None:
            if not (above and unknown):  # what stands below it is not indented either
                complain_unknown(context, plan, key, below=above)
            unknown = True
            continue
        present.add(field.name)
        above = name if left_behind(pairs, number, plan.fields) else ""
        if above:
            context.give_up()
            continue
        before = context.failures
        with suppress(Rejected):
            values[field.name] = context.read(field.reading, value, path_of(field, main, path))
        if not path and context.failures == before and not field.reading.names:
            context.known.append((value.start_mark.index, value.end_mark.index))
    if len(present) < len(plan.fields) and not unknown and not is_unclear(node):
        at = None if path else context.marks.get("")
        complain_missing(context, plan, present, node, at)
    return values


def left_behind(
    pairs: list[tuple[ScalarNode, str, Node]], number: int, known: Container[str]
) -> bool:
    """Whether a field has no value because the lines below it are not indented: the next key is
    no field. That is one mistake, told of there."""
    below = number + 1
    return below < len(pairs) and is_empty(pairs[number][2]) and pairs[below][1] not in known


def path_of(field: FieldPlan, main: FieldPlan | None, path: str) -> str:
    """The path of a field inside the verb. A target that is the main field of a form has the
    form's own path, so that its way is the same in the short and the long form."""
    if not path:
        return field.key
    return path if field is main and field.reading.is_target else f"{path}/{field.key}"


def complain_unknown(context: Context, plan: Plan, key: ScalarNode, *, below: str = "") -> None:
    """Tell that a mapping has no such field; ``below`` names the field before it if that has no
    value."""
    if context.language.later.has_field(plan.what, key.value):
        context.fail(codes.NOT_YET, not_yet(key.value), key)
        return
    limit = no_time_limit(plan, key.value)
    if limit is not None:
        context.fail(codes.UNKNOWN_FIELD, limit[0], key, hint=limit[1])
        return
    message = f"{plan.what} has no field '{key.value}'"
    hint = f"indent it under `{below}:`" if below else _meant(plan, key.value)
    context.fail(codes.UNKNOWN_FIELD, message, key, hint=hint)


def _meant(plan: Plan, name: str) -> str:
    """What to write instead of a field that is not there."""
    meant = plan.model.meant.get(name) if issubclass(plan.model, Step) else None
    return meant or did_you_mean(name, plan.fields)


def complain_missing(
    context: Context, plan: Plan, values: Container[str], node: Node, at: Mark | None = None
) -> None:
    """Tell which field is not there without which the mapping means nothing; ``at`` is the place
    of the verb whose field it is."""
    for field in plan.required:
        if field.name not in values and field.key in context.lost_defaults:
            raise context.give_up("a default could not be read")
        if field.name not in values:
            key = plan.what if at is not None and field is plan.main else field.key
            place = node if at is None else at
            example = field.reading.example
            hint = f"write `{key}: {example}`" if example else f"add `{key}:`"
            message = f"{plan.what} needs '{field.key}'"
            raise context.fail(codes.MISSING_FIELD, message, place, hint=hint)


def build(context: Context, plan: Plan, values: dict[str, Any], node: Node, path: str) -> BaseModel:
    """The model of these values; what its own validators reject is told at the field's place."""
    try:
        return plan.model(**values)
    except ValidationError as error:
        for problem in error.errors():
            location = "/".join(str(step).rstrip("_") for step in problem["loc"])
            misplaced = problem.get("ctx", {}).get("error")
            if isinstance(misplaced, FieldError):
                location = misplaced.field
            place = f"{path}/{location}".strip("/") if location else path
            mark = _marked(context, place, inside=bool(location)) or context.source.mark(node)
            message = problem["msg"].removeprefix("Value error, ")
            message, _, hint = message.partition("; hint: ")
            context.fail(codes.BAD_VALUE, f"{plan.what}: {message}", mark, hint=hint)
        raise context.give_up() from None


def _marked(context: Context, place: str, *, inside: bool) -> Mark | None:
    """The place of a field, or, ``inside`` a mapping or list, of its first value."""
    found = context.marks.get(place)
    if found is not None or not inside:
        return found
    below = (mark for path, mark in context.marks.items() if path.startswith(f"{place}/"))
    return next(below, None)
