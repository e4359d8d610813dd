"""Changes values in a catalogue file, in its text: all else stays as it was written.

The new text is read again and compared with what was meant; a file in which that cannot be done
(anchors, several documents) is refused, never guessed at.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.errors import ConfigurationError
from ivrkit.flow.catalogue import PHRASES
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.reading import plain
from ivrkit.flow.source import compose
from ivrkit.service.prompts.translation.sentences import quoted

STEP: Final = 2
_BARE: Final = re.compile(r"[^\W\d_][\w ,.()/-]*[\w.)]")
"""Texts that need no quotes between quotes and braces of others."""
_IN_FLOW: Final = re.compile(r"[\w.][\w.() /+-]*(?<! )")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "none"})


class _Splice(NamedTuple):
    start: int
    end: int
    text: str


Changes = Mapping[str, Mapping[str, Any]]
"""By phrase: what its fields (languages) are to be."""


def changed(file: str, text: str, changes: Changes) -> str:
    """The text of a catalogue with other, or more, fields in some phrases. An empty text becomes a
    catalogue. Raises ConfigurationError."""
    if not text.strip():
        return f"{PHRASES}:\n" + "".join(
            _entry(name, fields, STEP) for name, fields in changes.items()
        )
    root = _root(file, text)
    phrases = _field(root, PHRASES)
    if not isinstance(phrases, MappingNode) or not phrases.value:
        raise _odd(file)
    meant = copy.deepcopy(plain(root))
    splices: list[_Splice] = []
    added = ""
    for name, fields in changes.items():
        meant[PHRASES].setdefault(name, {}).update(fields)
        node = _field(phrases, name)
        if node is None:
            added += _entry(name, fields, phrases.value[0][0].start_mark.column)
        elif isinstance(node, MappingNode):
            splices += _in_phrase(text, node, fields)
        else:
            raise _odd(file)
    if added:
        if phrases.flow_style:
            raise _odd(file)
        splices.append(_below(text, phrases, added))
    new = text
    for each in sorted(splices, reverse=True):
        new = new[: each.start] + each.text + new[each.end :]
    if plain(_root(file, new)) != meant:
        raise _odd(file)
    return new


def _in_phrase(text: str, node: MappingNode, fields: Mapping[str, Any]) -> list[_Splice]:
    splices: list[_Splice] = []
    lines = ""
    for language, value in fields.items():
        there = _field(node, language)
        if there is not None:
            splices += _replaced(text, node, there, value)
        elif node.flow_style:
            end = _end(node.value[-1][1])
            splices.append(_Splice(end, end, f", {language}: {_inline(value)}"))
        else:
            column = node.value[0][0].start_mark.column
            lines += f"{' ' * column}{language}: {_line(value)}\n"
    if lines:
        splices.append(_below(text, node, lines))
    return splices


def _replaced(text: str, parent: Node, node: Node, value: Any) -> list[_Splice]:
    """What is to be written in place of a value; where it is of the same form, only what differs
    in it."""
    if plain(node) == value:
        return []
    if isinstance(node, MappingNode) and isinstance(value, dict):
        names = [key.value for key, _ in node.value]
        if names == list(value):
            return [
                splice
                for key, inner in node.value
                for splice in _replaced(text, node, inner, value[key.value])
            ]
    if isinstance(node, SequenceNode) and isinstance(value, list) and len(node.value) == len(value):
        pairs = zip(node.value, value, strict=True)
        return [each for inner, new in pairs for each in _replaced(text, node, inner, new)]
    start, end = node.start_mark.index, _end(node)
    in_flow = isinstance(parent, CollectionNode) and parent.flow_style
    written = _inline(value) if in_flow else _line(value)
    if isinstance(node, ScalarNode):
        if node.style in ("|", ">"):
            written += "\n"
        elif start == end:  # nothing stood there
            written = f" {written}"
        return [_Splice(start, end, written)]
    if isinstance(node, CollectionNode) and node.flow_style:
        return [_Splice(start, end, written)]
    return [_block_replaced(text, start, end, written)]


def _block_replaced(text: str, start: int, end: int, written: str) -> _Splice:
    """A block of lines becomes one line; the comments in it stay, below it."""
    colon = text.rindex(":", 0, start)
    column = start - (text.rfind("\n", 0, start) + 1)
    block = text[colon + 1 : end]
    notes = [each.strip() for each in block.split("\n") if each.strip().startswith("#")]
    below = "".join(f"\n{' ' * column}{each}" for each in notes)
    return _Splice(colon + 1, end, f" {written}{below}")


def _below(text: str, node: MappingNode, lines: str) -> _Splice:
    """Lines behind the last one of a block, and behind the comment at its end."""
    end = _end(node)
    if end and text[end - 1] == "\n":  # a text below | ends with its line
        return _Splice(end, end, lines)
    stop = text.find("\n", end)
    if stop < 0:
        return _Splice(len(text), len(text), f"\n{lines}")
    return _Splice(stop + 1, stop + 1, lines)


def _end(node: Node) -> int:
    """The place behind a value, without what is empty behind it."""
    while isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, MappingNode) else last
    return int(node.end_mark.index)


def _entry(name: str, fields: Mapping[str, Any], column: int) -> str:
    indent = " " * column
    lines = [f"{indent}{name}:"]
    lines += [f"{indent}{' ' * STEP}{field}: {_line(value)}" for field, value in fields.items()]
    return "\n".join(lines) + "\n"


def _line(value: Any) -> str:
    """A value on the rest of a line."""
    if isinstance(value, str):
        is_bare = _BARE.fullmatch(value) and value.lower() not in _WORDS
        return value if is_bare else quoted(value)
    return _inline(value)


def _inline(value: Any) -> str:
    """A value between brackets or braces."""
    if isinstance(value, list):
        return f"[{', '.join(quoted(v) if isinstance(v, str) else _inline(v) for v in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_value(each)}' for name, each in value.items())}}}"
    return quoted(value) if isinstance(value, str) else ""


def _value(value: Any) -> str:
    if isinstance(value, str) and _IN_FLOW.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return _inline(value)


def _field(node: Node, name: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _root(file: str, text: str) -> Node:
    found = Diagnostics()
    source = compose(file, text, found)
    if source is None or found.failed:
        raise ConfigurationError(f"{file} has mistakes", hint="`ivrkit check` tells them")
    return source.root


def _odd(file: str) -> ConfigurationError:
    return ConfigurationError(
        f"{file} is written in a way that cannot be changed without changing more",
        hint="take its anchors away, and write one phrase below the other; nothing was changed",
    )
