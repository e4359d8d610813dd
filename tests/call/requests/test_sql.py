"""``:name`` becomes ``?``, and nothing else is touched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.call.requests.sql import LONGEST, Marked, marked, names_in
from ivrkit.errors import ValueRejected


@pytest.mark.parametrize(
    ("text", "sql", "names"),
    [
        ("select 1", "select 1", []),
        ("a = :a and b=:b", "a = ? and b=?", ["a", "b"]),
        (":a:b", "?:b", ["a"]),
        ("f(:a,:a)", "f(?,?)", ["a", "a"]),
        ("x = :customer.name", "x = ?", ["customer.name"]),
        ("':a' || :b", "':a' || ?", ["b"]),
        ("'it''s :a' || :b", "'it''s :a' || ?", ["b"]),
        (r"'C:\\' || :b", r"'C:\\' || ?", ["b"]),
        (r"'\n' || :b", r"'\n' || ?", ["b"]),
        ('":a" = :b', '":a" = ?', ["b"]),
        ("`:a` = :b", "`:a` = ?", ["b"]),
        (r"E'it\'s :a' || :b", r"E'it\'s :a' || ?", ["b"]),
        ("N':a' || :b", "N':a' || ?", ["b"]),
        ("q'[it's :a]' || :b", "q'[it's :a]' || ?", ["b"]),
        ("nq'!it's :a!' || :b", "nq'!it's :a!' || ?", ["b"]),
        ("a -- :a 'x\n= :b", "a -- :a 'x\n= ?", ["b"]),
        ("a -- :a", "a -- :a", []),
        ("a /* :a ' \n -- */ = :b", "a /* :a ' \n -- */ = ?", ["b"]),
        (":a::integer", "?::integer", ["a"]),
        ("x::text = :a", "x::text = ?", ["a"]),
        ("f(n := :a)", "f(n := ?)", ["a"]),
        ("@x:=:a", "@x:=?", ["a"]),
        ("$$ :a $$ || :b", "$$ :a $$ || ?", ["b"]),
        ("$t$ $$ :a $t$ || :b", "$t$ $$ :a $t$ || ?", ["b"]),
        ("a$b$ = :c and d$b$ = :e", "a$b$ = ? and d$b$ = ?", ["c", "e"]),
        ("limit $1", "limit $1", []),
        ("x[1:n]", "x[1:n]", []),
        ("x[1:2]", "x[1:2]", []),
        ("{ts '2026-01-01 10:00:00'} < :a", "{ts '2026-01-01 10:00:00'} < ?", ["a"]),
        ("'10:30' < :größe", "'10:30' < ?", ["größe"]),
        ("a > :a\n", "a > ?\n", ["a"]),
        (":", ":", []),
        ("", "", []),
    ],
)
def test_statements(text: str, sql: str, names: list[str]) -> None:
    found = marked(text)
    assert (found.sql, list(found.names)) == (sql, names)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("'it", "a literal has no end"),
        ('"it', "a quoted name has no end"),
        ("`it", "a quoted name has no end"),
        ("/* it", "a comment has no end"),
        ("$$ it", "a dollar quote has no end"),
        ("$t$ it $$", "a dollar quote has no end"),
        ("q'[it's]", "a literal has no end"),
        ("E'it\\'", "a literal has no end"),
        (r"'\' || :a", "do not agree on a backslash"),
        (r"'\\\' || :a", "do not agree on a backslash"),
        (r'"\"', "do not agree on a backslash"),
        ("/* a /* b */ c */", "comment within a comment"),
        ("/*! set x = 1 */", "which some of them run"),
        ("select 1 /*M!100000 + :a */", "which some of them run"),
        ("# a comment\nset x = 1", "begins with #"),
        ("select 1; # a comment\nset x = 1", "begins with #"),
        ("a = ?", "a parameter without a name"),
        ("a \0", "the number 0"),
        ("x" * (LONGEST + 1), "characters at most"),
    ],
)
def test_what_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueRejected, match=complaint):
        marked(text)


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("SELECT 1", ["select"]),
        (" \ufeff-- a\n/* b */ (select 1) union (values (2))", ["select"]),
        ("update t set a = ';set' where b = :b;", ["update"]),
        ("select $$;set$$; set x = 1", ["select", "set"]),
        ("; ;attach 'a' as b", ["attach"]),
        ("{call f(:a)}", ["call"]),
        ("select data #> '{a}' from t", ["select"]),
        (":a", []),
    ],
)
def test_what_statements_begin_with(text: str, commands: list[str]) -> None:
    assert list(marked(text).commands) == commands


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece", ["\\", "''", "/**/", "a$a", "$a$ $b$", '""', ":a.", ";#", "--", "("]
)
def test_no_text_takes_long(piece: str) -> None:
    long = piece * (LONGEST // len(piece) - 9)
    assert marked(f"'{long}x'") == Marked(f"'{long}x'", ())
    match piece:
        case "$a$ $b$" | ";#":
            with pytest.raises(ValueRejected):
                marked(long)
        case ":a.":
            assert marked(long).sql == long.replace(":a", "?")
        case _:
            assert marked(long).sql == long


def test_each_name_once() -> None:
    assert names_in(":b + :a + :b") == ("b", "a")


NAME = st.from_regex(r"[a-z_][a-z0-9_]{0,8}(\.[a-z_][a-z0-9_]{0,4})?", fullmatch=True)
ANY = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
CLOSED = st.one_of(
    ANY.map(lambda text: "'" + text.replace("\\", "/").replace("'", "''") + "'"),
    ANY.map(lambda text: '"' + text.replace("\\", "/").replace('"', '""') + '"'),
    ANY.map(lambda text: "`" + text.replace("`", "``") + "`"),
    ANY.map(lambda text: "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"),
    ANY.map(lambda text: "/*" + re.sub("[*/!]", "+", text) + "*/"),
    ANY.map(lambda text: "--" + text.replace("\n", " ") + "\n"),
    ANY.map(lambda text: "$tag$" + text.replace("$", "S") + "$tag$"),
)
PLAIN = st.sampled_from(["select", " = ", "::int", "(", ")", ", ", "1.5", ":=", "x", "->>", "$1"])


@given(st.lists(st.one_of(CLOSED, PLAIN, NAME.map(lambda name: (name,))), max_size=12))
def test_names_are_found_wherever_they_stand(parts: list[str | tuple[str]]) -> None:
    """Between blanks; whatever stands in literals, names and comments is left alone."""
    text = " ".join(part if isinstance(part, str) else f":{part[0]}" for part in parts)
    found = marked(text)
    names = [part[0] for part in parts if not isinstance(part, str)]
    assert list(found.names) == names
    assert found.sql == " ".join(part if isinstance(part, str) else "?" for part in parts)


@given(st.text(alphabet="ab:?'\"`-/*$\\\n .=1qEN[]", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but names is replaced, and put back they make the text again."""
    try:
        found = marked(text)
    except ValueRejected:
        return
    assert found.sql.count("?") - _unmarked(text) == len(found.names)
    again = iter(found.names)
    position = 0
    rebuilt = ""
    for each in re.finditer(r"\?", found.sql):
        rebuilt += found.sql[position : each.start()]
        position = each.end()
        if text.startswith("?", len(rebuilt)):
            rebuilt += "?"
        else:
            rebuilt += ":" + next(again)
    assert rebuilt + found.sql[position:] == text


def _unmarked(text: str) -> int:
    """Question marks that were there already: in literals and comments."""
    return text.count("?")
