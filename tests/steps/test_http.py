"""``http``: what is asked, what comes of it, and what the reader refuses."""

from __future__ import annotations

from decimal import Decimal
from textwrap import dedent, indent
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from ivrkit.call.events import Asked
from ivrkit.call.requests.http import Body, HttpRequest, Reply
from ivrkit.errors import ValueRejected
from ivrkit.expressions.secrets import contains_secret, revealed
from ivrkit.flow.check import check
from ivrkit.flow.closure import from_sources
from ivrkit.qa.given import ConnectorUse, Given
from ivrkit.service.registries import reader
from tests.engine.conftest import Bench
from tests.flow.check.conftest import Site

FRAME = """
variables:
  account: {type: text, default: "12 34"}
  amount: {type: money, default: 12.50}
  empty: text
  pin: secret
  customer: {name: text, balance: money, open: {list: text}}
  balance: money
  codes: {list: text}
  day: {type: date, default: 2026-03-02}
exits: {no_input: hangup, no_match: hangup}
on_error: failed
sections:
  main:
    - answer
    - set: {pin: "4711"}
%s
  nobody: [{log: not found}]
  refused: [{log: refused}]
  lost: [{log: unknown}]
  late: [{log: timeout}]
  failed: [{log: "{{ error.code }}: {{ error.message }}"}]
"""
EXITS = "exits: {not_found: nobody, refused: refused, unknown: lost, timeout: late}"
SOAP = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body>'
    "</s:Envelope>"
)


def flow(steps: str) -> str:
    return FRAME % indent(dedent(steps).strip("\n"), "    ")


def bank(*uses: ConnectorUse) -> Given:
    return Given(connectors={"http.bank": uses if len(uses) > 1 else uses[0]})


def requests(bench: Bench) -> list[HttpRequest]:
    asked = bench.simulation.connectors.requests
    return [each for each in asked if isinstance(each, HttpRequest)]


async def played(bench: Bench, steps: str, answer: Any = None, **use: Any) -> list[str]:
    """The notes of a call to its end."""
    await bench.call(flow(steps), given=bank(ConnectorUse(answer, **use)))
    await bench.ended()
    return bench.notes


def step(fields: str, exits: str = EXITS) -> str:
    return f"- http: {{service: bank, {fields}}}\n  {exits}\n- log: done\n"


# ---- what is asked -------------------------------------------------------------------------------


async def test_what_is_taken_becomes_a_record(bench: Bench) -> None:
    steps = f"""
        - http:
            service: bank
            get: /accounts/{{{{ account }}}}/état
            query: {{day: "{{{{ day }}}}", full: "true", nothing: "{{{{ empty }}}}"}}
            take: {{name: /owner/name, balance: /balances/0, open: /open}}
            into: customer
          {EXITS}
        - log: "{{{{ customer.name }}}} {{{{ customer.balance + 1 }}}} {{{{ customer.open[0] }}}}"
    """
    answer = {"owner": {"name": "Ann"}, "balances": [Decimal("12.50")], "open": "a", "more": 1}
    assert await played(bench, steps, answer) == ["Ann 13.50 a"]
    (request,) = requests(bench)
    assert request.method == "GET"
    assert request.operation == "GET /accounts/{{ account }}/état"
    assert request.parameters["path"] == "/accounts/12%2034/%C3%A9tat"
    assert (request.body, request.reply) == (Body.NONE, Reply.JSON)
    assert request.reads
    (asked,) = bench.of(Asked)
    assert asked.parameters["query"] == {"day": "2026-03-02", "full": "true", "nothing": None}


async def test_what_is_taken_goes_into_variables(bench: Bench) -> None:
    steps = f"""
        - http:
            service: bank
            get: /accounts/1
            take: {{balance: /balance, customer.name: /name, codes: /none}}
          {EXITS}
        - log: "{{{{ balance }}}} {{{{ customer.name }}}} {{{{ codes == [] }}}}"
    """
    assert await played(bench, steps, {"balance": "3.20", "name": "Sam"}) == ["3.20 Sam true"]


async def test_the_whole_answer(bench: Bench) -> None:
    steps = step("get: /accounts/1, into: customer") + '- log: "{{ customer.balance * 2 }}"'
    answer = {"status": Decimal(200), "body": {"name": "Ann", "balance": Decimal("1.25")}}
    assert await played(bench, steps, answer) == ["done", "2.50"]


