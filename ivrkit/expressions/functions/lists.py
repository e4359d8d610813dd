"""Functions of lists and records, and of what may be none."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from ivrkit.errors import ExpressionError
from ivrkit.expressions.comparison import compare, equal
from ivrkit.expressions.functions.bounds import listed, whole
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import Run


@function("default(value: any, other: any) -> common")
def default(value: Any, other: Any) -> Any:
    """The value, or the other one if it is none.

    Example: ``default(none, 'customer')`` is ``'customer'``.
    """
    return other if value is None else value


@function("either(value: any, *others: any) -> common")
def either(*values: Any) -> Any:
    """The first of the values that is not none.

    Example: ``either(none, none, 3)`` is ``3``.
    """
    return next((each for each in values if each is not None), None)


@function("get(record: record, name: field, other: any?) -> field")
def get(record: dict[str, Any], name: str, other: Any) -> Any:
    """The field of a record by its name; the other value (none if not said) if it is not there.

    Example: ``get({'a': 1, 'b': 2}, 'b', 0)`` is ``2``.
    """
    return record.get(name, other)


@function("first(list: list) -> item")
def first(items: list[Any]) -> Any:
    """The first item of a list; none of an empty one.

    Example: ``first([3, 1])`` is ``3``.
    """
    return items[0] if items else None


@function("last(list: list) -> item")
def last(items: list[Any]) -> Any:
    """The last item of a list; none of an empty one.

    Example: ``last([3, 1])`` is ``1``.
    """
    return items[-1] if items else None


@function("reverse(value: list|text) -> same")
def reverse(value: list[Any] | str) -> list[Any] | str:
    """The list or text from its end to its beginning.

    Example: ``reverse([1, 2])`` is ``[2, 1]``.
    """
    return value[::-1]


@function("append(list: list, item: any) -> any")
def append(items: list[Any], item: Any) -> list[Any]:
    """The list with one more item at its end.

    Example: ``append([1], 2)`` is ``[1, 2]``.
    """
    listed(len(items) + 1)
    return [*items, item]


@function("merge(list: list|record, other: list|record) -> any")
def merge(value: Any, other: Any) -> Any:
    """Two lists one after the other, or a record with the fields of another put over it.

    Example: ``merge({'a': 1}, {'b': 2})`` is ``{'a': 1, 'b': 2}``.
    """
    if isinstance(value, dict) and isinstance(other, dict):
        return value | other
    if isinstance(value, list) and isinstance(other, list):
        listed(len(value) + len(other))
        return value + other
    raise ExpressionError("two lists or two records are wanted")


@function("unique(items: items) -> same", with_run=True)
def unique(run: Run, items: list[Any]) -> list[Any]:
    """The list without what stands in it for a second time.

    Example: ``unique([1, 2, 1])`` is ``[1, 2]``.
    """
    kept: list[Any] = []
    for each in items:
        run.charge(len(kept))
        if not any(equal(each, one, run) for one in kept):
            kept.append(each)
    return kept


@function("sort(items: items, by: field?, down: flag?) -> same", with_run=True)
def sort(run: Run, items: list[Any], by: str | None, down: bool | None) -> list[Any]:
    """The list in order, of its items or of a field of its records; ``down=true`` turns it round.

    Example: ``sort([3, 1, 2])`` is ``[1, 2, 3]``.
    Example: ``sort([{'n': 2}, {'n': 1}], 'n')`` is ``[{'n': 1}, {'n': 2}]``.
    """
    run.charge(len(items) * max(1, len(items).bit_length()))
    fields = [(_field(each, by), each) for each in items]

    def order(left: tuple[Any, Any], right: tuple[Any, Any]) -> int:
        return compare(">", left[0], right[0], run) - compare("<", left[0], right[0], run)

    return [each for _, each in sorted(fields, key=cmp_to_key(order), reverse=bool(down))]


def _field(item: Any, name: str | None) -> Any:
    if name is None:
        return item
    if not isinstance(item, dict) or name not in item:
        raise ExpressionError(f"there is no field '{name}'")
    return item[name]


def _having(run: Run, items: list[Any], name: str, value: Any) -> list[Any]:
    run.charge(len(items))
    return [each for each in items if equal(run.touch(_field(run.touch(each), name)), value, run)]


@function("where(list: list, name: field, value: data) -> same", with_run=True)
def where(run: Run, items: list[Any], name: str, value: Any) -> list[Any]:
    """The records of a list whose field has a value.

    Example: ``where([{'n': 1}, {'n': 2}], 'n', 2)`` is ``[{'n': 2}]``.
    """
    return _having(run, items, name, value)


@function("find(list: list, name: field, value: data) -> item", with_run=True)
def find(run: Run, items: list[Any], name: str, value: Any) -> Any:
    """The first record of a list whose field has a value, or none.

    Example: ``find([{'n': 1}, {'n': 2}], 'n', 2)`` is ``{'n': 2}``.
    """
    found = _having(run, items, name, value)
    return found[0] if found else None


@function("pluck(list: list, name: field) -> fields", with_run=True)
def pluck(run: Run, items: list[Any], name: str) -> list[Any]:
    """One field of each record of a list.

    Example: ``pluck([{'n': 1}, {'n': 2}], 'n')`` is ``[1, 2]``.
    """
    run.charge(len(items))
    return [run.touch(_field(run.touch(each), name)) for each in items]


@function("keys(record: record) -> list")
def keys(record: dict[str, Any]) -> list[str]:
    """The names of a record's fields.

    Example: ``keys({'a': 1})`` is ``['a']``.
    """
    return list(record)


@function("values(record: record) -> list")
def values(record: dict[str, Any]) -> list[Any]:
    """The values of a record's fields.

    Example: ``values({'a': 1})`` is ``[1]``.
    """
    return list(record.values())


@function("numbers(from: number, to: number) -> list")
def numbers(first: Decimal, last: Decimal) -> list[Decimal]:
    """The whole numbers from one to another, both included.

    Example: ``numbers(1, 3)`` is ``[1, 2, 3]``.
    """
    low, high = whole(first, -(10**12), 10**12), whole(last, -(10**12), 10**12)
    listed(high - low + 1)
    return [Decimal(each) for each in range(low, high + 1)]
