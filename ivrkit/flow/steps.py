"""Reads steps: exactly one verb, beside it the words that say whether and where it goes."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.step import Node as PlacedStep
from ivrkit.call.step import Step
from ivrkit.call.targets import Branch, Jump, Mark, Reserved, Target, Word
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.composite import build, complain_missing, path_of, read_fields
from ivrkit.flow.names import KEBAB, kebab
from ivrkit.flow.plans import Plan
from ivrkit.flow.reading import Context, Rejected, keys_of_mapping
from ivrkit.flow.swallowed import is_empty

ALWAYS_BESIDE = frozenset({"when", "exits", "name"})
"""The words that may stand beside every verb."""

_WORDS = {str(word): word for word in Word}


def read_steps(context: Context, node: Node, path: str) -> tuple[PlacedStep, ...]:
    """The steps of a list; ``path`` is that of the list. All are read before it is given up."""
    steps, failed = [], False
    for index, item in enumerate(node.value):
        try:
            steps.append(read_step(context, item, f"{path}/{index}"))
        except Rejected:
            failed = True
    if failed:
        raise Rejected
    return tuple(steps)


def read_target(context: Context, node: Node, way: str) -> Target:
    """A section's name, steps in place, or a reserved word."""
    if isinstance(node, SequenceNode):
        path = f"{context.base}/{way}" if context.base else way
        steps = read_steps(context, node, path)
        target: Target = Branch(steps, path, context.source.mark(node))
    elif isinstance(node, ScalarNode):
        target = _jump(context, node, way)
    else:
        raise _no_target(context, node)
    context.ways[way] = target
    return target


def read_step(context: Context, node: Node, path: str) -> PlacedStep:
    """One step at its path."""
    outer = context.base, context.marks, context.ways
    context.base, context.marks, context.ways = path, {}, {}
    try:
        return _read_step(context, node, path)
    finally:
        context.base, context.marks, context.ways = outer


def _read_step(context: Context, node: Node, path: str) -> PlacedStep:
    if isinstance(node, ScalarNode):
        return _bare_word(context, node, path)
    pairs = list(
        context.pairs(node, "a step", hint="write `- verb: value`, such as `- say: Welcome.`")
    )
    verbs = context.language.verbs
    found = [(key, name, value) for key, name, value in pairs if name in verbs]
    if not found:
        raise _no_verb(context, node, pairs)
    key, verb, value = found[0]
    plan = context.language.verb(verb)
    failed = _too_many(context, plan, found)
    for word, name, _ in pairs:
        if name not in verbs and not _stands_beside(plan, name):
            _complain_beside(context, plan, word)
            failed = True
    mark = context.source.mark(key)
    context.marks[""] = mark
    step = when = name_ = None
    try:
        step = _verb(context, plan, value, key)
    except Rejected:
        failed = True
    for _, name, value in pairs:
        try:
            if name == "when":
                when = _when(context, value)
            elif name == "name":
                name_ = context.scalar(value, "name", "a name")
            elif name == "exits" or (name not in verbs and _is_mapping(plan, name)):
                _ways(context, value, name)
            elif name not in verbs and _stands_beside(plan, name):
                context.read(context.language.target, value, name)
        except Rejected:
            failed = True
    if failed or step is None:
        raise Rejected
    return _placed(context, step, path, when, name_, mark)


def _placed(
    context: Context,
    step: Step,
    path: str,
    when: Expression | None,
    name: str | None,
    mark: Mark,
) -> PlacedStep:
    targets = context.ways
    inside = step.ways()
    if inside:
        targets = {**targets, **inside}
    return PlacedStep(step, path, targets, when, name, mark, context.marks)


