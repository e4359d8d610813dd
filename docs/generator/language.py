"""Verbs, prompt parts, types and names, from the models that read flow files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, cast

from docs.generator.field_examples import written
from docs.generator.markdown import block, code, plain, prose, table
from ivrkit.call.exits import ExitSpec
from ivrkit.call.fields import Reads
from ivrkit.call.kinds import Kind
from ivrkit.call.prompt import Part
from ivrkit.call.step import Step
from ivrkit.connectors.connector import kinds
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.types import WORDS, Type
from ivrkit.expressions.values import spoken
from ivrkit.flow.always import ALWAYS, QUEUE
from ivrkit.flow.composite import FormOf, ListOf, MappingOf
from ivrkit.flow.fields.entries import Entry
from ivrkit.flow.order import fields_in_order
from ivrkit.flow.plans import FieldPlan, Plan
from ivrkit.flow.reading import Reading
from ivrkit.flow.schema_file import flow_schema
from ivrkit.flow.schema_texts import field_texts
from ivrkit.service.registries import reader

KINDS: Final[Mapping[str, str]] = {
    "inner": "nothing outside changes, and it simply runs again",
    "caller": "it is entered anew: its prompt starts again, what was typed in it is forgotten",
    "outside": "it is not done twice: what reads and what is `repeatable` is asked again, "
    "everything else leaves by `unknown` unless it is known to be done",
    "away": "the engine looks where the call is, and waits on or takes the result",
}
"""What happens to a step of this kind when the engine dies in the middle of it."""

TAKES: Final[Mapping[str, str]] = {
    "prompt": "[prompt](#prompts)",
    "retry": "[retry](#asking)",
    "entries": "[entries](#menus)",
    "target": "[target](#targets)",
    "targets": "names and [targets](#targets)",
    "check": "condition, or steps",
    "digit_count": "`4` or `6-12`",
    "regex": "regular expression",
    "statement": "SQL with `:names`",
    "columns": "`10-19`, `7` or `20-`",
    "document": "a document of JSON",
    "taken": "names, and where each is in the answer",
    "key": "key",
    "key_set": "keys, `any` or `none`",
    "keep": "duration or `call`",
    "flag": "`true` or `false`",
    "speed": "number from 0.3 to 3",
    "share": "number from 0 to 1",
    "text": "text",
    "type": "[type](#types)",
    "value": "value",
    "values": "names and values",
    "assignments": "names and values",
    "arguments": "names and values",
    "words": "words",
    "choices": "names, and words for each",
    "slots": "variables, and what is said for each",
    "expression": "expression",
    "iteration": "`item in list`",
    "language_map": "a prompt per language",
    "party_entries": "[entries](#menus)",
}
NAMES: Final[Mapping[str, str]] = {
    "variable": "variable",
    "section": "section",
    "flow": "flow",
    "language": "language tag",
    "voice": "name of a voice",
    "phrase": "name of a phrase",
    "label": "name",
    "exit": "name of an exit",
    "milestone": "name",
    "procedure": "name of a procedure",
    "function": "name of a function",
    "output": "name",
}
NAMED: Final[Mapping[str, str]] = {
    "queue": "name of a queue",
    "dialplan": "name from `dialplan:`",
    "socket": "name of a host",
    "native": "name of a library",
    "python": "name of a plug-in",
    "database": "name of a database",
    "http": "name of a service",
    "language": "language tag",
    "calendar": "name of a calendar",
}
WORDS_OF_TYPES: Final[Mapping[str, str]] = {
    "text": "any text",
    "digits": "digits as typed, zeros in front included: `0123`",
    "number": "an exact decimal number: `3`, `-0.5`",
    "money": "an amount, exact: `12.50`",
    "flag": "`true` or `false`",
    "date": "`2026-03-02`",
    "time": "`10:30`",
    "datetime": "`2026-03-02T10:30:00`, with a zone or without",
    "duration": "`300ms`, `5s`, `2m`, `1h30m`, `1d`",
    "phone": "`+49301234567`, or digits as dialled",
    "prompt": "what can be said",
    "secret": "digits that are secret",
}


def flow_fields() -> str:
    """The fields of a flow."""
    properties = flow_schema(reader().language)["properties"]
    return table(
        ("field", "what it holds"),
        ((code(name), str(each.get("description", ""))) for name, each in properties.items()),
    )


def verbs() -> str:
    """All verbs, in the order of the alphabet."""
    language = reader().language
    return "\n\n".join(
        _verb(language.verbs[name], language.verb(name)) for name in sorted(language.verbs)
    )


def parts() -> str:
    """All prompt parts."""
    language = reader().language
    common = set(Part.model_fields)
    texts = [
        _part(language.parts[form], language.part(form), common) for form in sorted(language.parts)
    ]
    plan = language.part("text")
    shared = _fields(plan, [each for each in plan.fields.values() if each.attribute in common])
    return "\n\n".join(["Every part may have:", shared, *texts])


def entry() -> str:
    """The long form of an entry."""
    plan = reader().language.plan(Entry, "an entry", main="to")
    return _fields(plan, plan.fields.values())


def types() -> str:
    """The words for types."""
    return table(("type", "values"), ((code(word), WORDS_OF_TYPES[word]) for word in WORDS))


def names() -> str:
    """The names that are always there, with their fields."""
    rows = []
    for name, type_ in ALWAYS.items():
        if name == "queues":
            fields = [f"`<queue>.{field}`" for field in QUEUE.fields]
        elif name == "visits":
            fields = ["`<section>`"]
        else:
            fields = [_field_of(field, each) for field, each in type_.fields.items()]
        rows.append((code(name), type_.kind, ", ".join(fields)))
    return table(("name", "type", "fields"), rows)


def _field_of(name: str, type_: Type) -> str:
    options = f" ({', '.join(type_.options)})" if type_.options else ""
    return f"`{name}`{options}"


def _verb(verb: type[Step], plan: Plan) -> str:
    pieces = [f"### {verb.verb}", prose(verb.__doc__)]
    if plan.main is not None:
        long = f"`{verb.verb}: {{{plan.main.key}: …}}`"
        pieces.append(f"`{verb.verb}: …` is short for {long}.")
    if plan.fields:
        pieces.append(_fields(plan, fields_in_order(plan)))
    forms = {form.plan.model: form.plan for form in _forms(plan)}
    for form in forms.values():
        short = (
            f"`{form.what}: …` is short for `{form.what}: {{{form.main.key}: …}}`. "
            if form.main
            else ""
        )
        pieces += [f"{short}Fields of `{form.what}`:", _fields(form, form.fields.values())]
    if verb.beside:
        words = ", ".join(
            f"`{word}` ({'names and targets' if many else 'a target'})"
            for word, many in verb.beside.items()
        )
        pieces.append(f"Beside it: {words}.")
    if verb.exits:
        pieces.append(_exits(verb.exits))
    pieces.append(f"Kind `{verb.kind}`: if the engine dies in it, {_after_a_crash(verb)}.")
    return "\n\n".join([*pieces, block(verb.example)])


def _after_a_crash(verb: type[Step]) -> str:
    if verb.kind is Kind.OUTSIDE and all(each.name != "unknown" for each in verb.exits):
        return "it is done again, which changes nothing"
    return KINDS[verb.kind]


def _part(part: type[Part], plan: Plan, common: set[str]) -> str:
    fields = [each for each in plan.fields.values() if each.attribute not in common]
    example = block(f"- say:\n    - {part.example}")
    return "\n\n".join([f"### {part.form}", prose(part.__doc__), _fields(plan, fields), example])


def _exits(exits: tuple[ExitSpec, ...]) -> str:
    def otherwise(each: ExitSpec) -> str:
        if each.otherwise:
            return "the next step" if each.otherwise == "next" else f"as `{each.otherwise}`"
        if each.optional:
            return "the last failure's exit"
        return "`on_error`" if each.technical else "the flow's `exits`, or the check complains"

    rows = ((code(each.name), each.text, otherwise(each)) for each in exits)
    return table(("exit", "when", "if the step does not name it"), rows)


def _fields(plan: Plan, fields: object) -> str:
    texts = field_texts(plan.model)
    rows = []
    for field in cast("Iterator[FieldPlan]", fields):
        text = texts.get(field.attribute, "")
        assert text, f"{plan.model.__qualname__}.{field.attribute} has no text below it"
        name = code(field.key) + (" (needed)" if field.required else "")
        shown = written(plan, field)
        rows.append((name, _takes(field.reading), _default(field), plain(text), shown))
    return table(("field", "takes", "default", "", "for example"), rows)


def _takes(reading: Reading) -> str:
    if isinstance(reading, FormOf):
        return "see below"
    if isinstance(reading, ListOf):
        inner = _takes(reading.item)
        return f"list, {inner}" if isinstance(reading.item, FormOf) else f"list of {inner}"
    if isinstance(reading, MappingOf):
        return f"names and {_takes(reading.item)}"
    return _takes_single(reading.reads)


def _takes_single(reads: Reads) -> str:
    if reads.reading == "name":
        if reads.role in kinds():
            return _named(reads.role)
        return NAMES.get(reads.role, "name")
    if reads.reading == "setting":
        if reads.role in NAMED or reads.role in kinds():
            return _named(reads.role)
        if reads.type.startswith("choice:"):
            return ", ".join(code(each) for each in reads.type.removeprefix("choice:").split(","))
        return reads.type or "value"
    if reads.reading == "names" and not reads.role:
        return "list of names"
    if reads.reading == "names":
        return f"list of {_named(reads.role).removeprefix('name of a ')}s"
    if reads.reading == "expression" and reads.type == "flag":
        return "condition"
    return TAKES[reads.reading]


def _named(role: str) -> str:
    """What a name of this role is the name of: a connector, where nothing else is said."""
    return NAMED.get(role) or f"name of a {role} connector"


def _default(field: FieldPlan) -> str:
    default = field.info.get_default(call_default_factory=False)
    if isinstance(default, bool):
        return code(str(default).lower())
    if isinstance(default, Setting) and default.static:
        return code(str(spoken(default.value(cast(Scope, None)))))
    if isinstance(default, str | int | Decimal) and default != "":
        return code({"#": "hash", "*": "star"}.get(str(default), str(default)))
    return ""


def _forms(plan: Plan) -> Iterator[FormOf]:
    for field in plan.fields.values():
        reading = field.reading
        if isinstance(reading, ListOf):
            reading = reading.item
        if isinstance(reading, FormOf):
            yield reading
            yield from _forms(reading.plan)
