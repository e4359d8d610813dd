"""What somebody would try who means harm: each ends as an error at load or at run, for the price of
the budget: steps are counted, and no memory is taken that a text or list may not have."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.errors import BudgetExceeded, ExpressionError, ValueRejected
from ivrkit.expressions import Expression, ExpressionSyntax, FixedScope, Secret, Template
from ivrkit.expressions.run import MOST_STEPS, Run

LONG = "x" * 60_000
TOWER: Any = ["x"]
for _ in range(40):
    TOWER = [TOWER, TOWER]  # 2 ** 40 items for whoever follows it
CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)
DEEP: Any = "x"
for _ in range(5_000):
    DEEP = [DEEP]

VALUES: dict[str, Any] = {
    "text": "abc",
    "long": LONG,
    "number": Decimal(10) ** 39,
    "customer": {"name": "Ann", "pin": Secret("8314159265")},
    "items": [1, 2, 3],
    "many": ["x"] * 9_000,
    "tower": TOWER,
    "circle": CIRCLE,
    "deep": DEEP,
    "pin": Secret("8314159265"),
    "evil": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" * 20,
    "nothing": None,
}
MOST_MEMORY = 24 * 2**20
"""Bytes that an evaluation may take at its worst: lists and texts as long as they may be."""


@contextmanager
def cheap() -> Iterator[None]:
    gc.collect()
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


ATTRIBUTES = [
    "''.__class__",
    "''['__class__']",
    "''['__cl' ~ 'ass__']",
    "text.__class__.__mro__[1].__subclasses__()",
    "text['__class__']['__mro__']",
    "items.__class__",
    "items['__len__']",
    "items.append",
    "number.__class__",
    "number.as_tuple",
    "number.real",
    "now.__class__",
    "now.strftime",
    "today.replace",
    "customer.__dict__",
    "customer['__class__']",
    "customer.items",
    "customer.get",
    "get(text, '__class__')",
    "pluck([text], '__class__')",
    "where([text], '__class__', 1)",
    "sort([text], '__class__')",
    "sum([text], '__class__')",
    "lowest([text], '__class__')",
    "keys(text)",
    "length.__globals__",
    "length.__call__",
    "__import__('os')",
    "__builtins__",
    "globals()",
    "eval('1')",
    "self",
    "self.__init__",
    "cycler",
    "joiner",
    "namespace",
    "lipsum.__globals__",
    "config",
    "request",
    "loop",
    "pin.reveal",
    "pin.reveal()",
    "pin._Secret__value",
    "customer.pin.reveal",
    "text | attr('__class__')",
    "text | map('upper')",
    "text | safe",
    "items | batch(2)",
    "text.upper()",
    "text.format('x')",
    "'{0.__class__}'.format(text)",
    "'%s' % pin",
    "'%s' % text",
    "'{}' % text",
    "text | format('x')",
    "format_date(today, '{0.__class__}').x",
    "lambda: 1",
    "[each for each in items]",
    "items[0:2]",
    "items[::-1]",
    "items[1e999]",
    "text if",
    "a := 1",
    "text = 1",
    "text is callable",
    "text is defined",
    "{% set x = 1 %}",
    "{# x #}",
    "`id`",
    "import os",
    "await text",
    "*items",
    "min(*items)",
    "min(**customer)",
]

BOMBS = [
    # texts
    "repeated('x', 10 ** 12)",
    "repeated(long, 10)",
    "repeated(repeated('x', 60000), 60000)",
    "long ~ long",
    "pad('x', 10 ** 9)",
    "pad('x', 65537)",
    "replace(long, 'x', long)",
    "replace(long, 'x', 'xx')",
    "join(many, long)",
    "join([long, long])",
    "join(numbers(1, 10000), repeated(' ', 100))",
    "spaced(long)",
    "grouped(long, 1, long)",
    "url(repeated('%', 60000))",
    "xml(repeated('&', 60000))",
    "json(long ~ long)",
    "json([long, long, long])",
    "json(repeated('\\n', 60000))",
    "upper(repeated('ß', 60000))",
    "unaccented(repeated('ﷺ', 60000))",
    "regex_replace(long, '', 'yy')",
    "regex_escape(repeated('.', 60000))",
    "base64(base64(long))",
    "format_date(now, repeated('YYYY', 60000))",
    "format_duration(minutes(1), repeated('s', 60000))",
    "text[10 ** 30]",
    # numbers
    "10 ** 1000",
    "9 ** 9 ** 9",
    "2 ** -1000000",
    "10 ** 0.5",
    "10 ** (10 ** 30)",
    "number * number",
    "number * 10",
    "number + number * 9",
    "round(number, 20)",
    "number(repeated('9', 41))",
    "number('1e1000000')",
    "from_json('1e1000000')",
    "from_json(repeated('9', 60000))",
    "99999999999999999999999999999999999999999",
    "days(number)",
    "hours(number)",
    "minutes(1) * number",
    "days(10 ** 8) * 1000",
    "now + days(10 ** 9)",
    "add_days(today, number)",
    "add_months(today, number)",
    "add_workdays(today, 10 ** 9)",
    "add_workdays(today, 2000, many)",
    "from_timestamp(number)",
    "random(0, number)",
    "shares(number, 10 ** 9)",
    "round_to(number, 0.0000000001)",
    # lists
    "numbers(1, 10 ** 12)",
    "numbers(-(10 ** 12), 10 ** 12)",
    "merge(many, many)",
    "append(numbers(1, 10000), 1)",
    "flatten([many, many])",
    "split(long, 'x')",
    "split(repeated('a ', 30000))",
    "regex_all(long, 'x')",
    "unique(numbers(1, 10000))",
    "sort(many)",
    "tower == tower",
    "'y' in tower and text.x",
    "json(tower)",
    "join(tower)",
    "unique(tower)",
    "min(tower, tower)",
    "index_of(tower, tower)",
    "json(circle)",
    "circle == circle",
    "unique(circle)",
    "json(deep)",
    "deep == deep",
    "max(deep, 1)",
    "from_json(repeated('[', 60000))",
    "from_json(repeated('{\"a\":', 10000))",
    "from_json('[' ~ repeated('1,', 20000) ~ '1]')",
    # patterns
    "matches(evil, '(a|a)*!')",
    "matches(evil, '(a|aa)+!')",
    r"matches(evil, '(\w|\w\w)*!')",
    "regex_all(evil, '(a|aa)+$')",
    "regex_replace(evil, '(a|aa)+$', '')",
    r"regex(long, '(x+)\1+y')",
    "regex(long, '(?:(?:(?:x*)*)*)*[^x]')",
    "regex(text, '(?R)')",
    "regex(text, '(?:a(?0)?)*b')",
    r"regex(text, '(?P<n>a(?&n)?)')",
    r"regex(text, '(a)\\\\(?1)')",
    "regex(text, repeated('(', 400))",
    "regex(text, '(?P<n>a')",
    "matches(text, repeated('a', 501))",
    "regex(text, 'a', 10 ** 9)",
    # what no zone, form, code is
    "in_zone(now, '../../../etc/passwd')",
    "in_zone(now, long)",
    "at_zone(now, '/dev/zero')",
    "at_zone(now, 'Europe')",
    "at_zone(now, '\x00')",
    "parse_date(text, repeated('D', 60000))",
    "parse_date(long, long)",
    "phone('100', long)",
    "e164(long, 'DE')",
    "from_base64(long ~ '=')",
    "base64('\ud800')",
    "sha256('\ud800')",
    "url('\ud800')",
]


@pytest.mark.parametrize("source", ATTRIBUTES)
def test_nothing_is_reached_but_data(source: str) -> None:
    with cheap(), pytest.raises((ExpressionSyntax, ExpressionError)) as caught:
        Expression.parse(source).value(FixedScope(VALUES))
    assert "8314159265" not in f"{caught.value} {getattr(caught.value, 'hint', '')}"


@pytest.mark.parametrize("source", BOMBS)
def test_a_bomb_does_not_go_off(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    charged = counted(monkeypatch)
    with cheap(), pytest.raises((ExpressionSyntax, ExpressionError)) as caught:
        Expression.parse(source).value(FixedScope(VALUES))
    assert len(str(caught.value)) < 400
    assert charged() <= 2 * MOST_STEPS


def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many steps were gone when the budget was over, or the evaluation."""
    most = [0]
    charge = Run.charge

    def count(run: Run, steps: int) -> None:
        try:
            charge(run, steps)
        finally:
            most[0] = max(most[0], run.steps - steps)

    monkeypatch.setattr(Run, "charge", count)
    return lambda: most[0]


