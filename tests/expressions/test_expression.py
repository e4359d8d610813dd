from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivrkit.errors import BudgetExceeded, ExpressionError, ValueRejected
from ivrkit.expressions import (
    Expression,
    ExpressionSyntax,
    FixedScope,
    FixedTypes,
    Secret,
    Setting,
    Template,
    Type,
)
from ivrkit.expressions.functions.registry import functions


def test_equal_texts_are_parsed_once() -> None:
    assert Expression.parse("a + 1") is Expression.parse("a + 1")
    assert Template.parse("x {{ a }}") is Template.parse("x {{ a }}")


def test_a_bare_expression_has_no_braces() -> None:
    with pytest.raises(ExpressionSyntax, match="leave out") as caught:
        Expression.parse(" {{ a }}")
    assert caught.value.offset == 1
    with pytest.raises(ExpressionSyntax, match="empty"):
        Expression.parse("  ")


def test_a_syntax_error_is_a_problem_with_its_place() -> None:
    with pytest.raises(ValueRejected) as caught:
        Expression.parse("a b")
    assert isinstance(caught.value, ExpressionSyntax)
    problem = caught.value.problem()
    assert (problem.code, problem.offset, problem.length) == ("syntax", 2, 1)


def test_errors_show_the_expression_shortened() -> None:
    with pytest.raises(ExpressionError, match=re.escape("…'")) as caught:
        Expression.parse("undeclared" + " + 1" * 100).value(FixedScope())
    assert len(str(caught.value)) < 160


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("", ""),
        ("Welcome.", "Welcome."),
        ("100 % { } }} {", "100 % { } }} {"),
        ("{% alone", "{% alone"),
        ("{# alone", "{# alone"),
        ("Hello {{ customer.name }}!", "Hello Ann Lee!"),
        ("{{ customer.balance }} {{ wait }} {{ customer.vip }}", "12.50 7m true"),
        ("{{customer.name}}{{ account }}", "Ann Lee0123"),
        ("{{ '}}' }} {{ {'a': 1}.a }}", "}} 1"),
        ("{{ typed }}{{ typed }}", "1e31e3"),
        ("{{ '{%' }} x %}", "{% x %}"),
        ("a\n{{\n account\n}}\n", "a\n0123\n"),
    ],
)
def test_texts(text: Callable[[str], Any], source: str, result: str) -> None:
    assert text(source) == result


def test_texts_without_braces_are_never_parsed() -> None:
    template = Template.parse("}} % '")
    assert template.static
    assert template.literal == "}} % '"
    assert template.references() == []
    assert not Template.parse("{{ a }}").static
    assert Template.parse("{{ a }}").literal == ""


@pytest.mark.parametrize(
    ("source", "offset", "said"),
    [
        ("Hello {{ name", 6, "closing '}}' is missing"),
        ("Hello {{ }}", 9, "missing at the end"),
        ("Hello {{ a b }}", 11, "unexpected 'b'"),
        ("Hello {{ x.upper() }}", 11, "write upper(x)"),
        ("Hello {{- a }}", 6, "'{{-'"),
        ("Hello {{ a -}}", 6, "-}}"),
        ("{% if a %}x{% endif %}", 0, "use the steps"),
        ("a {# x #}", 2, "comments"),
        ("{{ 5m }}", 3, "in quotes"),
        ("{{ (a }}", 6, "closes nothing"),
    ],
)
def test_wrong_texts(source: str, offset: int, said: str) -> None:
    with pytest.raises(ExpressionSyntax) as caught:
        Template.parse(source)
    assert said in str(caught.value)
    assert caught.value.offset == offset


