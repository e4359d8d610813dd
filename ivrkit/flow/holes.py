"""What stands in place of what could not be read, so that all else can be checked.

A **hole** is a step of which a mistake has been told: it may set whatever it names, lead wherever
it names, and nothing more is said of it. A flow with holes is checked and never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, NamedTuple

from ivrkit.call.call import Call
from ivrkit.call.exits import Exit
from ivrkit.call.kinds import Kind
from ivrkit.call.step import Step
from ivrkit.errors import FlowError
from ivrkit.expressions.types import Type

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:[.-][A-Za-z0-9_]+)*")
_SIGNS: Final = re.compile(r"[.-]")

UNKNOWN: Final = Type("any", optional=True, default="")
"""The type of what is declared with a type that could not be read: it may have any value, and one
from the beginning."""


class Hole(Step):
    """A step that could not be read. ``words`` are all words in it, ``values`` the fields of
    ``model`` that could be read, by their attribute; ``model`` is None where no verb was found.
    ``leads`` tells that what stands beside the verb could not be read."""

    verb: ClassVar[str] = "this step"
    kind: ClassVar[Kind] = Kind.INNER
    asks: ClassVar[bool] = True
    loops: ClassVar[bool] = True
    example: ClassVar[str] = ""

    words: Any
    model: Any = None
    values: Any = None
    leads: bool = False

    async def run(self, call: Call) -> Exit:
        raise FlowError("a flow with mistakes was run", hint="check it before")


class Gaps(NamedTuple):
    """What of a flow, its steps apart, could not be read: all ``words`` there, and ``fields`` of
    the flow of which not even these are known."""

    fields: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def hole(
    words: frozenset[str],
    model: type[Step] | None = None,
    values: Mapping[str, Any] | None = None,
    *,
    leads: bool = False,
) -> Hole:
    """A hole."""
    return Hole.model_construct(words=words, model=model, values=values or {}, leads=leads)


def words_in(texts: Iterable[str]) -> frozenset[str]:
    """All words of texts: names as they are written, and the parts of composed ones."""
    found: set[str] = set()
    for text in texts:
        for word in _WORD.findall(text):
            found.add(word)
            if "." in word or "-" in word:
                found.update(_SIGNS.split(word))
    return frozenset(found)
