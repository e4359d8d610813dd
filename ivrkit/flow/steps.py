"""Reads steps: exactly one verb, beside it the words that say whether and where it goes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.step import Node as PlacedStep
from ivrkit.call.step import Step
from ivrkit.call.targets import Branch, Jump, Mark, Reserved, Target, Word
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.composite import build, complain_missing, path_of, read_fields
from ivrkit.flow.holes import hole
from ivrkit.flow.names import KEBAB, kebab
from ivrkit.flow.plans import Plan
from ivrkit.flow.reading import Context, Rejected, keys_of_mapping
from ivrkit.flow.step_words import (
    complain_beside,
    no_short_form,
    no_such_verb,
    no_target,
    no_verb,
    stands_beside,
    take_out_what_stands_beside,
    too_many,
    words_beside,
)
from ivrkit.flow.swallowed import is_empty

_WORDS = {str(word): word for word in Word}


def read_steps(context: Context, node: Node, path: str) -> tuple[PlacedStep, ...]:
    """The steps of a list; ``path`` is that of the list. One that cannot be read is a hole."""
    steps = tuple(
        read_step(context, item, f"{path}/{index}") for index, item in enumerate(node.value)
    )
    context.known.append((node.start_mark.index, node.end_mark.index))
    return steps


def read_target(context: Context, node: Node, way: str) -> Target:
    """A section's name, steps in place, or a reserved word; a branch with a hole in it if it is
    none of these."""
    failures = context.failures
    try:
        target = _target(context, node, way)
    except Rejected:
        context.failures = failures
        path = _path_of_way(context, way)
        mark = context.source.mark(node)
        target = Branch((open_step(context, node, f"{path}/0"),), path, mark)
    context.ways[way] = target
    return target


def _target(context: Context, node: Node, way: str) -> Target:
    if isinstance(node, SequenceNode):
        context.heed(node)
        path = _path_of_way(context, way)
        return Branch(read_steps(context, node, path), path, context.source.mark(node))
    context.demand(node, way)
    if isinstance(node, ScalarNode):
        return _jump(context, node, way)
    raise no_target(context, node)


def _path_of_way(context: Context, way: str) -> str:
    return f"{context.base}/{way}" if context.base else way


def open_step(context: Context, node: Node, path: str) -> PlacedStep:
    """A hole in the place of steps of which nothing is known but their words."""
    return PlacedStep(hole(context.words(node)), path, mark=context.source.mark(node))


@dataclass(slots=True)
class _Draft:
    """What is known of a step while it is read."""

    mark: Mark
    plan: Plan | None = None
    values: dict[str, Any] = field(default_factory=dict)
    when: Expression | None = None
    name: str | None = None
    leads: bool = False


def read_step(context: Context, node: Node, path: str) -> PlacedStep:
    """One step at its path: a hole, with what could be read of it, if a mistake is in it."""
    outer = context.base, context.marks, context.ways, context.failures
    context.base, context.marks, context.ways, context.failures = path, {}, {}, 0
    draft = _Draft(context.source.mark(node))
    step = None
    try:
        with suppress(Rejected):
            step = _read_step(context, node, draft)
        if step is None or context.failures:
            step = _hole(context, node, draft)
        return _placed(context, step, path, draft)
    finally:
        context.base, context.marks, context.ways, context.failures = outer


def _read_step(context: Context, node: Node, draft: _Draft) -> Step | None:
    if isinstance(node, ScalarNode):
        return _bare_word(context, node, draft)
    pairs = list(
        context.pairs(node, "a step", hint="write `- verb: value`, such as `- say: Welcome.`")
    )
    verbs = context.language.verbs
    found = [(key, name, value) for key, name, value in pairs if name in verbs]
    if not found:
        _read_unknown(context, pairs)
        if context.failures:
            raise Rejected
        raise no_verb(context, node, pairs)
    key, verb, value = found[0]
    plan = draft.plan = context.language.verb(verb)
    if len(found) > 1:
        too_many(context, plan, found)
    plans = [plan, *(context.language.verb(name) for _, name, _ in found[1:])]
    strange = [
        word
        for word, name, _ in pairs
        if name not in verbs and not any(stands_beside(each, name) for each in plans)
    ]
    if is_empty(value):
        del strange[1:]  # the whole verb is not indented: that is one mistake
    for word in strange:
        complain_beside(context, plan, word, is_left_behind=is_empty(value))
    draft.leads = bool(strange)
    context.marks[""] = draft.mark = context.source.mark(key)
    step = None
    with suppress(Rejected):
        step = _verb(context, plan, value, key, draft)
    if len(pairs) > 1:
        before = context.failures
        _beside_verb(context, plan, pairs, draft)
        draft.leads = draft.leads or context.failures > before
    return step


def _beside_verb(
    context: Context, plan: Plan, pairs: list[tuple[ScalarNode, str, Node]], draft: _Draft
) -> None:
    """The words that stand beside the verb."""
    for _, name, value in pairs:
        with suppress(Rejected):
            if name == "when":
                draft.when = _when(context, value)
            elif name == "name":
                draft.name = context.scalar(value, "name", "a name")
            elif name == "exits" or _is_mapping(plan, name):
                _ways(context, value, name)
            elif name in words_beside(plan):
                read_target(context, value, name)


def _read_unknown(context: Context, pairs: list[tuple[ScalarNode, str, Node]]) -> None:
    """What surely are steps below a word that is no verb, so that their mistakes are told too."""
    for _, name, value in pairs:
        if name in ("exits", "cases") and isinstance(value, MappingNode):
            with suppress(Rejected):
                _ways(context, value, name)
        elif name in context.language.beside and isinstance(value, SequenceNode):
            read_target(context, value, name)


def _hole(context: Context, node: Node, draft: _Draft) -> Step:
    """What is left of a step with a mistake in it."""
    plan = draft.plan
    if plan is None:
        return hole(context.words(node))
    attributes = {each.name: each.attribute for each in plan.fields.values()}
    values = {attributes[name]: value for name, value in draft.values.items()}
    assert issubclass(plan.model, Step)
    return hole(context.words(node), plan.model, values, leads=draft.leads)


def _placed(context: Context, step: Step, path: str, draft: _Draft) -> PlacedStep:
    targets = context.ways
    inside = step.ways()
    if inside:
        targets = {**targets, **inside}
    return PlacedStep(step, path, targets, draft.when, draft.name, draft.mark, context.marks)


def _verb(context: Context, plan: Plan, node: Node, key: ScalarNode, draft: _Draft) -> Step | None:
    """The verb with its fields: a mapping, or what its main field is short for. None, and a
    failure counted, if something in it cannot be read."""
    main = plan.main
    context.heed(node)
    if is_empty(node) and context.failures:
        raise Rejected  # its fields stand beside it, of which has been told
    if is_empty(node):
        values = draft.values = _defaults(context, plan, {})
        complain_missing(context, plan, values, key, context.marks[""])
    elif isinstance(node, MappingNode) and not (
        main and main.reading.claims(context, node, plan.fields)
    ):
        if not plan.fields and node.value:
            raise no_short_form(context, plan, node)
        node = _with_defaults(context, plan, take_out_what_stands_beside(context, plan, node))
        read_fields(context, plan, node, "", draft.values)
        values = draft.values
    elif main is None:
        raise no_short_form(context, plan, node)
    else:
        draft.values[main.name] = context.read(main.reading, node, path_of(main, main, ""))
        values = draft.values = _defaults(context, plan, draft.values)
        complain_missing(context, plan, values, key, context.marks[""])
    if context.failures:
        return None
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


def _defaults(context: Context, plan: Plan, values: dict[str, Any]) -> dict[str, Any]:
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
    for _, name, value in context.pairs(node, word, hint=f"write `{word}: {{name: target}}`"):
        read_target(context, value, f"{word}/{name}")


def _is_mapping(plan: Plan, name: str) -> bool:
    return bool(words_beside(plan).get(name))


def _bare_word(context: Context, node: ScalarNode, draft: _Draft) -> Step:
    """``- answer``: a verb without fields."""
    context.heed(node)
    if not node.value:
        raise context.fail(codes.NO_VERB, "nothing stands behind this dash", node)
    if node.value not in context.language.verbs:
        hint = did_you_mean(node.value, context.language.verbs)
        if " " in node.value:
            hint = "a text that is said is written `- say: …`"
        raise no_such_verb(context, node, hint)
    plan = draft.plan = context.language.verb(node.value)
    context.marks[""] = draft.mark
    values = draft.values = _defaults(context, plan, {})
    complain_missing(context, plan, values, node, draft.mark)
    step = build(context, plan, values, node, "")
    assert isinstance(step, Step)
    return step


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