def test_a_text_that_touched_a_secret_is_one(text: Callable[[str], Any]) -> None:
    for source in ("pin {{ pin }}", "{{ customer.pin }}", "{{ 'a' if pin == '1' else 'b' }}"):
        found = text(source)
        assert isinstance(found, Secret)
    assert text("pin {{ pin }}").reveal() == "pin 4711"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ nothing }}", "none: 'nothing'"),
        ("{{ customer.email }}", "default"),
        ("{{ slots }}", "join"),
        ("{{ customer }}", "fields"),
        ("{{ undeclared }}", "not defined"),
    ],
)
def test_what_cannot_be_spoken(text: Callable[[str], Any], source: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        text(source)
    assert said in str(caught.value)


def test_long_texts_are_refused() -> None:
    scope = FixedScope({"long": "x" * 40_000})
    with pytest.raises(BudgetExceeded):
        Template.parse("{{ long }}{{ long }}").text(scope)


def test_a_text_is_checked_part_by_part() -> None:
    types = FixedTypes({"a": "text", "pin": "secret", "l": {"list": "text"}})
    source = "x {{ a }} {{ b }} {{ l }}"
    type_, problems = Template.parse(source).check(types)
    assert (type_.kind, type_.secret) == ("text", False)
    assert [(each.offset, each.code) for each in problems] == [
        (source.index("b }}"), "undefined_name"),
        (source.index("l }}"), "wrong_type"),
    ]
    assert Template.parse("{{ pin }}").check(types)[0].secret
    assert [each.offset for each in Template.parse(source).references()] == [5, 13, 21]
    assert [each.source for each in Template.parse(source).expressions] == ["a", "b", "l"]


def test_settings_keep_their_type() -> None:
    duration = Type.read("duration")
    scope = FixedScope({"patience": timedelta(minutes=2), "typed": "90s", "none": None, "n": 3})
    assert Setting.parse("5s", duration).value(scope) == timedelta(seconds=5)
    assert Setting.parse("5s", duration).static
    assert Setting.parse(" {{ patience }} ", duration).value(scope) == timedelta(minutes=2)
    assert Setting.parse("{{ typed }}", duration).value(scope) == timedelta(seconds=90)
    assert Setting.parse("{{ nothing }}", duration).references()[0].path == ("nothing",)
    assert Setting.parse("{{ n }}", Type.read("number")).value(scope) == Decimal(3)
    assert Setting.parse("0123", Type.read("digits")).value(scope) == "0123"


def test_wrong_settings() -> None:
    duration = Type.read("duration")
    with pytest.raises(ValueRejected, match="not a duration"):
        Setting.parse("5 minutes", duration)
    with pytest.raises(ExpressionSyntax, match="one whole") as caught:
        Setting.parse("in {{ patience }}", duration)
    assert caught.value.offset == 3
    with pytest.raises(ExpressionError, match="'x' is not a duration"):
        Setting.parse("{{ x }}", duration).value(FixedScope({"x": Decimal(5)}))
    with pytest.raises(ExpressionError) as failed:
        Setting.parse("{{ x }}", duration).value(FixedScope({"x": Secret("4711")}))
    assert "4711" not in str(failed.value)


def test_settings_are_checked() -> None:
    types = FixedTypes({"n": "number", "wait": "duration", "unknown": None})
    duration = Type.read("duration")
    problem = Setting.parse("{{ n }}", duration).check(types)[1][0]
    assert (problem.offset, problem.code) == (3, "wrong_type")
    assert "a number where a duration is wanted" in problem.message
    assert Setting.parse("{{ wait }}", duration).check(types)[1] == []
    assert Setting.parse("{{ unknown }}", duration).check(types)[1] == []
    assert Setting.parse("5s", duration).check(types) == (duration, [])
    assert Setting.parse("{{ x }}", duration).check(types)[1][0].code == "undefined_name"


ATOMS = st.sampled_from(
    [
        "a",
        "pin",
        "customer",
        "customer.pin",
        "customer.name",
        "nothing",
        "slots",
        "pins",
        "wait",
        "day",
        "now",
        "1",
        "0",
        "0.5",
        "'x'",
        "'5m'",
        "''",
        "true",
        "none",
        "[]",
        "[pin, 1]",
        "slots[0]",
        "slots[0].id",
        "{'a': pin}",
        "undeclared",
        "10 ** 39",
        "'2026-03-02'",
        "-1",
    ]
)
BINARY = st.sampled_from(
    ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">=", "in", "and", "or"]
)
CALLS = st.sampled_from(sorted(functions()))


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """Expressions of every form, over names that hold every kind of value."""
    form = draw(st.integers(0, 9)) if depth else 0
    if form == 0:
        return draw(ATOMS)
    one, two = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    if form == 1:
        return f"{draw(CALLS)}({', '.join([one, two][: draw(st.integers(0, 2))])})"
    if form == 2:
        return f"{draw(CALLS)}({one}, {two}, {draw(ATOMS)})"
    if form == 3:
        return f"({one} {draw(BINARY)} {two} {draw(BINARY)} {draw(ATOMS)})"
    forms = (
        f"({one} {draw(BINARY)} {two})",
        f"({one} if {two} else {draw(ATOMS)})",
        f"({one})[{two}]",
        f"({one}).name",
        f"(not {one} or -{two} is none)",
        f"[{one}, {two}]",
    )
    return forms[form - 4]


