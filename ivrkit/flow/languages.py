"""Which languages a call of a flow may be spoken to in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ivrkit.call.prompt import Part, Prompt
from ivrkit.call.step import Step
from ivrkit.expressions.expression import Setting
from ivrkit.flow.check.fields import fields_of
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow
from ivrkit.flow.names import LANGUAGE
from ivrkit.flow.walk import found_in


def languages_of(name: str, flows: Mapping[str, Flow]) -> list[str]:
    """The languages that a flow and all that it runs can get, the flow's own first: it begins in
    its own, and steps change it."""
    found = [flows[name].language] if name in flows else []
    for flow in flows.values():
        for node in flow.nodes():
            found += languages_set(node.step)
    return list(dict.fromkeys(found))


def languages_set(step: Step) -> Iterator[str]:
    """The languages that a step may set: what its fields of that role name."""
    if isinstance(step, Hole):
        return
    for field in fields_of(type(step)):
        if field.reads.role == "language":
            yield from _tags(getattr(step, field.attribute))


def languages_written(flow: Flow) -> list[str]:
    """The languages for which a flow has texts of its own (``{en: …, fr: …}``)."""
    found: dict[str, None] = {}
    for prompt in prompts_of(flow):
        for part in parts_in(prompt):
            found.update(dict.fromkeys(part.languages_written))
    return list(found)


def prompts_of(flow: Flow) -> Iterator[Prompt]:
    """Every prompt of a flow; those inside others are left to these."""
    for node in flow.nodes():
        yield from outermost(found_in(node.step, Prompt))
    for key in (*flow.keys, *flow.shortcuts):
        if key.say is not None:
            yield key.say


def parts_in(value: object) -> Iterator[Part]:
    """Every part of prompts, those inside others included."""
    return found_in(value, Part)  # type: ignore[type-abstract]


def outermost(prompts: Iterable[Prompt]) -> list[Prompt]:
    """Prompts without those that stand inside another of them."""
    every = list(prompts)
    inside = {id(inner) for each in every for inner in found_in(each.parts, Prompt)}
    return [each for each in every if id(each) not in inside]


def _tags(value: object) -> Iterator[str]:
    if isinstance(value, Setting):
        value = value.literal
    if isinstance(value, str):
        if LANGUAGE.fullmatch(value):
            yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _tags(each)
