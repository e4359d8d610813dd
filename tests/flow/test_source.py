from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.call.targets import Mark
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.reading import plain
from ivrkit.flow.source import DEEPEST, LARGEST, MOST_NODES, compose, decode, read_text


def found_in(text: str) -> list[tuple[str, str]]:
    diagnostics = Diagnostics()
    compose("f.yaml", text, diagnostics)
    return [(f"{each.mark.line}:{each.mark.column}", each.code) for each in diagnostics]


def test_scalars_keep_the_characters_as_written() -> None:
    text = "{a: 0123, b: 012, c: +49301, d: 10:30, e: on, f: null, g: ~, h: 1e3, 1: 'x'}"
    source = compose("f", text, Diagnostics())
    assert source is not None
    assert plain(source.root) == {
        "a": "0123",
        "b": "012",
        "c": "+49301",
        "d": "10:30",
        "e": "on",
        "f": "null",
        "g": "~",
        "h": "1e3",
        "1": "x",
    }


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: {{ b }}", codes.UNQUOTED_EXPRESSION, "1:4"),
        ("a: {{ b.c }}, hello", codes.UNQUOTED_EXPRESSION, "1:4"),
        ("a:\n  - b: {{ c }} and {{ d }}\n  - e\n", codes.UNQUOTED_EXPRESSION, "2:8"),
        ("say: Note: this", codes.COLON_IN_TEXT, "1:10"),
        ("- a\n- say: For help: press 1", codes.COLON_IN_TEXT, "2:16"),
        ("keys:\n  *: back", codes.BARE_STAR, "2:3"),
        ("keys: {*: back}", codes.BARE_STAR, "1:8"),
        ("keys:\n  *31: x", codes.BARE_STAR, "2:3"),
        ("to: *back", codes.BARE_STAR, "1:5"),
        ("to: &", codes.BARE_STAR, "1:5"),
        ("a:\n\t- b", codes.TAB, "2:1"),
        ("\ta: b", codes.TAB, "1:1"),
        ("a: @home", codes.RESERVED_CHARACTER, "1:4"),
        ("a: `x`", codes.RESERVED_CHARACTER, "1:4"),
        ("a: %x", codes.RESERVED_CHARACTER, "1:4"),
        ("a: !important x", codes.TAGGED, "1:4"),
        ("a: !!int 5", codes.TAGGED, "1:4"),
        ("a: 1\nb: 2\na: 3", codes.DUPLICATE_KEY, "3:1"),
        ("a: {say: Hello, world, to: x}", codes.TEXT_IN_BRACKETS, "1:17"),
        ("a: {say: Are you there?, to: x}", codes.TEXT_IN_BRACKETS, "1:10"),
        ("a: [x, Really?]", codes.TEXT_IN_BRACKETS, "1:8"),
        ("a: 1\n---\nb: 2", codes.SEVERAL_DOCUMENTS, "2:1"),
        ("", codes.EMPTY_FILE, "1:1"),
        ("# nothing", codes.EMPTY_FILE, "1:1"),
        ("a: 'open\n", codes.YAML_SYNTAX, "2:1"),
        ('a: "x\\q"', codes.YAML_SYNTAX, "1:6"),
        ('a: "{{ b }}" and more', codes.YAML_SYNTAX, "1:14"),
        ("a: [1, 2\nb: 3", codes.YAML_SYNTAX, "2:2"),
        ("- a: b\n   c: d", codes.YAML_SYNTAX, "2:4"),
        ("a:\n  b: 1\n c: 2", codes.YAML_SYNTAX, "3:2"),
        ("a: x\x07y", codes.NOT_UTF8, "1:5"),
        ("a: b\nc: x\ud800", codes.NOT_UTF8, "2:5"),
        ("keys:\n  #: back\n  1: x", codes.CUT_BY_COMMENT, "2:3"),
        ("a: &x [*x]", codes.TOO_LARGE, "1:4"),
        ("a: " + "[" * 100, codes.TOO_LARGE, f"1:{DEEPEST + 2}"),
    ],
)
def test_what_yaml_refuses_or_swallows_is_said_with_its_place(
    text: str, code: str, place: str
) -> None:
    assert found_in(text) == [(place, code)]


@pytest.mark.parametrize(
    "text",
    [
        "a: b  # a comment",
        "a: b # a comment behind one space is told of only where a text is read",
        'a: "{{ b }}"',
        "a: 10:30",
        "a: what? yes!",
        "{a: {b: c}}",
        "a: &x [1]\nb: *x",
    ],
)
def test_what_is_meant_as_written_is_left_alone(text: str) -> None:
    assert found_in(text) == []


def test_depth_is_bounded_before_anything_is_composed() -> None:
    assert found_in("[" * 1_000_000)[0][1] == codes.TOO_LARGE
    assert found_in("- " * 100_000)[0][1] == codes.TOO_LARGE


def test_the_number_of_values_is_bounded() -> None:
    assert found_in("[" + "1," * (MOST_NODES + 1) + "]")[0][1] == codes.TOO_LARGE


def test_aliases_are_bounded_by_what_they_stand_for_without_expanding_them() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert found_in("\n".join(lines))[0][1] == codes.TOO_LARGE


def test_the_size_of_a_text_is_bounded() -> None:
    assert found_in("a: " + "x" * LARGEST)[0][1] == codes.TOO_LARGE


def test_a_file_that_is_not_utf8_is_told_with_line_and_column() -> None:
    diagnostics = Diagnostics()
    assert decode("a: b\nc: ü".encode("latin-1"), "f", diagnostics) is None
    assert [each.mark for each in diagnostics] == [Mark("f", 2, 4)]


def test_byte_order_mark_and_line_ends_do_not_matter() -> None:
    assert decode(b"\xef\xbb\xbfa: b\r\nc: d\r", "f", Diagnostics()) == "a: b\nc: d\n"


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    assert read_text(tmp_path / "no.yaml", "no.yaml", diagnostics) is None
    (tmp_path / "big.yaml").write_bytes(b"x" * (LARGEST + 1))
    assert read_text(tmp_path / "big.yaml", "big.yaml", diagnostics) is None
    assert {each.code for each in diagnostics} == {codes.UNREADABLE, codes.TOO_LARGE}


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a: bcd", Mark("f", 1, 4, 3)),
        ("a: 'bcd'", Mark("f", 1, 5, 3)),
        ('a: "bcd"  # c', Mark("f", 1, 5, 3)),
        ("a: |\n  b {{ c }}\n  d\n", Mark("f", 2, 3, 9)),
        ("a: bcd\n  efg\n", Mark("f", 1, 4, 3)),
    ],
)
def test_a_value_is_marked_where_its_first_character_stands(text: str, mark: Mark) -> None:
    source = compose("f", text, Diagnostics())
    assert source is not None
    assert source.value_mark(source.root.value[0][1]) == mark


def test_a_collection_is_marked_at_its_first_key_or_item() -> None:
    source = compose("f", "a:\n  - key: value\n", Diagnostics())
    assert source is not None
    assert source.mark(source.root.value[0][1]) == Mark("f", 2, 5, 3)
