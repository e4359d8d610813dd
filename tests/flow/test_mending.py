from __future__ import annotations

from textwrap import dedent

import pytest

from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.mending import MOST
from ivrkit.flow.reader import Reader
from ivrkit.flow.source import Source, compose

SEVERAL = """\
title: Please note: a title
language: en
sections:
  main:
    - answer
    - say: We are closed: from 5 o'clock, on: Sundays.  # a comment: here
    - say: @home
    - say: "{{ call.from }}, {{ call.to }}"
    - say: {{ call.from }} and more
    - menu:
        prompt: `x`
        keys:
          *: agent
          *31: agent
          2: {to: *agent, say: %x}
          3: {to: agent, say: {text: {{ call.from }} is yours, audio: a: b}}
        no_input: [@x, "{{ a }}"]
      exits: {no_input: agent, no_match: nowhere at all}
  agent:
    - queue: {name: service, prioriti: 1}
"""
FOUND = [
    ("1:19", codes.COLON_IN_TEXT),
    ("6:25", codes.COLON_IN_TEXT),
    ("7:12", codes.RESERVED_CHARACTER),
    ("9:12", codes.UNQUOTED_EXPRESSION),
    ("11:17", codes.RESERVED_CHARACTER),
    ("13:11", codes.BARE_STAR),
    ("14:11", codes.BARE_STAR),
    ("15:19", codes.BARE_STAR),
    ("15:32", codes.RESERVED_CHARACTER),
    ("16:38", codes.UNQUOTED_EXPRESSION),
    ("16:72", codes.COLON_IN_TEXT),
    ("17:20", codes.RESERVED_CHARACTER),
    ("18:42", codes.BAD_NAME),
    ("20:30", codes.UNKNOWN_FIELD),
]


def mended(text: str) -> tuple[Source | None, list[tuple[str, str]]]:
    diagnostics = Diagnostics()
    source = compose("f.yaml", text, diagnostics, mend=True)
    return source, [(f"{each.mark.line}:{each.mark.column}", each.code) for each in diagnostics]


def test_all_of_several_mistakes_are_told_each_once_at_its_place(reader: Reader) -> None:
    flow, found = reader.read_partly("f.yaml", SEVERAL)
    assert [(f"{each.mark.line}:{each.mark.column}", each.code) for each in found] == FOUND
    assert flow is not None
    assert flow.gaps is not None
    assert flow.source == SEVERAL
    assert [node.step.verb for node in flow.sections["main"].nodes] == [
        "answer",
        "this step",
        "this step",
        "say",
        "this step",
        "this step",
    ]


def test_only_who_asks_for_it_gets_what_was_mended() -> None:
    diagnostics = Diagnostics()
    assert compose("f.yaml", SEVERAL, diagnostics) is None
    assert len(diagnostics) == 1


@pytest.mark.parametrize(
    ("tabbed", "found"),
    [
        # the section in which the tab stands is left out, and nothing else
        ("    - say: a\n\t- say: b\n", [("6:1", codes.TAB)]),
        ("\t- say: a\n\t- say: b\n    - say: c\n", [("5:1", codes.TAB)]),
        ("    - menu:\n\t\tprompt: a\n\t\tkeys:\n\t\t\t1: next\n", [("6:1", codes.TAB)]),
        ("    - menu:\n        prompt:\n\t\t- a\n        keys: {1: x}\n", [("7:1", codes.TAB)]),
        ("    - say:\ta\n    - say:\tb\n", []),
    ],
)
def test_tabs(reader: Reader, tabbed: str, found: list[tuple[str, str]]) -> None:
    head = "sections:\n  main:\n    - answr\n  tabbed:\n"
    tail = "  last:\n    - sya: hello\n"
    flow, diagnostics = reader.read_partly("f.yaml", head + tabbed + tail)
    line = (head + tabbed).count("\n") + 2
    assert [(f"{each.mark.line}:{each.mark.column}", each.code) for each in diagnostics] == [
        ("3:7", codes.UNKNOWN_VERB),
        *found,
        (f"{line}:7", codes.UNKNOWN_VERB),
    ]
    assert flow is not None
    assert list(flow.sections) == ["main", "tabbed", "last"]


def test_a_tab_before_a_field_of_the_flow_loses_this_field(reader: Reader) -> None:
    text = dedent(
        """\
        variables:
          a: text
        \tpayload:
          a: digits
          b: digits
        sections:
          main:
            - answr
        """
    )
    flow, found = reader.read_partly("f.yaml", text)
    assert [each.code for each in found] == [codes.TAB, codes.UNKNOWN_VERB]
    assert flow is not None
    assert list(flow.variables) == ["a"]
    assert {"payload", "b"} <= flow.unread


def test_what_has_no_plain_cure_ends_the_reading_with_all_that_was_found() -> None:
    source, found = mended("a: @x\nb: 'open\n")
    assert source is None
    assert found == [("1:4", codes.RESERVED_CHARACTER), ("3:1", codes.YAML_SYNTAX)]


def test_behind_lost_lines_nothing_is_told_that_may_follow_from_them() -> None:
    source, found = mended("a:\n\tb: 1\n   c: 2\n  d: 3\n")
    assert found == [("2:1", codes.TAB)]
    assert source is None or not isinstance(source.root, str)


def test_the_mistakes_that_are_mended_are_bounded() -> None:
    source, found = mended("".join(f"k{n}: @x\n" for n in range(MOST + 10)))
    assert source is None
    assert len(found) == MOST + 1


@pytest.mark.parametrize("text", ["\ta: b", "\t\n\t", "- @", "{{", "a: {{", "*", "&", "x: *", "%"])
def test_whatever_is_left_is_a_document_or_none(reader: Reader, text: str) -> None:
    flow, found = reader.read("f.yaml", text)
    assert flow is None
    assert found.failed
