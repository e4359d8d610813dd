"""Regular expressions as flows and configurations write them: of a bounded length, and searched
under a time limit, so that a pattern that goes astray fails and the call goes on."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeVar

import regex

from ivrkit.errors import BudgetExceeded, ExpressionError

TIME_LIMIT: Final = 0.1
"""Seconds that one search may take."""
_MOST_PATTERN: Final = 500
_MOST_WORK: Final = 20_000
"""What a pattern may grow to: a repeat that has to happen is written out when it is compiled, one
within another too, and nothing bounds the memory that this takes."""
_REPEAT: Final = re.compile(r"\{([0-9]+)")
_VERBOSE: Final = re.compile(r"\(\?[\w-]*x")
_RECURSION: Final = re.compile(r"(?<!\\)(?:\\\\)*\(\?(?:R|&|P>|[+-]?[0-9])")

T = TypeVar("T")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> regex.Pattern[str]:
    try:
        return regex.compile(pattern, flags=regex.VERSION1)
    except (regex.error, OverflowError, RecursionError, MemoryError, ValueError, KeyError):
        raise ExpressionError("the pattern is no regular expression") from None


def compiled(pattern: str) -> regex.Pattern[str]:
    """A regular expression. Raises ExpressionError for what is none, and BudgetExceeded for one
    that is too long."""
    if len(pattern) > _MOST_PATTERN:
        raise BudgetExceeded(f"a pattern may have {_MOST_PATTERN} characters at most")
    if _RECURSION.search(pattern):
        raise ExpressionError("a pattern may not call itself")  # memory is not under the time limit
    if _work(pattern) > _MOST_WORK:
        raise BudgetExceeded(
            "the pattern repeats too much", hint="write fewer, or {0,9} and not {9}"
        )
    return _compiled(pattern)


def _work(pattern: str) -> int:
    """What it grows to, at most: a repeat of a group counts for all that stands before it, since
    where the group begins is for the library to say."""
    work = done = 0
    every = _VERBOSE.search(pattern) is not None  # blanks and comments may stand before a repeat
    for found in _REPEAT.finditer(pattern):
        start, count = found.start(), int(found[1])
        work += start - done
        done = start
        group = every or pattern[start - 1 : start] in (")", "")
        work = work * max(1, count) if group else work + count
        if work > _MOST_WORK:
            break
    return work


def limited(search: Callable[[float], T], left: float = TIME_LIMIT) -> T:
    """What a search finds that is given its ``left`` seconds. Raises BudgetExceeded when it takes
    longer."""
    try:
        if left <= 0:
            raise TimeoutError
        return search(left)
    except TimeoutError:
        raise BudgetExceeded(
            f"the pattern took longer than {TIME_LIMIT} s", hint="avoid repeats within repeats"
        ) from None


def searched(text: str, pattern: str) -> regex.Match[str] | None:
    """The first part of a text that a pattern finds. Raises ExpressionError, BudgetExceeded."""
    found = compiled(pattern)
    return limited(lambda left: found.search(text, timeout=left))
