"""Values side by side: what differs, and nothing else."""

from __future__ import annotations

import pytest

from ivrkit.qa.differing import beside, written


@pytest.mark.parametrize(
    ("expected", "got", "sides"),
    [
        ({"a": "1", "b": "2"}, {"a": "1", "b": "3"}, ("b: 2", "b: 3")),
        (
            {"c": {"name": "Ann", "vip": "true"}},
            {"c": {"name": "Bob", "vip": True, "n": 1}},
            ("c.name: Ann", "c.name: Bob"),
        ),
        (
            {"rows": [{"n": "1"}, {"n": "2"}]},
            {"rows": [{"n": 1}, {"n": 3}]},
            ("rows[1].n: 2", "rows[1].n: 3"),
        ),
        ({"rows": ["1"]}, {"rows": []}, ("rows: [1]", "rows: []")),
        ({"a": "1"}, {}, ("a: 1", "a: (not there; there is nothing)")),
        ({"a": "1"}, {"b": 1, "c": 2}, ("a: 1", "a: (not there; there is b, c)")),
        ({"a": "1"}, {"a": None}, ("a: 1", "a: none")),
        ({"a": {"b": "1"}}, {"a": "x"}, ("a: {b: 1}", "a: x")),
        ({"a": "12.50"}, {"a": "12.5"}, ("", "")),
        ("1", "2", ("1", "2")),
    ],
)
def test_side_by_side(expected: object, got: object, sides: tuple[str, str]) -> None:
    assert beside(expected, got) == sides


def test_values_on_one_line() -> None:
    assert written({"a": [True, None, "x"], "b": {}}) == "{a: [true, none, x], b: {}}"