async def test_json_keeps_types_and_hides_secrets(bench: Bench) -> None:
    steps = f"""
        - http:
            service: bank
            post: /payments
            headers: {{X-Pin: "{{{{ pin }}}}", X-Day: "{{{{ day }}}}", X-No: "{{{{ empty }}}}"}}
            json:
              amount: "{{{{ amount }}}}"
              of: "{{{{ account }}}} of us"
              fixed: [1, 2.50, true, null, "1", 007, on]
              card: {{pin: "{{{{ pin }}}}"}}
            status: balance
          {EXITS}
        - log: "{{{{ balance }}}}"
    """
    assert await played(bench, steps, {"status": Decimal(201)}) == ["201"]
    (request,) = requests(bench)
    sent = request.parameters["json"]
    assert isinstance(sent, dict)
    assert sent["amount"] == Decimal("12.50")
    assert sent["of"] == "12 34 of us"
    assert sent["fixed"] == [Decimal(1), Decimal("2.50"), True, None, "1", "007", "on"]
    assert contains_secret(sent)
    assert revealed(sent["card"]) == {"pin": "4711"}
    assert revealed(request.parameters["headers"]) == {
        "X-Pin": "4711",
        "X-Day": "2026-03-02",
        "X-No": None,
    }
    assert not request.again
    assert request.key == "call-1.3"
    assert "4711" not in str(bench.events)


async def test_a_whole_variable_is_a_document(bench: Bench) -> None:
    steps = "- set: {customer.name: Ann}\n" + step('put: /x, json: "{{ customer }}"')
    assert await played(bench, steps) == ["done"]
    assert requests(bench)[0].parameters["json"] == {"name": "Ann"}


async def test_values_in_xml_are_escaped(bench: Bench) -> None:
    steps = """
        - set: {account: "<a>&'\\""}
        - http:
            service: bank
            post: /xml
            xml: <pay to="{{ account }}"><pin>{{ pin }}</pin></pay>
            answer: xml
            namespaces: {b: "urn:bank"}
            take: {balance: //b:balance, codes: //b:code}
          exits: {else: failed}
        - log: "{{ balance }} {{ join(codes, '+') }}"
    """
    xml = '<r xmlns="urn:bank"><balance>7.00</balance><code>a</code><code>b</code></r>'
    assert await played(bench, steps, xml) == ["7.00 a+b"]
    sent = revealed(requests(bench)[0].parameters["xml"])
    assert sent == '<pay to="&lt;a&gt;&amp;&apos;&quot;"><pin>4711</pin></pay>'


SOAP_STEP = """
- http:
    service: bank
    post: /soap
    soap: {action: urn:balance, body: "<b:ask xmlns:b='urn:b'>{{ account }}</b:ask>", header: <h/>}
    namespaces: {b: "urn:b"}
    take: {balance: //b:balance}
    problem: account
  exits: {not_found: nobody, refused: refused, unknown: lost}
- log: "{{ balance }}"
"""


async def test_soap(bench: Bench) -> None:
    answer = SOAP.format('<b:r xmlns:b="urn:b"><b:balance>7.00</b:balance></b:r>')
    assert await played(bench, SOAP_STEP, answer) == ["7.00"]
    (request,) = requests(bench)
    assert request.parameters["soap"] == "<b:ask xmlns:b='urn:b'>12 34</b:ask>"
    assert request.parameters["action"] == "urn:balance"
    assert (request.body, request.reply, request.soap_version) == (Body.SOAP, Reply.XML, "1.1")


@pytest.mark.parametrize(
    ("code", "status", "notes"),
    [
        ("s:Client", 500, "refused"),
        ("s:Client.Account", 200, "refused"),
        ("s:Server", 500, "http_failure: http.bank answered 500 Internal Server Error"),
        ("s:Server", 200, "http_failure: http.bank answered with a SOAP fault"),
    ],
)
async def test_soap_faults(bench: Bench, code: str, status: int, notes: str) -> None:
    fault = f"<s:Fault><faultcode>{code}</faultcode><faultstring>no</faultstring></s:Fault>"
    answer = {"status": Decimal(status), "body": SOAP.format(fault)}
    assert await played(bench, SOAP_STEP, answer) == [notes]


