"""Points that lead round in circles, and the longest way through all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Edges = Mapping[int, Sequence[int]]


def components(edges: Edges, starts: Sequence[int]) -> list[list[int]]:
    """The points that can be reached, grouped: those of a circle together. A group stands behind
    all groups that it leads to (Tarjan's algorithm, without recursion)."""
    numbers: dict[int, int] = {}
    lowest: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for start in starts:
        if start in numbers:
            continue
        work = [(start, 0)]
        while work:
            point, at = work.pop()
            if at == 0:
                numbers[point] = lowest[point] = len(numbers)
                stack.append(point)
                on_stack.add(point)
            following = edges.get(point, ())
            for place in range(at, len(following)):
                to = following[place]
                if to not in numbers:
                    work += [(point, place + 1), (to, 0)]
                    break
                if to in on_stack:
                    lowest[point] = min(lowest[point], numbers[to])
            else:
                if lowest[point] == numbers[point]:
                    group: list[int] = []
                    while not group or group[-1] != point:
                        group.append(stack.pop())
                        on_stack.discard(group[-1])
                    found.append(group)
                if work:
                    above = work[-1][0]
                    lowest[above] = min(lowest[above], lowest[point])
    return found


def is_circle(group: Sequence[int], edges: Edges) -> bool:
    """Whether a group leads back to itself."""
    return len(group) > 1 or group[0] in edges.get(group[0], ())


def longest(
    groups: Sequence[Sequence[int]],
    edges: Edges,
    weights: Mapping[int, float],
    goals: frozenset[int] | None = None,
) -> dict[int, float]:
    """The greatest sum of weights on a way from each point, every group gone through once; with
    ``goals`` to one of these, and only from points that lead to one."""
    found: dict[int, float] = {}
    for group in groups:
        behind = [found[to] for point in group for to in edges.get(point, ()) if to in found]
        reached = goals is None or not goals.isdisjoint(group)
        if not behind and not reached:
            continue
        total = sum(weights.get(point, 0.0) for point in group) + max(behind, default=0.0)
        found.update((point, total) for point in group)
    return found
