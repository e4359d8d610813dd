"""``words``: what may be said instead of a key, for all languages or per language."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import MappingNode, Node, ScalarNode

from ivrkit.call.asking import Words
from ivrkit.flow import codes
from ivrkit.flow.names import is_language, language_hint
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas


class WordsReading(Reading):
    """``[balance, account]``, or ``{en: [balance], de: [Kontostand]}``; one word needs no list."""

    name: ClassVar[str] = "words"
    example: ClassVar[str] = "[balance, account]"

    def read(self, context: Context, node: Node, path: str) -> Words:
        if not isinstance(node, MappingNode):
            return {"": _words(context, node, path)}
        words = {}
        for key, language, value in context.pairs(node, "words"):
            if not is_language(language):
                message = f"'{language[:40]}' is not the name of a language"
                raise context.fail(codes.BAD_NAME, message, key, hint=language_hint(language))
            words[language] = _words(context, value, f"{path}/{language}")
        return words

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        words: dict[str, Any] = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}]}
        return {"anyOf": [*words["anyOf"], {"type": "object", "additionalProperties": words}]}


def _words(context: Context, node: Node, path: str) -> tuple[str, ...]:
    if isinstance(node, ScalarNode):
        return (_phrase(context, node, path),)
    items = context.items(node, "words", hint="write [balance, account]")
    if not items:
        message = "there are no words here"
        raise context.fail(codes.BAD_VALUE, message, node, hint="write some, or leave `words` out")
    return tuple(_phrase(context, item, f"{path}/{index}") for index, item in enumerate(items))


def _phrase(context: Context, node: Node, path: str) -> str:
    text = context.text(node, path, "a word")
    if not any(each.isalnum() for each in text):
        message = f"'{text[:40]}' cannot be said: there is no word in it"
        raise context.fail(codes.BAD_VALUE, message, node, hint="write what callers say: cards")
    return text