# ---- what comes of it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "method", "note"),
    [
        (200, "get", "done"),
        (204, "delete", "done"),
        (404, "get", "not found"),
        (410, "put", "not found"),
        (400, "post", "refused"),
        (422, "post", "refused"),
        (403, "get", "refused"),
        (401, "post", "request_refused: http.bank answered 401 Unauthorized"),
        (429, "get", "http_failure: http.bank answered 429 Too Many Requests"),
        (302, "get", "request_refused: http.bank answered 302 Found"),
        (500, "post", "http_failure: http.bank answered 500 Internal Server Error"),
        (503, "get", "http_failure: http.bank answered 503 Service Unavailable"),
        (502, "post", "unknown"),
        (504, "patch", "unknown"),
        (504, "put", "http_failure: http.bank answered 504 Gateway Timeout"),
        (599, "get", "http_failure: http.bank answered 599"),
    ],
)
async def test_what_a_status_means(bench: Bench, status: int, method: str, note: str) -> None:
    exits = EXITS
    if method in ("get", "put", "delete"):
        exits = EXITS.replace(", unknown: lost", "")
    (noted,) = await played(bench, step(f"{method}: /x", exits), {"status": Decimal(status)})
    assert noted.partition(" (")[0] == note


async def test_status_and_problem(bench: Bench) -> None:
    steps = """
        - http: {service: bank, post: /x, status: amount, problem: customer}
          exits: {refused: [{log: "{{ amount }} {{ customer.name }}"}], not_found: nobody}
    """
    answer = {"status": Decimal(402), "body": {"name": "no money"}}
    assert await played(bench, steps, answer) == ["402 no money"]


async def test_the_status_of_a_failure(bench: Bench) -> None:
    steps = """
        - http: {service: bank, post: /x, status: amount}
          exits: {error: [{log: "{{ amount }}"}], not_found: nobody, refused: refused}
    """
    assert await played(bench, steps, {"status": Decimal(500)}) == ["500"]


async def test_an_answer_that_does_not_fit_is_an_error(bench: Bench) -> None:
    note = (await played(bench, step("get: /x, take: {balance: /b}"), {"b": "much"}))[0]
    assert note.startswith("value: balance: ")


async def test_a_write_whose_answer_does_not_fit_may_have_been_done(bench: Bench) -> None:
    assert await played(bench, step("post: /x, take: {balance: /b}"), {"b": "much"}) == ["unknown"]


async def test_an_answer_that_is_no_xml_is_an_error(bench: Bench) -> None:
    fields = "get: /x, answer: xml, take: {balance: //b}"
    assert await played(bench, step(fields), "<b>") == ["value: it is no well-formed XML, line 1"]


@pytest.mark.parametrize(("method", "note"), [("get", "timeout"), ("post", "unknown")])
async def test_no_answer_in_time(bench: Bench, method: str, note: str) -> None:
    exits = EXITS if method == "post" else EXITS.replace(", unknown: lost", "")
    steps = step(f"{method}: /x, timeout: 3s", exits)
    assert await played(bench, steps, None, after=4.0) == [note]


@pytest.mark.parametrize(
    ("fields", "again", "reads"),
    [
        ("get: /x", True, True),
        ("head: /x", True, True),
        ("put: /x", True, False),
        ("delete: /x", True, False),
        ("post: /x", False, False),
        ("patch: /x", False, False),
        ("post: /x, repeatable: true", True, False),
        ("post: /x, reads: true", True, True),
    ],
)
async def test_what_may_be_sent_twice(bench: Bench, fields: str, again: bool, reads: bool) -> None:
    exits = EXITS.replace(", unknown: lost", "") if again else EXITS
    assert await played(bench, step(fields, exits)) == ["done"]
    (request,) = requests(bench)
    assert (request.again, request.reads) == (again, reads)
    assert ("unknown" in request.exits) is not again


@pytest.mark.parametrize(
    ("fields", "note"),
    [("post: /x", "unknown"), ("get: /x", "done"), ("post: /x, repeatable: true", "done")],
)
async def test_an_engine_that_dies_meanwhile(bench: Bench, fields: str, note: str) -> None:
    exits = EXITS if note == "unknown" else EXITS.replace(", unknown: lost", "")
    await bench.call(flow(step(fields, exits)), given=bank(ConnectorUse({}, after=4)))
    await bench.after(1)
    await bench.die()
    await bench.recover()
    await bench.ended()
    assert bench.notes == [note]
    assert {each.key for each in requests(bench)} == {"call-1.3"}


