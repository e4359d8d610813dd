"""``socket``: what is sent to a host, how its answer is read, by which exit the step is left."""

from __future__ import annotations

from decimal import Decimal
from textwrap import dedent, indent
from typing import Any

import pytest

from ivrkit.call.asking import Columns
from ivrkit.call.events import Asked
from ivrkit.call.requests.socket import AnswerForm, Piece, SocketRequest, shape
from ivrkit.errors import FlowError, RequestRefused, ValueRejected
from ivrkit.expressions.secrets import Secret, revealed
from ivrkit.flow.check import check
from ivrkit.flow.closure import from_sources
from ivrkit.qa.given import ConnectorUse, Given
from ivrkit.service.registries import reader
from tests.engine.conftest import Bench
from tests.flow.check.conftest import Site

FRAME = """
variables:
  account: {type: digits, default: "4711"}
  pin: secret
  answer: {balance: money, currency: text}
  row: {name: text, balance: money, rest: {type: text, optional: true}}
  parts: {list: text}
  whole: text
  wanted: {type: text, default: legacy}
exits: {not_found: nobody, refused: refused, timeout: late, unknown: unknown, error: failed}
sections:
  main:
%s
  nobody: [{log: not found}]
  refused: [{log: refused}]
  late: [{log: late}]
  unknown: [{log: "unknown {{ error.message }}"}]
  failed: [{log: "{{ error.code }} {{ error.message }}"}]
"""
BALANCE = """
- socket:
    host: legacy
    send: "BAL {{ account }}"
    reads: true
    pattern: '^OK (?P<balance>[\\d.]+) (?P<currency>[A-Z]{3})$'
    not_found: ^ERR 404
    refused: ^ERR
    into: answer
- log: "{{ answer.balance + 1 }} {{ answer.currency }}"
"""


def flow(steps: str) -> str:
    return FRAME % indent(dedent(steps).strip("\n"), "    ")


def answers(answer: Any, **more: Any) -> Given:
    return Given(connectors={"socket.legacy": ConnectorUse(answer, **more)})


async def played(bench: Bench, steps: str, given: Given) -> list[str]:
    await bench.call(flow(steps), given=given)
    await bench.ended()
    return list(bench.notes)


def request(bench: Bench) -> SocketRequest:
    (asked,) = bench.simulation.connectors.requests
    assert isinstance(asked, SocketRequest)
    return asked


# ---- what is sent --------------------------------------------------------------------------------


async def test_a_balance(bench: Bench) -> None:
    assert await played(bench, BALANCE, answers("OK 12.50 EUR")) == ["13.50 EUR"]
    asked = request(bench)
    assert asked.message == (Piece("BAL "), Piece("4711", "account"))
    assert (asked.name, asked.operation, asked.reads) == ("socket.legacy", "BAL …", True)
    assert asked.parameters == {"message": "BAL 4711"}
    assert asked.answered
    (event,) = bench.of(Asked)
    assert (event.exit, event.parameters) == ("next", {"message": "BAL 4711"})


async def test_pairs_of_hexadecimal_digits(bench: Bench) -> None:
    steps = """
        - socket: {host: legacy, hex: "02 {{ 'BAL' ~ account }} 0d0A", into: whole}
        - log: "{{ whole }}"
    """
    assert await played(bench, steps, answers("OK")) == ["OK"]
    pieces = (Piece(b"\x02"), Piece("BAL4711", "'BAL' ~ account"), Piece(b"\x0d\x0a"))
    assert request(bench).message == pieces
    assert request(bench).operation == "02 … 0d0A"


async def test_a_secret_is_sent_and_not_seen(bench: Bench) -> None:
    steps = """
        - set: {pin: "1234"}
        - socket: {host: legacy, send: "PIN {{ account }} {{ pin }}", into: whole}
        - log: "{{ whole }}"
    """
    assert await played(bench, steps, answers("OK")) == ["OK"]
    asked = request(bench)
    assert isinstance(asked.message[-1].content, Secret)
    assert revealed(asked.message[-1].content) == "1234"
    assert "1234" not in repr(asked)
    (event,) = bench.of(Asked)
    assert event.parameters == {"message": "••••"}


async def test_what_is_none_is_not_sent(bench: Bench) -> None:
    steps = """
        - socket: {host: legacy, send: "NAME {{ whole }}"}
    """
    (note,) = await played(bench, steps, answers("OK"))
    assert note.startswith("expression 'whole' is none")
    assert bench.simulation.connectors.requests == []


async def test_no_answer(bench: Bench) -> None:
    steps = """
        - socket: {host: "{{ wanted }}", among: [legacy], send: NOTE, no_answer: true}
        - log: done
    """
    assert await played(bench, steps, answers(None)) == ["done"]
    assert not request(bench).answered


