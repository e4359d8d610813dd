"""What functions are called elsewhere (spreadsheets, Python, JavaScript, SQL), and what is written
here instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ivrkit.expressions.nearest import did_you_mean

_ELSEWHERE: Final = {
    **dict.fromkeys(("str", "string", "to_string"), "write text(…)"),
    **dict.fromkeys(("int", "float", "decimal", "to_number"), "write number(…)"),
    **dict.fromkeys(("substr", "substring", "mid", "slice"), "write part(text, from, length)"),
    **dict.fromkeys(("concat", "concatenate"), "~ joins texts: a ~ b"),
    **dict.fromkeys(("contains", "includes"), "write part in text, or item in list"),
    **dict.fromkeys(("strftime", "date_format", "to_char"), "write format_date(day, 'DD.MM.YYYY')"),
    **dict.fromkeys(("strptime", "to_date"), "write parse_date(text, 'DDMMYY')"),
    **dict.fromkeys(("money", "currency"), "a part says amounts: {money: amount, currency: EUR}"),
    **dict.fromkeys(("ifnull", "coalesce", "nvl"), "write default(value, other), or either(…)"),
    **dict.fromkeys(("iif", "choose_if"), "write a if condition else b"),
    **dict.fromkeys(("filter", "select"), "write where(list, 'field', value)"),
    **dict.fromkeys(("map", "column"), "write pluck(list, 'field')"),
    **dict.fromkeys(("datediff", "days_between"), "write in_days(b - a)"),
    "len": "write length(…)",
    "mod": "write a % b",
    "ucase": "write upper(…)",
    "lcase": "write lower(…)",
    "strip": "write trim(…)",
    "isnull": "write value is none",
    "empty": "write length(…) == 0, or value is none",
}


def what_is_meant(name: str, functions: Iterable[str]) -> str:
    """A hint for a function that there is not: ours for one of elsewhere, else the nearest."""
    return _ELSEWHERE.get(name) or did_you_mean(name, functions)
