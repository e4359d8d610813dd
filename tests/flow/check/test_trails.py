"""Where ``back`` may lead, and what holds in the menus it leads to."""

from __future__ import annotations

from collections.abc import Callable

from ivrkit.flow.check.graph import Graph

from .conftest import CheckFlow, told

TREE = """
    exits: {no_input: hangup, no_match: hangup}
    variables: {account: digits}
    sections:
      main:
        - answer
        - menu: {prompt: Top., keys: {1: login, 2: info}}
      login:
        - collect: {into: account, digits: 4}
        - goto: inner
      inner:
        - menu: {prompt: "Account {{ account }}.", keys: {1: info, 2: back, 3: other}}
      other:
        - set: {account: %s}
        - back
      info:
        - say: Info.
        - back
"""


def test_the_menus_are_those_that_come_last(graph: Callable[..., Graph]) -> None:
    found = graph(TREE % '"1"')
    named = {
        found.points[each.number].path: {found.points[menu].path for menu in each.menus}
        for each in found.backs
    }
    assert named == {
        "info/1": {"main/1", "inner/0"},
        "inner/0": {"main/1", "inner/0"},
        "other/1": {"inner/0"},
    }


def test_what_held_in_a_menu_holds_when_one_comes_back(findings: CheckFlow) -> None:
    """Section info is reached from both menus; that the account is not known in one of them does
    not take it away from the other."""
    assert told(findings(TREE % '"1"')) == []


def test_what_was_emptied_since_does_not(findings: CheckFlow) -> None:
    assert told(findings(TREE % "none")) == [("perhaps-unset", 12)]


def test_a_flow_wide_key_may_lead_back_from_every_question(graph: Callable[..., Graph]) -> None:
    found = graph("""
    exits: {no_input: hangup, no_match: hangup}
    variables: {code: digits}
    keys: {9: back}
    sections:
      main:
        - answer
        - menu: {prompt: Top., keys: {1: code}}
      code:
        - collect: {into: code, digits: 4}
    """)
    named = {
        found.points[each.number].path: {found.points[menu].path for menu in each.menus}
        for each in found.backs
    }
    assert named == {"main/1": {"main/1"}, "code/0": {"main/1", "code/0"}}
