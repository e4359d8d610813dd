"""Silences: where they hold, and what is wrong with them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from ivrkit.call.targets import Mark
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.silencing import silenced, silences


def places(text: str) -> list[tuple[str, int, str]]:
    return [(each.code, each.line, each.reason) for each in silences("a.yaml", dedent(text))]


def test_behind_a_value_and_on_a_line_of_its_own() -> None:
    text = """\
        a: 1    # allow tab: it is one
        # allow tagged, empty-file: two at once

        # another comment
        b: 2
        """
    assert places(text) == [
        ("tab", 1, "it is one"),
        ("tagged", 5, "two at once"),
        ("empty-file", 5, "two at once"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        'a: "x # allow tab: no"',
        "a: 'x # allow tab: no'",
        'a: "x\n  # allow tab: no\n  "',
        "a: |\n  x\n  # allow tab: no\n",
        "a: >\n  # allow tab: no\n  x\n",
        "a: b#allow tab: no",
        "# do allow tab: no",
        "# allowed: everything",
    ],
)
def test_what_is_no_silence(text: str) -> None:
    assert places(text) == []


def test_behind_the_sign_of_a_block_and_behind_a_block() -> None:
    assert places("a: |  # allow tab: r\n  x\nb: 1  # allow tab: s\n") == [
        ("tab", 1, "r"),
        ("tab", 3, "s"),
    ]


def test_in_what_is_no_yaml() -> None:
    assert places("a: 1  # allow tab: r\nb: [\n") == [("tab", 1, "r")]


def test_places_count_characters() -> None:
    found = silences("a.yaml", "ä: é  # allow tab,  tagged: r\r\n# allow tab\r\nb: 1\r\n")
    assert [each.mark for each in found] == [
        Mark("a.yaml", 1, 15, 3),
        Mark("a.yaml", 1, 21, 6),
        Mark("a.yaml", 2, 9, 3),
    ]
    assert [each.line for each in found] == [1, 1, 3]


def judged(text: str, *lines: int, code: str = codes.TAB, error: bool = False) -> list[str]:
    found = Diagnostics()
    for line in lines:
        tell = found.error if error else found.warning
        tell(code, "x", Mark("a.yaml", line, 3))
    return [
        f"{each.mark.line} {each.code}"
        for each in silenced(found, {"a.yaml": text}, judged=["a.yaml"])
    ]


def test_a_warning_is_taken_back() -> None:
    assert judged("a: 1  # allow tab: r\nb: 1\n", 1) == []
    assert judged("a: 1  # allow tab: r\nb: 1\n", 1, 2) == ["2 tab"]
    assert judged("# allow tab: r\nb: 1\n", 2) == []


def test_an_error_is_not() -> None:
    text = "a: 1  # allow tab: r\n"
    assert judged(text, 1, error=True) == ["1 tab", "1 allow-nothing"]


def test_what_is_wrong_with_a_silence() -> None:
    assert judged("a: 1  # allow tab\n", 1) == ["1 allow-without-reason"]
    assert judged("a: 1  # allow tab:\n", 1) == ["1 allow-without-reason"]
    assert judged("a: 1  # allow tabs: r\n") == ["1 allow-unknown"]
    assert judged("a: 1  # allow tab: r\n") == ["1 allow-nothing"]
    assert judged("a: 1  # allow tab: r\n", 1, code=codes.TAGGED) == ["1 tagged", "1 allow-nothing"]


def test_of_a_part_silences_of_nothing_are_not_told() -> None:
    assert list(silenced(Diagnostics(), {"a.yaml": "a: 1  # allow tab: r\n"})) == []