# ---- how an answer is read -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reading", "answer", "note"),
    [
        ("into: whole}\n- log: '{{ whole }}'", "  as it is ", "  as it is "),
        ("into: whole}\n- log: '{{ whole }}'", Decimal("12.50"), "12.50"),
        ("pattern: 'B=(\\d+)', into: whole}\n- log: '{{ whole }}'", "A=1 B=22", "22"),
        ("pattern: '\\d+', into: whole}\n- log: '{{ whole }}'", "A=1", "1"),
        ("split: ';', into: parts}\n- log: '{{ parts | join(\"+\") }}'", "a; b ;c", "a+b+c"),
        (
            "split: ';', names: [name, balance], into: row}\n- log: '{{ row.name }} "
            "{{ row.balance + 1 }}'",
            "Ann;2;more",
            "Ann 3",
        ),
        (
            "fields: {name: 1-8, balance: 9-14, rest: 15-}, into: row}\n"
            "- log: '{{ row.name }}/{{ row.balance + 1 }}/{{ row.rest }}'",
            "Ann Lee   1.25XY",
            "Ann Lee/2.25/XY",
        ),
        ("into: whole}\n- log: '{{ whole }}'", None, None),
        ("into: answer}\n- log: '{{ answer.currency }}'", {"currency": "EUR"}, "EUR"),
    ],
)
async def test_forms(bench: Bench, reading: str, answer: Any, note: str | None) -> None:
    steps = "- socket: {host: legacy, send: BAL, reads: true, " + reading
    notes = await played(bench, steps, answers(answer))
    assert notes == [note] if note is not None else notes[0].startswith("expression")


@pytest.mark.parametrize(
    ("answer", "note"),
    [("ERR 404 no such account", "not found"), ("ERR 500 closed", "refused")],
)
async def test_outcomes(bench: Bench, answer: str, note: str) -> None:
    assert await played(bench, BALANCE, answers(answer)) == [note]


@pytest.mark.parametrize("exit_", ["not_found", "refused"])
async def test_outcomes_that_a_script_gives(bench: Bench, exit_: str) -> None:
    (note,) = await played(bench, BALANCE, answers(None, exit=exit_))
    assert note.replace(" ", "_") == exit_


@pytest.mark.parametrize(
    "reading",
    ["pattern: OK", "fields: {name: 1-30}", "fields: {name: 30-}", "{split: ';', names: [a, b]}"],
)
async def test_rubbish(bench: Bench, reading: str) -> None:
    steps = f"- socket: {{host: legacy, send: BAL, reads: true, {reading.strip('{}')}}}"
    if reading.startswith("fields"):
        steps = f"- socket: {{host: legacy, send: BAL, reads: true, {reading}}}"
    (note,) = await played(bench, steps, answers("%$! Ann 4711"))
    assert note.startswith(
        "request_refused the answer is none of those expected: '%$! xxx 9999' (12 characters)"
    )
    (event,) = bench.of(Asked)
    assert event.exit == "error"
    assert "Ann" not in event.error


async def test_rubbish_of_a_host_that_was_to_do_something(bench: Bench) -> None:
    steps = "- socket: {host: legacy, send: PAY, pattern: OK}"
    (note,) = await played(bench, steps, answers("%$!"))
    assert note.startswith("unknown the answer is none of those expected")


def test_the_shape_of_an_answer() -> None:
    assert shape("Zoë 12\x00€²") == "'xxx 99??9' (9 characters)"
    assert shape("x" * 50) == f"'{'x' * 40}…' (50 characters)".replace("…'", "'…")


def test_a_pattern_that_goes_astray() -> None:
    form = AnswerForm(pattern=r"^(a|aa|a?a)+$")
    with pytest.raises(RequestRefused, match="took longer"):
        form.read("a" * 200 + "!")


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        (AnswerForm(), "text"),
        (AnswerForm(pattern="OK"), "text"),
        (AnswerForm(pattern="(?P<a>.)"), "record"),
        (AnswerForm(fields={"a": Columns(1, None)}), "record"),
        (AnswerForm(split=";"), "list"),
        (AnswerForm(split=";", names=("a",)), "record"),
    ],
)
def test_the_type_of_what_is_read(form: AnswerForm, kind: str) -> None:
    assert form.type.kind == kind


def test_what_no_host_answers() -> None:
    with pytest.raises(ValueRejected, match="answers with a text"):
        SocketRequest(connector="legacy", operation="").given(True)


# ---- what the check says -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("reads: true", "it sends one message"),
        ("send: a, hex: 02", "it sends one message"),
        ("hex: 2", "no pairs of hexadecimal digits"),
        ("hex: 02 BAL", "no pairs of hexadecimal digits"),
        ("send: a, no_answer: true, into: whole", "there is no answer, and into would read it"),
        ("send: a, split: ';', fields: {a: 1-2}", "an answer is read in one way"),
        ("send: a, names: [x]", "names are those of the parts"),
        ("send: a, fields: {Name: 1-2}", "'Name' is no name of a field"),
        ("send: a, fields: {name: 0-2}", "'0-2' are no columns"),
        ("send: a, fields: {name: 5-2}", "'5-2' ends before it begins"),
        ("send: a, pattern: '('", "no regular expression"),
        ("send: a, not_found: '['", "no regular expression"),
        ("send: a, into: answer", "a text where a record"),
    ],
)
def test_mistakes(fields: str, message: str) -> None:
    source = f"ivrkit: 1\nflow: main\nlanguage: en\n{flow(step(fields))}"
    try:
        found = check(from_sources(reader(), "main", {"main": source}), Site())
    except FlowError as error:
        found = error.diagnostics
    assert any(message in str(each) for each in found), found


def step(fields: str) -> str:
    return f"- socket: {{host: legacy, {fields}}}"
