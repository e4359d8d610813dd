"""SSML (W3C, 1.1) as far as a prompt may use it: what names no file on a machine and calls no
lexicon. What a voice makes of a mark is its own affair; that it is one is checked here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree

from ivrkit.errors import PromptError
from ivrkit.expressions.nearest import did_you_mean

NAMESPACE: Final = "http://www.w3.org/2001/10/synthesis"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
UNKNOWN: Final = "\ue000"
"""Stands for what only the call knows: an attribute that holds it is not looked at."""

_TAG: Final = re.compile(r"""\s*<speak(?:[^>"']|"[^"]*"|'[^']*')*>""")
_TIME: Final = r"\+?\d+(\.\d+)?(ms|s)"
_LEVELS: Final = "default|x-{0}|{0}|medium|{1}|x-{1}"
_CHANGE: Final = r"[+-]?\d+(\.\d+)?"
_VALUES: Final[Mapping[str, tuple[str, str]]] = {
    "break time": (_TIME, "500ms or 2s"),
    "break strength": (
        "none|x-weak|weak|medium|strong|x-strong",
        "none, x-weak, weak, medium, strong or x-strong",
    ),
    "emphasis level": (
        "strong|moderate|none|reduced",
        "strong, moderate, none or reduced",
    ),
    "prosody rate": (
        rf"{_LEVELS.format('slow', 'fast')}|{_CHANGE}%?",
        "x-slow, slow, medium, fast, x-fast, default, or 120%",
    ),
    "prosody volume": (
        rf"silent|{_LEVELS.format('soft', 'loud')}|{_CHANGE}(dB|%)?",
        "silent, x-soft, soft, medium, loud, x-loud, default, or +6dB",
    ),
    "prosody pitch": (
        rf"{_LEVELS.format('low', 'high')}|{_CHANGE}(Hz|st|%)?",
        "x-low, low, medium, high, x-high, default, or +10%",
    ),
    "prosody range": (
        rf"{_LEVELS.format('low', 'high')}|{_CHANGE}(Hz|st|%)?",
        "x-low, low, medium, high, x-high, default, or +10%",
    ),
    "prosody duration": (_TIME, "500ms or 2s"),
    "speak version": (r"1\.[01]", "1.0 or 1.1"),
}
"""What an attribute takes: a pattern, and how it is told."""
_ELEMENTS: Final[Mapping[str, str]] = {
    "speak": "version xml:lang xml:base onlangfailure startmark endmark",
    "p": "xml:lang xml:id onlangfailure",
    "s": "xml:lang xml:id onlangfailure",
    "token": "role xml:lang xml:id onlangfailure",
    "w": "role xml:lang xml:id onlangfailure",
    "say-as": "interpret-as! format detail",
    "phoneme": "ph! alphabet type",
    "sub": "alias!",
    "lang": "xml:lang! onlangfailure",
    "voice": "name gender age variant languages required ordering onvoicefailure xml:lang",
    "emphasis": "level",
    "break": "strength time",
    "prosody": "pitch contour range rate duration volume",
    "mark": "name!",
}
"""The marks, and what may be said of them; with ``!`` what must be."""
_EMPTY: Final = frozenset({"break", "mark"})
_TEXT_ALONE: Final = frozenset({"say-as", "phoneme", "sub"})
_OUTSIDE: Final[Mapping[str, frozenset[str]]] = {
    "p": frozenset({"p", "s"}),
    "s": frozenset({"s"}),
}
"""In what a mark cannot stand."""


def parsed(source: str) -> ElementTree.Element:
    """SSML as a tree; the element ``speak`` around it may be left out. Raises PromptError if it is
    not well formed, or has what no prompt may."""
    if "<!" in source or "<?" in source:
        raise PromptError(
            "declarations do not belong into a prompt", hint="leave out what begins with <! or <?"
        )
    try:
        root = ElementTree.fromstring(whole(source))  # noqa: S314 (no declarations: no entities)
    except ElementTree.ParseError as error:
        raise PromptError(
            f"this is no well-formed SSML: {_reason(error, source)}",
            hint="close every element, and write &amp; for & and &lt; for <",
        ) from None
    _check(root, ())
    return root


def whole(source: str) -> str:
    """SSML with the element ``speak`` around it."""
    return source if _is_whole(source) else f"<speak>{source}</speak>"


def inside(source: str) -> str:
    """What stands inside of the element ``speak`` of well-formed SSML."""
    if not _is_whole(source):
        return source
    begin = _TAG.match(source)
    assert begin is not None
    return "" if begin[0].endswith("/>") else source[begin.end() : source.rindex("</")]


def _is_whole(source: str) -> bool:
    return re.match(r"\s*<speak[\s/>]", source) is not None


def _reason(error: ElementTree.ParseError, source: str) -> str:
    """What is wrong, and where in the text as it is written."""
    line, column = error.position
    if line == 1 and not _is_whole(source):
        column = max(0, column - len("<speak>"))
    lines = source.splitlines() or [""]
    column = min(column, len(lines[min(line, len(lines)) - 1]))
    what = str(error).partition(":")[0]
    return f"{what}, at line {line}, column {column + 1} of the text"


def _check(element: ElementTree.Element, around: tuple[str, ...]) -> None:
    name = _name(element)
    if (name == "speak") == bool(around) or _OUTSIDE.get(name, frozenset()) & set(around):
        inner = f"<{name}> cannot stand in <{around[-1]}>" if around else f"<{name}> stands alone"
        raise PromptError(inner, hint="close the one before the other begins")
    _check_attributes(element, name)
    if name in _EMPTY and (len(element) or (element.text or "").strip()):
        raise PromptError(f"<{name}> holds nothing", hint=f"write <{name} …/>")
    if name in _TEXT_ALONE and len(element):
        raise PromptError(f"<{name}> holds text alone", hint="put the other marks around it")
    for each in element:
        _check(each, (*around, name))


def _name(element: ElementTree.Element) -> str:
    space, _, name = str(element.tag).rpartition("}")
    if space and space != f"{{{NAMESPACE}":
        raise PromptError(
            f"<{name}> is of a vocabulary that is not SSML's", hint=f"SSML's is {NAMESPACE}"
        )
    if name not in _ELEMENTS:
        raise PromptError(
            f"<{name}> is no mark of a prompt", hint=f"there are {', '.join(sorted(_ELEMENTS))}"
        )
    return name


def _check_attributes(element: ElementTree.Element, name: str) -> None:
    allowed = _ELEMENTS[name].split()
    known = [each.rstrip("!") for each in allowed]
    given = {each.replace(_XML, "xml:"): value for each, value in element.attrib.items()}
    for attribute, value in given.items():
        if attribute not in known:
            bare = attribute.rpartition("}")[2]
            raise PromptError(f"<{name}> has no '{bare}'", hint=did_you_mean(bare, known))
        pattern, told = _VALUES.get(f"{name} {attribute}", ("", ""))
        if pattern and UNKNOWN not in value and not re.fullmatch(pattern, value.strip()):
            raise PromptError(f'{attribute}="{value[:40]}" of <{name}> is no value', hint=told)
    for attribute in (each.rstrip("!") for each in allowed if each.endswith("!")):
        if attribute not in given:
            example = f'write <{name} {attribute}="…">'
            raise PromptError(f"<{name}> needs '{attribute}'", hint=example)
