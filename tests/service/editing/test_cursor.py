"""Where a place is, in texts that are mostly unfinished. ``|`` marks the place."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.service.editing.cursor import Cursor, cursor_at, sections_of


def at(text: str) -> Cursor:
    text = dedent(text)
    before = text[: text.index("|")]
    lines = (before + text[len(before) + 1 :]).split("\n")
    line = before.count("\n")
    return cursor_at(lines, line, len(before) - (before.rfind("\n") + 1))


def way(cursor: Cursor) -> str:
    return "/".join(level.key if level.key is not None else "-" for level in cursor.levels)


@pytest.mark.parametrize(
    ("text", "levels", "key", "present", "word"),
    [
        ("|", "", None, (), ""),
        ("fl|", "", None, (), "fl"),
        ("flow: b|", "", "flow", (), "b"),
        ("flow: bank\n|\nsections:\n", "", None, ("flow", "sections"), ""),
        ("sections:\n  |", "sections", None, (), ""),
        ("sections:\n  main:\n    |", "sections/main", None, (), ""),
        ("sections:\n  main:\n    - |", "sections/main/-", None, (), ""),
        ("sections:\n  main:\n    - sa|", "sections/main/-", None, (), "sa"),
        ("sections:\n  main:\n    - say: He|", "sections/main/-", "say", (), "He"),
        ("sections:\n  main:\n  - say: He|", "sections/main/-", "say", (), "He"),
        ("sections:\n  main:\n    - say: x\n    |", "sections/main", None, (), ""),
        ("sections:\n  main:\n    - say: x\n      |", "sections/main/-", None, ("say",), ""),
        (
            "sections:\n  main:\n    - menu:\n        prompt: x\n        |\n        into: y\n",
            "sections/main/-/menu",
            None,
            ("prompt", "into"),
            "",
        ),
        (
            "sections:\n  main:\n    - queue: x\n      exits: {full: main, |}\n",
            "sections/main/-/exits",
            None,
            ("full",),
            "",
        ),
        (
            "sections:\n  main:\n    - menu:\n        keys:\n          1: {to: ma|, say: x}\n",
            "sections/main/-/menu/keys/1",
            "to",
            ("say",),
            "ma",
        ),
        ("a: [b, {c: [d, e|", "a/-/c/-", None, (), "e"),
        ("a: {x: 1,\n  y: {z|", "a/y", None, (), "z"),
        ('say: "Hello {{ cus|', "", "say", (), '"Hello {{ cus'),
        ('say: ["Hello, {x: y", "a, {{ b|', "say/-", None, (), '"a, {{ b'),
        ("on:\n  - then:\n      - a: 1\n    els|", "on/-", None, ("then",), "els"),
        (
            "sections:\n  # x: y\n  main:\n\n    - answer\n  oth|",
            "sections",
            None,
            ("main",),
            "oth",
        ),
    ],
)
def test_where_a_place_is(
    text: str, levels: str, key: str | None, present: tuple[str, ...], word: str
) -> None:
    found = at(text)
    assert (way(found), found.key, found.present, found.word) == (levels, key, present, word)


def test_a_level_knows_what_stands_beside_it() -> None:
    found = at("sections:\n  main:\n    - queue: x\n      exits:\n        |")
    assert found.levels[-1].key == "exits"
    assert found.levels[-1].present == ("queue",)


def test_a_dash_that_is_not_there_yet() -> None:
    assert at("sections:\n  main:\n    - answer\n    |").needs_dash
    assert not at("sections:\n  main:\n    - |").needs_dash


def test_an_expression_in_a_text() -> None:
    assert at('say: "Hello {{ customer.na|').expression == " customer.na"
    assert at('say: "Hello {{ name }} and |').expression is None


def test_the_sections_of_a_text_that_is_no_yaml() -> None:
    text = "sections:\n  main: [\n    - x: y\n  other:\n   - {\nkeys:\n  1: a\n"
    assert list(sections_of(text.split("\n"))) == [("main", 1, 2), ("other", 3, 2)]


@given(st.text(alphabet="ab:-#\n  {}[],|'\"\t", max_size=80), st.integers(0, 6), st.integers(0, 40))
def test_every_place_of_every_text_is_somewhere(text: str, line: int, column: int) -> None:
    found = cursor_at(text.split("\n"), line, column)
    assert found.start <= found.column
    assert list(sections_of(text.split("\n"))) is not None