def _verb(context: Context, plan: Plan, node: Node, key: ScalarNode) -> Step:
    """The verb with its fields: a mapping, or what its main field is short for."""
    main = plan.main
    if is_empty(node):
        values = _defaults(context, plan, {})
        complain_missing(context, plan, values, key, context.marks[""])
    elif isinstance(node, MappingNode) and not (
        main and main.reading.claims(context, node, plan.fields)
    ):
        _complain_inside(context, plan, node)
        node = _with_defaults(context, plan, node)
        values = read_fields(context, plan, node, "")
    elif main is None:
        raise _no_short_form(context, plan, node)
    else:
        values = {main.name: context.read(main.reading, node, path_of(main, main, ""))}
        values = _defaults(context, plan, values)
        complain_missing(context, plan, values, key, context.marks[""])
    step = build(context, plan, values, key, "")
    assert isinstance(step, Step)
    return step


def _with_defaults(context: Context, plan: Plan, node: MappingNode) -> MappingNode:
    """The mapping with the fields of ``defaults`` that it does not have itself."""
    defaults = context.defaults.get(plan.what)
    if not defaults:
        return node
    present = keys_of_mapping(node)
    added = [pair for pair in defaults if pair[0].value not in present]
    if not added:
        return node
    return MappingNode(node.tag, [*node.value, *added], node.start_mark, node.end_mark)


def _defaults(context: Context, plan: Plan, values: dict[str, object]) -> dict[str, object]:
    """The values with those of ``defaults`` for the fields that were not written."""
    for key, node in context.defaults.get(plan.what, ()):
        field = plan.fields.get(key.value)
        if field is not None and field.name not in values:
            values[field.name] = context.read(field.reading, node, field.key)
    return values


def _when(context: Context, node: Node) -> Expression:
    reading = context.language.condition
    expression = context.read(reading, node, "when")
    assert isinstance(expression, Expression)
    return expression


def _ways(context: Context, node: Node, word: str) -> None:
    """``exits`` and ``cases``: a mapping of names to targets."""
    failed = False
    for _, name, value in context.pairs(node, word, hint=f"write `{word}: {{name: target}}`"):
        try:
            context.read(context.language.target, value, f"{word}/{name}")
        except Rejected:
            failed = True
    if failed:
        raise Rejected


def _stands_beside(plan: Plan, name: str) -> bool:
    return name in ALWAYS_BESIDE or name in _beside(plan)


def _is_mapping(plan: Plan, name: str) -> bool:
    return bool(_beside(plan).get(name))


def _beside(plan: Plan) -> dict[str, bool]:
    return plan.model.beside  # type: ignore[attr-defined, no-any-return]


# ---- what is wrong ------------------------------------------------------------------------------


def _bare_word(context: Context, node: ScalarNode, path: str) -> PlacedStep:
    """``- answer``: a verb without fields."""
    if not node.value:
        raise context.fail(codes.NO_VERB, "nothing stands behind this dash", node)
    mark = context.source.mark(node)
    if node.value not in context.language.verbs:
        hint = did_you_mean(node.value, context.language.verbs)
        if " " in node.value:
            hint = "a text that is said is written `- say: …`"
        raise context.fail(codes.UNKNOWN_VERB, f"'{node.value[:40]}' is no verb", node, hint=hint)
    plan = context.language.verb(node.value)
    context.marks[""] = mark
    values = _defaults(context, plan, {})
    complain_missing(context, plan, values, node, mark)
    step = build(context, plan, values, node, "")
    assert isinstance(step, Step)
    return _placed(context, step, path, None, None, mark)


def _no_verb(context: Context, node: Node, pairs: list[tuple[ScalarNode, str, Node]]) -> Rejected:
    others = [(key, name) for key, name, _ in pairs if name not in context.language.beside]
    if not pairs:
        return context.fail(codes.NO_VERB, "a step needs a verb", node)
    if not others:
        key, name, _ = pairs[0]
        hint = f"`{name}` stands beside a verb: put it at the step it belongs to"
        return context.fail(codes.NO_VERB, "a step needs a verb", key, hint=hint)
    key, name = others[0]
    hint = did_you_mean(name, context.language.verbs)
    return context.fail(codes.UNKNOWN_VERB, f"'{name[:40]}' is no verb", key, hint=hint)


