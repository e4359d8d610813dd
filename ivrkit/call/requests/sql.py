"""Named parameters in SQL: ``:name`` in a statement becomes ODBC's ``?``, nothing else is changed.
A name may be one of a field (``:customer.name``).

The statement is not understood, only divided: what stands in literals, quoted names and comments
is left alone. A flow does not know which database will run it, so where databases read the same
characters differently (a backslash before a quote, a comment within a comment) the text is
refused instead of guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ivrkit.errors import ValueRejected

LONGEST: Final = 100_000
"""Characters of a statement."""

_TOKEN: Final = re.compile(
    r"""
      (?P<word> [^\W\d]\w* | \d\w* )
    | (?P<cast> ::+ | := )
    | : (?P<name> [^\W\d]\w* (?: \. [^\W\d]\w* )* )
    | (?P<quote> ['"`] )
    | (?P<line> -- )
    | (?P<block> /\* )
    | (?P<dollar> \$ (?: [^\W\d]\w* )? \$ )
    | (?P<mark> \? )
    | (?P<end> ; )
    | (?P<hash> \# )
    """,
    re.VERBOSE,
)
_ORACLE_ENDS: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}


@dataclass(frozen=True, slots=True)
class Marked:
    """A statement as ODBC takes it: ``sql`` has a ``?`` for each of ``names``, in this order; a
    name that is used twice stands there twice. ``commands`` are the words that its statements begin
    with, in small letters: one, unless there is a ``;`` in it."""

    sql: str
    names: tuple[str, ...]
    commands: tuple[str, ...] = ()


@lru_cache(maxsize=1000)
def marked(text: str) -> Marked:
    """A statement with its ``:names`` replaced by ``?``.

    Left alone are text in ``'…'`` (PostgreSQL's ``E'…'`` and Oracle's ``q'[…]'`` too), names in
    ``"…"`` and backticks, comments (``--`` and ``/* */``), dollar quotes (``$tag$…$tag$``), casts
    (``::``), assignments (``:=``), and a colon right behind a word or a digit (``a[1:n]``).

    Raises:
        ValueRejected: a literal, quoted name or comment without end; what databases read
            differently; a ``?``, which would be a parameter without a name.
    """
    if len(text) > LONGEST:
        raise ValueRejected(f"a statement may have {LONGEST} characters at most")
    if "\0" in text:
        raise ValueRejected("a statement holds no character with the number 0")
    parts: list[str] = []
    names: list[str] = []
    commands: list[str] = []
    done = position = 0
    begins = True
    while found := _TOKEN.search(text, position):
        start, position = found.span()
        kind = found.lastgroup
        if kind == "name":
            if not _behind_word(text, start):
                parts += (text[done:start], "?")
                names.append(found["name"])
                done = position
        elif kind == "mark":
            raise ValueRejected(
                "a ? stands for a parameter without a name",
                hint="write :name; for an operator with ? its function (jsonb_exists …)",
            )
        elif kind is not None:
            position = _end(text, found, kind)
        if begins and kind == "hash":
            raise ValueRejected(
                "databases do not agree on a statement that begins with #",
                hint="write a comment as -- or /* */",
            )
        if begins and kind == "word":
            commands.append(found["word"].lower())
        begins = kind == "end" or (begins and kind in ("line", "block"))
    parts.append(text[done:])
    return Marked("".join(parts), tuple(names), tuple(commands))


def names_in(text: str) -> tuple[str, ...]:
    """The names of the parameters of a statement, each once, in the order in which they appear.
    Raises ValueRejected; see :func:`marked`."""
    return tuple(dict.fromkeys(marked(text).names))


def _end(text: str, found: re.Match[str], kind: str) -> int:
    """Where what begins here ends: of a literal, a quoted name or a comment its last character."""
    start, position = found.span()
    if kind == "quote":
        return _quoted_end(text, start, found["quote"])
    if kind == "line":
        end = text.find("\n", position)
        return len(text) if end < 0 else end
    if kind == "block":
        return _comment_end(text, position)
    if kind == "dollar" and not _behind_word(text, start):
        return _found_end(text, found["dollar"], position, "a dollar quote")
    return position


def _behind_word(text: str, position: int) -> bool:
    before = text[position - 1 : position]
    return before.isalnum() or (before != "" and before in "_$")


def _found_end(text: str, ending: str, position: int, what: str) -> int:
    end = text.find(ending, position)
    if end < 0:
        raise ValueRejected(f"{what} has no end", hint=f"it ends with {ending}")
    return end + len(ending)


def _quoted_end(text: str, start: int, quote: str) -> int:
    prefix = _prefix(text, start) if quote == "'" else ""
    if prefix in ("q", "nq"):
        opening = text[start + 1 : start + 2]
        ending = _ORACLE_ENDS.get(opening, opening) + quote
        return _found_end(text, ending, start + 2, "a literal")
    position = start + 1
    while True:
        end = _found_end(text, quote, position, "a literal" if quote == "'" else "a quoted name")
        inside = text[position : end - 1]
        backslashes = len(inside) - len(inside.rstrip("\\")) if quote != "`" else 0
        position = end
        if backslashes % 2:
            if prefix == "e":
                continue
            raise ValueRejected(
                f"databases do not agree on a backslash before {quote}",
                hint=f"write {quote}{quote} for a quote, or bind the text as a :parameter",
            )
        if text[end : end + 1] != quote:
            return end
        position = end + 1


def _prefix(text: str, start: int) -> str:
    """The letters right in front of a quote, of at most two: a longer word is no prefix."""
    first = start
    while first and start - first < 3 and (text[first - 1].isalnum() or text[first - 1] in "_$"):
        first -= 1
    return text[first:start].lower() if start - first < 3 else ""


def _comment_end(text: str, position: int) -> int:
    if text.startswith(("!", "M!"), position):
        raise ValueRejected(
            "databases do not agree on /*! … */, which some of them run", hint="take it out"
        )
    end = _found_end(text, "*/", position, "a comment")
    if "/*" in text[position : end - 1]:
        raise ValueRejected(
            "databases do not agree on a comment within a comment", hint="take one of them out"
        )
    return end
