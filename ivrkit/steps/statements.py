"""Statements of a database: what may be written, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from ivrkit.call import Form
from ivrkit.call.binding import Bound, StatementField
from ivrkit.call.fields import Reads, Times, Variable
from ivrkit.call.requests.database import RESULTS, Take
from ivrkit.call.step import FieldError
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.nearest import did_you_mean

TakeField = Annotated[Setting, Reads("setting", type="choice:row,rows,value,count")]
WAYS: Final = ("query", "execute", "call", "transaction")
"""The ways to ask a database, of which a step has one."""


class DatabaseStatement(Form):
    """One statement of a transaction."""

    main = "execute"

    execute: StatementField | None = None
    """A statement that changes something; `into` receives how many rows it has changed."""
    query: StatementField | None = None
    """A statement that reads; `into` receives what it finds, `none` if there is no row."""
    take: TakeField | None = None
    """What is taken of the rows that `query` finds: `row` (the first), `rows` (all) or `value` (the
    first column of the first row); `row` if not said."""
    most: Times | None = None
    """How many rows a `query` may find; 100 if not said. More are an error."""
    needs: Times | None = None
    """How many rows it must change, or find. With fewer, all of the transaction is undone and the
    step left by `undone`."""
    into: Variable | None = None
    """The variable that receives what comes of it, when the whole transaction is done."""


def bind(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of the verb, names that ``with`` gives taken out of the statements. Raises
    FieldError for what fits nowhere."""
    _check_way(fields)
    if fields.get("call") is not None:
        return fields
    given: Mapping[str, Any] = fields.get("with", {})
    used: set[str] = set()
    for bound in bounds(fields):
        used |= bound.values.keys()
    for name in given:
        if name not in used:
            near = did_you_mean(name, used) or f"write :{name} in the statement"
            raise FieldError(f"with/{name}", f"no statement uses :{name}", near)
    return _without(fields, given)


def _check_way(fields: Mapping[str, Any]) -> None:
    """Refuse more than one way to ask, none, and fields that the way does not have."""
    ways = [way for way in WAYS if fields.get(way) is not None]
    if len(ways) > 1:
        raise FieldError(
            ways[1], f"{ways[0]} and {ways[1]} exclude each other", "leave one of them out"
        )
    if not ways:
        raise FieldError(
            "", "nothing is asked", "add `query:`, `execute:`, `call:` or `transaction:`"
        )
    (way,) = ways
    for name, remedy in (("out", "leave it out"), ("reads", f"leave it out: {_WORDS[way]}")):
        if name in fields and way != "call":
            raise FieldError(name, f"{name} belongs to a call", remedy)
    if way == "transaction":
        for name in ("take", "most", "into"):
            if name in fields:
                raise FieldError(name, f"{name} belongs to one of the statements", "write it there")
        if not fields[way]:
            raise FieldError(way, "the transaction has no statement", "add one")
        for number, each in enumerate(fields[way]):
            _check_statement(each, f"transaction/{number}/")
    elif way != "call":
        _check_taken(way, fields.get("take"), fields.get("most"), "")
    else:
        _check_outputs(fields.get("out", ()))


_WORDS: Final = {
    "query": "a query only reads",
    "execute": "an execute writes",
    "transaction": "its statements say what they do",
    "call": "",
}


def _check_outputs(out: tuple[str, ...]) -> None:
    for number, name in enumerate(out):
        if name == RESULTS:
            message = f"'{name}' are the rows of the procedure"
            raise FieldError(f"out/{number}", message, "take another name")
        if name in out[:number]:
            raise FieldError(
                f"out/{number}", f"'{name}' stands there twice", "leave one of them out"
            )


def _check_statement(each: DatabaseStatement, place: str) -> None:
    ways = [way for way in ("query", "execute") if getattr(each, way) is not None]
    if len(ways) != 1:
        at = f"{place}{ways[1]}" if ways else ""
        raise FieldError(at, "a statement is one query or one execute", "write one of them")
    _check_taken(ways[0], each.take, each.most, place)


def _check_taken(way: str, take: Setting | None, most: Setting | None, place: str) -> None:
    if take is not None and not take.static:
        raise FieldError(
            f"{place}take", "what is taken is written, never computed", "write row or rows"
        )
    if way == "query" and take is not None and take.literal == Take.COUNT:
        raise FieldError(
            f"{place}take", "a query changes no rows that could be counted", "write rows"
        )
    if way == "execute":
        for name, value in (("take", take), ("most", most)):
            if value is not None and value.literal != Take.COUNT:
                hint = "leave it out, or write `query:` for what it finds"
                raise FieldError(f"{place}{name}", "an execute gives the number of rows", hint)


def bounds(fields: Mapping[str, Any]) -> Iterator[Bound]:
    """Every statement that is written."""
    for part in (fields, *(vars(each) for each in fields.get("transaction") or ())):
        for way in ("query", "execute"):
            if part.get(way) is not None:
                yield part[way]


def _without(fields: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with statements whose given names are no variables."""
    changed = dict(fields)
    for way in ("query", "execute"):
        if changed.get(way) is not None:
            changed[way] = changed[way].without(given)
    if changed.get("transaction") is not None:
        changed["transaction"] = tuple(
            each.model_copy(update=_without(vars(each), given)) for each in changed["transaction"]
        )
    return changed


def take_of(execute: Bound | None, take: Setting | None) -> Take:
    """What is taken of the answer to a statement."""
    if execute is not None:
        return Take.COUNT
    return Take.ROW if take is None else Take(str(take.literal))
