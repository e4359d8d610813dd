"""``entries``: what may be pressed, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict
from yaml.nodes import MappingNode, Node, ScalarNode

from ivrkit.call.asking import MenuEntry, Words
from ivrkit.call.fields import Condition, Label, Reads
from ivrkit.call.prompt import Prompt
from ivrkit.call.targets import Target
from ivrkit.errors import ValueRejected
from ivrkit.flow import codes
from ivrkit.flow.composite import read_fields
from ivrkit.flow.later import ENTRY
from ivrkit.flow.plans import Plan
from ivrkit.flow.reading import Context, Reading, Rejected, is_unclear, keys_of_mapping
from ivrkit.flow.schema import Schemas
from ivrkit.flow.step_words import no_target
from ivrkit.input.patterns import Pattern


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


class EntriesReading(Reading):
    """``keys``: a pattern → a target, or ``{to, say, label, words, when}``."""

    name: ClassVar[str] = "entries"
    example: ClassVar[str] = "{1: balance, 2: {say: For cards, to: cards}}"

    def read(self, context: Context, node: Node, path: str) -> tuple[MenuEntry, ...]:
        return read_entries(context, node, path)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return schemas.entries(context_plan(schemas.language.plan))


class PartyEntriesReading(Reading):
    """``party_entries``: entries of the caller, or of each party by its name."""

    name: ClassVar[str] = "party_entries"
    example: ClassVar[str] = '{"*2": [{leg: {mute: caller}}]}'

    def read(self, context: Context, node: Node, path: str) -> Mapping[str, tuple[MenuEntry, ...]]:
        own, parties = [], {}
        for key, name, value in context.pairs(node, "keys"):
            if is_pattern(name):
                own.append((key, value))
                continue
            with suppress(Rejected):
                parties[name] = read_entries(context, value, f"{path}/{name}")
        if own:
            mine = MappingNode(node.tag, own, node.start_mark, node.end_mark)
            parties["caller"] = read_entries(context, mine, path) + parties.get("caller", ())
        return parties

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "object"}


def context_plan(plan: Any, *, whole: bool = False) -> Plan:
    """The plan of an entry's long form; with ``to`` as its main field its way is that of the short
    one. ``whole``: it holds in the whole flow."""
    model, what = (WholeEntry, "a flow-wide key") if whole else (Entry, ENTRY)
    found = plan(model, what, main="to")
    assert isinstance(found, Plan)
    return found


def is_pattern(text: str) -> bool:
    """Whether a key of a mapping is a key pattern rather than the name of a party."""
    try:
        Pattern.parse(text)
    except ValueRejected:
        return False
    return True


def read_entries(
    context: Context, node: Node, path: str, *, whole: bool = False
) -> tuple[MenuEntry, ...]:
    """The entries of a mapping, in the order of the file; each is the way ``path/pattern``.
    ``whole``: they hold in the whole flow."""
    plan = context_plan(context.language.plan, whole=whole)
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
