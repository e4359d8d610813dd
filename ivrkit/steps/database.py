"""``database``: ask a database, or change something in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field, model_validator

from ivrkit.call import Assignment, Call, Exit, ExitSpec
from ivrkit.call.asking import SecretValuesField
from ivrkit.call.binding import StatementField
from ivrkit.call.exits import GO_ON, NOT_FOUND
from ivrkit.call.fields import Flag, Reads, Times, Variable
from ivrkit.call.requests.database import (
    MOST_ROWS,
    RESULTS,
    Argument,
    DatabaseRequest,
    Direction,
    Statement,
    Take,
)
from ivrkit.errors import ExpressionError
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.secrets import revealed
from ivrkit.expressions.types import Type
from ivrkit.steps.choosing import chosen_name
from ivrkit.steps.connecting import ConnectorStep
from ivrkit.steps.set import assigned_value
from ivrkit.steps.statements import WAYS, DatabaseStatement, TakeField, bind, bounds, take_of

UNDONE = "undone"
_TYPES: Final = {
    Take.ROW: Type("record"),
    Take.ROWS: Type("list"),
    Take.COUNT: Type("number"),
}


class Database(ConnectorStep):
    """Asks a database of `connectors:` in ivrkit.yaml, or changes something in it.

    It takes one of `query`, `execute`, `call` and `transaction`. SQL is sent as it is written:
    ivrkit does not look into it, the word says whether it reads or writes. `:account` in it is
    the value of the variable `account`, `:customer.name` that of a field; values travel beside
    the statement and are never put into its text.
    """

    verb: ClassVar[str] = "database"
    asks_kind: ClassVar[str] = "database"
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        ExitSpec(NOT_FOUND, "There is no such row, or the value in it is none."),
        ExitSpec(
            UNDONE,
            "A statement of the transaction has changed or found fewer rows than it `needs`: "
            "nothing was changed.",
        ),
        *ConnectorStep.exits,
    )
    meant: ClassVar[Mapping[str, str]] = {
        **ConnectorStep.meant,
        **dict.fromkeys(("sql", "statement", "select"), "write query:, or execute: for a change"),
        **dict.fromkeys(("update", "insert", "delete"), "write execute:, and the whole statement"),
        **dict.fromkeys(("procedure", "function"), "write call:"),
        **dict.fromkeys(("params", "parameters", "values"), "write with:"),
    }
    example: ClassVar[str] = """\
- database:
    source: crm
    query: select name, balance, vip from accounts where number = :account
    into: customer
  exits: {not_found: agent}
- database:
    source: crm
    transaction:
      - execute: update accounts set balance = balance - :total where number = :account
        needs: 1
      - insert into payments (account, amount) values (:account, :total)
  exits: {undone: agent, unknown: agent}
- database:
    source: crm
    execute: update accounts set vip = true where number = :account
  exits: {unknown: agent}
