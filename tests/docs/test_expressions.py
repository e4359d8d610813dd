"""The page on expressions: everything in it that reads "`this` is `that`" is so."""

from __future__ import annotations

import re

import pytest

from docs.generator.pages import DOCS
from ivrkit.expressions import Expression, FixedScope
from ivrkit.expressions.functions.registry import functions

PAGE = (DOCS / "expressions.md").read_text("utf-8")
TEXT = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
GIVEN = re.findall(r"^- `(\w+)`: `(.+)`$", TEXT, re.MULTILINE)
SAID = re.findall(r"`([^`\n]+)`(?:\s+too)?\s+is\s+`([^`\n]+)`", TEXT)


@pytest.fixture(scope="module")
def scope() -> FixedScope:
    return FixedScope({name: Expression.parse(text).value(FixedScope()) for name, text in GIVEN})


@pytest.mark.parametrize(("expression", "value"), SAID)
def test_what_is_said_is_so(scope: FixedScope, expression: str, value: str) -> None:
    this, that = (each.replace(r"\|", "|") for each in (expression, value))
    assert Expression.parse(this).value(scope) == Expression.parse(that).value(scope)


def test_the_page_has_values_recipes_and_every_function() -> None:
    assert len(GIVEN) == 4
    assert len(SAID) > len(functions())
    for name in functions():
        assert f"| `{name}(" in TEXT
