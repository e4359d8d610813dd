"""Where a call by hand is to stop: at a step, in a section, when something becomes so. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from ivrkit.call.events import TraceEvent, VariableSet
from ivrkit.call.step import Node
from ivrkit.engine.runner import Runner
from ivrkit.errors import IvrkitError
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.values import truth


class Breakpoint(ABC):
    """A reason to stop. ``text`` is how people name it."""

    text: str

    @abstractmethod
    def reached(self, runner: Runner, node: Node) -> str | None:
        """Why the call stops in front of this step, if it does."""

    def hear(self, event: TraceEvent) -> None:  # noqa: B027
        """Something has happened since the last step."""


@dataclass
class AtStep(Breakpoint):
    """Stops in front of a step of a flow, by its path."""

    flow: str
    path: str
    text: str

    def reached(self, runner: Runner, node: Node) -> str | None:
        here = runner.stack.top.flow == self.flow and node.path == self.path
        return f"breakpoint {self.text}" if here else None


@dataclass
class InSection(Breakpoint):
    """Stops whenever a section begins."""

    flow: str
    section: str
    text: str

    def reached(self, runner: Runner, node: Node) -> str | None:
        top = runner.stack.top
        here = top.flow == self.flow and top.path == self.section and top.index == 0
        return f"section {self.text}" if here else None


@dataclass
class WhenSet(Breakpoint):
    """Stops behind a step that has set a variable, or a field of it, to something else."""

    variable: str
    text: str
    known: dict[str, Any] = field(default_factory=dict)
    changed: str = ""

    def hear(self, event: TraceEvent) -> None:
        if not isinstance(event, VariableSet):
            return
        name = event.name
        if name != self.variable and not name.startswith(f"{self.variable}."):
            return
        before = self.known.get(name)
        if before != event.value:
            self.changed = f"{name} was {shown(before)} and is {shown(event.value)}"
        self.known[name] = event.value

    def reached(self, runner: Runner, node: Node) -> str | None:
        changed, self.changed = self.changed, ""
        return changed or None


@dataclass
class WhenTrue(Breakpoint):
    """Stops in front of the first step where a condition holds that did not hold before."""

    condition: Expression
    text: str
    held: bool = False

    def reached(self, runner: Runner, node: Node) -> str | None:
        before, self.held = self.held, self._holds(runner)
        return f"{self.condition.source} is true" if self.held and not before else None

    def _holds(self, runner: Runner) -> bool:
        try:
            return truth(self.condition.value(runner.session))
        except IvrkitError:
            return False  # what it speaks of has no value yet


def shown(value: Any) -> str:
    """A value of the trace, as people read it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {shown(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(shown, value)) + "]"
    return str(value)
