"""The ways of a flow with what they cost: the graph of the checks without technical failures."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from ivrkit.call.kinds import Kind
from ivrkit.call.step import Node
from ivrkit.call.targets import Reserved, Word
from ivrkit.expressions.expression import Setting
from ivrkit.flow.check.fields import entries_of
from ivrkit.flow.check.graph import (
    ASKED,
    END,
    FIRST,
    HANGUP,
    KEYS,
    ON_ERROR,
    Edge,
    EdgeKind,
    Graph,
)
from ivrkit.flow.check.retries import attempts_of
from ivrkit.flow.check.trails import led_back
from ivrkit.flow.worst.circles import components, longest
from ivrkit.flow.worst.costs import Costs

if TYPE_CHECKING:
    from ivrkit.flow.worst.figures import Worst

_NONE: Final[tuple[int, ...]] = ()


class Ways:
    """``edges`` lead past sections that are run, ``all_edges`` into them too; ``unbounded`` leaves
    out those that are taken so many times at most (rounds, attempts). ``seconds`` and
    ``keys`` are the most that each step costs, with all that it runs. ``persons`` are the steps
    that hand over to a person, ``ends`` the points at which the flow's part is over."""

    def __init__(self, graph: Graph, costs: Costs, ran: Mapping[int, Worst]) -> None:
        self._graph = graph
        self._costs = costs
        self._ran = ran
        self.starts = [graph.start, *graph.entries]
        self.all_edges: dict[int, list[int]] = {}
        self.edges: dict[int, list[int]] = {}
        self.unbounded: dict[int, list[int]] = {}
        self._out = led_back(graph)
        for number, edges in enumerate(self._out):
            kept = [each for each in edges if not _is_failure(each)]
            self.all_edges[number] = [each.to for each in kept]
            self.edges[number] = [each.to for each in kept if each.kind is not EdgeKind.CALL]
            self.unbounded[number] = [each.to for each in kept if not self._bounded(number, each)]
        self.seconds: dict[int, float] = {}
        self.keys: dict[int, float] = {}
        self._rounds()
        # What goes on beside a step takes no time of its own.
        self._beside = {each for points in graph.cut.values() for each in points}
        for number, node in graph.steps():
            self._weigh(number, node)
        self._add_sections()
        self.persons = frozenset(
            number
            for number, node in graph.steps()
            if node.step.person or (number in ran and ran[number].person is not None)
        )
        self.ends = frozenset(
            {END, HANGUP, ASKED}
            | {number for number, node in graph.steps() if node.step.kind is Kind.AWAY}
        )

    # ---- edges -----------------------------------------------------------------------------------

    def _bounded(self, number: int, edge: Edge) -> bool:
        """Whether an edge is one more round of a loop, or one more attempt of a question."""
        around = self._graph.points[edge.to].node
        own = self._graph.points[number]
        if around is None or own.node is None:
            return False
        if number != edge.to and not own.path.startswith(f"{around.path}/"):
            return False
        wrong = self._is_wrong(own.node, edge)
        return around.step.loops or (around.step.asks and (wrong or _total(around) is not None))

    @staticmethod
    def _is_wrong(node: Node, edge: Edge) -> bool:
        target = node.targets.get(edge.way)
        return isinstance(target, Reserved) and target.word is Word.WRONG

    def _rounds(self) -> None:
        """How often each point is gone through at most because of the loops around it, and of the
        questions that are put again from there."""
        self._times: dict[int, float] = {}
        loops = {node.path: _rounds_of(node) for _, node in self._graph.steps() if node.step.loops}
        loops.update(self._attempts())
        if not loops:
            return
        for number, point in enumerate(self._graph.points):
            for path, rounds in loops.items():
                if point.path.startswith(f"{path}/"):
                    self._times[number] = self._times.get(number, 1.0) * rounds

    def _attempts(self) -> dict[str, float]:
        """The lists of steps from which the question around them is put again, so many times at
        most; ``_put_again`` gets the questions that may be put as often as ``total`` allows."""
        self._put_again: set[int] = set()
        found: dict[str, float] = {}
        for number, edges in enumerate(self._out):
            for edge in edges:
                around, own = self._graph.points[edge.to].node, self._graph.points[number].node
                if around is None or own is None or not around.step.asks:
                    continue
                if not self._bounded(number, edge):
                    continue
                most = attempts_of(around, "no_match")
                if not self._is_wrong(own, edge):
                    self._put_again.add(edge.to)
                    most = _total(around)
                for way in around.targets:
                    path = f"{around.path}/{way}"
                    if most is not None and own.path.startswith(f"{path}/"):
                        found[path] = max(found.get(path, 1.0), float(most))
        return found

    # ---- weights ---------------------------------------------------------------------------------

    def _weigh(self, number: int, node: Node) -> None:
        seconds = self._costs.seconds(node, again=number in self._put_again)
        keys = float(self._costs.keys(node))
        worst = self._ran.get(number)
        if worst is not None:
            person = worst.person
            seconds = max(worst.seconds, person.seconds if person else 0.0)
            keys = max(worst.keys, person.most_keys if person else 0)
        times = self._times.get(number, 1.0)
        self.seconds[number] = 0.0 if number in self._beside else seconds * times
        self.keys[number] = keys * times

    def _add_sections(self) -> None:
        """Add to each step that runs a section what the section costs; one that runs itself is
        counted once."""
        for number in self._graph.calls:
            self._add_call(number, set())

    def _section(self, head: int, open_heads: set[int]) -> tuple[float, float]:
        if head in open_heads or head < FIRST:
            return 0.0, 0.0
        open_heads.add(head)
        groups = components(self.edges, [head])
        for number in [each for group in groups for each in group]:
            self._add_call(number, open_heads)
        open_heads.discard(head)
        seconds = longest(groups, self.edges, self.seconds).get(head, 0.0)
        keys = longest(groups, self.edges, self.keys).get(head, 0.0)
        return seconds, keys

    def _add_call(self, number: int, open_heads: set[int]) -> None:
        head = self._graph.calls.get(number)
        if head is None:
            return
        seconds, keys = self._section(head, open_heads)
        times = self._times.get(number, 1.0)
        if number not in self._beside and number not in self._graph.cut:
            self.seconds[number] = max(self.seconds.get(number, 0.0), seconds * times)
        self.keys[number] = max(self.keys.get(number, 0.0), keys * times)

    # ---- keys ------------------------------------------------------------------------------------

    def fewest_keys(self, goals: frozenset[int]) -> int | None:
        """The fewest keys from where calls begin to one of these points (Dijkstra)."""
        best: dict[int, int] = {}
        waiting = [(0, each) for each in self.starts]
        results: list[int] = []
        while waiting:
            spent, number = heapq.heappop(waiting)
            if number in best:
                continue
            best[number] = spent
            if number in goals:
                worst = self._ran.get(number)
                inside = worst.person.fewest_keys if worst is not None and worst.person else 0
                results.append(spent + (inside if number in self.persons else 0))
            for edge in self._out[number]:
                cost = self._cost(number, edge)
                if cost is not None and edge.to not in best:
                    heapq.heappush(waiting, (spent + cost, edge.to))
        return min(results, default=None)

    def _cost(self, number: int, edge: Edge) -> int | None:
        """The fewest keys that an edge takes; None where it cannot be taken."""
        if _is_failure(edge):
            return None
        if number == KEYS:
            flow = self._graph.flow
            keys = (*flow.keys, *flow.shortcuts)
            return next(
                (key.pattern.shortest for key in keys if edge.way == f"keys/{key.pattern.text}"), 0
            )
        point = self._graph.points[number]
        if point.node is None or point.leaving:
            return 0
        worst = self._ran.get(number)
        if worst is not None and edge.kind is not EdgeKind.INTERRUPT:
            return worst.passed
        if not point.node.step.asks or edge.kind is not EdgeKind.FLOW:
            return 0
        for entry in entries_of(point.node.step):
            if entry.way == edge.way:
                return entry.pattern.shortest
        if edge.way.startswith("exits/") or edge.way == "when":
            return 0
        return self._costs.fewest(point.node.step)

    # ---- sections --------------------------------------------------------------------------------

    def sections_without(self, goals: frozenset[int]) -> list[str]:
        """The sections that callers come to and from which none of these points is reached."""
        sources: dict[int, list[int]] = {}
        for number, several in self.all_edges.items():
            for to in several:
                sources.setdefault(to, []).append(number)
        leads: set[int] = set()
        returning: set[int] = set()
        waiting = list(goals)
        while waiting:
            leads.update(waiting)
            while waiting:
                for number in sources.get(waiting.pop(), _NONE):
                    if number not in leads:
                        leads.add(number)
                        waiting.append(number)
            waiting = list(self._returning(leads, returning) - returning)
            returning.update(waiting)
        reached = {each for group in components(self.all_edges, self.starts) for each in group}
        return [
            name
            for name, head in self._graph.heads.items()
            if head in reached and head not in leads and head >= FIRST
        ]

    def _returning(self, leads: set[int], returning: set[int]) -> set[int]:
        """The points that return from a section to where one of ``leads`` is reached, or to what
        itself is one of ``returning``."""
        found: set[int] = set()
        for number, head in self._graph.calls.items():
            behind = number in returning or not leads.isdisjoint(self.edges[number])
            if head >= FIRST and behind:
                inside = [each for group in components(self.edges, [head]) for each in group]
                found.update(each for each in inside if END in self.edges[each])
        return found


def _total(node: Node) -> int | None:
    """How often a question is put at most, where that is written."""
    total = getattr(getattr(node.step, "attempts", None), "total", None)
    literal = total.literal if isinstance(total, Setting) else None
    return int(literal) if isinstance(literal, Decimal) else None


def _is_failure(edge: Edge) -> bool:
    return edge.to == ON_ERROR or edge.way == "exits/error"


def _rounds_of(node: Node) -> float:
    """How many rounds a loop makes at most, where it is written; else it is gone through once."""
    most = getattr(node.step, node.step.main or "", None)
    value = most.literal if isinstance(most, Setting) else None
    return float(value) if isinstance(value, Decimal) else 1.0