@pytest.mark.parametrize(
    "source",
    [
        "matches(evil, '(a+)+b')",
        "regex(evil, '(.*)*x')",
        "regex_all(evil, '(a+)+b')",
        "regex(evil, '((a{0,100}){0,100}){0,100}b')",
        "regex(long, '(?:x{0,30000}){0,30000}y')",
        "matches(evil, '(?:a?){40}a{40}!!')",
        r"regex(text, '\(?1\)?|[(?]')",
        "regex(evil, '(?b)(?:aaaaaaaaaaaaaaaaa){e<=10}b')",
        "deep[0][0]",
        "tower[0][1]",
        "circle[0][0][0]",
        "length(circle)",
        "count([], 'x', 1)",
    ],
)
def test_what_looks_like_a_bomb_and_is_none_is_cheap(source: str) -> None:
    with cheap():
        Expression.parse(source).value(FixedScope(VALUES))


@pytest.mark.parametrize(
    "source",
    [
        "(" * 51 + "1" + ")" * 51,
        "[" * 60 + "]" * 60,
        "not " * 60 + "true",
        "-" * 60 + "1",
        "1" + " if true else 1" * 60,
        "upper(" * 60 + "'x'" + ")" * 60,
        "text" + "[0]" * 60,
        "text" + ".a" * 60,
        "text" + " | upper" * 60,
        "2" + " ** 2" * 60,
        "{'a': " * 60 + "1" + "}" * 60,
        "1 + " * 2_000 + "1",
        "'" + "x" * 5_000 + "'",
        "((((((((((" * 1_000,
        "'" * 3_999,
    ],
)
def test_what_is_too_long_or_too_deep_is_not_read(source: str) -> None:
    with cheap(), pytest.raises((ExpressionSyntax, ExpressionError)):
        Expression.parse(source).value(FixedScope(VALUES))


