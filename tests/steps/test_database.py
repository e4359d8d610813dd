"""``database``: what is asked, what comes of it, and what becomes of a call meanwhile."""

from __future__ import annotations

from decimal import Decimal
from textwrap import dedent, indent
from typing import Any

import pytest

from ivrkit.call.events import Asked, Left
from ivrkit.call.requests.database import Argument, DatabaseRequest, Direction, Statement, Take
from ivrkit.expressions.secrets import Secret, revealed
from ivrkit.flow.check import check
from ivrkit.flow.closure import from_sources
from ivrkit.qa.connectors import ScriptedConnectors
from ivrkit.qa.given import ConnectorUse, Given
from ivrkit.service.registries import reader
from tests.engine.conftest import Bench
from tests.flow.check.conftest import Site

ANN = {"name": "Ann Lee", "balance": Decimal("12.50"), "vip": False}
SAM = {"name": "Sam Okafor", "balance": Decimal("3"), "vip": True}

FRAME = """
variables:
  account: {type: digits, default: "123456"}
  pin: secret
  note: {type: text, optional: true}
  customer: {name: text, balance: money, vip: flag}
  customers: {list: {name: text, balance: money}}
  total: money
  changed: number
  outcome: {balance: money, code: text, results: {list: {list: {name: text}}}}
exits: {no_input: hangup, no_match: hangup, not_found: nobody, undone: undone}
on_error: failed
on_end: [{log: "end {{ call.ended }}"}]
sections:
  main:
    - answer
%s
  nobody: [{log: not found}]
  undone: [{log: undone}]
  failed: [{log: "{{ error.code }}"}]
  other: [{log: other}]
"""
LOOK_UP = """
- database:
    source: crm
    query: select name, balance, vip from accounts where number = :account
    into: customer
- log: "{{ customer.name }} {{ customer.balance + 1 }}"
"""
TRANSFER = """
- database:
    source: crm
    with: {amount: 5, target: "654321"}
    transaction:
      - execute: update accounts set balance = balance - :amount where number = :account
        needs: 1
        into: changed
      - update accounts set balance = balance + :amount where number = :target
      - query: select sum(balance) from accounts
        take: value
        into: total
- log: "{{ changed }} {{ total + 1 }}"
"""


def flow(steps: str) -> str:
    return FRAME % indent(dedent(steps).strip("\n"), "    ")


def crm(*uses: ConnectorUse) -> Given:
    return Given(connectors={"database.crm": uses if len(uses) > 1 else uses[0]})


def answers(answer: Any, after: float | None = None) -> Given:
    return crm(ConnectorUse(answer, after=after))


def requests(bench: Bench) -> list[DatabaseRequest]:
    asked = bench.simulation.connectors.requests
    return [each for each in asked if isinstance(each, DatabaseRequest)]


async def played(bench: Bench, steps: str, given: Given) -> list[str]:
    """The notes of a call to its end, without the last."""
    await bench.call(flow(steps), given=given)
    await bench.ended()
    assert bench.notes[-1].startswith("end")
    return bench.notes[:-1]


# ---- what is asked -------------------------------------------------------------------------------


async def test_a_row_is_found(bench: Bench) -> None:
    assert await played(bench, LOOK_UP, answers(ANN)) == ["Ann Lee 13.50"]
    (request,) = requests(bench)
    text = "select name, balance, vip from accounts where number = :account"
    assert request.statements == (Statement(text, ("account",), Take.ROW),)
    assert request.parameters == {"account": "123456"}
    assert (request.name, request.operation, request.seconds) == ("database.crm", "query", None)
    assert request.reads
    assert request.again
    assert not request.together
    assert request.key == "call-1.2"
    (asked,) = bench.of(Asked)
    assert (asked.connector, asked.exit, asked.parameters) == (
        "database.crm",
        "next",
        {"account": "123456"},
    )


async def test_no_row_is_an_exit_and_leaves_the_variable_alone(bench: Bench) -> None:
    assert await played(bench, LOOK_UP, answers([])) == ["not found"]
    assert [each.exit for each in bench.of(Left) if each.path == "main/1"] == ["not_found"]


