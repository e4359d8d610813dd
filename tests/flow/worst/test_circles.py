"""Circles, and the longest way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivrkit.flow.worst.circles import components, is_circle, longest

GRAPHS = st.dictionaries(
    st.integers(0, 8), st.lists(st.integers(0, 8), max_size=4), min_size=1, max_size=9
)


def reached(edges: dict[int, list[int]], start: int) -> set[int]:
    found, waiting = {start}, [start]
    for point in waiting:
        for to in edges.get(point, ()):
            if to not in found:
                found.add(to)
                waiting.append(to)
    return found


@given(GRAPHS)
def test_points_of_a_circle_lead_to_one_another(edges: dict[int, list[int]]) -> None:
    start = min(edges)
    groups = components(edges, [start])
    assert sorted(each for group in groups for each in group) == sorted(reached(edges, start))
    group_of = {point: place for place, group in enumerate(groups) for point in group}
    for one in group_of:
        for other in group_of:
            together = other in reached(edges, one) and one in reached(edges, other)
            assert (group_of[one] == group_of[other]) == together
    for point, place in group_of.items():
        assert all(group_of[to] <= place for to in edges.get(point, ()))


def test_a_point_that_leads_to_itself_is_a_circle() -> None:
    assert is_circle([1], {1: [1]})
    assert not is_circle([1], {1: [2]})
    assert is_circle([1, 2], {1: [2], 2: [1]})


def test_the_longest_way_goes_round_a_circle_once() -> None:
    edges = {0: [1, 3], 1: [2], 2: [1, 4], 3: [4], 4: []}
    weights = {0: 1.0, 1: 2.0, 2: 3.0, 3: 4.0, 4: 5.0}
    groups = components(edges, [0])
    assert longest(groups, edges, weights)[0] == 1 + (2 + 3) + 5
    assert longest(groups, edges, weights, frozenset({3})) == {0: 5.0, 3: 4.0}
    assert longest(groups, edges, weights, frozenset({9})) == {}
