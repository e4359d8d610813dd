"""How the demo shows itself, and what it claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ivrkit.service.timeline import Line


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that must be so; ``text`` says what it is, or what it is instead."""

    true: bool
    text: str


class Stage(Protocol):
    """Where the demo is seen."""

    def heading(self, text: str) -> None:
        """A new part begins."""

    def tell(self, text: str) -> None:
        """What is being done."""

    def line(self, line: Line, call: str) -> None:
        """Something happened in a call; its id is given while there are others."""

    def caller(self, text: str) -> None:
        """The scripted caller does something."""

    def agent(self, text: str) -> None:
        """Something reached the agent."""

    def fact(self, fact: Fact) -> None:
        """A claim was checked."""

    def guide(self, rows: list[tuple[str, str]]) -> None:
        """What to do next: names and texts."""