async def test_all_rows(bench: Bench) -> None:
    steps = """
        - database:
            source: crm
            query: select name, balance from accounts
            take: rows
            most: "{{ 2 + 3 }}"
            into: customers
        - each: one in customers
          do: [{log: "{{ one.name }} {{ one.balance }}"}]
    """
    rows = answers([SAM, ANN])
    assert await played(bench, steps, rows) == ["Sam Okafor 3", "Ann Lee 12.50"]
    assert requests(bench)[0].statements[0].most == 5


async def test_no_row_is_an_empty_list_where_all_are_wanted(bench: Bench) -> None:
    steps = """
        - database: {source: crm, query: select name from accounts, take: rows, into: customers}
        - log: "{{ length(customers) }}"
    """
    assert await played(bench, steps, answers([])) == ["0"]


@pytest.mark.parametrize(("given", "notes"), [(Decimal("7.5"), ["8.5"]), (None, ["not found"])])
async def test_one_value(bench: Bench, given: Any, notes: list[str]) -> None:
    steps = """
        - database:
            source: crm
            query: select sum(balance) from accounts
            take: value
            into: total
        - log: "{{ total + 1 }}"
    """
    assert await played(bench, steps, answers(given)) == notes


async def test_rows_that_are_changed_are_counted(bench: Bench) -> None:
    steps = """
        - database:
            source: crm
            execute: update accounts set vip = true where number = :account
            repeatable: true
            into: changed
        - log: "{{ changed }} changed"
    """
    assert await played(bench, steps, answers(Decimal(0))) == ["0 changed"]
    (request,) = requests(bench)
    assert (request.statements[0].take, request.reads, request.again) == (Take.COUNT, False, True)


async def test_nothing_need_be_kept(bench: Bench) -> None:
    steps = """
        - database: {source: crm, query: "select 1 from accounts where number = :account"}
        - database: {source: crm, execute: "delete from calls"}
        - log: there
    """
    assert await played(bench, steps, crm(ConnectorUse(ANN), ConnectorUse())) == ["there"]


async def test_fields_of_variables_and_values_that_are_worked_out(bench: Bench) -> None:
    steps = """
        - set: {customer: "{{ {'name': 'Ann', 'balance': 3} }}", pin: "2580"}
        - database:
            source: crm
            query: |
              select name from accounts
              where name = :customer.name and pin = :pin and note is not distinct from :note
                and balance > :least and opened < :day -- not :this
            with: {least: "{{ customer.balance * 2 }}", day: 2026-03-02, note: "{{ note }}"}
            into: customer
        - log: "{{ customer.name }}"
    """
    assert await played(bench, steps, answers(ANN)) == ["Ann Lee"]
    (request,) = requests(bench)
    assert request.statements[0].names == ("customer.name", "pin", "note", "least", "day")
    assert {name: revealed(each) for name, each in request.parameters.items()} == {
        "customer.name": "Ann",
        "pin": "2580",
        "note": None,
        "least": Decimal(6),
        "day": "2026-03-02",
    }
    (asked,) = bench.of(Asked)
    assert isinstance(request.parameters["pin"], Secret)
    assert "2580" not in str(asked)


async def test_the_source_may_come_from_data(bench: Bench) -> None:
    steps = """
        - set: {note: north}
        - database:
            source: "{{ note }}"
            among: [north, south]
            query: select name, balance from accounts
            into: customer
        - log: "{{ customer.name }}"
    """
    given = Given(connectors={"database.north": ConnectorUse(ANN)})
    assert await played(bench, steps, given) == ["Ann Lee"]


# ---- several statements --------------------------------------------------------------------------


async def test_a_transaction(bench: Bench) -> None:
    answer = [Decimal(1), Decimal(1), Decimal(15)]
    assert await played(bench, TRANSFER, answers(answer)) == ["1 16"]
    (request,) = requests(bench)
    assert request.together
    assert not request.reads
    assert [each.take for each in request.statements] == [Take.COUNT, Take.COUNT, Take.VALUE]
    assert [each.needs for each in request.statements] == [1, 0, 0]
    assert request.parameters == {"amount": "5", "target": "654321", "account": "123456"}


