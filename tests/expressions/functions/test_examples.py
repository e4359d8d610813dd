from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from ivrkit.expressions import Expression, FixedScope, FixedTypes, Type
from ivrkit.expressions.functions.registry import Function, function, functions
from ivrkit.expressions.types import WORDS

EXAMPLES = [(name, *each) for name, one in functions().items() for each in one.examples]


@pytest.mark.parametrize(("name", "source", "result"), EXAMPLES)
def test_the_example_is_true(name: str, source: str, result: str) -> None:
    assert name in source
    scope = FixedScope()
    assert Expression.parse(source).value(scope) == Expression.parse(result).value(scope)


@pytest.mark.parametrize(("name", "source", "result"), EXAMPLES)
def test_the_check_finds_nothing_in_it_and_foretells_its_type(
    name: str, source: str, result: str
) -> None:
    expression = Expression.parse(source)
    type_, problems = expression.check(FixedTypes({}))
    assert problems == []
    if type_ is not None:
        value = expression.value(FixedScope())
        kind = "number" if type_.kind == "money" else type_.kind
        assert kind in WORDS or kind in ("list", "record")
        assert Type(type_.kind, item=type_.item).accept(value) == value


@pytest.mark.parametrize("declared", functions().values(), ids=functions())
def test_it_is_explained(declared: Function) -> None:
    first = declared.doc.strip().splitlines()[0]
    assert first.endswith((".", ",")) or len(first) > 60
    assert declared.signature.startswith(f"{declared.name}(")
    assert declared.group


def test_names_are_words() -> None:
    assert all(name.isidentifier() and name == name.lower() for name in functions())


@pytest.mark.parametrize(
    "signature", ["f", "f(x) -> text", "f(x: txt) -> text", "f(x: text)", "f(x: text,y: text) -> a"]
)
def test_a_wrong_signature_is_refused(signature: str) -> None:
    with pytest.raises(ValueError, match=r"not a (signature|parameter)"):

        @function(signature)
        def body() -> None:
            """Nothing.

            Example: ``f()`` is ``1``.
            """


def test_a_function_without_an_example_is_refused() -> None:
    with pytest.raises(ValueError, match="no example"):

        @function("f() -> text")
        def body() -> None:
            """Nothing."""


def test_time_and_chance_come_from_the_scope() -> None:
    zone = timezone(timedelta(hours=1))
    scope = FixedScope(now=FixedScope().now().astimezone(zone), random=0.999)
    read = Expression.parse("datetime('2026-03-02T10:30:00')").value(scope)
    assert getattr(read, "tzinfo", None) is zone
    assert Expression.parse("random(1, 6)").value(scope) == 6
    assert Expression.parse("random(1, 6)").value(FixedScope(random=0.0)) == 1
    assert Expression.parse("chance(0.5)").value(scope) is False
    assert Expression.parse("age(date('2000-03-02'))").value(scope) == 26
