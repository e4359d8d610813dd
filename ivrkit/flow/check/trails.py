"""Where ``back`` may lead: the menus that a caller may have come by last.

The graph has one point for all ways back (:data:`~ivrkit.flow.check.graph.ASKED`), because only a
call knows the menu. These are the menus that it can be, worked out as the engine finds them: of a
question that is a menu those before it, of anything else the last one on the way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from ivrkit.flow.check.graph import ASKED, ON_ERROR, Edge, Graph, WayBack


def ways_back(graph: Graph, found: Sequence[WayBack]) -> list[WayBack]:
    """The ways back with the menus to which each may lead."""
    if not found:
        return []
    menus = [number for number, node in graph.steps() if node.step.chooses]
    last = _last_menus(graph, menus)
    backs = []
    for each in found:
        asked = each.number if each.question is None else each.question
        led = {menu for place, menu in enumerate(menus) if last[asked] >> place & 1}
        if each.question is not None:
            led.add(each.question)  # with no menu before, it is asked again
        backs.append(each._replace(menus=frozenset(led)))
    return backs


def led_back(graph: Graph) -> list[list[Edge]]:
    """The edges of the graph, with those that go back leading to the menus that they may mean."""
    if not graph.backs:
        return graph.edges
    menus: dict[int, set[int]] = {}
    for back in graph.backs:
        menus.setdefault(back.number, set()).update(back.menus)
    found: list[list[Edge]] = []
    for number, edges in enumerate(graph.edges):
        if number not in menus:
            found.append(edges)
            continue
        led = [each for each in edges if each.to != ASKED or not menus[number]]
        for edge in edges:
            if edge.to == ASKED:
                led += [edge._replace(to=menu) for menu in sorted(menus[number])]
        found.append(led)
    return found


def _last_menus(graph: Graph, menus: Sequence[int]) -> list[int]:
    """For every point the menus that may be the last before it, one bit for each."""
    own = {number: 1 << place for place, number in enumerate(menus)}
    before = [0] * len(graph.points)
    waiting = deque(menus)
    while waiting:
        number = waiting.popleft()
        here = own.get(number, before[number])
        for to in _follows(graph, number):
            if here & ~before[to]:
                before[to] |= here
                waiting.append(to)
    return before


def _follows(graph: Graph, number: int) -> Iterator[int]:
    yield from (edge.to for edge in graph.edges[number])
    if number in graph.failing:
        yield ON_ERROR


def lost_since(
    graph: Graph, moves: Sequence[Iterable[tuple[int, int, int]]], every: int
) -> list[int]:
    """For every point what may have been emptied since the last menu: ``moves`` are the ways out
    of each point, what they keep and what they set."""
    lost = [0] * len(graph.points)
    menus = {number for number, node in graph.steps() if node.step.chooses}
    waiting = deque(range(len(moves)))
    while waiting:
        number = waiting.popleft()
        here = 0 if number in menus else lost[number]
        follows = [*moves[number], *([(ON_ERROR, ~0, 0)] if number in graph.failing else ())]
        for to, keep, gain in follows:
            emptied = (here | (every & ~keep)) & ~gain
            if emptied & ~lost[to]:
                lost[to] |= emptied
                waiting.append(to)
    return lost
