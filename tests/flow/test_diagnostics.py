from __future__ import annotations

import pytest

from ivrkit.call.targets import Mark
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import (
    WIDEST,
    Diagnostic,
    Diagnostics,
    lines_of,
    render,
    render_all,
    within,
)

SOURCE = "sections:\n  main:\n    - saay: Hello\n"
FOUND = Diagnostic(
    codes.UNKNOWN_VERB,
    "error",
    Mark("bank.yaml", 3, 7, 4),
    "'saay' is no verb",
    "did you mean 'say'?",
    "main/0",
)


def test_it_shows_the_line_a_caret_of_the_right_length_and_the_hint() -> None:
    assert render(FOUND, SOURCE) == (
        "bank.yaml:3:7: error[unknown-verb]: 'saay' is no verb\n"
        "    3 |     - saay: Hello\n"
        "      |       ^^^^\n"
        "  hint: did you mean 'say'?"
    )


def test_a_place_without_a_line_is_shown_without_an_excerpt() -> None:
    found = Diagnostic(codes.UNREADABLE, "error", Mark("a.yaml", 0, 0, 0), "no such file")
    assert render(found, "") == "a.yaml: error[unreadable]: no such file"


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "x" * 500 + "MARK" + "y" * 500
    shown = render(Diagnostic(codes.BAD_VALUE, "error", Mark("f", 1, 501, 4), "m"), line)
    source, carets = shown.split("\n")[1:3]
    assert len(source) < WIDEST + 20
    assert source[carets.index("^") : carets.rindex("^") + 1] == "MARK"


def test_the_caret_stays_below_its_place_behind_tabs() -> None:
    shown = render(Diagnostic(codes.TAB, "error", Mark("f", 1, 3, 1), "m"), "\t\tx")
    assert shown.split("\n")[1:] == ["    1 | \t\tx", "      | \t\t^"]


def test_carets_end_with_the_line_and_control_characters_are_not_printed() -> None:
    shown = render(Diagnostic(codes.NOT_UTF8, "error", Mark("f", 1, 2, 99), "m"), "a\x1b[31mb")
    assert shown.split("\n")[1:] == ["    1 | a�[31mb", "      |  ^^^^^^"]


def test_all_findings_of_a_file_are_shown_with_a_line_between() -> None:
    assert render_all([FOUND, FOUND], SOURCE).count("\n\n") == 1


def test_plain_data_for_json() -> None:
    assert FOUND.as_dict() == {
        "code": "unknown-verb",
        "severity": "error",
        "message": "'saay' is no verb",
        "hint": "did you mean 'say'?",
        "path": "main/0",
        "file": "bank.yaml",
        "line": 3,
        "column": 7,
        "length": 4,
    }


def test_on_one_line_for_logs() -> None:
    assert str(FOUND) == (
        "bank.yaml:3:7: error[unknown-verb]: 'saay' is no verb (hint: did you mean 'say'?)"
    )


def test_one_mistake_is_told_once_and_findings_come_in_the_order_of_the_file() -> None:
    found = Diagnostics()
    found.warning(codes.CUT_BY_COMMENT, "later", Mark("f", 9, 1))
    found.error(codes.BAD_VALUE, "first", Mark("f", 2, 1))
    found.error(codes.BAD_VALUE, "the same place again", Mark("f", 2, 1))
    assert [each.message for each in found] == ["first", "later"]
    assert len(found) == 2
    assert found.failed
    assert [each.message for each in found.errors] == ["first"]


def test_warnings_alone_do_not_fail() -> None:
    found = Diagnostics([Diagnostic(codes.CUT_BY_COMMENT, "warning", Mark("f", 1, 1), "m")])
    assert not found.failed
    assert found.errors == []


def test_a_code_that_nobody_defined_is_refused() -> None:
    with pytest.raises(KeyError, match="never-heard"):
        Diagnostics().error("never-heard", "m")


def test_within_moves_inside_one_line_only() -> None:
    mark = Mark("f", 3, 10, 8)
    assert within(mark, 2, 3) == Mark("f", 3, 12, 3)
    assert within(mark, 6, 3) == mark


def test_lines_are_counted_as_yaml_counts_them() -> None:
    assert lines_of("a\nb\r\nc\u2028d") == ["a", "b", "c", "d"]
