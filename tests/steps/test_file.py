"""``file``: what is asked, what comes of it, and what the reader refuses."""

from __future__ import annotations

from decimal import Decimal
from textwrap import dedent, indent
from typing import Any

import pytest

from ivrkit.call.events import Asked
from ivrkit.call.requests.file import Action, FileForm, FileRequest
from ivrkit.flow.check import check
from ivrkit.flow.closure import from_sources
from ivrkit.qa.given import ConnectorUse, Given
from ivrkit.service.registries import reader
from tests.engine.conftest import Bench
from tests.flow.check.conftest import Site

FRAME = """
variables:
  order: {type: text, default: "7/../8"}
  empty: text
  total: {type: money, default: 12.50}
  pin: secret
  note: text
  customer: {name: text, balance: money}
  orders: {list: {id: digits, total: money}}
  folder: {type: text, default: orders}
exits: {no_input: hangup, no_match: hangup}
on_error: failed
sections:
  main:
    - answer
    - set: {pin: "4711"}
%s
  nobody: [{log: not found}]
  there: [{log: there}]
  no-room: [{log: full}]
  lost: [{log: unknown}]
  failed: [{log: "{{ error.code }}: {{ error.message }}"}]
"""


def flow(steps: str) -> str:
    return FRAME % indent(dedent(steps).strip("\n"), "    ")


async def played(bench: Bench, steps: str, answer: Any = True, **use: Any) -> list[str]:
    """The notes of a call to its end."""
    given = Given(connectors={"file.orders": ConnectorUse(answer, **use)})
    await bench.call(flow(steps), given=given)
    await bench.ended()
    return bench.notes


def request(bench: Bench) -> FileRequest:
    (asked,) = bench.simulation.connectors.requests
    assert isinstance(asked, FileRequest)
    return asked


def step(fields: str, exits: str = "") -> str:
    return (
        f"- file: {{root: orders, {fields}}}\n{f'  exits: {exits}' if exits else ''}\n- log: done"
    )


# ---- what is asked -------------------------------------------------------------------------------


async def test_a_row_is_appended(bench: Bench) -> None:
    steps = """
        - file:
            root: orders
            append: "{{ today }}/{{ order }}.csv"
            row: {caller: "{{ call.from }}", total: "{{ total }}", none: "{{ empty }}", n: "1"}
        - log: done
    """
    assert await played(bench, steps) == ["done"]
    asked = request(bench)
    path = asked.parameters["path"]
    assert isinstance(path, str)
    assert path.endswith("/7%2F..%2F8.csv")
    assert asked.operation == "append …/….csv"
    assert (asked.action, asked.form) == (Action.APPEND, FileForm.CSV)
    row = {"caller": "+4930123", "total": Decimal("12.50"), "none": None, "n": "1"}
    assert asked.parameters["row"] == row
    assert (asked.reads, asked.repeatable) == (False, False)
    (event,) = bench.of(Asked)
    assert event.parameters["row"]["caller"] == "+4930123"


async def test_a_row_is_looked_up(bench: Bench) -> None:
    steps = """
        - file: {root: orders, read: customers.csv, find: {id: "{{ order }}"}, into: customer}
          exits: {not_found: nobody}
        - log: "{{ customer.name }} {{ customer.balance + 1 }}"
    """
    row = {"name": "Ann", "balance": Decimal("1.50")}
    assert await played(bench, steps, [row, row]) == ["Ann 2.50"]
    assert request(bench).reads
    assert request(bench).parameters["find"] == {"id": "7/../8"}


@pytest.mark.parametrize("use", [{"answer": []}, {"answer": None}, {"exit": "not_found"}])
async def test_a_row_that_is_not_there(bench: Bench, use: dict[str, Any]) -> None:
    fields = 'read: customers.csv, find: {id: "1"}, into: customer'
    assert await played(bench, step(fields, "{not_found: nobody}"), **use) == ["not found"]


