"""Readings made of others: lists, mappings, and the fields of a model with its short form."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode

from ivrkit.call.fields import Reads
from ivrkit.call.targets import Mark
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.reading import Context, Reading, Rejected

if TYPE_CHECKING:
    from ivrkit.flow.plans import FieldPlan, Plan
    from ivrkit.flow.schema import Schemas


class ListOf(Reading):
    """``tuple[X, ...]``: a list of values of one reading."""

    def __init__(self, item: Reading, what: str) -> None:
        super().__init__(Reads("list"))
        self.item = item
        self.what = what

    def read(self, context: Context, node: Node, path: str) -> tuple[Any, ...]:
        items = context.items(node, self.what, hint="write [ ] or one `- ` per item")
        values, failed = [], False
        for index, item in enumerate(items):
            try:
                values.append(context.read(self.item, item, f"{path}/{index}"))
            except Rejected:
                failed = True
        if failed:
            raise Rejected
        return tuple(values)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema(schemas)}


class MappingOf(Reading):
    """``Mapping[str, X]``: names and values of one reading."""

    def __init__(self, item: Reading, what: str) -> None:
        super().__init__(Reads("mapping"))
        self.item = item
        self.what = what

    def claims(self, context: Context, node: MappingNode, fields: Collection[str]) -> bool:
        return True

    def read(self, context: Context, node: Node, path: str) -> dict[str, Any]:
        values, failed = {}, False
        for _, name, value in context.pairs(node, self.what):
            try:
                values[name] = context.read(self.item, value, f"{path}/{name}")
            except Rejected:
                failed = True
        if failed:
            raise Rejected
        return values

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.item.schema(schemas)}


class FormOf(Reading):
    """A :class:`~ivrkit.call.step.Form`: a mapping, or a value short for its main field."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(Reads("form"))
        self.plan = plan

    def read(self, context: Context, node: Node, path: str) -> BaseModel:
        values = read_short(context, self.plan, node, path)
        return build(context, self.plan, values, node, path)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return schemas.form(self.plan)


def read_short(context: Context, plan: Plan, node: Node, path: str) -> dict[str, Any]:
    """The values of a model's fields from a mapping, or from what stands for its main field."""
    main = plan.main
    if isinstance(node, MappingNode) and not (
        main and main.reading.claims(context, node, plan.fields)
    ):
        return read_fields(context, plan, node, path)
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


def read_fields(context: Context, plan: Plan, node: Node, path: str) -> dict[str, Any]:
    """The values of a mapping's fields. All are read before the mapping is given up."""
    values: dict[str, Any] = {}
    main, failed, unknown = plan.main, False, False
    for key, name, value in context.pairs(node, plan.what):
        field = plan.fields.get(name)
        if field is None:
            complain_unknown(context, plan, key)
            unknown = True
            continue
        try:
            values[field.name] = context.read(field.reading, value, path_of(field, main, path))
        except Rejected:
            failed = True
            values[field.name] = None
    if not unknown:
        at = None if path else context.marks.get("")
        complain_missing(context, plan, values, node, at)
    if failed or unknown:
        raise Rejected
    return values


def path_of(field: FieldPlan, main: FieldPlan | None, path: str) -> str:
    """The path of a field inside the verb. A target that is the main field of a form has the
    form's own path, so that its way is the same in the short and the long form."""
    if not path:
        return field.key
    return path if field is main and field.reading.is_target else f"{path}/{field.key}"


def complain_unknown(context: Context, plan: Plan, key: ScalarNode) -> None:
    """Tell that a mapping has no such field."""
    known = list(plan.fields)
    message = f"{plan.what} has no field '{key.value}'"
    context.fail(codes.UNKNOWN_FIELD, message, key, hint=did_you_mean(key.value, known))


def complain_missing(
    context: Context, plan: Plan, values: dict[str, Any], node: Node, at: Mark | None = None
) -> None:
    """Tell which field is not there without which the mapping means nothing; ``at`` is the place
    of the verb whose field it is."""
    for field in plan.required:
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
            place = f"{path}/{location}".strip("/") if location else path
            mark = context.marks.get(place) or context.source.mark(node)
            message = problem["msg"].removeprefix("Value error, ")
            message, _, hint = message.partition("; hint: ")
            context.fail(codes.BAD_VALUE, f"{plan.what}: {message}", mark, hint=hint)
        raise Rejected from None
