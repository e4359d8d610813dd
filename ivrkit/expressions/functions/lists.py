"""Functions of lists and records, and of what may be none."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Any, Final

from ivrkit.errors import ExpressionError
from ivrkit.expressions.comparison import compare, equal
from ivrkit.expressions.functions.bounds import field_of, listed, whole
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
    fields = [(field_of(each, by), each) for each in items]

    def order(left: tuple[Any, Any], right: tuple[Any, Any]) -> int:
        return compare(">", left[0], right[0], run) - compare("<", left[0], right[0], run)

    return [each for _, each in sorted(fields, key=cmp_to_key(order), reverse=bool(down))]


_ORDERS: Final = ("<", "<=", ">", ">=")
_SIGNS: Final = ("==", "!=", *_ORDERS, "in", "not in")


def _having(run: Run, items: list[Any], name: str, value: Any, sign: str | None) -> list[Any]:
    sign = "==" if sign is None else sign
    if sign not in _SIGNS:
        raise ExpressionError("there is no such comparison", hint=f"one of {' '.join(_SIGNS)}")
    run.charge(len(items))
    found = []
    for each in items:
        field = run.touch(field_of(run.touch(each), name))
        if not (field is None and sign in _ORDERS) and compare(sign, field, value, run):
            found.append(each)
    return found


@function("where(list: list, name: field, value: data, sign: text?) -> same", with_run=True)
def where(run: Run, items: list[Any], name: str, value: Any, sign: str | None) -> list[Any]:
    """The records of a list whose field has a value; or is not, before, after or among it:
    ``sign`` is one of ``== != < <= > >= in``. A field that is none is before and after nothing.

    Example: ``where([{'n': 1}, {'n': 2}], 'n', 2)`` is ``[{'n': 2}]``.
    Example: ``where([{'n': 1}, {'n': 2}], 'n', 2, '<')`` is ``[{'n': 1}]``.
    """
    return _having(run, items, name, value, sign)


@function("find(list: list, name: field, value: data, sign: text?) -> item", with_run=True)
def find(run: Run, items: list[Any], name: str, value: Any, sign: str | None) -> Any:
    """The first record of a list whose field has a value, or none. ``sign`` as in ``where``.

    Example: ``find([{'n': 1}, {'n': 2}], 'n', 2)`` is ``{'n': 2}``.
    """
    found = _having(run, items, name, value, sign)
    return found[0] if found else None


@function("count(list: list, name: field, value: data, sign: text?) -> number", with_run=True)
def count(run: Run, items: list[Any], name: str, value: Any, sign: str | None) -> Decimal:
    """How many records of a list have this value in a field. ``sign`` as in ``where``.

    Example: ``count([{'paid': true}, {'paid': false}], 'paid', false)`` is ``1``.
    """
    return Decimal(len(_having(run, items, name, value, sign)))


def _best(run: Run, sign: str, items: list[Any], by: str) -> Any:
    run.charge(len(items))
    best, bound = None, None
    for each in items:
        field = run.touch(field_of(run.touch(each), by))
        if field is not None and (bound is None or compare(sign, field, bound, run)):
            best, bound = each, field
    return best


@function("lowest(list: list, by: field) -> item", with_run=True)
def lowest(run: Run, items: list[Any], by: str) -> Any:
    """The record of a list whose field is smallest or earliest; none of an empty list.

    Example: ``lowest([{'n': 2}, {'n': 1}], 'n')`` is ``{'n': 1}``.
    """
    return _best(run, "<", items, by)


@function("highest(list: list, by: field) -> item", with_run=True)
def highest(run: Run, items: list[Any], by: str) -> Any:
    """The record of a list whose field is largest or latest; none of an empty list.

    Example: ``highest([{'n': 2}, {'n': 1}], 'n')`` is ``{'n': 2}``.
    """
    return _best(run, ">", items, by)


@function("index_of(items: items, value: data) -> number", with_run=True)
def index_of(run: Run, items: list[Any], value: Any) -> Decimal | None:
    """Where a value stands in a list for the first time, counted from 0; none if nowhere.

    Example: ``index_of(['a', 'b'], 'b')`` is ``1``.
    """
    run.charge(len(items))
    return next((Decimal(n) for n, each in enumerate(items) if equal(each, value, run)), None)


@function("without(items: items, value: data) -> same", with_run=True)
def without(run: Run, items: list[Any], value: Any) -> list[Any]:
    """The list without the items that are a value.

    Example: ``without([1, 2, 1], 1)`` is ``[2]``.
    """
    run.charge(len(items))
    return [each for each in items if not equal(each, value, run)]


@function("pages(list: list, size: number) -> list")
def pages(items: list[Any], size: Decimal) -> list[Any]:
    """A list in lists of so many items: what is read out at a time.

    Example: ``pages([1, 2, 3], 2)`` is ``[[1, 2], [3]]``.
    """
    step = whole(size, 1, 10_000)
    return [items[at : at + step] for at in range(0, len(items), step)]


@function("flatten(list: list) -> list", with_run=True)
def flatten(run: Run, items: list[Any]) -> list[Any]:
    """The items of the lists in a list, one after the other.

    Example: ``flatten([[1, 2], [3]])`` is ``[1, 2, 3]``.
    """
    flat: list[Any] = []
    for each in items:
        inner = run.touch(each)
        if not isinstance(inner, list):
            raise ExpressionError("a list of lists is wanted")
        listed(len(flat) + len(inner))
        flat += inner
    return flat


@function("choose(list: list) -> item", with_run=True)
def choose(run: Run, items: list[Any]) -> Any:
    """An item of a list by chance; none of an empty one. The trace keeps it for the replay.

    Example: ``choose(['a'])`` is ``'a'``.
    """
    return items[int(run.scope.random() * len(items))] if items else None


@function("pluck(list: list, name: field) -> fields", with_run=True)
def pluck(run: Run, items: list[Any], name: str) -> list[Any]:
    """One field of each record of a list.

    Example: ``pluck([{'n': 1}, {'n': 2}], 'n')`` is ``[1, 2]``.
    """
    run.charge(len(items))
    return [run.touch(field_of(run.touch(each), name)) for each in items]


@function("numbers(from: number, to: number) -> list")
def numbers(first: Decimal, last: Decimal) -> list[Decimal]:
    """The whole numbers from one to another, both included.

    Example: ``numbers(1, 3)`` is ``[1, 2, 3]``.
    """
    low, high = whole(first, -(10**12), 10**12), whole(last, -(10**12), 10**12)
    listed(high - low + 1)
    return [Decimal(each) for each in range(low, high + 1)]
