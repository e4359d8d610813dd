"""Regular expressions, under a time limit: a pattern that goes astray fails, the call goes on."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import islice
from time import monotonic
from typing import TypeVar

import regex

from ivrkit.expressions.functions.bounds import listed, whole
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.patterns import TIME_LIMIT, limited
from ivrkit.expressions.patterns import compiled as _pattern
from ivrkit.expressions.run import MOST_STEPS, Run, fits

T = TypeVar("T")


def _limited(run: Run, search: Callable[[float], T]) -> T:
    """What a search finds in the time that is left of this evaluation."""
    started = monotonic()
    try:
        return limited(search, TIME_LIMIT - run.searched)
    finally:
        run.searched += monotonic() - started


@function("matches(text: text, pattern: text) -> flag", with_run=True)
def matches(run: Run, text: str, pattern: str) -> bool:
    """Whether the whole text is as the regular expression says.

    Example: ``matches('AB-12', '[A-Z]{2}-\\d+')`` is ``true``.
    """
    compiled = _pattern(pattern)
    return _limited(run, lambda left: compiled.fullmatch(text, timeout=left)) is not None


@function("regex(text: text, pattern: text, group: number?) -> text", with_run=True)
def regex_(run: Run, text: str, pattern: str, group: Decimal | None) -> str | None:
    """The first part of the text that the regular expression finds, or a group of it; else none.

    Example: ``regex('order 4711', '\\d+')`` is ``'4711'``.
    Example: ``regex('a=1', '(\\w)=(\\w)', 2)`` is ``'1'``.
    """
    compiled = _pattern(pattern)
    number = 0 if group is None else whole(group, 0, compiled.groups)
    found = _limited(run, lambda left: compiled.search(text, timeout=left))
    return found[number] if found else None


@function("regex_all(text: text, pattern: text, group: number?) -> list", with_run=True)
def regex_all(run: Run, text: str, pattern: str, group: Decimal | None) -> list[str | None]:
    """All parts of the text that the regular expression finds, or a group of each.

    Example: ``regex_all('4711 and 12', '\\d+')`` is ``['4711', '12']``.
    """
    compiled = _pattern(pattern)
    number = 0 if group is None else whole(group, 0, compiled.groups)
    found = _found(run, compiled, text)
    listed(len(found))
    return [each[number] for each in found]


def _found(run: Run, compiled: regex.Pattern[str], text: str) -> list[regex.Match[str]]:
    def search(left: float) -> list[regex.Match[str]]:
        found = compiled.finditer(text, timeout=left)
        return list(islice(found, MOST_STEPS + 1))

    return _limited(run, search)


@function("regex_escape(text: text) -> text")
def regex_escape(text: str) -> str:
    """The text as a regular expression that finds exactly this text: for what a caller said.

    Example: ``matches('1.5', regex_escape('1.5'))`` is ``true``.
    """
    fits(2 * len(text))
    return regex.escape(text, special_only=True)


@function("regex_replace(text: text, pattern: text, new: text) -> text", with_run=True)
def regex_replace(run: Run, text: str, pattern: str, new: str) -> str:
    """The text with everything that the regular expression finds replaced by another text.

    Example: ``regex_replace('1 2  3', ' +', '-')`` is ``'1-2-3'``.
    """
    compiled = _pattern(pattern)
    found = _found(run, compiled, text)
    fits(len(text) + len(new) * listed(len(found)))
    pieces, at = [], 0
    for each in found:
        pieces += [text[at : each.start()], new]
        at = each.end()
    return "".join([*pieces, text[at:]])
