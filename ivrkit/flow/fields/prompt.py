"""``prompt``: what is said. A text, a part, one text per language, or a list of parts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.prompt import Part, Prompt
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.composite import build, path_of, read_fields
from ivrkit.flow.later import not_yet
from ivrkit.flow.names import LANGUAGE, is_language, language_hint, near_language
from ivrkit.flow.reading import Context, Reading, Rejected, is_unclear, keys_of_mapping
from ivrkit.flow.schema import Schemas

TEXT = "text"
"""The form of part that a bare text stands for."""
LANGUAGES = "languages"
"""The form of part that a mapping of language tags stands for, where such a part exists."""


MUSIC: Final = "music"
"""What is looked for among the parts, and stands elsewhere."""


class PromptReading(Reading):
    """A prompt is always parts in their order."""

    name: ClassVar[str] = "prompt"
    example: ClassVar[str] = "Welcome."

    def claims(self, context: Context, node: MappingNode, fields: Collection[str]) -> bool:
        names = keys_of_mapping(node)
        if not names.isdisjoint(context.language.parts) or _is_language_map(context, names):
            return True
        return names.isdisjoint(fields) and bool(names - context.language.beside)

    def read(self, context: Context, node: Node, path: str) -> Prompt:
        return read_prompt(context, node, path)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return schemas.prompt()


class LanguageMapReading(Reading):
    """``language_map``: a prompt per language tag."""

    name: ClassVar[str] = "language_map"
    example: ClassVar[str] = "{en: Welcome., de: Willkommen.}"

    def claims(self, context: Context, node: MappingNode, fields: Collection[str]) -> bool:
        return True

    def read(self, context: Context, node: Node, path: str) -> dict[str, Prompt]:
        prompts = {}
        if isinstance(node, MappingNode):
            context.marks[path] = context.source.mark(node)
        for key, name, value in context.pairs(node, "texts per language"):
            if not is_language(name):
                message = f"'{name[:40]}' is not the name of a language"
                raise context.fail(codes.BAD_NAME, message, key, hint=language_hint(name))
            prompts[name] = read_prompt(context, value, f"{path}/{name}")
        return prompts

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        names = {"pattern": f"^{LANGUAGE.pattern}$"}
        return {
            "type": "object",
            "propertyNames": names,
            "additionalProperties": schemas.prompt(),
        }


def read_prompt(context: Context, node: Node, path: str) -> Prompt:
    """The prompt that a scalar, mapping or list stands for; paths are ``<path>/0/money``."""
    items = node.value if isinstance(node, SequenceNode) else [node]
    before, parts = context.failures, []
    for index, item in enumerate(items):
        if isinstance(node, SequenceNode) and isinstance(item, ScalarNode):
            _warn_of_brackets(context, node, item)
        with suppress(Rejected):
            parts.append(_part(context, item, f"{path}/{index}"))
    if not parts and context.failures > before:
        raise Rejected
    if not parts:
        raise context.fail(codes.WRONG_FORM, "a prompt needs a part", node, hint="write a text")
    return Prompt(tuple(parts), context.source.mark(node))


def _part(context: Context, node: Node, path: str) -> Part:
    if isinstance(node, ScalarNode):
        plan = context.language.part(TEXT)
        main = plan.fields[TEXT]
        values = {main.name: context.read(main.reading, node, f"{path}/{TEXT}")}
    elif isinstance(node, SequenceNode):
        hint = "parts stand one below the other in one list"
        raise context.fail(codes.WRONG_FORM, "a part cannot be a list", node, hint=hint)
    else:
        assert isinstance(node, MappingNode)
        form = _form(context, node)
        plan = context.language.part(form)
        if form == LANGUAGES and LANGUAGES not in keys_of_mapping(node):
            main = plan.fields[LANGUAGES]
            values = {main.name: context.read(main.reading, node, path_of(main, None, path))}
        else:
            before = context.failures
            values = read_fields(context, plan, node, path, {})
            if context.failures > before:
                raise Rejected
    part = build(context, plan, values, node, path)
    assert isinstance(part, Part)
    return part


def _form(context: Context, node: MappingNode) -> str:
    """The one form among a mapping's keys; a key that is a field of another form is none
    (``text`` beside ``audio``)."""
    parts = context.language.parts
    pairs = list(context.pairs(node, "a part of a prompt"))
    forms = [name for _, name, _ in pairs if name in parts]
    leading = [
        form
        for form in forms
        if all(other == form or other in context.language.part(form).fields for other in forms)
    ]
    if len(leading) == 1:
        return leading[0]
    if forms:
        key = next(key for key, name, _ in pairs if name == forms[1])
        message = f"one part cannot be {forms[0]} and {forms[1]}"
        raise context.fail(codes.TWO_PARTS, message, key, hint="write two parts, each with `- `")
    if _is_language_map(context, {name for _, name, _ in pairs}):
        return LANGUAGES
    if not pairs and not is_unclear(node):
        raise context.fail(
            codes.WRONG_FORM, "a part needs a form", node, hint="write {audio: name}"
        )
    if is_unclear(node):
        raise Rejected
    common = Part.model_fields
    key, name, _ = next((each for each in pairs if each[1] not in common), pairs[0])
    later = context.language.later.parts
    if name in later:
        raise context.fail(codes.NOT_YET, not_yet(name), key)
    _refuse_languages(context, pairs)
    message = f"'{name}' is no part of a prompt"
    if name in context.language.verbs:
        hint = "a step cannot stand in a prompt; write it behind this step"
    elif name == MUSIC:
        message = "music is no part of a prompt: it would have no end"
        hint = "it is played while the caller waits: wait: {for: 30s, music: default}"
    else:
        hint = did_you_mean(name, parts)
    raise context.fail(codes.UNKNOWN_PART, message, key, hint=hint)


def _refuse_languages(context: Context, pairs: Sequence[tuple[ScalarNode, str, Node]]) -> None:
    """Tell of tags that are none, where all that stands there is meant to be tags."""
    if not all(is_language(name) or near_language(name) for _, name, _ in pairs):
        return
    for key, name, _ in pairs:
        if not is_language(name):
            message = f"'{name[:40]}' is not the name of a language"
            raise context.fail(codes.BAD_NAME, message, key, hint=language_hint(name))


def _is_language_map(context: Context, names: set[str]) -> bool:
    return (
        LANGUAGES in context.language.parts
        and bool(names)
        and all(LANGUAGE.fullmatch(name) for name in names)
        and any(map(is_language, names))
        and not names & (Part.model_fields.keys() | context.language.verbs.keys())
    )


def _warn_of_brackets(context: Context, node: SequenceNode, item: ScalarNode) -> None:
    """A sentence in [ ] without quotes: its commas would divide it."""
    if node.flow_style and not item.style and " " in item.value:
        context.diagnostics.warning(
            codes.TEXT_IN_BRACKETS,
            "a text in brackets must be in quotes: a comma in it would divide it",
            context.source.mark(item),
            hint="put it in quotes, or write each text on a line of its own: - text",
        )
