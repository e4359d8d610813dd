"""The control-flow graph of a flow: steps, and the ways by which they are left.

Everything that walks a flow walks these edges: the checks, and whatever draws, counts or measures
a flow. A **point** is a step in its place, or one of the few places that are no step (:data:`END`
and its like). An **edge** is a way out of a point. Nothing that the graph knows needs a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NamedTuple

from ivrkit.call.exits import ExitSpec
from ivrkit.call.step import Node
from ivrkit.call.targets import Target
from ivrkit.flow.model import Flow

END: Final = 0
"""The flow is over, or the section that was run returns."""
HANGUP: Final = 1
"""The call is hung up."""
ON_ERROR: Final = 2
"""A step has failed and does not say where to go."""
KEYS: Final = 3
"""A flow-wide key or shortcut was pressed."""
ON_END: Final = 4
"""The call is over: what ``on_end`` does begins here."""
ASKED: Final = 5
"""Back to a step that asks, which only the call knows."""
FIRST: Final = 6
"""The first point that may be a step."""

PERHAPS: Final = "perhaps"
"""The way from a step that could not be read to a section that it names."""

MEANWHILE: Final = "meanwhile"
"""The way to what runs while a step goes on."""
DURING: Final = "during"
"""The way from the beginning of such a step to its end, whatever has run in between."""

_NAMES: Final = ("end", "hangup", "on_error", "keys", "on_end", "back")


class EdgeKind(IntEnum):
    """Why an edge is taken."""

    FLOW = 0
    """The step is left by an exit."""
    SKIP = 1
    """``when`` does not hold."""
    CALL = 2
    """Into a section that is run."""
    RETURN = 3
    """On behind a section that was run, once it has returned."""
    INTERRUPT = 4
    """A flow-wide key or an error leaves everything that the flow was running."""


class Edge(NamedTuple):
    """A way from one point to another. ``way`` is ``next``, ``when`` (skipped), ``run``, a way of
    the step (``keys/1``, ``then``) or ``exits/<name>``."""

    way: str
    to: int
    kind: EdgeKind = EdgeKind.FLOW


class Point(NamedTuple):
    """A place in the graph. ``node`` is None where it is no step; ``origin`` is the section, or
    the list of the flow (``on_error``, ``keys/0``), in which it stands.

    ``leaving``: the same step once more, where it is left after its ``check`` has run, or after
    what ran beside it has been cut off.
    """

    node: Node | None
    origin: str
    path: str = ""
    leaving: bool = False


class Loose(NamedTuple):
    """A target that leads nowhere: no such section, or nothing around that asks or loops."""

    node: Node | None
    way: str
    target: Target


class Untargeted(NamedTuple):
    """An outcome that has no target anywhere."""

    node: Node
    exit: ExitSpec


class WayBack(NamedTuple):
    """A way that goes back from a point. ``question`` is the point of the step that asks around
    it, None if there is none; ``menus`` are those to which it may lead."""

    number: int
    question: int | None
    menus: frozenset[int] = frozenset()


@dataclass(slots=True)
class Graph:
    """Points, and the edges out of each, by number.

    ``heads`` gives the point at which each section begins; ``calls`` the head of the section that
    a ``run`` step runs, by the point of the step; ``lists`` the points of every list of steps.
    ``failing`` are the steps that ``on_error`` follows when something in them goes wrong, ``holes``
    those that could not be read. ``cut`` are the points of what may be cut off anywhere, by the
    point of the step that it belongs to: what runs beside it, or under its time limit.
    ``backs`` are the ways by which ``back`` leads on.
    """

    flow: Flow
    points: list[Point] = field(default_factory=list)
    edges: list[list[Edge]] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=dict)
    calls: dict[int, int] = field(default_factory=dict)
    lists: list[range] = field(default_factory=list)
    failing: set[int] = field(default_factory=set)
    holes: set[int] = field(default_factory=set)
    loose: list[Loose] = field(default_factory=list)
    untargeted: list[Untargeted] = field(default_factory=list)
    backs: list[WayBack] = field(default_factory=list)
    cut: dict[int, range] = field(default_factory=dict)

    @classmethod
    def of(cls, flow: Flow, flows: Mapping[str, Flow]) -> Graph:
        """The graph of a flow; ``flows`` are those that it may run, by name."""
        from ivrkit.flow.check.build import Builder

        return Builder(flow, flows).build()

    @property
    def start(self) -> int:
        """Where a call comes in: the section ``main``."""
        return self.heads.get("main", END)

    @property
    def entries(self) -> list[int]:
        """Where calls that are placed may begin: the sections of ``entry``."""
        return [self.heads[name] for name in self.flow.entry if name in self.heads]

    @property
    def ways_in(self) -> list[int]:
        """All points where something begins: ``main``, the sections of ``entry``, ``on_error`` and
        ``on_end``."""
        return [self.start, *self.entries, ON_ERROR, ON_END]

    def steps(self) -> Iterator[tuple[int, Node]]:
        """The number and node of every step, once."""
        for number in range(FIRST, len(self.points)):
            point = self.points[number]
            if point.node is not None and not point.leaving:
                yield number, point.node

    def describe(self, number: int) -> str:
        """What a path calls this point: its section, ``on_error``, a flow-wide key."""
        return self.points[number].origin

    def inside(self, number: int) -> set[int]:
        """All points of what may be cut off anywhere with the step at this point (``cut``): those
        in place, and those of the sections that are run there. A jump out is no part of it."""
        found = set(self.cut.get(number, ()))
        own = self.calls.get(number)
        if own is not None and own in self.heads.values():
            origin = self.points[own].origin
            found.update(n for n, point in enumerate(self.points) if point.origin == origin)
        waiting = [self.calls[each] for each in found if each in self.calls and each != number]
        if own is not None and all(edge.way != MEANWHILE for edge in self.edges[number]):
            waiting.append(own)  # a section that is run may jump about until it comes back
        found.update(waiting)
        while waiting:
            for edge in self.edges[waiting.pop()]:
                if edge.kind is not EdgeKind.INTERRUPT and edge.to not in found:
                    found.add(edge.to)
                    waiting.append(edge.to)
        return found

    def reached(self, starts: list[int]) -> set[int]:
        """All points that can be reached from these."""
        found = set(starts)
        waiting = list(found)
        edges = self.edges
        while waiting:
            for edge in edges[waiting.pop()]:
                if edge.to not in found:
                    found.add(edge.to)
                    waiting.append(edge.to)
        return found

    def sections_of(self, path: list[int]) -> list[str]:
        """A path as people name it: the sections it goes through, one after the other."""
        names: list[str] = []
        for number in path:
            name = self.describe(number)
            if not names or names[-1] != name:
                names.append(name)
        return names


def special_points() -> list[Point]:
    """The points that are no step, in the order of their numbers."""
    return [Point(None, name, name) for name in _NAMES]
