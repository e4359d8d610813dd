"""``entries``: what may be pressed, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict
from yaml.nodes import MappingNode, Node, ScalarNode

from ivrkit.call.asking import MenuEntry, Words
from ivrkit.call.fields import Condition, Label, Reads
from ivrkit.call.lasting import CALLER
from ivrkit.call.prompt import Prompt
from ivrkit.call.targets import Target
from ivrkit.errors import ValueRejected
from ivrkit.flow import codes
from ivrkit.flow.composite import read_fields
from ivrkit.flow.order import ENTRY
from ivrkit.flow.plans import Plan
from ivrkit.flow.reading import Context, Reading, Rejected, is_unclear, keys_of_mapping
from ivrkit.flow.schema import Schemas
from ivrkit.flow.step_words import no_target
from ivrkit.input.patterns import Pattern

_PARTY = re.compile(r"(?!star$|hash$|pound$)[a-z][a-z0-9_]+")
"""The name of a party; keys may be written as words."""


class Entry(BaseModel):
    """The long form of an entry."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    to: Annotated[Target, Reads("target")]
    """Where it leads."""
    say: Annotated[Prompt, Reads("prompt")] | None = None
    """How the menu announces it ("For balances, press 1.")."""
    label: Label | None = None
    """What `into` receives."""
    words: Annotated[Words, Reads("words")] | None = None
    """What may be said instead of the key."""
    when: Condition | None = None
    """Neither offered nor announced while this is false."""


class WholeEntry(BaseModel):
    """The long form of a flow-wide key or shortcut."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    to: Annotated[Target, Reads("target")]
    """Where it leads."""
    say: Annotated[Prompt, Reads("prompt")] | None = None
    """How menus announce it."""
    words: Annotated[Words, Reads("words")] | None = None
    """What may be said in menus instead of the key."""


class EntriesReading(Reading):
    """``keys``: a pattern → a target, or ``{to, say, label, words, when}``."""

    name: ClassVar[str] = "entries"
    example: ClassVar[str] = "{1: balance, 2: {say: For cards, to: cards}}"

    def read(self, context: Context, node: Node, path: str) -> tuple[MenuEntry, ...]:
        return read_entries(context, node, path)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return schemas.entries(context_plan(schemas.language.plan))


class LongKey(BaseModel):
    """The long form of a key of a step that lasts."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    to: Annotated[Target, Reads("target")]
    """Where it leads: steps in place come back to the step, a jump ends it."""
    when: Condition | None = None
    """The key has no meaning while this is false."""


class PartyEntriesReading(Reading):
    """``party_entries``: the keys of a step that lasts."""

    name: ClassVar[str] = "party_entries"
    example: ClassVar[str] = "{1: agent, 2: [{say: You are not forgotten.}]}"

    @property
    def names(self) -> bool:
        return True

    def read(self, context: Context, node: Node, path: str) -> Mapping[str, tuple[MenuEntry, ...]]:
        own = []
        for key, name, value in context.pairs(node, "keys", hint="write `1: section`"):
            if _PARTY.fullmatch(name):
                message = f"keys of a party (`{name}`) are not in this version of ivrkit yet"
                hint = "write the keys themselves: they are the caller's"
                context.fail(codes.NOT_YET, message, key, hint=hint)
            else:
                own.append((key, value))
        mine = MappingNode(node.tag, own, node.start_mark, node.end_mark)
        return {CALLER: read_entries(context, mine, path, _long_key(context.language.plan))}

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return schemas.entries(_long_key(schemas.language.plan))


def context_plan(plan: Any, *, whole: bool = False) -> Plan:
    """The plan of an entry's long form; with ``to`` as its main field its way is that of the short
    one. ``whole``: it holds in the whole flow."""
    model, what = (WholeEntry, "a flow-wide key") if whole else (Entry, ENTRY)
    found = plan(model, what, main="to")
    assert isinstance(found, Plan)
    return found


def _long_key(plan: Any) -> Plan:
    found = plan(LongKey, "a key", main="to")
    assert isinstance(found, Plan)
    return found


def read_entries(
    context: Context, node: Node, path: str, plan: Plan | None = None, *, whole: bool = False
) -> tuple[MenuEntry, ...]:
    """The entries of a mapping, in the order of the file; each is the way ``path/pattern``.
    ``plan`` is that of their long form, ``whole``: they hold in the whole flow."""
    plan = plan or context_plan(context.language.plan, whole=whole)
    entries: dict[str, MenuEntry] = {}
    hint = "write `1: section`, one line per key"
    for key, text, value in context.pairs(node, path.rsplit("/", 1)[-1], hint=hint):
        try:
            entry = _entry(context, plan, key, text, value, path)
        except Rejected:
            continue
        other = entries.setdefault(entry.pattern.text, entry)
        if other is not entry:
            message = f"'{text}' is the same key as in line {other.mark.line}"
            context.fail(codes.DUPLICATE_KEY, message, key, hint="remove one of the two")
    return tuple(entries.values())


def _entry(
    context: Context, plan: Plan, key: ScalarNode, text: str, node: Node, path: str
) -> MenuEntry:
    try:
        pattern = Pattern.parse(text)
    except ValueRejected as error:
        raise context.refuse(error, key) from None
    way = f"{path}/{pattern.text}"
    mark = context.source.value_mark(key)
    context.marks[way] = mark
    context.demand(node, way)
    if not isinstance(node, MappingNode) or not node.value:
        return MenuEntry(pattern, context.read(context.language.target, node, way), way, mark=mark)
    names = keys_of_mapping(node)
    if "to" not in names and not is_unclear(node):
        _complain_no_target(context, plan, node, names)
    values = read_fields(context, plan, node, way, {})
    if "to" not in values:
        raise Rejected
    return MenuEntry(
        pattern,
        values["to"],
        way,
        values.get("say"),
        values.get("label"),
        values.get("words") or {},
        values.get("when"),
        mark,
    )


def _complain_no_target(context: Context, plan: Plan, node: MappingNode, names: set[str]) -> None:
    """An entry without ``to``: a step without its dash, or a target that was forgotten."""
    if names.isdisjoint(plan.fields):
        raise no_target(context, node)
    if names <= plan.fields.keys():
        hint = "add `to: …` (`to: next` goes on with the next step)"
        if names == {"say"}:
            hint += "; a step is written with a dash: `- say: …`"
        message = "this entry does not say where it leads"
        raise context.fail(codes.MISSING_FIELD, message, node, hint=hint)
