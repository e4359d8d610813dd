"""Reads ``defaults``: field values per verb, and values of a field wherever a verb has it."""

from __future__ import annotations

from contextlib import suppress

from yaml.nodes import MappingNode, Node, ScalarNode

from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.composite import complain_unknown
from ivrkit.flow.later import not_yet
from ivrkit.flow.reading import Context, Rejected
from ivrkit.flow.swallowed import TOLD

Pairs = list[tuple[ScalarNode, Node]]


def read_defaults(context: Context, node: Node) -> dict[str, Pairs]:
    """The defaults of each verb, as nodes that its steps read like their own.

    ``{menu: {attempts: 2}}`` is of one verb, ``{first_digit: 8s}`` of all that have the field;
    the former wins. Each is read once here, so that a mistake is told even if no step uses it.
    """
    own: dict[str, Pairs] = {}
    common: Pairs = []
    hint = "write `defaults: {menu: {attempts: 2}}`"
    for key, name, value in context.pairs(node, "defaults", hint=hint):
        if name in context.language.verbs:
            own[name] = _of_verb(context, name, value)
        else:
            common.append((key, value))
    defaults = dict(own)
    for key, value in common:
        _spread(context, key, value, own, defaults)
    return defaults


def _of_verb(context: Context, verb: str, node: Node) -> Pairs:
    plan = context.language.verb(verb)
    kept: Pairs = []
    if node.tag is TOLD:
        context.give_up()
    elif not isinstance(node, MappingNode):
        hint = f"write `{verb}: {{field: value}}`"
        context.fail(codes.WRONG_FORM, "defaults are given per field", node, hint=hint)
    if not isinstance(node, MappingNode):
        return kept
    for key, name, value in context.pairs(node, f"the defaults of {verb}"):
        if name not in plan.fields:
            complain_unknown(context, plan, key)
        elif _is_readable(context, verb, key, value):
            kept.append((key, value))
    return kept


def _spread(
    context: Context,
    key: ScalarNode,
    value: Node,
    own: dict[str, Pairs],
    defaults: dict[str, Pairs],
) -> None:
    """Give a field's default to every verb that has the field."""
    name = key.value
    having = [verb for verb in context.language.verbs if name in context.language.verb(verb).fields]
    if not having:
        if name in context.language.later.verbs:
            context.fail(codes.NOT_YET, not_yet(name), key)
            return
        known = {
            field for verb in context.language.verbs for field in context.language.verb(verb).fields
        }
        hint = did_you_mean(name, known | set(context.language.verbs))
        message = f"'{name}' is neither a verb nor a field of one"
        context.fail(codes.UNKNOWN_FIELD, message, key, hint=hint)
        return
    for verb in having:
        if any(present.value == name for present, _ in own.get(verb, ())):
            continue
        if not _is_readable(context, verb, key, value):
            return
        defaults[verb] = [*defaults.get(verb, []), (key, value)]


def _is_readable(context: Context, verb: str, key: ScalarNode, value: Node) -> bool:
    field = context.language.verb(verb).fields[key.value]
    base, context.base = context.base, f"defaults/{verb}"
    before = context.failures
    with suppress(Rejected):
        context.read(field.reading, value, field.key)
    context.base = base
    return context.failures == before
