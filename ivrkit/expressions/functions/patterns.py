"""Regular expressions, under a time limit: a pattern that goes astray fails, the call goes on."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

import regex

from ivrkit.errors import BudgetExceeded, ExpressionError
from ivrkit.expressions.functions.bounds import listed, whole
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import fits

TIME_LIMIT: Final = 0.1
"""Seconds that one search may take."""
_MOST_PATTERN: Final = 500

T = TypeVar("T")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> regex.Pattern[str]:
    try:
        return regex.compile(pattern, flags=regex.VERSION1)
    except (regex.error, OverflowError, RecursionError, MemoryError, ValueError, KeyError):
        raise ExpressionError("the pattern is no regular expression") from None


def _pattern(pattern: str) -> regex.Pattern[str]:
    if len(pattern) > _MOST_PATTERN:
        raise BudgetExceeded(f"a pattern may have {_MOST_PATTERN} characters at most")
    return _compiled(pattern)


def _limited(search: Callable[[], T]) -> T:
    try:
        return search()
    except TimeoutError:
        raise BudgetExceeded(
            f"the pattern took longer than {TIME_LIMIT} s", hint="avoid repeats within repeats"
        ) from None


@function("matches(text: text, pattern: text) -> flag")
def matches(text: str, pattern: str) -> bool:
    """Whether the whole text is as the regular expression says.

    Example: ``matches('AB-12', '[A-Z]{2}-\\d+')`` is ``true``.
    """
    compiled = _pattern(pattern)
    return _limited(lambda: compiled.fullmatch(text, timeout=TIME_LIMIT)) is not None


@function("regex(text: text, pattern: text, group: number?) -> text")
def regex_(text: str, pattern: str, group: Decimal | None) -> str | None:
    """The first part of the text that the regular expression finds, or a group of it; else none.

    Example: ``regex('order 4711', '\\d+')`` is ``'4711'``.
    Example: ``regex('a=1', '(\\w)=(\\w)', 2)`` is ``'1'``.
    """
    compiled = _pattern(pattern)
    number = 0 if group is None else whole(group, 0, compiled.groups)
    found = _limited(lambda: compiled.search(text, timeout=TIME_LIMIT))
    return found[number] if found else None


@function("regex_replace(text: text, pattern: text, new: text) -> text")
def regex_replace(text: str, pattern: str, new: str) -> str:
    """The text with everything that the regular expression finds replaced by another text.

    Example: ``regex_replace('1 2  3', ' +', '-')`` is ``'1-2-3'``.
    """
    compiled = _pattern(pattern)
    found = _limited(lambda: list(compiled.finditer(text, timeout=TIME_LIMIT)))
    fits(len(text) + len(new) * listed(len(found)))
    pieces, at = [], 0
    for each in found:
        pieces += [text[at : each.start()], new]
        at = each.end()
    return "".join([*pieces, text[at:]])