@pytest.mark.parametrize(
    ("fields", "answer", "logged", "note"),
    [
        ("read: a.txt, into: note", "Hello", "{{ note }}", "Hello"),
        ("read: a.txt, into: note", Decimal(12), "{{ note }}", "12"),
        ("read: a.json, into: customer", {"name": "Ann"}, "{{ customer.name }}", "Ann"),
        (
            "read: a.csv, into: orders",
            [{"id": Decimal(7), "total": Decimal("1.50")}],
            "{{ orders[0].id ~ sum(orders, 'total') }}",
            "71.50",
        ),
        (
            "list: ., into: files",
            ["a.txt", {"name": "b", "folder": True}],
            "{{ join(pluck(files, 'name')) ~ files[1].folder }}",
            "a.txtbtrue",
        ),
        ("read: a, form: lines, into: found", [{"n": 1}], "{{ found[0].n }}", "1"),
    ],
)
async def test_what_is_read(bench: Bench, fields: str, answer: Any, logged: str, note: str) -> None:
    steps = f"- file: {{root: orders, {fields}}}\n  exits: {{not_found: nobody}}\n"
    assert await played(bench, f'{steps}- log: "{logged}"', answer) == [note]


@pytest.mark.parametrize(
    ("fields", "form", "parameters"),
    [
        ("write: a.txt, text: 'x {{ total }}'", "text", {"text": "x 12.50"}),
        ("write: a.json, json: {a: [1, '{{ total }}']}", "json", {"json": {"a": [1, "12.50"]}}),
        ("write: a.csv, rows: '{{ [{\"a\": total}] }}'", "csv", {"rows": [{"a": "12.50"}]}),
        ("append: a.log, text: x", "text", {"text": "x"}),
        ("append: a.jsonl, row: {a: b}", "lines", {"row": {"a": "b"}}),
        ("delete: a.csv, find: {a: b}", "csv", {"find": {"a": "b"}}),
        ("move: 'new/{{ total }}.txt', to: done/x.txt", "text", {"to": "done/x.txt"}),
        ("make_folder: 'a/{{ total }}'", "text", {"path": "a/12.50"}),
        ("remove_folder: a", "text", {"path": "a"}),
    ],
)
async def test_what_is_done(
    bench: Bench, fields: str, form: str, parameters: dict[str, Any]
) -> None:
    exits = "{not_found: nobody, not_empty: there, full: no-room, unknown: lost}"
    exits = ", ".join(
        each
        for each in exits[1:-1].split(", ")
        if not ((each.startswith("not_found") and fields[0] in "wa") or fields.startswith("make"))
        and not (each.startswith("not_empty") and not fields.startswith("remove"))
        and not (each.startswith("full") and fields[:6] in ("delete", "remove"))
        and not (each.startswith("unknown") and fields.startswith("write"))
    )
    assert await played(bench, step(fields, f"{{{exits}}}" if exits else "")) == ["done"]
    asked = request(bench)
    assert asked.form == form
    got = {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in asked.parameters.items()
    }
    for name, value in parameters.items():
        assert str(got[name]).replace("Decimal('12.50')", "'12.50'").replace(
            "Decimal('1')", "1"
        ) == str(value)


@pytest.mark.parametrize(
    ("fields", "exits", "use", "notes"),
    [
        ("write: a.txt, text: x, replace: false", "exists: there", {"exit": "exists"}, ["there"]),
        ("write: a.txt, text: x", "full: no-room", {"exit": "full"}, ["full"]),
        ("delete: a.txt", "not_found: nobody", {"exit": "not_found"}, ["not found"]),
        ("move: a, to: b", "not_found: nobody", {"exit": "not_found"}, ["not found"]),
        (
            "remove_folder: a",
            "not_empty: there, not_found: nobody",
            {"exit": "not_empty"},
            ["there"],
        ),
        ("append: a.txt, text: x", "unknown: lost", {"exit": "unknown"}, ["unknown"]),
        ("append: a.txt, text: x", "unknown: lost", {"after": 9.0}, ["unknown"]),
    ],
)
async def test_other_ways_out(
    bench: Bench, fields: str, exits: str, use: dict[str, Any], notes: list[str]
) -> None:
    assert await played(bench, step(fields, f"{{{exits}}}"), **use) == notes


async def test_what_is_the_same_the_second_time_is_never_unknown(bench: Bench) -> None:
    assert await played(bench, step("write: a.txt, text: x"), after=9.0) == [
        "connector_timeout: file.orders did not answer within 5 s"
    ]
    assert request(bench).repeatable