async def test_a_transaction_that_lacks_a_row_is_undone(bench: Bench) -> None:
    assert await played(bench, TRANSFER, crm(ConnectorUse(exit="undone"))) == ["undone"]
    assert [each.exit for each in bench.of(Left) if each.path == "main/1"] == ["undone"]


async def test_the_connector_tells_that_all_was_undone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def undone(self: ScriptedConnectors, call: Any, request: Any) -> None:
        return None

    monkeypatch.setattr(ScriptedConnectors, "ask", undone)
    assert await played(bench, TRANSFER, Given()) == ["undone"]


async def test_a_transaction_of_queries_reads(bench: Bench) -> None:
    steps = """
        - database:
            source: crm
            transaction:
              - {query: select name from accounts, into: customer}
              - {query: select name from accounts, take: rows, most: 3, into: customers}
        - log: "{{ customer.name or 'nobody' }} {{ length(customers) }}"
    """
    assert await played(bench, steps, answers([None, [ANN, SAM]])) == ["nobody 2"]
    (request,) = requests(bench)
    assert request.reads
    assert [each.most for each in request.statements] == [100, 3]


# ---- procedures ----------------------------------------------------------------------------------


async def test_a_procedure(bench: Bench) -> None:
    steps = """
        - database:
            source: crm
            call: bank.transfer
            with: {account: "{{ account }}", code: x}
            out: [balance, code]
            into: outcome
        - log: "{{ outcome.balance + 1 }} {{ outcome.code }} {{ length(outcome.results) }}"
    """
    given = answers({"balance": Decimal(3), "code": "ok", "results": [[ANN]]})
    assert await played(bench, steps, given) == ["4 ok 1"]
    (request,) = requests(bench)
    assert (request.procedure, request.reads) == ("bank.transfer", False)
    assert request.arguments == (
        Argument("account"),
        Argument("code", Direction.INOUT),
        Argument("balance", Direction.OUT),
    )
    assert request.parameters == {"account": "123456", "code": "x"}


@pytest.mark.parametrize(
    ("take", "into", "given", "notes"),
    [
        ("row", "customer", [ANN, SAM], ["Ann Lee"]),
        ("row", "customer", [], ["not found"]),
        ("rows", "customers", [ANN, SAM], ["2"]),
        ("value", "note", [ANN], ["Ann Lee"]),
        ("value", "note", [], ["not found"]),
    ],
)
async def test_rows_of_a_procedure(
    bench: Bench, take: str, into: str, given: Any, notes: list[str]
) -> None:
    said = {"row": "customer.name", "rows": "length(customers)", "value": "note"}[take]
    steps = f"""
        - database: {{source: crm, call: history, reads: true, take: {take}, into: {into}, most: 9}}
        - log: "{{{{ {said} }}}}"
    """
    assert await played(bench, steps, answers(given)) == notes
    (request,) = requests(bench)
    assert request.reads
    assert request.most == 9


# ---- when it fails -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "note"),
    [
        (ConnectorUse(exit="timeout"), "connector_timeout"),
        (ConnectorUse(ANN, after=9), "connector_timeout"),
        (ConnectorUse(exit="error"), "connector"),
        (ConnectorUse(exit="refused"), "request_refused"),
        (ConnectorUse({"name": "Ann", "balance": "much"}), "value"),
    ],
)
async def test_a_look_up_that_fails(bench: Bench, use: ConnectorUse, note: str) -> None:
    assert await played(bench, LOOK_UP, crm(use)) == [note]


async def test_a_write_of_which_nobody_knows(bench: Bench) -> None:
    assert await played(bench, TRANSFER, crm(ConnectorUse(after=9))) == ["outcome_unknown"]


