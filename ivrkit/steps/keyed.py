"""How the types of the language are typed on twelve keys."""

from __future__ import annotations

from decimal import Decimal

from ivrkit.expressions.values import Value

LENGTHS = {
    "digits": (1, 20),
    "secret": (1, 20),
    "number": (1, 12),
    "money": (1, 12),
    "phone": (3, 15),
    "date": (8, 8),
    "time": (4, 4),
}
"""The least and the most digits of each type where ``digits`` does not say it (E.164: a
telephone number has at most 15)."""


def keyed(kind: str, keys: str) -> Value:
    """What was typed, as a value that the type accepts.

    Amounts of money are typed in the minor unit (``1250`` is 12.50), dates as year, month, day
    (``20260302``, ISO 8601 basic form), times as hours and minutes (``0930``).
    """
    if kind == "number":
        return Decimal(keys)
    if kind == "money":
        return Decimal(keys).scaleb(-2)
    if kind == "date":
        return f"{keys[:4]}-{keys[4:6]}-{keys[6:]}"
    if kind == "time":
        return f"{keys[:2]}:{keys[2:]}"
    return keys