@pytest.mark.parametrize(
    ("path", "said"),
    [("'{{ empty }}.txt'", "none"), ("'a{{ note }}'", "empty"), ("'{{ note }}'", "empty")],
)
async def test_a_value_that_makes_no_name_is_an_error(bench: Bench, path: str, said: str) -> None:
    steps = f"- set: {{note: ''}}\n{step(f'append: {path}, text: x')}"
    (note,) = await played(bench, steps)
    assert note.startswith("expression: ")
    assert said in note
    assert bench.simulation.connectors.requests == []


@pytest.mark.parametrize("answer", [["x"], {"a": 1}, "x", Decimal(1)])
async def test_what_no_answer_can_be(bench: Bench, answer: Any) -> None:
    (note,) = await played(bench, step("append: a.txt, text: x"), answer)
    assert "is no answer of it" in note


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ("read: a.txt, into: note", None),
        ("read: a.txt, into: note", ["x"]),
        ("read: a.csv, into: orders", "x"),
        ("read: a.csv, into: orders", ["x"]),
        ("list: ., into: files", "x"),
    ],
)
async def test_what_no_file_can_hold(bench: Bench, fields: str, answer: Any) -> None:
    (note,) = await played(bench, step(fields, "{not_found: nobody}"), answer)
    assert "is no answer of it" in note


# ---- what is refused before a call ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("text: x", "it does one thing, and this is nothing"),
        ("read: a, write: b, into: note", "it does one thing, and this is read and write"),
        ("read: a.txt", "nobody receives what is read"),
        ("list: .", "nobody receives what is read"),
        ("write: a.txt", "one of text, json, row, rows"),
        ("write: a.txt, text: x, row: {a: b}", "one of text, json, row, rows"),
        ("append: a.txt", "one of text, row, rows"),
        ("append: a.json, json: {}", "json does not go with append"),
        ("delete: a.txt, into: note", "into does not go with delete"),
        ("delete: a.txt, find: {a: b}", "a text has no rows"),
        ("move: a.txt", "where it is moved to"),
        ("read: a.txt, replace: false, into: note", "replace does not go with read"),
        ("write: a.csv, text: x", "text does not go with a file of the form csv"),
        ("write: a.txt, row: {a: b}", "row does not go with a file of the form text"),
        ("write: a.csv, json: {a: b}", "a document is the whole of a file"),
        ("write: a.csv, find: {a: b}, rows: '{{ orders }}'", "row says which values"),
        ("read: ../a.txt, into: note", "begins with a dot"),
        ("read: /etc/passwd, into: note", "a name in the path is empty"),
        ("append: .hidden, text: x", "begins with a dot"),
        ("move: a, to: ../b", "begins with a dot"),
        ("write: 'a/{{ order }}/../b.txt', text: x", "begins with a dot"),
    ],
)
def test_what_does_not_agree(fields: str, message: str) -> None:
    _, found = reader().read("main.yaml", flow(step(fields)))
    assert any(message in each.message for each in found.errors), list(map(str, found.errors))


def checked(steps: str) -> list[str]:
    version = from_sources(reader(), "main", {"main": flow(steps)})
    return [f"{each.code}: {each.message}" for each in check(version, Site(flows=("main",)))]


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ("read: a.txt, into: note", ["not_found"]),
        ("write: a.txt, text: x", []),
        ("write: a.txt, text: x, replace: false", ["exists"]),
        ("append: a.txt, text: x", []),
        ("delete: a.txt", ["not_found"]),
        ("move: a, to: b, replace: false", ["exists", "not_found"]),
        ("remove_folder: a", ["not_empty", "not_found"]),
        ("make_folder: a", []),
    ],
)
def test_what_the_designer_must_say(fields: str, missing: list[str]) -> None:
    found = [each for each in checked(step(fields)) if each.startswith("no-target:")]
    said = found[0].rpartition(" on ")[2].split(" and ") if found else []
    assert sorted(said) == missing


@pytest.mark.parametrize(
    "fields",
    [
        "append: '{{ pin }}.txt', text: x",
        "append: a.txt, text: '{{ pin }}'",
        "append: a.csv, row: {a: '{{ pin }}'}",
        "write: a.json, json: {a: '{{ pin }}'}",
        "read: a.csv, find: {a: '{{ pin }}'}, into: orders",
    ],
)
def test_secrets_are_no_files(fields: str) -> None:
    found = checked(step(fields, "{not_found: nobody}" if "read" in fields else ""))
    assert any("secret" in each for each in found), found
