"""Which names a path may have: whatever is put into it, it leads down and to one file."""

from __future__ import annotations

import os.path
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivrkit.call.requests.file import (
    LONGEST_NAME,
    LONGEST_VALUE,
    FileForm,
    form_of,
    safe_name,
    segments,
)
from ivrkit.errors import ExpressionError, ValueRejected

NASTY = st.one_of(
    st.text(),
    st.text(alphabet="./\\~%-_ \x00\n\t..", max_size=12),
    st.sampled_from(
        [
            "..",
            ".",
            "../..",
            "/etc/passwd",
            "....//",
            "..\\..",
            "%2e%2e",
            "C:\\x",
            "~root",
            "a/../b",
            *(
                "\u2024\u2024",
                "\uff0e\uff0e/",
                "con",
                "nul.txt",
                ".ssh",
                "-rf",
                "a\x00.txt",
                "a\r\nb",
            ),
        ]
    ),
)


@given(NASTY)
@example("..")
@example(".hidden")
@example("~")
def test_a_value_is_a_part_of_one_name(value: str) -> None:
    try:
        name = safe_name(value)
    except ExpressionError:
        return
    assert re.fullmatch(r"[A-Za-z0-9_%][A-Za-z0-9._%-]*", name)
    assert len(name) <= LONGEST_VALUE
    assert segments(name) == (name,)
    assert segments(f"a/{name}/b.csv") == ("a", name, "b.csv")


@given(st.text(max_size=20), st.text(max_size=20))
def test_different_values_have_different_names(one: str, other: str) -> None:
    try:
        assert (safe_name(one) == safe_name(other)) is (one == other)
    except ExpressionError:
        return


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("+4930123", "%2B4930123"),
        ("ann.lee", "ann.lee"),
        ("..", "%2E."),
        ("-rf", "%2Drf"),
        ("a/b", "a%2Fb"),
        ("ä", "%C3%A4"),
        ("100%", "100%25"),
        ("~", "%7E"),
        ("2026-03-02T10:00", "2026-03-02T10%3A00"),
    ],
)
def test_how_values_are_written(value: str, name: str) -> None:
    assert safe_name(value) == name


@pytest.mark.parametrize("value", ["", "x" * (LONGEST_VALUE + 1), "ä" * 60, "\ud800", "x" * 10**6])
def test_values_that_are_no_part_of_a_name(value: str) -> None:
    with pytest.raises(ExpressionError):
        safe_name(value)


@given(st.one_of(NASTY, st.lists(NASTY, max_size=4).map("/".join)))
@example("a/../../b")
@example("a//b")
@example("/a")
def test_a_path_leads_down(path: str) -> None:
    try:
        names = segments(path)
    except ValueRejected:
        return
    joined = os.path.join("/root", *names)
    assert os.path.normpath(joined) == joined
    assert all(not name.startswith(".") and "\x00" not in name for name in names)


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/etc", "a//b", "..", "a/..", "./a", ".a", "a/.b", "~", "~/a", "a\\b", "a\x00b"),
        *(" a", "a\n", "a/ b", "a\x7f"),
        *("x" * (LONGEST_NAME + 1), "ä" * LONGEST_NAME, "a/" * 17 + "a"),
    ],
)
def test_paths_that_are_none(path: str) -> None:
    with pytest.raises(ValueRejected):
        segments(path)


def test_the_root_has_no_names_and_a_folder_may_end_with_a_slash() -> None:
    assert segments(".") == ()
    assert segments("a/b/") == ("a", "b")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("a.csv", FileForm.CSV),
        ("a.CSV", FileForm.CSV),
        ("a/b.json", FileForm.JSON),
        ("a.jsonl", FileForm.LINES),
        ("a.ndjson", FileForm.LINES),
        ("a.txt", FileForm.TEXT),
        ("csv", FileForm.TEXT),
        ("a.csv.bak", FileForm.TEXT),
    ],
)
def test_the_ending_says_the_form(path: str, form: FileForm) -> None:
    assert form_of(path) is form
