"""How names are written, and which have a meaning already."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from ivrkit.call.targets import Word
from ivrkit.flow.always import TAKEN

RESERVED_TARGETS: Final = frozenset(map(str, Word))
"""Words that lead somewhere by themselves: no section may have such a name."""

_SYNTAX: Final = frozenset(
    {"none", "true", "false", "and", "or", "not", "in", "is", "if", "else", "for"}
)
"""Words of expressions, which no variable may be called."""

_GERMAN: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)

SNAKE: Final = re.compile(r"[a-z][a-z0-9_]*")
KEBAB: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
FLOW: Final = re.compile(rf"{KEBAB.pattern}(?:/{KEBAB.pattern})*")
VARIABLE: Final = re.compile(rf"{SNAKE.pattern}(?:\.{SNAKE.pattern})*")
PROCEDURE: Final = re.compile(r"[^\W\d][\w$#]*(?:\.[^\W\d][\w$#]*){0,3}")
"""A stored procedure, perhaps with the schema, package or database that it belongs to."""
URI: Final = re.compile(r"[!#-\[\]-~]+")
"""A namespace of XML, an action of SOAP."""
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A language tag (RFC 5646): ``de``, ``de-AT``, ``zh-Hans``."""


def is_language(tag: str) -> bool:
    """Whether a tag names a language that there is (CLDR knows some 600, ISO 639's for calls)."""
    return bool(LANGUAGE.fullmatch(tag)) and tag.partition("-")[0] in _languages()


@cache
def _languages() -> frozenset[str]:
    from babel import Locale  # loads its data, which few commands need

    return frozenset(Locale("en").languages)


def language_hint(text: str) -> str:
    """What to write in place of what is no language tag: ``en-GB`` for ``en_gb``, ``en`` for
    ``english`` and ``eng``."""
    near = near_language(text)
    return f"did you mean '{near}'?" if near else "write en, de or de-AT"


def near_language(text: str) -> str:
    """The tag that was meant by what is none; empty if that is not clear."""
    from babel import Locale

    first, *rest = text.replace("_", "-").lower().split("-")
    tag = "-".join([first, *(each.upper() if len(each) == 2 else each.title() for each in rest)])
    if is_language(tag):
        return tag
    known = Locale("en").languages.items()
    names = {str(name).lower(): str(code) for code, name in known if len(code) == 2}
    if first in names:
        return names[first]
    begun = [code for name, code in names.items() if len(first) == 3 and name.startswith(first)]
    return next((code for code in begun if len(begun) == 1 or code == first[:2]), "")


def is_taken(name: str) -> bool:
    """Whether a variable of this name cannot be declared."""
    return name in TAKEN or name in _SYNTAX


def snake(text: str) -> str:
    """The nearest snake_case name, for a hint; empty if nothing is left."""
    return _joined(text, "_")


def kebab(text: str) -> str:
    """The nearest kebab-case name, for a hint; empty if nothing is left."""
    return _joined(text, "-")


def _joined(text: str, sign: str) -> str:
    spread = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", _plain(text[:60]))
    name = sign.join(re.findall(r"[a-z0-9]+", spread.lower()))
    return name if name[:1].isalpha() else ""


def _plain(text: str) -> str:
    """The text without the signs above its letters; German ones are written out."""
    written = unicodedata.normalize("NFC", text).translate(_GERMAN)
    return "".join(
        each for each in unicodedata.normalize("NFKD", written) if not unicodedata.combining(each)
    )
