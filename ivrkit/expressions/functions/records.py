"""Functions of records, and of JSON."""

from __future__ import annotations

from typing import Any

from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions import json_text
from ivrkit.expressions.functions.bounds import field_of
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import Run


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


@function("entries(record: record) -> list")
def entries(record: dict[str, Any]) -> list[Any]:
    """The fields of a record as a list of records with ``key`` and ``value``.

    Example: ``entries({'a': 1})`` is ``[{'key': 'a', 'value': 1}]``.
    """
    return [{"key": key, "value": value} for key, value in record.items()]


@function("pick(record: record, names: items) -> any")
def pick(record: dict[str, Any], names: list[Any]) -> dict[str, Any]:
    """Only these fields of a record; those that it does not have are left out.

    Example: ``pick({'a': 1, 'b': 2}, ['a'])`` is ``{'a': 1}``.
    """
    return {name: record[name] for name in names if isinstance(name, str) and name in record}


@function("groups(list: list, by: field) -> any", with_run=True)
def groups(run: Run, items: list[Any], by: str) -> dict[str, Any]:
    """A record that has a list of records for each value of a field.

    Example: ``groups([{'n': 1}, {'n': 2}], 'n')`` is ``{'1': [{'n': 1}], '2': [{'n': 2}]}``.
    """
    run.charge(len(items))
    found: dict[str, Any] = {}
    for each in items:
        found.setdefault(run.text(field_of(run.touch(each), by)), []).append(each)
    return found


@function("from_json(text: text) -> any", with_run=True)
def from_json(run: Run, text: str) -> Any:
    """Reads a text as JSON: an object is a record, numbers are exact.

    Example: ``from_json('{"paid": 12.50}').paid`` is ``12.50``.
    """
    try:
        return run.opened(json_text.from_json(text))
    except ValueRejected as error:
        raise ExpressionError(error.message) from None