HIDDEN = "8314159265"


def hidden_scope() -> FixedScope:
    return FixedScope(
        {
            "a": "abc",
            "pin": Secret(HIDDEN),
            "customer": {"name": "Ann", "pin": Secret(HIDDEN)},
            "nothing": None,
            "slots": [{"id": 1, "name": Secret(HIDDEN)}],
            "pins": [Secret(HIDDEN), Secret(HIDDEN)],
            "wait": timedelta(minutes=7),
            "day": FixedScope().now().date(),
        }
    )


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions())
def test_evaluation_raises_nothing_but_its_error_and_tells_no_secret(source: str) -> None:
    try:
        expression = Expression.parse(source)
    except ExpressionSyntax:
        return
    try:
        shown = repr(expression.value(hidden_scope()))
    except ExpressionError as error:
        shown = f"{error} {error!r} {error.hint}"
    assert HIDDEN not in shown
    assert HIDDEN[:6] not in shown


TYPES = FixedTypes(
    {
        "a": "text",
        "pin": "secret",
        "customer": {"name": "text", "pin": "secret"},
        "nothing": "text",
        "slots": {"list": {"id": "number", "name": {"type": "text", "secret": "true"}}},
        "pins": {"list": "secret"},
        "wait": "duration",
        "day": "date",
    }
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions())
def test_the_check_foretells_secrets_and_kinds(source: str) -> None:
    try:
        expression = Expression.parse(source)
    except ExpressionSyntax:
        return
    type_, problems = expression.check(TYPES)
    for each in problems:
        assert 0 <= each.offset <= len(source)
        assert each.length > 0
    try:
        value = expression.value(hidden_scope())
    except ExpressionError:
        return
    if isinstance(value, Secret) and not problems:
        assert type_ is not None
        assert type_.secret
    if not problems and type_ is not None and not isinstance(value, Secret) and value is not None:
        type_.accept(value)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="ab1.'\"()[]{}|~+-*/%<>=!,: \n\\_if else not in is and or", max_size=40))
def test_any_text_is_an_expression_or_a_syntax_error_in_it(source: str) -> None:
    for parse in (Expression.parse, Template.parse, lambda text: Template.parse(f"{{{{{text}}}}}")):
        offset = 0
        try:
            parse(source)
        except ExpressionSyntax as error:
            offset = error.offset
        assert 0 <= offset <= len(source) + 4


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(), st.one_of(st.text(), st.integers(-100, 100), st.none(), st.booleans()))
def test_what_a_caller_says_is_never_read(said: str, other: object) -> None:
    scope = FixedScope({"said": said, "other": other})
    assert Expression.parse("said").value(scope) == said
    assert Template.parse("{{ said }}").text(scope) == said
    assert Expression.parse("said == other or said != other").value(scope) is True


def test_what_is_filled_in_may_be_quoted(scope: FixedScope) -> None:
    template = Template.parse("<a>/{{ customer.name }}/{{ account }}")
    assert template.text(scope, str.upper) == "<a>/ANN LEE/0123"
    secret = Template.parse("<{{ pin }}>").text(scope, lambda text: f"[{text}]")
    assert isinstance(secret, Secret)
    assert secret.reveal() == "<[4711]>"