def test_patterns_share_one_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many patterns that are each a little too slow are together one that is."""
    moments = iter(range(1_000_000))
    monkeypatch.setattr(
        "ivrkit.expressions.functions.patterns.monotonic", lambda: next(moments) * 0.015
    )
    one = "matches(text, 'abc')"
    assert Expression.parse(" and ".join([one] * 6)).value(FixedScope(VALUES)) is True
    with pytest.raises(BudgetExceeded, match="took longer"):
        Expression.parse(" and ".join([one] * 9)).value(FixedScope(VALUES))


SAID = [
    "{{ pin }}",
    "{{ customer.pin }}",
    "{% for x in y %}",
    "{# #}",
    "' ~ pin ~ '",
    "'); drop table accounts; --",
    "${pin}",
    "%(pin)s",
    "{pin}",
    "{0}",
    "\\{\\{ pin }}",
    "1e3",
    "true",
    "none",
    "[1]",
    "\x00",
    "\r\nInjected: yes",
    "\u202egnp.exe",
    "ﷺ" * 100,
    "🇩🇪" * 50,
    "\ud800",
    "a\u0301" * 50,
    "٣٤",
    "ⅷ",
    "ﬁ",
    "İ",
    "\u2028",
]


@pytest.mark.parametrize("said", SAID, ids=repr)
def test_what_a_caller_says_stays_that_text(said: str) -> None:
    scope = FixedScope({**VALUES, "said": said})
    assert Template.parse("{{ said }}").text(scope) == said
    assert Template.parse("a {{ said }} b").text(scope) == f"a {said} b"
    assert Expression.parse("said").value(scope) == said
    assert Expression.parse("text(said) == said").value(scope) is True
    for judge in ("is_digits", "luhn", "iban", "email", "phone"):
        assert Expression.parse(f"{judge}(said)").value(scope) is False
    assert Expression.parse("matches(said, regex_escape(said))").value(scope) is True


@pytest.mark.parametrize(
    "digits", ["٣", "³", "Ⅷ", "1_000", "１２", " 1 2", "1e3", "0x10", "+", "∞"]
)
def test_only_plain_digits_are_a_number(digits: str) -> None:
    scope = FixedScope({"said": digits})
    assert Expression.parse("is_number(said)").value(scope) is False
    with pytest.raises((ExpressionError, ValueRejected)):
        Expression.parse("number(said)").value(scope)


LEAKS = [
    "length(pin)",
    "part(pin, 0, 1)",
    "pin == '8314159265'",
    "pin < '9'",
    "'8' in pin",
    "position(pin, '1')",
    "starts_with(pin, '8')",
    "same_text(pin, '8314159265')",
    "matches(pin, '8.*')",
    "regex_all(pin, '.')",
    "split(pin, '1')",
    "sha256(pin)",
    "hmac_sha256('x', pin)",
    "hmac_sha256(pin, 'x')",
    "base64(pin)",
    "keypad(pin)",
    "mask(pin)",
    "grouped(pin, 2)",
    "luhn(pin)",
    "phone(pin)",
    "phone_line(pin, 'DE')",
    "e164(pin)",
    "is_number(pin)",
    "number(pin) + 1",
    "between(pin, '0', '9')",
    "limited(number(pin), 0, 5)",
    "percent(number(pin), 2)",
    "shares(number(pin), 2)",
    "json(customer)",
    "xml(pin)",
    "from_json(pin)",
    "min(pin, 'z')",
    "max([pin])",
    "sort([pin, '1'])",
    "unique([pin, pin])",
    "index_of([pin], '8314159265')",
    "without([pin], 'x')",
    "count([customer], 'pin', '8314159265')",
    "where([customer], 'pin', '8314159265')",
    "find([customer], 'pin', 'x')",
    "lowest([customer, customer], 'pin')",
    "groups([customer], 'pin')",
    "sum([number(pin)])",
    "average([{'n': number(pin)}], 'n')",
    "pluck([customer], 'pin')",
    "numbers(1, length(pin))",
    "repeated('x', length(pin))",
    "pad('x', length(pin))",
    "items[length(pin) - 9]",
    "items[0] if pin == '1' else items[1]",
    "pin and true",
    "not pin",
    "pin is none",
    "format_number(number(pin))",
    "text(pin)",
    "'x' ~ pin",
    "[pin]",
    "{'a': pin}",
    "join([pin, pin])",
    "first([pin])",
    "either(nothing, pin)",
    "default(pin, 'x')",
    "values(customer)[1]",
    "entries(customer)[1].value",
    "pick(customer, ['pin']).pin",
    "merge(customer, {}).pin",
]


@pytest.mark.parametrize("source", LEAKS)
def test_no_function_lets_a_secret_out(source: str) -> None:
    value = Expression.parse(source).value(FixedScope(VALUES))
    assert isinstance(value, Secret)
    assert "8314159265" not in f"{value!r} {value}"


@pytest.mark.parametrize(
    "source",
    [
        "date(pin)",
        "time(pin)",
        "datetime(pin)",
        "duration(pin)",
        "number(pin ~ 'x')",
        "parse_date(pin, 'DDMMYYYY')",
        "parse_date('1', pin)",
        "from_json(pin ~ '}')",
        "from_base64(pin ~ '?')",
        "in_zone(now, pin)",
        "at_zone(now, pin)",
        "regex('x', pin ~ '(')",
        "pluck([customer], pin)",
        "where([customer], pin, 1)",
        "where([customer], 'name', 1, pin)",
        "sum([customer], pin)",
        "sort([customer], pin)",
        "customer[pin]",
        "start_of(today, pin)",
        "round(1, 0, pin)",
        "phone('100', pin)",
        "e164(pin ~ 'x')",
        "whole(pin)",
        "days(pin)",
        "pin > today",
        "pin + 1",
        "pin.x",
        "pin[99]",
        "limited(1, 2, number(pin) - number(pin))",
    ],
)
def test_no_error_tells_a_secret(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression.parse(source).value(FixedScope(VALUES))
    shown = f"{caught.value} {caught.value!r} {caught.value.hint}"
    assert "8314159265"[:5] not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
