"""What surely has a value at every point of a flow: definite assignment over its graph.

Each variable (and each field that is set by itself, ``task.step``) is a bit. A state is the set of
bits that hold on **every** path to a point, so states meet by ``&``; a way through a step keeps
some bits and adds others. Two facts about the call travel with the variables: that it is
answered, and that what was typed last is no secret.

A section that is run is summed up once, for all who run it: for each bit whether it is set, kept
or lost between its beginning and its end. So one pass serves every caller.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from ivrkit.call.exits import NEXT, TIMEOUT
from ivrkit.flow.check.effects import ANSWERED, OPEN_INPUT, Bits, Effects, effects_of
from ivrkit.flow.check.graph import DURING, END, KEYS, ON_END, ON_ERROR, EdgeKind, Graph
from ivrkit.flow.check.trails import lost_since

if TYPE_CHECKING:
    from ivrkit.call.step import Node
    from ivrkit.flow.check.subject import Subject

UNREACHED: Final = -1
"""The state of a point that nothing reaches: every bit is set."""


class Move(NamedTuple):
    """An edge as it changes a state: ``state & keep | gain``."""

    to: int
    keep: int
    gain: int


class Summary(NamedTuple):
    """What happens between a point and the end of its section: ``gain`` is set on every path,
    ``keep`` is set or left alone on every path."""

    gain: int
    keep: int


@dataclass(slots=True)
class States:
    """States by point; see the module."""

    graph: Graph
    bits: Bits
    before: list[int] = field(default_factory=list)
    moves: list[list[Move]] = field(default_factory=list)
    _trees: dict[int, list[int]] = field(default_factory=dict)
    _numbers: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, subject: Subject) -> States:
        """Work the states of a flow out."""
        graph = subject.graph
        bits = Bits.of(subject.flow, subject.nodes)
        effects = [effects_of(subject, point.node, bits) for point in graph.points]
        states = cls(graph, bits)
        states.moves = _moves(graph, effects, _summaries(graph, effects))
        if graph.backs:
            _lead_back(graph, states.moves, bits.every)
        states._numbers = {id(node): number for number, node in graph.steps()}
        start = bits.at_start(subject.flow) | (ANSWERED if subject.part else 0)
        states._solve(start)
        return states

    def holds(self, number: int, mask: int) -> bool:
        """Whether one of these bits is set on every way to a step; always for none of them."""
        return not mask or bool(self.before[number] & mask)

    def number(self, node: object) -> int:
        """The point of a step."""
        return self._numbers[id(node)]

    def way_to(self, number: int, mask: int) -> list[str]:
        """The sections of a shortest path to a point on which none of the bits is set."""
        return self.graph.sections_of(self._path_to(number, mask))

    def _path_to(self, number: int, mask: int) -> list[int]:
        tree = self._trees.get(mask)
        if tree is None:
            tree = self._trees[mask] = self._tree(mask)
        path = []
        while number not in path and number != UNREACHED:
            path.append(number)
            number = tree[number]
        return path[::-1]

    def left_by(self, number: int, mask: int, name: str) -> tuple[Node, str] | None:
        """The last step on that path that would have set a variable, and the exit by which it is
        left there without."""
        path = self._path_to(number, mask)
        for place in range(len(path) - 2, -1, -1):
            node = self.graph.points[path[place]].node
            setting = [each for each in node.step.assigns() if each.name == name] if node else []
            if node is None or not setting:
                continue
            edges = self.graph.edges[path[place]]
            ways = {each.way.removeprefix("exits/") for each in edges if each.to == path[place + 1]}
            ways -= {exit_ for each in setting for exit_ in each.exits or (NEXT,)}
            if not ways or any("/" in each for each in ways):  # by a key, or through a branch
                return None
            return node, " or ".join(sorted(ways))
        return None

    def _solve(self, start: int) -> None:
        graph = self.graph
        before = self.before = [UNREACHED] * len(graph.points)
        before[graph.start] = start
        for entry in graph.entries:  # a call that was placed has been answered
            before[entry] &= start | ANSWERED
        self._flow((graph.start, *graph.entries), graph.failing)
        lost = ~0
        for moves in self.moves:
            for move in moves:
                lost &= move.keep
        # A call ends anywhere. What goes wrong then does not lead back to the caller, and steps
        # that need one are told of by the check of on_end.
        before[ON_END] = start & lost & ~OPEN_INPUT | ANSWERED
        self._flow((ON_END,), frozenset())

    def _flow(self, starts: Iterable[int], failing: Set[int]) -> None:
        """Let states flow from these points until nothing changes any more."""
        before, moves_of = self.before, self.moves
        waiting = deque(starts)
        while waiting:
            number = waiting.popleft()
            state = before[number]
            moves = moves_of[number]
            for to, keep, gain in (*moves, _FAILS) if number in failing else moves:
                met = before[to] & (state & keep | gain)
                if met != before[to]:
                    before[to] = met
                    waiting.append(to)

    def _tree(self, mask: int) -> list[int]:
        """For every point the one before it on a shortest path without these bits."""
        graph = self.graph
        parents = [UNREACHED] * len(graph.points)
        seen: set[int] = set()
        starts = [each for each in (graph.start, *graph.entries) if not self.before[each] & mask]
        self._spread(mask, parents, seen, starts, graph.failing)
        emptied = []
        for number, moves in enumerate(self.moves):
            for to, keep, gain in moves if self.before[number] != UNREACHED else ():
                if to not in seen and mask & ~keep and not mask & gain:
                    parents[to] = number
                    emptied.append(to)
        self._spread(mask, parents, seen, emptied, graph.failing)
        self._spread(mask, parents, seen, [ON_END], frozenset())
        return parents

    def _spread(
        self, mask: int, parents: list[int], seen: set[int], starts: list[int], failing: Set[int]
    ) -> None:
        waiting = deque(each for each in starts if each not in seen)
        seen.update(waiting)
        while waiting:
            number = waiting.popleft()
            moves = self.moves[number]
            for to, _, gain in (*moves, _FAILS) if number in failing else moves:
                if to not in seen and not mask & gain:
                    parents[to] = number
                    seen.add(to)
                    waiting.append(to)


_FAILS: Final = Move(ON_ERROR, ~0, 0)


def _moves(
    graph: Graph, effects: list[Effects], summaries: Mapping[int, Summary]
) -> list[list[Move]]:
    """The edges of every point as moves; a section that never comes back has no way behind it."""
    moves: list[list[Move]] = []
    for number, edges in enumerate(graph.edges):
        effect = effects[number]
        if effect.idle and number not in graph.calls and number not in graph.cut:
            moves.append([Move(edge.to, ~0, 0) for edge in edges])
            continue
        own: list[Move] = []
        for edge in edges:
            keep, gain = effect.on(edge.way)
            if edge.kind is EdgeKind.RETURN:
                summary = summaries.get(graph.calls.get(number, UNREACHED))
                if summary is None or summary == _NEVER:
                    continue
                gain |= summary.gain
                keep &= summary.keep
            if edge.way in _CUTTING and number in graph.cut:
                keep &= _kept(graph, effects, number)
            own.append(Move(edge.to, keep, gain))
        moves.append(own)
    return moves


_CUTTING: Final = frozenset({DURING, f"exits/{TIMEOUT}"})
"""The ways by which what runs inside a step may be cut off anywhere."""


def _kept(graph: Graph, effects: list[Effects], number: int) -> int:
    """The bits that no way through what may be cut off with this step loses."""
    keep = ~0
    for inside in graph.inside(number):
        for edge in graph.edges[inside]:
            keep &= effects[inside].on(edge.way)[0]
    return keep


def _lead_back(graph: Graph, moves: list[list[Move]], every: int) -> None:
    """A menu that one comes back to has lost what was emptied since, and nothing else: what it
    had when the caller was there before holds still."""
    lost = lost_since(graph, moves, every)
    for number, question, menus in graph.backs:
        for menu in menus:
            before = lost[question] if question is not None and menu != question else 0
            kept = ~(lost[number] | before)
            moves[number].append(Move(menu, kept, kept))


# ---- sections that are run -------------------------------------------------------------------

_NEVER: Final = Summary(~0, ~0)
_DONE: Final = Summary(0, ~0)


def _summaries(graph: Graph, effects: list[Effects]) -> dict[int, Summary]:
    """What running a section does, by the point at which it begins; only if any is run."""
    if not graph.calls:
        return {}
    summaries = [_NEVER] * len(graph.points)
    summaries[END] = _DONE
    sources: list[list[int]] = [[] for _ in graph.points]
    for number, edges in enumerate(graph.edges):
        for edge in edges:
            if edge.kind is not EdgeKind.CALL:
                sources[edge.to].append(number)
        if number in graph.calls:
            sources[graph.calls[number]].append(number)
    waiting = deque(sources[END])
    while waiting:
        number = waiting.popleft()
        found = _summary(graph, effects, summaries, number)
        if found != summaries[number] and number not in (ON_ERROR, KEYS, ON_END):
            summaries[number] = found
            waiting.extend(sources[number])
    return {head: summaries[head] for head in graph.calls.values()}


def _summary(
    graph: Graph, effects: list[Effects], summaries: list[Summary], number: int
) -> Summary:
    gain_all, keep_all = _NEVER
    for edge in graph.edges[number]:
        if edge.kind in (EdgeKind.CALL, EdgeKind.INTERRUPT):
            continue
        keep, gain = effects[number].on(edge.way)
        behind = summaries[edge.to]
        if edge.kind is EdgeKind.RETURN:
            ran = summaries[graph.calls[number]] if number in graph.calls else _NEVER
            if ran == _NEVER:
                continue
            keep, gain = keep & ran.keep, gain | ran.gain
        if behind == _NEVER:
            continue
        gain_all &= behind.gain | (gain & behind.keep)
        keep_all &= behind.gain | gain & behind.keep | keep & behind.keep
    return Summary(gain_all, keep_all)