async def test_its_own_time(bench: Bench) -> None:
    steps = LOOK_UP.replace("source: crm", "source: crm\n    timeout: 2s")
    await bench.call(flow(steps), given=answers(ANN, after=3))
    await bench.after(1.9)
    assert bench.notes == []
    await bench.after(0.2)
    assert bench.notes[0] == "connector_timeout"
    await bench.ended()


async def test_the_exits_say_where_to_go(bench: Bench) -> None:
    steps = LOOK_UP.replace(
        "- log", "  exits: {timeout: other, error: other, not_found: next}\n- log", 1
    )
    assert await played(bench, steps, crm(ConnectorUse(exit="timeout"))) == ["other"]


async def test_a_record_cannot_be_bound(bench: Bench) -> None:
    steps = """
        - database:
            source: crm
            query: select name from accounts where name = :name
            with: {name: "{{ [1, 2] }}"}
            into: customer
    """
    assert await played(bench, steps, answers(ANN)) == ["expression"]
    assert requests(bench) == []


# ---- meanwhile, hang-up, restart -----------------------------------------------------------------

SLOW = LOOK_UP.replace(
    "into: customer",
    "into: customer\n    meanwhile: {after: 2s, do: [{say: One moment please.}]}\n"
    "    keys: {1: other}",
)


async def test_something_is_heard_while_it_takes_long(bench: Bench) -> None:
    await bench.call(flow(SLOW), given=answers(ANN, after=4))
    await bench.after(1.9)
    assert bench.heard == []
    await bench.after(0.2)
    assert bench.heard == ["One moment please."]
    await bench.ended()
    assert bench.notes[0] == "Ann Lee 13.50"


async def test_nothing_is_heard_where_it_is_fast(bench: Bench) -> None:
    await bench.call(flow(SLOW), given=answers(ANN, after=1))
    await bench.ended()
    assert bench.heard == []


async def test_a_key_ends_it(bench: Bench) -> None:
    await bench.call(flow(SLOW), given=answers(ANN, after=4))
    await bench.after(1)
    await bench.press("1")
    await bench.ended()
    assert bench.notes[0] == "other"


async def test_a_hang_up_in_the_middle_of_a_query_ends_it(bench: Bench) -> None:
    await bench.call(flow(SLOW), given=answers(ANN, after=4))
    await bench.after(1)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert bench.notes == ["end caller"]
    assert bench.of(Asked) == []


async def test_a_write_that_has_begun_is_finished_behind_a_hang_up(bench: Bench) -> None:
    await bench.call(flow(TRANSFER), given=answers([Decimal(1)] * 3, after=4))
    await bench.after(1)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert [each.exit for each in bench.of(Asked)] == ["next"]
    assert bench.notes == ["end caller"]


async def test_a_query_is_asked_again_by_another_engine(bench: Bench) -> None:
    await bench.call(flow(LOOK_UP), given=answers(ANN, after=4))
    await bench.after(1)
    await bench.die()
    await bench.recover()
    await bench.ended()
    assert bench.notes[0] == "Ann Lee 13.50"


async def test_nobody_knows_of_a_write_of_an_engine_that_died(bench: Bench) -> None:
    await bench.call(flow(TRANSFER), given=answers([Decimal(1)] * 3, after=4))
    await bench.after(1)
    await bench.die()
    await bench.recover()
    await bench.ended()
    assert bench.notes[0] == "outcome_unknown"


async def test_a_source_that_only_reads_is_asked_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScriptedConnectors, "only_reads", lambda self, kind, name: name == "crm")
    steps = """
        - database: {source: crm, call: history, take: row, into: customer}
        - log: "{{ customer.name }}"
    """
    await bench.call(flow(steps), given=answers([ANN], after=4))
    await bench.after(1)
    await bench.die()
    await bench.recover()
    await bench.ended()
    assert bench.notes[0] == "Ann Lee"


# ---- what is refused when the flow is loaded -----------------------------------------------------


