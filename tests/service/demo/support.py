from __future__ import annotations

from ivrkit.service.demo.stage import Fact
from ivrkit.service.timeline import Line


class Recorder:
    """A stage that remembers what was shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.facts: list[Fact] = []

    def heading(self, text: str) -> None:
        self.shown.append(f"== {text}")

    def tell(self, text: str) -> None:
        self.shown.append(text)

    def line(self, line: Line, call: str) -> None:
        self.shown.append(f"{call} {line.text}".lstrip())

    def caller(self, text: str) -> None:
        self.shown.append(f"caller {text}")

    def agent(self, text: str) -> None:
        self.shown.append(f"agent {text}")

    def fact(self, fact: Fact) -> None:
        self.facts.append(fact)

    def guide(self, rows: list[tuple[str, str]]) -> None:
        self.shown += [f"{name}: {text}" for name, text in rows]
