"""What can be wrong with the words of a step: which stand beside the verb, and which inside it."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node, ScalarNode

from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.later import not_yet
from ivrkit.flow.limits import no_time_limit
from ivrkit.flow.plans import Plan
from ivrkit.flow.reading import Context, Rejected, keys_of_mapping

ALWAYS_BESIDE = frozenset({"when", "exits", "name"})
"""The words that may stand beside every verb."""

Pairs = list[tuple[ScalarNode, str, Node]]


def stands_beside(plan: Plan, name: str) -> bool:
    """Whether a word may stand beside the verb."""
    return name in ALWAYS_BESIDE or name in words_beside(plan)


def words_beside(plan: Plan) -> dict[str, bool]:
    """The words beside a verb that hold targets; True where it is a mapping of them."""
    return plan.model.beside  # type: ignore[attr-defined, no-any-return]


def no_verb(context: Context, node: Node, pairs: Pairs) -> Rejected:
    """Tell that a step has no verb."""
    others = [(key, name) for key, name, _ in pairs if name not in context.language.beside]
    if not pairs:
        return context.fail(codes.NO_VERB, "a step needs a verb", node)
    if not others:
        key, name, _ = pairs[0]
        hint = f"`{name}` stands beside a verb: put it at the step it belongs to"
        return context.fail(codes.NO_VERB, "a step needs a verb", key, hint=hint)
    later = context.language.later.verbs
    key, name = next((each for each in others if each[1] in later), others[0])
    return no_such_verb(context, key, did_you_mean(name, context.language.verbs))


def no_such_verb(context: Context, key: ScalarNode, hint: str) -> Rejected:
    """Tell that a word is no verb, or none of this version."""
    if key.value in context.language.later.verbs:
        return context.fail(codes.NOT_YET, not_yet(key.value), key)
    return context.fail(codes.UNKNOWN_VERB, f"'{key.value[:40]}' is no verb", key, hint=hint)


def too_many(context: Context, plan: Plan, found: Pairs) -> None:
    """Tell of a second verb."""
    key, name, _ = found[1]
    hint = f"put `- ` before {name}, in the column of the other steps"
    if name in plan.fields:
        hint += f"; if it is the field {name} of {plan.what}, indent it under {plan.what}"
    context.fail(codes.TWO_VERBS, f"a second verb in this step: {name}", key, hint=hint)


def complain_beside(context: Context, plan: Plan, key: ScalarNode, *, is_left_behind: bool) -> None:
    """A word beside the verb that does not belong there; ``is_left_behind``: the verb is empty."""
    name = key.value
    if name in plan.fields:
        context.fail(
            codes.INSIDE_VERB,
            f"'{name}' belongs inside {plan.what}, not beside it",
            key,
            hint=f"indent it under `{plan.what}:`{_long_form(plan)}",
        )
        return
    if context.language.later.has_field(plan.what, name):
        context.fail(codes.NOT_YET, not_yet(name), key)
        return
    limit = no_time_limit(plan, name)
    if limit is not None:
        context.fail(codes.UNKNOWN_FIELD, limit[0], key, hint=limit[1])
        return
    if name in context.language.beside:
        allowed = ", ".join(sorted(ALWAYS_BESIDE | words_beside(plan).keys()))
        message = f"{plan.what} has no '{name}'"
        context.fail(codes.UNKNOWN_FIELD, message, key, hint=f"beside it stand {allowed}")
        return
    known = {*plan.fields, *ALWAYS_BESIDE, *words_beside(plan)}
    message = f"{plan.what} has no field '{name}'"
    hint = f"indent it under `{plan.what}:`" if is_left_behind else did_you_mean(name, known)
    context.fail(codes.UNKNOWN_FIELD, message, key, hint=hint)


def _long_form(plan: Plan) -> str:
    return f", with its main field as `{plan.main.key}:`" if plan.main else ""


def take_out_what_stands_beside(context: Context, plan: Plan, node: MappingNode) -> MappingNode:
    """The mapping without the words in it that belong beside the verb: they are told of once."""
    kept = []
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) else ""
        if name in context.language.beside and name not in plan.fields:
            context.fail(
                codes.BESIDE_VERB,
                f"'{name}' belongs beside {plan.what}, not inside it",
                key,
                hint=f"put it in the column of `{plan.what}`",
            )
        else:
            kept.append((key, value))
    if len(kept) == len(node.value):
        return node
    if not kept:
        raise Rejected
    return MappingNode(node.tag, kept, node.start_mark, node.end_mark)


def no_short_form(context: Context, plan: Plan, node: Node) -> Rejected:
    """Tell that a verb has no main field, or none at all."""
    fields = ", ".join(plan.fields)
    message = (
        f"{plan.what} needs its fields in a mapping" if fields else f"{plan.what} has no fields"
    )
    hint = f"its fields are {fields}" if fields else f"write `- {plan.what}`"
    return context.fail(codes.WRONG_FORM, message, node, hint=hint)


def no_target(context: Context, node: Node) -> Rejected:
    """Tell that a mapping is no target."""
    names = keys_of_mapping(node) if isinstance(node, MappingNode) else set()
    verbs = [name for name in context.language.verbs if name in names]
    if verbs:
        hint = f"write `- {verbs[0]}: …`, indented, also when it is only one step"
        message = "steps in place are a list, and a dash is missing"
        return context.fail(codes.MISSING_DASH, message, node, hint=hint)
    hint = "write a section's name, a list of steps, or next, again, hangup …"
    return context.fail(codes.WRONG_FORM, "a target cannot be a mapping", node, hint=hint)
