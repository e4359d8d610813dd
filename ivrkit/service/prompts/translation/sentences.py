"""Prompts as the texts that a translator sees, and back.

A list of texts and values is one sentence, with each value where it is said, as the catalogue
writes it: ``Your balance is {money: balance, currency: EUR}.`` So words can be put around values as
a language needs them. What cannot be written so (texts with voices of their own, lists of several
texts) is translated text by text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ivrkit.errors import ValueRejected
from ivrkit.expressions.plurals import FORMS, forms_of
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.reading import plain
from ivrkit.flow.source import compose

COUNT: Final = "count"
"""The part whose forms are those of a number."""
ZERO: Final = "zero"
TEXTS: Final = ("text", "ssml")
"""The fields of parts that are words of a language."""
ONLY: Final = ""
"""The form of a text that has no forms."""
OF_LANGUAGE: Final = frozenset({"gender"})
"""What a translator may change in a value: the gender is that of the word beside it."""

Path: TypeAlias = tuple[str | int, ...]
Forms: TypeAlias = Mapping[str, str]
Counted: TypeAlias = Counter[str]

_BRACES: Final = r"\{\{(?:(?!\{\{).)*?\}\}"
"""An expression. None holds another one's braces: who looks for their end stops there, or a text of
braces alone would be read again from each of them."""
_PLACEHOLDER: Final = re.compile(rf"{_BRACES}|\{{[^{{}}]*\}}", re.DOTALL)
_EXPRESSION: Final = re.compile(_BRACES, re.DOTALL)
_SIMPLE: Final = re.compile(r"[\w+.][\w+. /-]*(?<! )")
_OPENING: Final = "'’([{«“„\"-/¿¡"
_WIDE: Final = 0x2E80
"""From here on scripts are written without spaces between words."""


@dataclass(frozen=True)
class Text:
    """What is translated at one place of a prompt. ``mixed``: values stand among its words."""

    forms: Forms
    mixed: bool


def texts_of(value: Any, language: str, path: Path = ()) -> dict[Path, Text]:
    """The texts of a prompt (as plain data) by their places in it. ``zero`` is a text by itself
    unless it is a plural form of the ``language`` into which they are translated."""
    whole = flat(value)
    if whole is not None:
        return {path: Text({ONLY: whole}, isinstance(value, list))}
    found: dict[Path, Text] = {}
    if isinstance(value, list):
        for index, each in enumerate(value):
            found.update(texts_of(each, language, (*path, index)))
    elif isinstance(value, dict):
        forms = {form: flat(value[form]) for form in FORMS if form in value}
        if COUNT in value and all(text is not None for text in forms.values()):
            if ZERO in forms and ZERO not in forms_of(language):
                found.update(texts_of(value[ZERO], language, (*path, ZERO)))
                del forms[ZERO]
            mixed = any(isinstance(value[form], list) for form in forms)
            found[path] = Text({form: text or "" for form, text in forms.items()}, mixed)
        else:
            for name in (*FORMS, *TEXTS):
                if name in value:
                    found.update(texts_of(value[name], language, (*path, name)))
    return found


def rebuilt(value: Any, texts: Mapping[Path, Text], path: Path = ()) -> Any:
    """A prompt with other texts at some of its places. Raises ValueRejected."""
    text = texts.get(path)
    if text is not None and ONLY in text.forms:
        return parsed(text.forms[ONLY], mixed=text.mixed)
    if isinstance(value, list):
        return [rebuilt(each, texts, (*path, index)) for index, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if text is None:
        return {name: rebuilt(each, texts, (*path, name)) for name, each in value.items()}
    found = {name: each for name, each in value.items() if name not in FORMS}
    for form in FORMS:
        if form in text.forms:
            found[form] = parsed(text.forms[form], mixed=text.mixed)
        elif form == ZERO and ZERO in value:
            found[form] = rebuilt(value[ZERO], texts, (*path, ZERO))
    return found


def flat(value: Any) -> str | None:
    """A prompt as one text; None if it cannot be written as one."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not value:
        return None
    line, before = "", ""
    for each in value:
        if isinstance(each, dict):
            piece = _written(each)
            joint = bool(line) and not (before and _opens(before[-1]))
        else:
            piece = each if each and not _holds_braces(each) else None
            joint = bool(line and piece and not _closes(piece[0]))
            if before:
                return None  # two texts, one behind the other: where the first ends is not seen
        if piece is None:
            return None
        line += f" {piece}" if joint else piece
        before = "" if isinstance(each, dict) else piece
    return line


def parsed(text: str, *, mixed: bool) -> Any:
    """The prompt that :func:`flat` writes as this text. Raises ValueRejected."""
    if not mixed:
        return text
    found: list[Any] = []
    start = 0
    for match in _PLACEHOLDER.finditer(text):
        if match[0].startswith("{{"):
            continue
        _add_words(found, text[start : match.start()], ends=False)
        found.append(_read(match[0]))
        start = match.end()
    _add_words(found, text[start:], ends=True)
    if flat(found) != text:
        raise ValueRejected(
            "the words and the values in it cannot be told apart",
            hint="write one space between words and {…}, and no other braces",
        )
    return found[0] if len(found) == 1 and isinstance(found[0], str) else found


def placeholders(text: str, *, mixed: bool) -> Counted:
    """What stands in a text for something else, each as often as it stands there, and as it is
    compared: spaces and gender do not matter. Raises ValueRejected for what cannot be read."""
    found: Counted = Counter()
    for match in _PLACEHOLDER.finditer(text):
        if match[0].startswith("{{"):
            found[f"{{{{ {' '.join(match[0][2:-2].split())} }}}}"] += 1
        elif mixed:
            part = {n: v for n, v in _read(match[0]).items() if n not in OF_LANGUAGE}
            found[_written(part) or match[0]] += 1
    return found


def _add_words(found: list[Any], words: str, *, ends: bool) -> None:
    """Add words without the space that parts them from the values beside them."""
    if found and words.startswith(" ") and not (len(words) > 1 and _closes(words[1])):
        words = words[1:]
    if not ends and words.endswith(" ") and not (len(words) > 1 and _opens(words[-2])):
        words = words[:-1]
    if words:
        found.append(words)


def _opens(character: str) -> bool:
    """Whether what follows stands close to it."""
    return character.isspace() or character in _OPENING or ord(character) >= _WIDE


def _closes(character: str) -> bool:
    """Whether it stands close to what is before it."""
    if character.isalnum() or character in "([{«“„¿¡":
        return ord(character) >= _WIDE
    return True


def _holds_braces(text: str) -> bool:
    outside = _EXPRESSION.sub("", text)
    return "{" in outside or "}" in outside


def _written(part: Mapping[str, Any]) -> str | None:
    """A part without words, as the catalogue writes it."""
    fields = []
    for name, value in part.items():
        if name in (*TEXTS, *FORMS) or not isinstance(value, str) or set("{}\n") & set(value):
            return None
        fields.append(f"{name}: {value if _SIMPLE.fullmatch(value) else quoted(value)}")
    return f"{{{', '.join(fields)}}}"


def _read(placeholder: str) -> dict[str, Any]:
    found = Diagnostics()
    source = compose("", placeholder, found)
    value = plain(source.root) if source is not None and not found.failed else None
    if not isinstance(value, dict) or not value:
        raise ValueRejected(f"'{placeholder[:60]}' is no value", hint="copy it as it was")
    return value


def quoted(text: str) -> str:
    """A text in double quotes, as YAML reads it. What cannot be seen is written by its number."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(
        each if each.isprintable() or each == " " else _numbered(ord(each)) for each in written
    )


def _numbered(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