# ---- what a value cannot do ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "is empty"),
        ("..", "lead elsewhere"),
        (".", "lead elsewhere"),
        ("a/../b", "lead elsewhere"),
        ("..\\\\b", "lead elsewhere"),
        ("a\\r\\nX: y", "lead elsewhere"),
        ("\\0", "lead elsewhere"),
    ],
)
async def test_a_value_that_would_lead_elsewhere(bench: Bench, value: str, message: str) -> None:
    steps = f'- set: {{account: "{value}"}}\n' + step('get: "/accounts/{{ account }}"')
    (note,) = await played(bench, steps)
    assert message in note
    assert not requests(bench)


async def test_two_values_make_no_dots(bench: Bench) -> None:
    steps = "- set: {account: .}\n" + step('get: "/{{ account }}{{ account }}"')
    (note,) = await played(bench, steps)
    assert "lead elsewhere" in note


@examples(st.text(min_size=1).filter(str.isprintable))
def test_whatever_the_value_it_is_one_segment(text: str) -> None:
    from ivrkit.errors import ExpressionError
    from ivrkit.expressions.expression import Template
    from ivrkit.steps.addressing import path_of

    class Session:
        def lookup(self, name: str) -> str:
            return text

    class OneCall:
        session = Session()

    try:
        path = path_of(OneCall(), Template.parse("/a/{{ x }}/b"))  # type: ignore[arg-type]
    except ExpressionError:
        return
    assert path.startswith("/a/")
    assert path.endswith("/b")
    assert path.count("/") == 3
    assert path.isascii()
    assert not set(path) & set('?#\\ "<>')


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ('get: "/a/{{ pin }}"', "secret cannot be part of a path"),
        ('get: /a, headers: {X-A: "{{ account }}"}', "holds a control character"),
        ('post: /a, xml: "<a>{{ account }}</a>"', "control character"),
        ('get: /a, query: {a: "{{ pin }}"}', "secret cannot be part of a query"),
        ('get: /a, query: {a: "{{ [pin] }}"}', "secret cannot be part of a query"),
        ('post: /a, form: {a: "{{ [[1]] }}"}', "cannot hold a value that is a list"),
    ],
)
async def test_what_is_refused_at_run_time(bench: Bench, fields: str, message: str) -> None:
    steps = '- set: {account: "a\\0\\r\\nb"}\n' + step(fields)
    (note,) = await played(bench, steps)
    assert message in note
    assert "4711" not in note


# ---- reading and checking ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message", "place"),
    [
        ("query: {}", "http: it asks for nothing", ""),
        ("get: /a, post: /b", "http: get and post are two requests", "/b"),
        ("get: a", "http: a path begins with /", "a"),
        ("get: /a?b=c", "http: a path has no ?, # or \\", "/a?b=c"),
        ("get: /a/../b", "http: a path has no . and .. in it", "/a/../b"),
        ("get: /a, json: {a: 1}", "http: get sends no body", "1"),
        ("post: /a, json: {a: 1}, text: b", "http: json and text are two bodies", ""),
        ("post: /a, headers: {Host: b}", "http: 'Host' is no header that can be set", "b"),
        ('post: /a, headers: {"a b": c}', "http: 'a b' is no header that can be set", "c"),
        ("put: /a, soap: <a/>", "http: a SOAP message is sent by post", "<a/>"),
        ("post: /a, soap: <a>", "http: it is no well-formed XML", "<a>"),
        ('post: /a, soap: {body: <a/>, version: "{{ 1 }}"}', "written, never computed", ""),
        ('post: /a, xml: "<{{ account }}/>"', "http: the name of an element is written", ""),
        ("post: /a, xml: a", "http: it is no well-formed XML", "a"),
        ("head: /a, into: balance", "http: the answer to head has no body", "balance"),
        ("get: /a, answer: text, take: {balance: /b}", "nothing is taken out of a text", "/b"),
        ("get: /a, namespaces: {b: urn}", "http: only XML has namespaces", "urn"),
        ("get: /a, take: {balance: b}", "http: 'b' is no JSON pointer", "b"),
        ("get: /a, take: {Balance: /b}", "'Balance' is not the name of a variable", "Balance"),
        ('get: /a, take: {balance: "/{{ a }}"}', "is written, never computed", "/{{ a }}"),
        ("get: /a, answer: xml, take: {balance: //x:b}", "'//x:b': ", "//x:b"),
        ("get: /a, answer: csv", "'csv' is not", "csv"),
        ("get: /a, body: b", "http has no field 'body'", "body"),
    ],
)
def test_mistakes_are_told_at_their_place(fields: str, message: str, place: str) -> None:
    text = f"ivrkit: 1\nsections:\n  main:\n    - http: {{service: bank, {fields}}}\n"
    _, found = reader().read("main.yaml", text)
    errors = [each for each in found.errors if message in each.message]
    assert len(errors) == len(found.errors) == 1, "\n".join(map(str, found.errors))
    line = text.splitlines()[errors[0].mark.line - 1]
    assert line[errors[0].mark.column - 1 :].lstrip("\"'").startswith(place)


