from __future__ import annotations

from ivrkit.input import Entry, EntrySet, Pattern
from ivrkit.input.automaton import Node


def root(*patterns: str) -> Node:
    entries = EntrySet(Entry(Pattern.parse(text), text) for text in patterns)
    return entries.automaton(None, None, False).root


def test_nodes_are_made_once_and_shared() -> None:
    node = root("XX", "XXX")
    assert node["1"] is node["1"]
    assert node["1"] is node["2"]


def test_an_open_pattern_needs_no_more_nodes_the_longer_it_gets() -> None:
    node: Node | None = root("1.")
    seen = set()
    for key in "1" + "2" * 100:
        assert node is not None
        node = node[key]
        seen.add(id(node))
    assert len(seen) <= 3


def test_keys_that_do_not_exist_leave_nothing_behind() -> None:
    node = root(".")
    assert [node[key] for key in ("é", "12", "")] == [None, None, None]
    assert len(node) == 0


def test_the_table_of_a_set_is_kept() -> None:
    entries = EntrySet([Entry(Pattern.parse("1"), "one")])
    assert entries.automaton("#", None, False) is entries.automaton("#", None, False)
    assert entries.automaton("#", None, True) is not entries.automaton("#", None, False)
