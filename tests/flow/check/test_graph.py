"""The control-flow graph: every way out of every step."""

from __future__ import annotations

from collections.abc import Callable

from ivrkit.flow.check.graph import ASKED, END, HANGUP, KEYS, ON_END, ON_ERROR, EdgeKind, Graph

GraphOf = Callable[..., Graph]


def ways(graph: Graph, path: str) -> dict[str, str]:
    """Where the ways of a step lead, by the paths of the points."""
    number = next(n for n, point in enumerate(graph.points) if point.path == path)
    return {edge.way: graph.points[edge.to].path for edge in graph.edges[number]}


def test_steps_follow_one_another_and_a_section_ends(graph: GraphOf) -> None:
    found = graph("sections: {main: [{say: Hello.}, {say: Bye.}]}")
    assert found.start == found.heads["main"]
    assert ways(found, "main/0") == {"next": "main/1"}
    assert ways(found, "main/1") == {"next": "end"}


def test_jumps_words_and_branches(graph: GraphOf) -> None:
    found = graph(
        """
        variables: {vip: flag}
        sections:
          main:
            - if: vip
              then:
                - say: Hello.
              else: other
            - say: Behind.
            - switch: vip
              cases: {true: next, false: hangup}
          other:
            - return
        """
    )
    assert ways(found, "main/0") == {"then": "main/0/then/0", "else": "other/0"}
    assert ways(found, "main/0/then/0") == {"next": "main/1"}
    assert ways(found, "main/2") == {"cases/true": "end", "cases/false": "hangup", "next": "end"}
    assert ways(found, "other/0") == {"return": "end"}


def test_when_is_a_way_past_the_step(graph: GraphOf) -> None:
    found = graph(
        """
        variables: {vip: flag}
        sections:
          main:
            - goto: other
              when: vip
            - say: Hello.
          other:
            - hangup
        """
    )
    assert ways(found, "main/0") == {"when": "main/1", "to": "other/0"}
    kinds = [edge.kind for edge in found.edges[found.start]]
    assert kinds == [EdgeKind.SKIP, EdgeKind.FLOW]
    assert ways(found, "other/0") == {"hangup": "hangup"}


MENU = """
keys: {0: agent, 9: again, 8: next}
exits: {no_match: agent}
sections:
  main:
    - menu:
        keys:
          1: [{say: One.}, again]
          2: [{say: Two.}, next]
          3: wrong
          4: next
          5: back
      exits: {no_input: [{say: Nobody.}]}
    - say: Behind.
  agent:
    - hangup
"""


def test_words_refer_to_the_question_around(graph: GraphOf) -> None:
    found = graph(MENU)
    assert ways(found, "main/0") == {
        "keys/1": "main/0/keys/1/0",
        "keys/2": "main/0/keys/2/0",
        "keys/3": "main/0",
        "keys/4": "main/1",
        "keys/5": "back",
        "exits/no_input": "main/0/exits/no_input/0",
        "exits/no_match": "agent/0",
        "keys": "keys",
        "keys/8": "main/1",
    }
    assert ways(found, "main/0/keys/1/1") == {"again": "main/0"}
    assert ways(found, "main/0/keys/2/1") == {"next": "main/1"}
    assert ways(found, "main/0/exits/no_input/0") == {"next": "main/1"}


def test_flow_wide_keys_lead_from_every_question(graph: GraphOf) -> None:
    found = graph(MENU)
    assert [(edge.way, found.points[edge.to].path) for edge in found.edges[KEYS]] == [
        ("keys/0", "agent/0")
    ]
    closed = graph(MENU.replace("    - menu:\n", "    - menu:\n        flow_keys: false\n"))
    assert "keys" not in ways(closed, "main/0")


