"""Where things lead: a section's name, steps in place, or a reserved word."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivrkit.call.step import Node


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a source file. ``line`` and ``column`` count from 1, ``length`` characters."""

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Mark("", 0, 0, 0)


class Word(StrEnum):
    """The reserved targets. They refer to the nearest step around them that asks or loops."""

    NEXT = "next"
    AGAIN = "again"
    WRONG = "wrong"
    BACK = "back"
    BREAK = "break"
    RETURN = "return"
    HANGUP = "hangup"


@dataclass(frozen=True, slots=True)
class Jump:
    """Go to a section of the same flow and do not come back; nothing is stacked."""

    section: str
    mark: Mark = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Branch:
    """Steps in place: they run, then the flow goes on after the step that holds them."""

    nodes: tuple[Node, ...]
    path: str
    mark: Mark = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reserved word used as a target."""

    word: Word
    mark: Mark = field(default=NOWHERE, compare=False)


Target = Jump | Branch | Reserved