def found(steps: str) -> list[tuple[str, str, str]]:
    """Place (line and column within the steps), message and hint of all that is found."""
    sources = {"main": flow(steps)}
    language = reader()
    read, diagnostics = language.read("main.yaml", sources["main"], name="main")
    if not list(diagnostics):
        assert read is not None
        version = from_sources(language, "main", sources)
        diagnostics = check(version, Site())
    lines = sources["main"].splitlines()
    first = lines.index("    - answer") + 2
    return [
        (f"{each.mark.line - first + 1}:{each.mark.column - 4}", each.message, each.hint)
        for each in diagnostics
        if each.code not in ("unused", "unreached-section", "silent-end")
    ]


CRM = "- database:\n    source: crm\n"


@pytest.mark.parametrize(
    ("fields", "place", "message", "hint"),
    [
        (
            "query: select '{{ account }}'",
            "3:19",
            "a value is not put into the text of a statement",
            "write :account",
        ),
        (
            "query: select {{ account + 1 }}",
            "3:19",
            "a value is not put into the text of a statement",
            'write :value, and `with: {value: "{{ account + 1 }}"}`',
        ),
        (
            "query: select 1 from x where a = :acount",
            "3:39",
            "'acount' is not defined",
            "did you mean 'account'?",
        ),
        (
            "query: select :customer.nam",
            "3:29",
            "there is no field 'nam'",
            "did you mean 'name'?",
        ),
        (
            "query: |\n      select 1\n      from x where a = :acount",
            "5:25",
            "'acount' is not defined",
            "did you mean 'account'?",
        ),
        (
            "query: select :total",
            "3:20",
            "'total' has no value here when the call comes by main",
            "set it before, or give it where it may be none: with: {total: …}",
        ),
        (
            "query: select :customers\n    with: {}",
            "3:20",
            "a statement takes one value, and :customers is a list (of record)",
            "ask for each item of it",
        ),
        (
            "query: select :customer",
            "3:20",
            "a statement takes one value, and :customer is a record (name, balance, vip)",
            "name one of its fields: :customer.name",
        ),
        (
            "query: select :if",
            "3:20",
            "':if' is a word of the language, and no name of a value",
            "take another name",
        ),
        (
            "query: select ?",
            "3:12",
            "a ? stands for a parameter without a name",
            "write :name; for an operator with ? its function (jsonb_exists …)",
        ),
        (
            "query: select :day\n    with: {dy: 1}",
            "4:16",
            "database: no statement uses :dy",
            "did you mean 'day'?",
        ),
        (
            "query: select 1\n    with: {day: 1}",
            "4:17",
            "database: no statement uses :day",
            "write :day in the statement",
        ),
        ("qery: select 1", "3:5", "database has no field 'qery'", "did you mean 'query'?"),
        (
            "timeout: 3s",
            "1:3",
            "database: nothing is asked",
            "add `query:`, `execute:`, `call:` or `transaction:`",
        ),
        (
            "query: select 1\n    execute: delete",
            "4:14",
            "database: query and execute exclude each other",
            "leave one of them out",
        ),
        (
            "query: select 1\n    take: rws",
            "4:11",
            "'rws' is not one of row, rows, value, count",
            "did you mean 'rows'?",
        ),
        (
            'query: select 1\n    take: "{{ note }}"',
            "4:12",
            "database: what is taken is written, never computed",
            "write row or rows",
        ),
        (
            "query: select 1\n    take: count",
            "4:11",
            "database: a query changes no rows that could be counted",
            "write rows",
        ),
        (
            "execute: delete\n    take: row",
            "4:11",
            "database: an execute gives the number of rows",
            "leave it out, or write `query:` for what it finds",
        ),
        (
            "query: select a from b where c = ':note'",
            "3:38",
            "':note' in quotes is a text, not the value of 'note'",
            "write :note, without the quotes",
        ),
        (
            "query: select a from b where c like ':customer.name%' and d = '10:30'",
            "3:41",
            "':customer.name' in quotes is a text, not the value of 'customer.name'",
            "write :like, and `with: {like: \"{{ customer.name ~ '%' }}\"}`",
        ),
        (
            "query: select 1\n    out: [a]",
            "4:11",
            "database: out belongs to a call",
            "leave it out",
        ),
        (
            "query: select 1\n    reads: true",
            "4:12",
            "database: reads belongs to a call",
            "leave it out: a query only reads",
        ),
        (
            "call: give all",
            "3:11",
            "'give all' is not the name of a procedure",
            "write transfer or bank.transfer",
        ),
        (
            "call: give\n    out: [results]",
            "4:11",
            "database: 'results' are the rows of the procedure",
            "take another name",
        ),
        (
            "call: give\n    out: [newBalance]",
            "4:11",
            "'newBalance' is not the name of a value",
            "write new_balance",
        ),
        (
            "call: give\n    out: [balance, balance]",
            "4:20",
            "database: 'balance' stands there twice",
            "leave one of them out",
        ),
        (
            "transaction: []",
            "1:3",
            "database: the transaction has no statement",
            "add one",
        ),
        (
            "transaction:\n      - delete\n    into: changed",
            "5:11",
            "database: into belongs to one of the statements",
            "write it there",
        ),
        (
            "transaction:\n      - {execute: delete, query: select 1}",
            "4:19",
            "database: a statement is one query or one execute",
            "write one of them",
        ),
        (
            "transaction:\n      - {query: select 1, into: any}\n      - {query: s, into: note}",
            "5:26",
            "note: a record where a text is wanted",
            "a record is declared as {name: text, balance: money}",
        ),
        (
            "query: select 1\n    take: rows\n    into: customer",
            "5:11",
            "customer: a list where a record (name, balance, vip) is wanted",
            "a list is declared as {list: {name: text}}; or take one item only",
        ),
        (
            "execute: delete\n    into: customers",
            "4:11",
            "customers: a number where a list (of record) is wanted",
            "declare it as number",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    fields: str, place: str, message: str, hint: str
) -> None:
    assert (place, message, hint) in found(f"{CRM}    {fields}")


def test_a_source_from_data_says_which_are_possible() -> None:
    steps = '- set: {note: crm}\n- database:\n    query: select 1\n    source: "{{ note }}"'
    assert found(steps) == [
        (
            "4:14",
            "the database comes from data: write which are possible",
            "add `among: [ … ]` to database",
        )
    ]


@pytest.mark.parametrize(
    ("fields", "exits"),
    [
        ("query: select 1", {"not_found", "timeout"}),
        ("query: select 1\n    take: rows", {"timeout"}),
        ("execute: delete", {"timeout", "unknown"}),
        ("execute: delete\n    repeatable: true", {"timeout"}),
        ("call: give", {"timeout", "unknown"}),
        ("call: give\n    reads: true", {"timeout"}),
        ("call: give\n    take: value", {"not_found", "timeout", "unknown"}),
        ("transaction:\n      - delete", {"timeout", "unknown"}),
        (
            "transaction:\n      - {execute: delete, needs: 1}",
            {"timeout", "unknown", "undone"},
        ),
        ("transaction:\n      - {query: select 1}", {"timeout"}),
    ],
)
def test_the_exits_are_those_that_can_be_taken(fields: str, exits: set[str]) -> None:
    version = from_sources(reader(), "main", {"main": flow(f"{CRM}    {fields}")})
    (node,) = [each for each in version.flows["main"].nodes() if each.step.verb == "database"]
    assert {each.name for each in node.outcomes()} == exits


def test_an_outcome_that_nobody_handles_is_told() -> None:
    text = "sections:\n  main:\n    - database: {source: crm, query: select 1}\n"
    version = from_sources(reader(), "main", {"main": text})
    messages = [each.message for each in check(version, Site())]
    assert any("not_found" in each for each in messages)


def test_a_variable_that_is_not_declared_takes_what_there_is() -> None:
    steps = """
        - database: {source: crm, query: select name from accounts, into: found}
        - log: "{{ found.name }}"
        - database: {source: crm, query: select name from accounts, take: rows, into: all_found}
        - each: one in all_found
          do: [{log: "{{ one.name }}"}]
    """
    assert found(steps) == []
