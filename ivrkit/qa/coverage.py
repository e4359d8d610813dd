"""What of the flows the calls of a run have gone through: sections, and the ways out of steps.

A **way** is what leads out of a step in the file, and counts once per step:

* the usual one (``next``), and each way in and beside the step (``keys/1``, ``then``, ``check``);
* each outcome of the caller or of the other party that the step can have (``exits/no_input``,
  ``exits/full``), whether the step, its ``else`` or the flow says where it leads;
* an outcome of a flow that is run, and ``when``: the step is passed by.

What breaks in counts where it is written, once per flow: each flow-wide key and shortcut, and
``on_error`` for all that may fail. A technical exit counts at a step only where the step names it.
Steps that only go somewhere (``goto``, ``return``, ``hangup``) have no choice: the way to them
counts.

Pure: it is made of traces and of the graph (:mod:`ivrkit.flow.check.graph`), of nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ivrkit.call.events import CameBack, Entered, Left, Pressed, Recognised, Skipped, TraceEvent
from ivrkit.call.exits import ERROR, NEXT
from ivrkit.call.step import Node
from ivrkit.call.targets import NOWHERE, Mark, Target
from ivrkit.flow.check.graph import MEANWHILE, Edge, EdgeKind, Graph
from ivrkit.flow.exits import ELSE, leads_to
from ivrkit.flow.model import Flow, FlowVersion

ON_ERROR = "on_error"
WHEN = "when"
_WHOLE = ""
"""Where the ways of the whole flow stand."""


class Uncovered(NamedTuple):
    """A section or way that no call has taken. ``way`` is empty for a section."""

    path: str
    way: str
    mark: Mark

    def __str__(self) -> str:
        what = f"section {self.path}" if not self.way else f"{self.path} {self.way}".strip()
        return f"{_shown(self.mark.file)}:{self.mark.line}: {what}"


@dataclass(slots=True)
class FlowCoverage:
    """One flow: its sections and ways with their places, and which of them were taken."""

    name: str
    file: str
    sections: dict[str, Mark]
    ways: dict[tuple[str, str], Mark]
    entered: set[str] = field(default_factory=set)
    taken: set[tuple[str, str]] = field(default_factory=set)

    @property
    def percent(self) -> tuple[float, float]:
        """Of the sections, of the ways."""
        return _percent(self.entered, self.sections), _percent(self.taken, self.ways)

    @property
    def uncovered(self) -> list[Uncovered]:
        """What no call has taken, in the order of the file."""
        found = [
            Uncovered(name, "", mark)
            for name, mark in self.sections.items()
            if name not in self.entered
        ]
        found += [
            Uncovered(path, way, mark)
            for (path, way), mark in self.ways.items()
            if (path, way) not in self.taken
        ]
        return sorted(found, key=lambda each: each.mark.line)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        sections, ways = self.percent
        return {
            "flow": self.name,
            "file": _shown(self.file),
            "sections": _figures(self.entered, self.sections, sections),
            "ways": _figures(self.taken, self.ways, ways),
            "uncovered": [
                {
                    "path": each.path,
                    "way": each.way,
                    "file": _shown(each.mark.file),
                    "line": each.mark.line,
                    "column": each.mark.column,
                }
                for each in self.uncovered
            ],
        }


class Coverage:
    """Takes in calls, and tells what of their flows they have gone through. A flow that is run by
    one of them and that no call has reached is there too, with nothing covered."""

    def __init__(self) -> None:
        self._flows: dict[str, _Counted] = {}

    def add(self, version: FlowVersion, events: Iterable[TraceEvent]) -> None:
        """One call, with the version of the flow that it began in."""
        counted = {
            name: self._flows.setdefault(flow.file, _Counted.of(flow, version))
            for name, flow in version.flows.items()
        }
        chain: list[str] = []
        for event in events:
            flow = getattr(event, "flow", "") if isinstance(event, Entered) else ""
            if flow in chain:
                del chain[chain.index(flow) + 1 :]
            elif flow:
                chain.append(flow)
            _count(event, counted, chain or [version.name])

    def flows(self) -> list[FlowCoverage]:
        """Every flow by name."""
        return sorted((each.found for each in self._flows.values()), key=lambda each: each.name)

    @property
    def lowest(self) -> float:
        """The lowest figure of any flow, in percent; 100 if there is none."""
        return min((figure for each in self.flows() for figure in each.percent), default=100.0)


@dataclass(slots=True)
class _Counted:
    flow: Flow
    found: FlowCoverage
    nodes: dict[str, Node]
    branches: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, flow: Flow, version: FlowVersion) -> _Counted:
        sections = {name: section.mark for name, section in flow.sections.items()}
        ways = {(path, way): mark for path, way, mark in _ways(flow, version)}
        nodes = {node.path: node for node in flow.nodes()}
        branches = {
            branch.path: (node.path, way)
            for node in nodes.values()
            for way, branch in node.branches()
        }
        return cls(flow, FlowCoverage(flow.name, flow.file, sections, ways), nodes, branches)

    def reached(self, path: str) -> None:
        """A step was entered or passed by: its section, and the way to the list it stands in."""
        below = path.rpartition("/")[0]
        if below in self.flow.sections:
            self.found.entered.add(below)
        while below in self.branches:
            holder, way = self.branches[below]
            self.take(holder, way)
            below = holder.rpartition("/")[0]

    def take(self, path: str, *names: str) -> None:
        """A way was taken; the first of these names that the step has."""
        for name in names:
            if (path, name) in self.found.ways:
                self.found.taken.add((path, name))
                return


def _count(event: TraceEvent, counted: dict[str, _Counted], chain: list[str]) -> None:
    if isinstance(event, Pressed | Recognised):
        if event.result in ("key", "shortcut"):
            _key(event, [counted[name] for name in reversed(chain)])
        return
    if not isinstance(event, Entered | Left | Skipped | CameBack) or event.flow not in counted:
        return
    flow = counted[event.flow]
    if isinstance(event, Entered | Skipped):
        flow.reached(event.path)
    if isinstance(event, Skipped):
        flow.take(event.path, WHEN)
    elif isinstance(event, Left | CameBack):
        names = (event.exit, f"exits/{event.exit}")
        flow.take(event.path, *names, *((NEXT,) if event.exit == ELSE else ()))
        if _fails(flow, event):
            handler = next((each for each in reversed(chain) if counted[each].flow.on_error), None)
            if handler is not None:
                counted[handler].take(_WHOLE, ON_ERROR)


def _key(event: Pressed | Recognised, innermost: list[_Counted]) -> None:
    """A flow-wide key or shortcut: that of the innermost flow which has it."""
    way = f"{event.result}/{event.label}"
    for flow in innermost:
        if (_WHOLE, way) in flow.found.ways:
            flow.take(_WHOLE, way)
            return


def _fails(counted: _Counted, event: Left | CameBack) -> bool:
    """Whether an exit is left to ``on_error``."""
    node = counted.nodes.get(event.path)
    if node is None or leads_to(node, event.exit, counted.flow) is not None:
        return False
    return event.exit == ERROR or event.exit in _technical(node)


# ---- the ways of a flow ------------------------------------------------------------------------


def _ways(flow: Flow, version: FlowVersion) -> Iterator[tuple[str, str, Mark]]:
    for kind, keys in (("key", flow.keys), ("shortcut", flow.shortcuts)):
        for key in keys:
            yield _WHOLE, f"{kind}/{key.pattern.text}", key.mark
    if flow.on_error is not None:
        yield _WHOLE, ON_ERROR, _mark(flow.on_error)
    graph = Graph.of(flow, version.flows)
    for number, point in enumerate(graph.points):
        node = point.node
        if node is None or (node.step.ends and len(node.targets) < 2):
            continue
        technical = _technical(node)
        for edge in graph.edges[number]:
            if _counts(edge, node, technical):
                target = node.targets.get(edge.way)
                mark = _mark(target) if target is not None else node.mark
                yield node.path, edge.way, mark if mark.line else node.mark


def _counts(edge: Edge, node: Node, technical: frozenset[str]) -> bool:
    if edge.kind in (EdgeKind.INTERRUPT, EdgeKind.CALL) or edge.way == MEANWHILE:
        return False
    if edge.kind is EdgeKind.FLOW and edge.way.startswith("exits/"):
        return edge.way in node.targets or edge.way.removeprefix("exits/") not in technical
    return edge.kind is not EdgeKind.FLOW or edge.way == NEXT or edge.way in node.targets


def _technical(node: Node) -> frozenset[str]:
    return frozenset({ERROR, *(each.name for each in node.outcomes() if each.technical)})


def _mark(target: Target) -> Mark:
    return getattr(target, "mark", NOWHERE)


def _shown(file: str) -> str:
    """A file as one names it here."""
    near = os.path.relpath(file)
    return file if near.startswith("..") else near


def _figures(taken: set[Any], there: dict[Any, Mark], percent: float) -> dict[str, float | int]:
    return {"covered": len(taken), "of": len(there), "percent": round(percent, 1)}


def _percent(taken: set[Any], there: dict[Any, Mark]) -> float:
    return 100.0 * len(taken) / len(there) if there else 100.0