def _too_many(context: Context, plan: Plan, found: list[tuple[ScalarNode, str, Node]]) -> bool:
    if len(found) == 1:
        return False
    key, name, _ = found[1]
    hint = f"put `- ` before {name}, in the column of the other steps"
    if name in plan.fields:
        hint += f"; if it is the field {name} of {plan.what}, indent it under {plan.what}"
    context.fail(codes.TWO_VERBS, f"a second verb in this step: {name}", key, hint=hint)
    return True


def _complain_beside(context: Context, plan: Plan, key: ScalarNode) -> None:
    """A word beside the verb that does not belong there."""
    name = key.value
    if name in plan.fields:
        context.fail(
            codes.INSIDE_VERB,
            f"'{name}' belongs inside {plan.what}, not beside it",
            key,
            hint=f"indent it under `{plan.what}:`{_long_form(plan)}",
        )
        return
    if name in context.language.beside:
        allowed = ", ".join(sorted(ALWAYS_BESIDE | _beside(plan).keys()))
        message = f"{plan.what} has no '{name}'"
        context.fail(codes.UNKNOWN_FIELD, message, key, hint=f"beside it stand {allowed}")
        return
    known = {*plan.fields, *ALWAYS_BESIDE, *_beside(plan)}
    message = f"{plan.what} has no field '{name}'"
    context.fail(codes.UNKNOWN_FIELD, message, key, hint=did_you_mean(name, known))


def _long_form(plan: Plan) -> str:
    return f", with its main field as `{plan.main.key}:`" if plan.main else ""


def _complain_inside(context: Context, plan: Plan, node: MappingNode) -> None:
    """Words inside the verb that belong beside it. They are taken out, so that they are told
    of once."""
    kept, failed = [], False
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) else ""
        if name in context.language.beside and name not in plan.fields:
            failed = True
            context.fail(
                codes.BESIDE_VERB,
                f"'{name}' belongs beside {plan.what}, not inside it",
                key,
                hint=f"put it in the column of `{plan.what}`",
            )
        else:
            kept.append((key, value))
    if not failed:
        return
    if kept:
        rest = MappingNode(node.tag, kept, node.start_mark, node.end_mark)
        read_fields(context, plan, rest, "")
    raise Rejected


def _no_short_form(context: Context, plan: Plan, node: Node) -> Rejected:
    fields = ", ".join(plan.fields)
    message = (
        f"{plan.what} needs its fields in a mapping" if fields else f"{plan.what} has no fields"
    )
    hint = f"its fields are {fields}" if fields else f"write `- {plan.what}`"
    return context.fail(codes.WRONG_FORM, message, node, hint=hint)


def _jump(context: Context, node: ScalarNode, way: str) -> Target:
    text = context.scalar(node, way, "a target")
    mark = context.source.value_mark(node)
    word = _WORDS.get(text)
    if word is not None:
        return Reserved(word, mark)
    if KEBAB.fullmatch(text):
        return Jump(text, mark)
    if "{{" in text:
        hint = "choose among targets with a switch"
        raise context.fail(codes.BAD_VALUE, "targets are written, never computed", mark, hint=hint)
    message = f"'{text[:40]}' is not the name of a section"
    near = kebab(text)
    hint = (
        f"write it as {near}" if near and " " not in text else "steps in place are a list: - say: …"
    )
    raise context.fail(codes.BAD_NAME, message, mark, hint=hint)


def _no_target(context: Context, node: Node) -> Rejected:
    context.heed_braces(node)
    names = keys_of_mapping(node) if isinstance(node, MappingNode) else set()
    verbs = [name for name in context.language.verbs if name in names]
    if verbs:
        hint = f"write `- {verbs[0]}: …`, indented, also when it is only one step"
        message = "steps in place are a list, and a dash is missing"
        return context.fail(codes.MISSING_DASH, message, node, hint=hint)
    hint = "write a section's name, a list of steps, or next, again, back, hangup …"
    return context.fail(codes.WRONG_FORM, "a target cannot be a mapping", node, hint=hint)