"""

    source: Annotated[Setting, Reads("setting", type="text", role="database")]
    """The database, as `connectors: {database: …}` in ivrkit.yaml names it."""
    among: Annotated[tuple[str, ...], Reads("names", role="database")] = ()
    """The databases that are possible, where the name comes from data."""
    query: StatementField | None = None
    """A statement that only reads: after a lost connection or a restart of the engine it is simply
    asked again."""
    execute: StatementField | None = None
    """A statement that changes something; `into` receives how many rows it has changed."""
    call: Annotated[str, Reads("name", role="procedure")] | None = None
    """The name of a stored procedure. Its arguments are those of `with`, in their order, then
    those of `out`."""
    transaction: tuple[DatabaseStatement, ...] | None = None
    """Statements that are done together, or not at all."""
    values: SecretValuesField = Field(default_factory=dict, alias="with")
    """Values for names in the statements that are no variables; of a `call` its arguments, in the
    order in which the procedure takes them."""
    out: tuple[Annotated[str, Reads("name", role="output")], ...] = ()
    """Values that a procedure gives back, by names that are yours; `into` receives them as fields
    of a record. One that stands in `with` too goes both ways."""
    only_reads: Flag = Field(False, alias="reads")
    """The procedure changes nothing."""
    take: TakeField | None = None
    """What is taken of the rows: `row` (the first, a record), `rows` (a list of records) or `value`
    (the first column of the first row); `row` if not said. An `execute` has `count` only: how many
    rows it has changed. A `call` gives a record of `out` and
    `results`, the list of its result sets, unless this takes rows of the first of them."""
    most: Times | None = None
    """How many rows may be found; 100 if not said. More are an error."""
    into: Variable | None = None
    """The variable that receives what was found; at `not_found` it stays as it was."""

    # ---- what is written -------------------------------------------------------------------------

    @model_validator(mode="before")
    @classmethod
    def _bind(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return bind(fields)

    @property
    def reads(self) -> bool:
        if self.transaction is not None:
            return all(each.execute is None for each in self.transaction)
        return self.query is not None or self.only_reads

    def outcomes(self) -> tuple[ExitSpec, ...]:
        lacking = set()
        if self._taken not in (Take.ROW, Take.VALUE):
            lacking.add(NOT_FOUND)
        if not any(each.needs is not None for each in self.transaction or ()):
            lacking.add(UNDONE)
        return tuple(spec for spec in super().outcomes() if spec.name not in lacking)

    def assigns(self) -> tuple[Assignment, ...]:
        if self.into is not None:
            taken = self._taken
            if taken is None:
                takes = {name: f"out/{number}" for number, name in enumerate(self.out)}
                return (Assignment(self.into, Type("record"), takes={"results": "", **takes}),)
            return (Assignment(self.into, _TYPES.get(taken)),)
        return tuple(
            Assignment(
                each.into,
                _TYPES.get(take_of(each.execute, each.take)),
                place=f"transaction/{number}/into",
            )
            for number, each in enumerate(self.transaction or ())
            if each.into is not None
        )

    @property
    def _taken(self) -> Take | None:
        """What is taken of the answer; None where the answer is more than one thing."""
        if self.transaction is not None or (self.call is not None and self.take is None):
            return None
        return take_of(self.execute, self.take)

    # ---- what is asked ---------------------------------------------------------------------------

    def connector(self, call: Call) -> str:
        return chosen_name(call, self.source, self.among, "database")

    def request(self, call: Call, **common: Any) -> DatabaseRequest:
        parameters = {name: assigned_value(call, each) for name, each in self.values.items()}
        for bound in bounds(self.__dict__):
            for name, variable in bound.values.items():
                parameters[name] = call.session.value(variable)
        for name, value in parameters.items():
            if isinstance(revealed(value), dict | list):
                raise ExpressionError(
                    f"the value of :{name} is a record or a list",
                    hint=f"name a field of it (:{name}.number), or ask for each item",
                )
        if self.call is not None:
            return DatabaseRequest(
                **common,
                operation=f"call {self.call}",
                parameters=parameters,
                procedure=self.call,
                arguments=tuple(self._arguments()),
                most=_number(call, self.most, MOST_ROWS),
            )
        parts = self.transaction if self.transaction is not None else (self,)
        return DatabaseRequest(
            **common,
            operation=next(way for way in WAYS if getattr(self, way) is not None),
            parameters=parameters,
            statements=tuple(_statement(call, each) for each in parts),
            transaction=self.transaction is not None,
        )

    def _arguments(self) -> Iterator[Argument]:
        for name in self.values:
            yield Argument(name, Direction.INOUT if name in self.out else Direction.IN)
        for name in self.out:
            if name not in self.values:
                yield Argument(name, Direction.OUT)

    def taken(self) -> Mapping[str, str]:
        if self.transaction is None:
            return super().taken()
        places = {each.into: f"/{place}" for place, each in enumerate(self.transaction)}
        return {into: pointer for into, pointer in places.items() if into is not None}

    # ---- what comes of it ------------------------------------------------------------------------

    def answered_by(self, call: Call, request: Any, answer: Any) -> Exit:
        if self.transaction is not None:
            if answer is None:
                return Exit(UNDONE)
            for each, value in zip(self.transaction, answer, strict=True):
                if each.into is not None:
                    call.session.set(each.into, value)
            return GO_ON
        taken = self._taken
        if self.call is not None and taken is not None:
            answer = _of_results(answer, taken)
        if answer is None and taken in (Take.ROW, Take.VALUE):
            return Exit(NOT_FOUND)
        if self.into is not None:
            call.session.set(self.into, answer)
        return GO_ON


def _statement(call: Call, part: Database | DatabaseStatement) -> Statement:
    bound = part.query if part.query is not None else part.execute
    assert bound is not None, "one of them was demanded when the file was read"
    needs = part.needs if isinstance(part, DatabaseStatement) else None
    most, least = _number(call, part.most, MOST_ROWS), _number(call, needs, 0)
    return Statement.of(bound.text, take_of(part.execute, part.take), most, least)


def _number(call: Call, setting: Setting | None, usual: int) -> int:
    value = None if setting is None else call.session.setting(setting)
    return usual if value is None else int(str(value))


def _of_results(answer: Any, taken: Take) -> Any:
    """What is taken of the first result set of a procedure."""
    rows: list[dict[str, Any]] = next(iter(answer[RESULTS]), [])
    if taken is Take.ROWS:
        return rows
    row = rows[0] if rows else None
    return row if row is None or taken is Take.ROW else next(iter(row.values()), None)
