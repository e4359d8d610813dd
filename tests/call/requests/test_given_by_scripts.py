"""What a call script writes for a database, made into the answer of the connector."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ivrkit.call.requests.database import (
    Argument,
    DatabaseRequest,
    Direction,
    Statement,
    Take,
)
from ivrkit.errors import ValueRejected

ANN, SAM = {"name": "Ann", "balance": Decimal(2)}, {"name": "Sam", "balance": Decimal(3)}


def asks(*takes: Take, transaction: bool = False, needs: int = 0) -> DatabaseRequest:
    statements = tuple(Statement.of("select 1", take, needs=needs) for take in takes)
    return DatabaseRequest(
        connector="crm", operation="query", statements=statements, transaction=transaction
    )


@pytest.mark.parametrize(
    ("take", "given", "answer"),
    [
        (Take.ROW, ANN, ANN),
        (Take.ROW, [SAM, ANN], SAM),
        (Take.ROW, [], None),
        (Take.ROW, None, None),
        (Take.ROWS, [SAM, ANN], [SAM, ANN]),
        (Take.ROWS, SAM, [SAM]),
        (Take.ROWS, None, []),
        (Take.VALUE, Decimal(5), Decimal(5)),
        (Take.VALUE, ANN, "Ann"),
        (Take.VALUE, [SAM], "Sam"),
        (Take.VALUE, [], None),
        (Take.COUNT, Decimal(0), Decimal(0)),
        (Take.COUNT, None, Decimal(1)),
    ],
)
def test_what_one_statement_takes(take: Take, given: Any, answer: Any) -> None:
    assert asks(take).given(given) == answer


@pytest.mark.parametrize(
    ("take", "given"),
    [(Take.ROW, "Ann"), (Take.ROWS, ["Ann"]), (Take.COUNT, [SAM]), (Take.COUNT, "many")],
)
def test_what_is_no_answer(take: Take, given: Any) -> None:
    with pytest.raises(ValueRejected) as found:
        asks(take).given(given)
    assert found.value.hint


def test_a_transaction_answers_with_a_list() -> None:
    two = asks(Take.COUNT, Take.ROW)
    assert two.given([Decimal(2), ANN]) == [Decimal(2), ANN]
    assert two.given(None) == [Decimal(1), None]
    assert asks(Take.COUNT, transaction=True, needs=3).given(None) == [Decimal(3)]
    assert two.given([Decimal(5)]) == [Decimal(5), None]
    for strange in ([Decimal(1), ANN, ANN], ANN):
        with pytest.raises(ValueRejected, match="each of its 2 statements"):
            two.given(strange)


def test_a_procedure_gives_its_outputs_and_its_rows() -> None:
    request = DatabaseRequest(
        connector="crm",
        operation="call",
        procedure="transfer",
        arguments=(Argument("amount"), Argument("balance", Direction.OUT)),
    )
    assert request.given(None) == {"balance": None, "results": []}
    assert request.given({"balance": Decimal(1)}) == {"balance": Decimal(1), "results": []}
    assert request.given([ANN]) == {"balance": None, "results": [[ANN]]}
    assert request.given({"results": [[ANN], [SAM]]})["results"] == [[ANN], [SAM]]
    for strange in ("done", {"blance": Decimal(1)}):
        with pytest.raises(ValueRejected):
            request.given(strange)