def test_on_error_and_on_end_have_points_of_their_own(graph: GraphOf) -> None:
    found = graph(
        """
        on_error: sorry
        on_end: [{log: over}]
        sections:
          main:
            - queue: {name: service}
              exits: {timeout: hangup, full: hangup, unstaffed: hangup}
          sorry:
            - say: Sorry.
        """
    )
    assert ways(found, "main/0")["exits/failed"] == "on_error"
    assert [found.points[edge.to].path for edge in found.edges[ON_ERROR]] == ["sorry/0"]
    assert [found.points[edge.to].path for edge in found.edges[ON_END]] == ["on_end/0"]
    assert found.start in found.failing
    assert (END, HANGUP, ASKED) == (0, 1, 5)


def test_a_step_that_cannot_fail_does_not_lead_to_on_error(graph: GraphOf) -> None:
    found = graph(
        """
        variables: {x: text}
        sections:
          main:
            - answer
            - set: {x: "1"}
            - set: {x: "{{ call.id }}"}
        """
    )
    paths = {found.points[number].path for number in found.failing}
    assert paths == {"main/2"}


def test_the_steps_of_a_check_lead_behind_the_question(graph: GraphOf) -> None:
    found = graph(
        """
        sections:
          main:
            - collect:
                into: account
                digits: 4
                check:
                  - if: account == '0000'
                    then: wrong
              exits: {else: hangup}
            - say: Good.
        """
    )
    assert ways(found, "main/0") == {
        "check": "main/0/check/0",
        "exits/no_input": "hangup",
        "exits/no_match": "hangup",
        "exits/error": "hangup",
    }
    inside = next(n for n, point in enumerate(found.points) if point.path == "main/0/check/0")
    behind = {edge.way: edge.to for edge in found.edges[inside]}
    assert found.points[behind["then"]].path == "main/0"
    assert found.points[behind["next"]].leaving
    assert [edge.way for edge in found.edges[behind["next"]]] == ["next"]


def test_a_section_that_is_run_returns(graph: GraphOf) -> None:
    found = graph("sections: {main: [{run: part}, {say: Bye.}], part: [{say: Hello.}]}")
    kinds = {edge.way: edge.kind for edge in found.edges[found.start]}
    assert kinds == {"run": EdgeKind.CALL, "next": EdgeKind.RETURN}
    assert found.calls == {found.start: found.heads["part"]}


def test_a_flow_that_is_run_brings_its_outcomes_as_exits(graph: GraphOf) -> None:
    part = "outcomes: [refused]\nsections: {main: [{return: {exit: refused}}]}"
    found = graph(
        """
        sections:
          main:
            - run: {flow: part}
              exits: {refused: hangup}
        """,
        part=part,
    )
    assert ways(found, "main/0") == {"exits/refused": "hangup", "next": "end"}
    assert found.untargeted == []
    other = graph("sections: {main: [{run: {flow: part}}]}", part=part)
    assert [each.exit.name for each in other.untargeted] == ["refused"]


def test_steps_of_the_flows_own_exits_go_on_behind_whoever_took_them(graph: GraphOf) -> None:
    found = graph(
        """
        exits: {no_input: [{say: Nobody.}, again], no_match: [{say: Wrong.}]}
        sections:
          main:
            - menu: {keys: {1: next}}
            - menu: {keys: {1: next}}
            - say: Behind.
        """
    )
    shared = "flow_exits/no_match/0"
    assert ways(found, "main/0")["exits/no_match"] == shared
    assert ways(found, "main/1")["exits/no_match"] == shared
    ending = next(n for n, point in enumerate(found.points) if point.path == "exits/no_match")
    assert [found.points[edge.to].path for edge in found.edges[ending]] == ["main/1", "main/2"]
    assert ways(found, "flow_exits/no_input/1") == {"again": "back"}
    assert found.loose == []


def test_a_path_is_told_by_its_sections(graph: GraphOf) -> None:
    found = graph("sections: {main: [{say: Hello.}, {goto: other}], other: [hangup]}")
    assert found.sections_of([found.start, found.start + 1, found.heads["other"], ON_ERROR]) == [
        "main",
        "other",
        "on_error",
    ]
