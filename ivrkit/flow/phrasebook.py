"""What a phrase of the catalogue says besides its texts: who speaks it, and whether it is to be
recorded."""

from __future__ import annotations

from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.flow import codes
from ivrkit.flow.names import is_language, language_hint
from ivrkit.flow.reading import Context

VOICE: Final = "voice"
RECORDED: Final = "recorded"
ALL: Final = ""
"""In place of a language: every one."""
_WORDS: Final = {"true": True, "false": False}


def read_voices(context: Context, node: Node) -> dict[str, str]:
    """``voice: anna``, or one for some languages: ``voice: {en: anna, es: carmen}``. Raises
    Rejected."""
    if not isinstance(node, MappingNode):
        return {ALL: _voice(context, node)}
    hint = "write `voice: {en: anna}`"
    return {
        _language(context, key, tag): _voice(context, value)
        for key, tag, value in context.pairs(node, "the voices of a phrase", hint=hint)
    }


def read_recorded(context: Context, node: Node) -> dict[str, bool]:
    """``recorded: true`` (or false) for every language, or those that are: ``recorded: [es]``.
    Raises Rejected."""
    if isinstance(node, ScalarNode) and node.value in _WORDS:
        return {ALL: _WORDS[node.value]}
    if isinstance(node, SequenceNode) and all(isinstance(each, ScalarNode) for each in node.value):
        return {_language(context, each, each.value): True for each in node.value}
    hint = "write true, false, or a list of languages: `recorded: [es, fr]`"
    raise context.fail(codes.WRONG_FORM, "this does not say what is recorded", node, hint=hint)


def _voice(context: Context, node: Node) -> str:
    if isinstance(node, ScalarNode) and node.value:
        return str(node.value)
    hint = "write a name from `prompts: voices` of ivrkit.yaml"
    raise context.fail(codes.WRONG_FORM, "this is not the name of a voice", node, hint=hint)


def _language(context: Context, node: Node, tag: str) -> str:
    if not is_language(tag):
        message = f"'{tag[:40]}' is not the name of a language"
        raise context.fail(codes.BAD_NAME, message, node, hint=language_hint(tag))
    return tag
