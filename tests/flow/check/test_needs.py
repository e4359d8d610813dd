"""Which variables an expression needs, and what a condition tells."""

from __future__ import annotations

import pytest

from ivrkit.expressions.expression import Expression
from ivrkit.flow.check.needs import facts, needs


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("x", ["x"]),
        ("x.name", ["x.name"]),
        ("x['name']", ["x.name"]),
        ("x ~ y", ["x", "y"]),
        ("x + 1", ["x"]),
        ("-x", ["x"]),
        ("x if x else 'nobody'", []),
        ("x if x else y", ["y"]),
        ("x if y else 'nobody'", ["x"]),
        ("'nobody' if x is none else x", []),
        ("'nobody' if not x else x", []),
        ("x.name if x else ''", []),
        ("x or 'nobody'", []),
        ("x or y", ["y"]),
        ("x and y", ["x", "y"]),
        ("default(x, 'nobody')", []),
        ("x | default(y)", ["y"]),
        ("either(x, y, 'z')", []),
        ("upper(x)", ["x"]),
        ("x == 1", []),
        ("not x", []),
        ("x is none", []),
        ("items[x]", ["items", "x"]),
        ("'text'", []),
        ("[x]", []),
    ],
)
def test_what_must_have_a_value(text: str, needed: list[str]) -> None:
    assert [".".join(each.path) for each in needs(Expression.parse(text))] == needed


def test_a_need_has_its_place() -> None:
    (need,) = needs(Expression.parse("'a' ~ customer.name"))
    assert (need.offset, need.length) == (6, 13)


@pytest.mark.parametrize(
    ("text", "true", "false"),
    [
        ("x", {"x"}, set()),
        ("not x", set(), {"x"}),
        ("x is none", set(), {"x"}),
        ("x is not none", {"x"}, set()),
        ("x != none", {"x"}, set()),
        ("x == none", set(), {"x"}),
        ("x == 'a'", {"x"}, set()),
        ("x != 'a'", set(), {"x"}),
        ("x != y", set(), set()),
        ("x == y", set(), set()),
        ("x > 3", {"x"}, set()),
        ("x in ['a', 'b']", {"x"}, set()),
        ("x not in ['a']", set(), set()),
        ("x and y.z", {"x", "y.z"}, set()),
        ("x or y", set(), set()),
        ("not x or not y", set(), {"x", "y"}),
        ("x == 'a' or x == 'b'", {"x"}, set()),
        ("length(x) > 3", set(), set()),
        ("true", set(), set()),
    ],
)
def test_what_a_condition_tells(text: str, true: set[str], false: set[str]) -> None:
    told = facts(Expression.parse(text))
    assert {".".join(path) for path in told.true} == true
    assert {".".join(path) for path in told.false} == false