def checked(steps: str) -> list[str]:
    version = from_sources(reader(), "main", {"main": "ivrkit: 1\n" + flow(steps)})
    found = check(version, Site(flows=("main",)))
    return [f"{each.code}: {each.message}" for each in found]


@pytest.mark.parametrize(("method", "told"), [("post", True), ("patch", True), ("get", False)])
def test_a_write_that_may_be_refused_must_say_what_then(method: str, told: bool) -> None:
    found = checked(step(f"{method}: /x", "exits: {not_found: nobody}"))
    assert any(each.startswith("no-target:") for each in found) is told, found


@pytest.mark.parametrize(
    "fields",
    ['get: "/a/{{ pin }}"', 'get: /a, query: {a: "{{ pin }}"}'],
)
def test_the_check_lets_no_secret_into_a_url(fields: str) -> None:
    assert any(each.startswith("secret:") for each in checked(step(fields)))


@pytest.mark.parametrize(
    "fields",
    [
        'post: /a, json: {a: [{b: "{{ pin }}"}]}',
        'post: /a, form: {a: "{{ pin }}"}',
        'post: /a, text: "{{ pin }}"',
        'post: /a, soap: "<a>{{ pin }}</a>"',
        'get: /a, headers: {X-A: "{{ pin }}"}',
    ],
)
def test_bodies_and_headers_may_hold_secrets(fields: str) -> None:
    assert not [each for each in checked(step(fields)) if each.startswith("secret:")]


def test_names_in_documents_are_checked() -> None:
    found = checked(step('post: /a, json: {a: [{b: "{{ nothing }}"}]}'))
    assert any("'nothing' is not defined" in each for each in found)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{a: 1, a: 2}", "'a'"),
        (f"{{a: [{'9' * 41}]}}", "40 digits"),
        ('{a: "{{ 1 + }}"}', ""),
        ("{a: [{b: }]}", "has no value"),
    ],
)
def test_documents_that_cannot_be(document: str, message: str) -> None:
    text = (
        f"ivrkit: 1\nsections:\n  main:\n    - http: {{service: bank, put: /a, json: {document}}}\n"
    )
    _, found = reader().read("main.yaml", text)
    assert len(found.errors) == 1
    assert message in found.errors[0].message


# ---- what a script gives -------------------------------------------------------------------------


def asked(**fields: Any) -> HttpRequest:
    fields = {"method": "GET", "reply": Reply.JSON, **fields}
    return HttpRequest(connector="bank", operation="GET /x", reads=True, **fields)


@pytest.mark.parametrize(
    ("given", "status", "body"),
    [
        ({"balance": "1"}, 200, {"balance": "1"}),
        ([1], 200, [1]),
        (None, 200, None),
        ({}, 200, {}),
        ({"status": Decimal(204)}, 204, None),
        ({"body": [1]}, 200, [1]),
        ({"status": Decimal(404), "body": "no"}, 404, "no"),
        ({"status": "paid"}, 200, {"status": "paid"}),
        ({"status": "paid", "body": "x"}, 200, {"status": "paid", "body": "x"}),
        ({"status": Decimal(7)}, 200, {"status": Decimal(7)}),
        ({"status": Decimal(201), "id": "x"}, 200, {"status": Decimal(201), "id": "x"}),
    ],
)
def test_what_a_script_gives(given: Any, status: int, body: Any) -> None:
    assert asked().given(given) == {"status": Decimal(status), "body": body}


def test_what_no_answer_can_be() -> None:
    with pytest.raises(ValueRejected, match="is no text"):
        asked(reply=Reply.XML).given({"balance": "1"})
    assert asked(reply=Reply.NONE).given({"balance": "1"})["body"] is None
