from __future__ import annotations

from typing import Any

import pytest

from ivrkit.errors import ExpressionError
from ivrkit.expressions import Expression, FixedScope


def value(source: str) -> Any:
    return Expression.parse(source).value(FixedScope({"nothing": None}))


@pytest.mark.parametrize(
    "source",
    [
        # texts
        "length([1, 2]) == 2",
        "length({'a': 1}) == 1",
        "length('') == 0",
        "part('123', 5) == ''",
        "part('123', -9, 2) == '12'",
        "part([1, 2, 3], 1) == [2, 3]",
        "split(' a  b ') == ['a', 'b']",
        "position('abc', 'x') is none",
        "capitalize('') == ''",
        "mask('123') == '123'",
        "mask('12345', 0) == '•••••'",
        "digits_of('a٣') == ''",
        # numbers
        "round(-2.5) == -3",
        "round(2.345, 2) == 2.35",
        "floor(-2.1) == -3",
        "ceiling(-2.1) == -2",
        "truncate(2.99, 1) == 2.9",
        "abs(minutes(-5)) == minutes(5)",
        "min([]) is none",
        "max(minutes(1), seconds(90)) == '90s'",
        "min(date('2026-01-02'), date('2026-01-01')) == '2026-01-01'",
        "sum([]) == 0",
        "sum([minutes(1), minutes(2)]) == '3m'",
        "number(' 12 ') == 12",
        "is_number('1e3') == false",
        "is_number(12)",
        "not is_number(nothing)",
        "not is_number([1])",
        "chance(0) == false",
        # dates
        "add_months(date('2024-02-29'), 12) == date('2025-02-28')",
        "add_months(date('2026-01-15'), -1) == date('2025-12-15')",
        "weekday(date('2026-03-01')) == 7",
        "datetime('2026-03-02') == date('2026-03-02')",
        "datetime(now) == now",
        "hour(in_zone(datetime('2026-07-01T10:00:00'), 'Europe/Berlin')) == 12",
        "age(date('2000-03-01'), date('2026-03-02')) == 26",
        "duration('1h30m') == hours(1.5)",
        "in_days(days(2)) == 2",
        "time(now) == '10:00'",
        # lists
        "first([]) is none",
        "last([]) is none",
        "reverse('abc') == 'cba'",
        "merge([1], [2]) == [1, 2]",
        "merge({'a': 1}, {'a': 2}) == {'a': 2}",
        "unique(['a', 'A', 'a']) == ['a', 'A']",
        "sort(['b', 'a'], down=true) == ['b', 'a']",
        "sort([]) == []",
        "where([{'n': 1}], 'n', 2) == []",
        "find([{'n': 1}], 'n', 2) is none",
        "get({'a': none}, 'a', 1) is none",
        "get({'a': 1}, 'b') is none",
        "get({'a': 1}, 'b', 2) == 2",
        "numbers(3, 2) == []",
        "either(nothing, nothing) is none",
        # checks
        "luhn('79927398713')",
        "not luhn('79927398710')",
        "not luhn('')",
        "not luhn('0')",
        "not luhn('4111x')",
        "not luhn('٤١١١')",
        "iban('GB82 WEST 1234 5698 7654 32')",
        "not iban('GB82 WEST 1234 5698 7654 33')",
        "not iban('DE89 3704 0044 0532 0130 0')",
        "not iban('1234567890123456')",
        "not iban('DE')",
        "not iban('DE89-3704')",
        "phone('100')",
        "not phone('Ann')",
        "e164('0049 30 1234') == '+49301234'",
        "e164('+49 30 1234', '49') == '+49301234'",
        "e164('1234') == '1234'",
        "not is_digits('')",
        "not is_digits('1.0')",
        # patterns
        r"matches('0123', '\d{4}')",
        r"not matches('01234', '\d{4}')",
        "regex('abc', 'x') is none",
        "regex('abc', 'b(x)?', 1) is none",
        r"regex_replace('abc', 'b', '\1') == 'a\1c'",
        "regex_replace('ab', '', '-') == '-a-b-'",
        # formats
        "format_number(1234567) == '1234567'",
        "format_number(1234567, group=' ') == '1 234 567'",
        "format_number(0.5, 0) == '1'",
        "format_number(-1234.5, 2, group=',') == '-1,234.50'",
        "format_date(time('9:05'), 'H:mm') == '9:05'",
        "format_date(datetime('2026-03-02T09:05:07'), 'YY-MM-DD HH.mm.ss') == '26-03-02 09.05.07'",
        "json([1.5, none, true, 'ä']) == '[1.5, null, true, \"ä\"]'",
        "url('ä/') == '%C3%A4%2F'",
        "text(true) == 'true'",
    ],
)
def test_what_holds(source: str) -> None:
    assert value(source) is True


@pytest.mark.parametrize(
    "source",
    [
        "replace('a', '', 'b')",
        "split('a', '')",
        "pad('a', 3, '')",
        "pad('a', 3, '--')",
        "part('abc', 0.5)",
        "part('abc', 0, -1)",
        "sum(['a', 'b'])",
        "sum(['a'])",
        "random(6, 1)",
        "random(0.5, 1)",
        "round(1, -1)",
        "min(1, 'a')",
        "date('2026-02-30')",
        "time('25:00')",
        "add_months(date('9999-12-31'), 1)",
        "in_zone(now, 'Europe/Nowhere')",
        "in_zone(now, '../../etc/passwd')",
        "in_zone(now, '/etc/passwd')",
        "in_zone(now, '')",
        "sort([{'n': 1}], 'm')",
        "sort([1], 'n')",
        "sort([1, 'a'])",
        "where([1], 'n', 1)",
        "pluck([{'a': 1}], 'b')",
        "merge([1], {'a': 1})",
        "e164('Ann')",
        "regex('a', 'a', 1)",
        "format_date(date('2026-03-02'), 'HH')",
        "format_date(time('10:00'), 'YYYY')",
        "days(10 ** 30)",
        "minutes(10 ** 15)",
        "matches('a', repeated('a', 501))",
        "base64('\ud800')",
    ],
)
def test_what_fails(source: str) -> None:
    with pytest.raises(ExpressionError):
        value(source)
