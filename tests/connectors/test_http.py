"""The connector ``http`` against servers that really listen: what is sent, what is read, what a
server can do to us, and what it cannot."""

from __future__ import annotations

import asyncio
import base64
import gzip
import socket
import sys
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from ivrkit.call.requests.http import Body, HttpFailure, HttpRequest, Reply
from ivrkit.connectors.connector import Place, kinds
from ivrkit.connectors.guard import Guard
from ivrkit.connectors.http import HttpConnector
from ivrkit.connectors.service import connector_of
from ivrkit.connectors.web.settings import HttpSettings
from ivrkit.errors import (
    ConfigurationError,
    ConnectionLost,
    ConnectorError,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
)
from ivrkit.expressions.secrets import Secret
from tests.connectors.certificates import Authority

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SOON = 5.0


class Service:
    """A server of a test: each request is noted, and answered by the handler."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.port = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.bodies.append(await request.read())
        return await self.handler(request)

    def url(self, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}"


def says(body: Any = None, **fields: Any) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        if isinstance(body, bytes):
            return web.Response(body=body, **fields)
        if isinstance(body, str):
            return web.Response(text=body, **fields)
        return web.json_response(body, **fields)

    return handler


@asynccontextmanager
async def serving(handler: Handler, tls: Any = None) -> AsyncIterator[Service]:
    service = Service(handler)
    runner = web.ServerRunner(web.Server(service.answer), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    service.port = runner.addresses[0][1]
    try:
        yield service
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw(talk: Callable[[Any, Any], Awaitable[None]]) -> AsyncIterator[int]:
    """A server that speaks as it likes; the port."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


class Names(AbstractResolver):
    """Resolves names as a test says: each time the next answer, the last one again and again."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): each for name, each in answers.items()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = self.answers[host]
        addresses = found.pop(0) if len(found) > 1 else found[0]
        return [
            ResolveResult(
                hostname=host,
                host=each,
                port=port,
                family=socket.AF_INET6 if ":" in each else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for each in addresses
        ]

    async def close(self) -> None:
        return


@asynccontextmanager
async def connected(
    url: str, folder: Path = Path(), names: AbstractResolver | None = None, **settings: Any
) -> AsyncIterator[Guard]:
    """A connector behind its guard."""
    settings = {"allow_private": True, "timeout": "5s", **settings}
    connector = HttpConnector("bank", HttpSettings(url=url, **settings), Place(project=folder))
    connector.resolver = names
    await connector.start()
    try:
        yield Guard(connector)
    finally:
        await connector.close()


def ask(method: str = "GET", path: str = "/x", **fields: Any) -> HttpRequest:
    parameters = {"path": path, **fields.pop("parameters", {})}
    reads = method in ("GET", "HEAD")
    fields = {
        "reads": reads,
        "repeatable": method in ("PUT", "DELETE"),
        "key": "call-1.2",
        **fields,
    }
    return HttpRequest(
        connector="bank",
        operation=f"{method} {path}",
        method=method,
        parameters=parameters,
        **fields,
    )


def test_it_is_found() -> None:
    assert kinds()["http"] is HttpConnector


# ---- what is sent --------------------------------------------------------------------------------


async def test_json_with_exact_numbers_and_secrets() -> None:
    async with serving(says({"ok": True})) as service, connected(service.url()) as guard:
        parameters: Any = {"json": {"amount": Decimal("0.10"), "pin": Secret("4711")}}
        request = ask("POST", body=Body.JSON, reply=Reply.JSON, parameters=parameters)
        assert await guard.ask(request) == {"status": Decimal(200), "body": {"ok": True}}
    (got,) = service.requests
    assert service.bodies == [b'{"amount":0.10,"pin":"4711"}']
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["Accept"] == "application/json"
    assert got.headers["Idempotency-Key"] == "call-1.2"
    assert got.headers["User-Agent"] == "ivrkit"
    assert "Cookie" not in got.headers


@pytest.mark.parametrize(
    ("body", "parameters", "sent", "content_type"),
    [
        (
            Body.FORM,
            {"form": {"a b": "ä&=", "n": Decimal("1.50"), "l": ["x", "y"], "no": None}},
            b"a+b=%C3%A4%26%3D&n=1.50&l=x&l=y",
            "application/x-www-form-urlencoded",
        ),
        (Body.XML, {"xml": "<a>ü</a>"}, "<a>ü</a>".encode(), "application/xml; charset=utf-8"),
        (Body.TEXT, {"text": Secret("hi")}, b"hi", "text/plain; charset=utf-8"),
        (
            Body.TEXT,
            {"text": "a,b", "headers": {"Content-Type": "text/csv"}},
            b"a,b",
            "text/csv",
        ),
        (Body.NONE, {}, b"", None),
    ],
)
async def test_bodies(body: Body, parameters: Any, sent: bytes, content_type: str | None) -> None:
    async with serving(says()) as service, connected(service.url()) as guard:
        await guard.ask(ask("POST", body=body, parameters=parameters))
    assert service.bodies == [sent]
    if content_type is not None:
        assert service.requests[0].headers["Content-Type"] == content_type


@pytest.mark.parametrize(
    ("version", "content_type", "action", "space"),
    [
        (
            "1.1",
            "text/xml; charset=utf-8",
            '"urn:pay"',
            "http://schemas.xmlsoap.org/soap/envelope/",
        ),
        (
            "1.2",
            'application/soap+xml; charset=utf-8; action="urn:pay"',
            None,
            "http://www.w3.org/2003/05/soap-envelope",
        ),
    ],
)
async def test_soap(version: str, content_type: str, action: str | None, space: str) -> None:
    answer = f'<e:Envelope xmlns:e="{space}"><e:Body><r>1</r></e:Body></e:Envelope>'
    async with serving(says(answer)) as service, connected(service.url()) as guard:
        parameters = {"soap": "<a>1</a>", "header": Secret("<h/>"), "action": "urn:pay"}
        request = ask("POST", body=Body.SOAP, soap_version=version, parameters=parameters)
        assert (await guard.ask(request))["body"] == answer
    (got,), (body,) = service.requests, service.bodies
    assert got.headers["Content-Type"] == content_type
    assert got.headers.get("SOAPAction") == action
    assert body.decode().endswith(
        f'<soap:Envelope xmlns:soap="{space}"><soap:Header><h/></soap:Header>'
        "<soap:Body><a>1</a></soap:Body></soap:Envelope>"
    )


async def test_path_query_and_headers() -> None:
    settings = {"headers": {"X-Site": "berlin", "X-Two": "ours"}}
    async with (
        serving(says()) as service,
        connected(service.url() + "/v2/", **settings) as guard,
    ):
        parameters: Any = {
            "query": {"q": "a b&c", "n": None, "d": Decimal(2)},
            "headers": {"X-One": Secret("1"), "x-two": "theirs", "X-No": None},
        }
        with pytest.raises(RequestRefused, match="one line of text"):
            await guard.ask(ask(path="/a%2Fb", parameters={"headers": {"X": "a\r\nb"}}))
        await guard.ask(ask(path="/a%2F%3Fb/%E4%BD%A0", parameters=parameters))
    (got,) = service.requests
    assert got.raw_path == "/v2/a%2F%3Fb/%E4%BD%A0?q=a+b%26c&d=2"
    assert got.headers["X-One"] == "1"
    assert got.headers["X-Two"] == "ours"
    assert got.headers["X-Site"] == "berlin"
    assert "X-No" not in got.headers
    assert "Idempotency-Key" not in got.headers


@pytest.mark.parametrize(
    ("method", "name", "sent"),
    [("PATCH", "X-Once", True), ("PUT", "X-Once", False), ("POST", "none", False)],
)
async def test_the_idempotency_key(method: str, name: str, sent: bool) -> None:
    async with (
        serving(says()) as service,
        connected(service.url(), idempotency_header=name) as guard,
    ):
        await guard.ask(ask(method))
    assert (service.requests[0].headers.get(name) == "call-1.2") is sent


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ({"bearer": "t0ken"}, "Authorization", "Bearer t0ken"),
        (
            {"basic": {"user": "ann", "password": "pä55"}},
            "Authorization",
            f"Basic {base64.b64encode('ann:pä55'.encode()).decode()}",
        ),
        ({"header": {"name": "X-Api-Key", "value": "k3y"}}, "X-Api-Key", "k3y"),
    ],
)
async def test_credentials(auth: Any, header: str, value: str) -> None:
    async with serving(says()) as service, connected(service.url(), auth=auth) as guard:
        await guard.ask(ask())
        hidden = set(guard.connector.secrets())
    assert service.requests[0].headers[header] == value
    assert value in hidden


# ---- what is read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "reply", "body"),
    [
        (says({"a": 1.10}), Reply.JSON, {"a": Decimal("1.1")}),
        (says(b'{"n": 0.1000}'), Reply.JSON, {"n": Decimal("0.1000")}),
        (says(b"\xef\xbb\xbf[1]", content_type="text/html"), Reply.JSON, [Decimal(1)]),
        (says(b""), Reply.JSON, None),
        (
            says(b"gr\xfcn", headers={"Content-Type": "text/plain; charset=latin1"}),
            Reply.TEXT,
            "grün",
        ),
        (
            says("你好".encode("gb18030"), headers={"Content-Type": "a/b; charset=GBK"}),
            Reply.TEXT,
            "你好",
        ),
        (says("<a>ü</a>".encode("utf-16"), content_type="a/b"), Reply.XML, "<a>ü</a>"),
        (
            says(b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xfc</a>', content_type="a/xml"),
            Reply.XML,
            '<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>',
        ),
        (says(b"whatever \xff"), Reply.NONE, None),
    ],
)
async def test_answers(handler: Handler, reply: Reply, body: Any) -> None:
    async with serving(handler) as service, connected(service.url()) as guard:
        assert (await guard.ask(ask(reply=reply)))["body"] == body


def packed(data: bytes, encoding: str) -> Handler:
    return says(data, headers={"Content-Encoding": encoding, "Content-Type": "application/json"})


def raw_deflate(data: bytes) -> bytes:
    work = zlib.compressobj(wbits=-15)
    return work.compress(data) + work.flush()


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (gzip.compress(b"[1, 2]"), "gzip"),
        (gzip.compress(b"[1, ") + gzip.compress(b"2]"), "x-gzip"),
        (gzip.compress(b"[1, 2]") + b"\0" * 10, "GZIP"),
        (zlib.compress(b"[1, 2]"), "deflate"),
        (raw_deflate(b"[1, 2]"), "deflate"),
        (b"[1, 2]", "identity"),
    ],
    # Not by their bytes: the time is in them, and two workers would not have the same tests.
    ids=("gzip", "two parts", "padded", "deflate", "raw deflate", "identity"),
)
async def test_packed_answers(data: bytes, encoding: str) -> None:
    async with serving(packed(data, encoding)) as service, connected(service.url()) as guard:
        assert (await guard.ask(ask(reply=Reply.JSON)))["body"] == [Decimal(1), Decimal(2)]


LARGE = b'"' + b"x" * 70_000 + b'"'
ZEROS = b"\0" * 10_000_000


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (says(LARGE), "more than 64 KB"),
        (packed(gzip.compress(LARGE), "gzip"), "more than 64 KB"),
        (packed(gzip.compress(ZEROS), "gzip"), "more than 64 KB"),
        (packed(zlib.compress(ZEROS), "deflate"), "more than 64 KB"),
        (packed(gzip.compress(b"") * 4000, "gzip"), "more than 64 KB"),
        (packed(b"x", "br"), "a way that was not asked for: br"),
        (packed(gzip.compress(gzip.compress(ZEROS)), "gzip, gzip"), "a way that was not asked for"),
        (packed(b"no gzip", "gzip"), "broken"),
        (packed(gzip.compress(b"[1, 2, 3, 4]")[:-9], "gzip"), "breaks off"),
        (says(b"<html>"), "it is no JSON"),
        (says(b"[" * 10_000), "deep"),
        (says(b"9" * 60_000), "40 digits"),
        (says(b'{"a": 1, "a": 2}'), "same name twice"),
        (says(b'"\xff"'), "cannot be read as UTF-8"),
        (says(b"+", headers={"Content-Type": "a/b; charset=utf-7"}), "cannot be read as utf-7"),
        (says(b"+", headers={"Content-Type": "a/b; charset=zlib"}), "cannot be read as zlib"),
    ],
)
async def test_answers_that_are_refused(handler: Handler, message: str) -> None:
    async with serving(handler) as service, connected(service.url()) as guard:
        with pytest.raises(HttpFailure, match=message) as caught:
            await guard.ask(ask(reply=Reply.JSON))
        assert caught.value.exit == "error"
        with pytest.raises(HttpFailure, match="answered 200, but"):
            await guard.ask(ask(reply=Reply.JSON))


@pytest.mark.parametrize(("method", "exit_"), [("POST", "unknown"), ("PUT", "error")])
async def test_a_write_whose_answer_cannot_be_read(method: str, exit_: str) -> None:
    async with serving(says(b"<html>")) as service, connected(service.url()) as guard:
        with pytest.raises(HttpFailure, match="answered 200, but it is no JSON") as caught:
            await guard.ask(ask(method, reply=Reply.JSON))
    assert (caught.value.exit, caught.value.status) == (exit_, 200)


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>',
        "<x>" * 200 + "</x>" * 200,
        "<x>",
    ],
)
async def test_xml_that_is_refused(document: str) -> None:
    async with serving(says(document)) as service, connected(service.url()) as guard:
        with pytest.raises(HttpFailure, match=r"XML|nested"):
            await guard.ask(ask(reply=Reply.XML))


async def test_xml_without_lxml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lxml", None)
    async with serving(says("<a/>")) as service, connected(service.url()) as guard:
        with pytest.raises(RequestRefused, match="lxml") as caught:
            await guard.ask(ask(reply=Reply.XML))
    assert "ivrkit[xml]" in caught.value.hint


async def test_what_nobody_wants_is_not_kept() -> None:
    async with serving(says(b"x" * 1_000_000)) as service, connected(service.url()) as guard:
        assert (await guard.ask(ask("POST")))["body"] is None


async def test_a_large_answer_is_read_beside_the_loop() -> None:
    data = {"items": [{"n": n} for n in range(20_000)]}
    async with serving(says(data)) as service, connected(service.url(), kilobytes=1000) as guard:
        answer = await guard.ask(ask(reply=Reply.JSON))
    assert len(answer["body"]["items"]) == 20_000


async def test_an_answer_without_end_is_cut_off() -> None:
    async def talk(reader: Any, writer: Any) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        with suppress(ConnectionError):
            while True:
                writer.write(b" " * 10_000)
                await writer.drain()

    async with raw(talk) as port, connected(f"http://127.0.0.1:{port}") as guard:
        with pytest.raises(HttpFailure, match="more than 64 KB"):
            await guard.ask(ask(reply=Reply.JSON))


# ---- what a status means -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(200, "next"), (204, "next"), (404, "not_found"), (410, "not_found"), (422, "refused")],
)
async def test_statuses_that_a_flow_goes_on_with(status: int, verdict: str) -> None:
    handler = says({"detail": "so"}, status=status) if status != 204 else says(b"", status=204)
    async with serving(handler) as service, connected(service.url()) as guard:
        request = ask("POST", reply=Reply.JSON)
        answer = await guard.ask(request)
    assert request.verdict(answer) == verdict
    assert answer == {
        "status": Decimal(status),
        "body": None if status == 204 else {"detail": "so"},
    }


@pytest.mark.parametrize(
    ("status", "method", "error", "fails"),
    [
        (500, "GET", HttpFailure, True),
        (503, "POST", HttpFailure, True),
        (429, "GET", HttpFailure, True),
        (401, "GET", RequestRefused, False),
        (302, "GET", RequestRefused, False),
        (502, "POST", OutcomeUnknown, True),
        (504, "PUT", HttpFailure, True),
    ],
)
async def test_statuses_that_are_errors(
    status: int, method: str, error: type[ConnectorError], fails: bool
) -> None:
    handler = says("secret t0ken", status=status, headers={"Location": "/y"})
    async with (
        serving(handler) as service,
        connected(service.url(), auth={"bearer": "t0ken"}) as guard,
    ):
        with pytest.raises(error, match=f"http.bank answered {status}") as caught:
            await guard.ask(ask(method))
    assert type(caught.value) is error
    assert caught.value.fails is fails
    assert len(service.requests) == 1


async def test_what_a_problem_says_is_read_as_well_as_it_goes() -> None:
    for handler, body in (
        (says("no <money>", status=402), "no <money>"),
        (says(b"{", status=402, content_type="application/problem+json"), None),
        (says(b"\xff", status=402), None),
        (says(LARGE, status=402), None),
    ):
        async with serving(handler) as service, connected(service.url()) as guard:
            assert (await guard.ask(ask("POST", reply=Reply.JSON)))["body"] == body


# ---- when it is asked again ----------------------------------------------------------------------


def after(*answers: Handler) -> Handler:
    """One after the other; the last again and again."""
    left = list(answers)

    async def handler(request: web.Request) -> web.StreamResponse:
        return await (left.pop(0) if len(left) > 1 else left[0])(request)

    return handler


BUSY = says("later", status=503, headers={"Retry-After": "0"})


async def test_a_busy_service_is_asked_again_when_it_says() -> None:
    soon = format_datetime(datetime.now(UTC) - timedelta(seconds=1), usegmt=True)
    dated = says("later", status=429, headers={"Retry-After": soon})
    async with serving(after(BUSY, dated, says([1]))) as service, connected(service.url()) as guard:
        assert (await guard.ask(ask(reply=Reply.JSON)))["body"] == [Decimal(1)]
    assert len(service.requests) == 3


@pytest.mark.parametrize(
    ("handler", "method", "requests"),
    [
        (BUSY, "GET", 3),
        (BUSY, "PUT", 3),
        (BUSY, "POST", 1),
        (says("", status=503), "GET", 1),
        (says("", status=503, headers={"Retry-After": "60"}), "GET", 1),
        (says("", status=503, headers={"Retry-After": "soon"}), "GET", 1),
        (says("", status=503, headers={"Retry-After": f"1 Jan {'9' * 20} 0:0:0 GMT"}), "GET", 1),
        (says("", status=503, headers={"Retry-After": f"1 Jan 2024 0:0:0 +{'9' * 20}"}), "GET", 1),
        (says("", status=500, headers={"Retry-After": "0"}), "GET", 1),
    ],
)
async def test_no_oftener_than_it_is_allowed(handler: Handler, method: str, requests: int) -> None:
    async with serving(handler) as service, connected(service.url()) as guard:
        with pytest.raises(HttpFailure):
            await guard.ask(ask(method))
    assert len(service.requests) == requests


async def test_reads_share_a_connection_and_writes_have_their_own() -> None:
    peers = []

    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        peers.append(request.transport.get_extra_info("peername"))
        return web.Response()

    async with serving(handler) as service, connected(service.url()) as guard:
        for method in ("GET", "PUT", "POST", "POST"):
            await guard.ask(ask(method))
    assert peers[0] == peers[1]
    assert len(set(peers)) == 3


async def test_nothing_is_kept_of_one_caller_for_the_next() -> None:
    async with (
        serving(says("", headers={"Set-Cookie": "session=1"})) as service,
        connected(service.url()) as guard,
    ):
        await guard.ask(ask())
        await guard.ask(ask())
    assert "Cookie" not in service.requests[1].headers


# ---- connections that break ----------------------------------------------------------------------


async def breaks_at_once(reader: Any, writer: Any) -> None:
    writer.transport.abort()


async def breaks_after_the_request(reader: Any, writer: Any) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.abort()


async def breaks_in_the_answer(reader: Any, writer: Any) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1, 2")


async def speaks_no_http(reader: Any, writer: Any) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"-ERR unknown command\r\n")


BREAKS = [breaks_at_once, breaks_after_the_request, breaks_in_the_answer, speaks_no_http]


@pytest.mark.parametrize("talk", BREAKS)
@pytest.mark.parametrize(("method", "error"), [("GET", ConnectionLost), ("POST", OutcomeUnknown)])
async def test_connections_that_break(talk: Any, method: str, error: type[Exception]) -> None:
    count = []

    async def counted(reader: Any, writer: Any) -> None:
        count.append(1)
        await talk(reader, writer)

    async with raw(counted) as port, connected(f"http://127.0.0.1:{port}") as guard:
        with pytest.raises(error):
            await guard.ask(ask(method, reply=Reply.JSON))
    assert len(count) >= 2 if method == "GET" else len(count) == 1


async def test_nobody_there_is_no_unknown_outcome() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with connected(f"http://127.0.0.1:{taken.getsockname()[1]}") as guard:
            with pytest.raises(ConnectionLost, match=r"http\.bank cannot be reached"):
                await guard.ask(ask("POST"))


@pytest.mark.parametrize(("method", "error"), [("GET", ConnectorTimeout), ("POST", OutcomeUnknown)])
async def test_no_answer_in_time(method: str, error: type[Exception]) -> None:
    gone = asyncio.Event()

    async def talk(reader: Any, writer: Any) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.read()
        gone.set()

    async with raw(talk) as port, connected(f"http://127.0.0.1:{port}") as guard:
        with pytest.raises(error):
            await guard.ask(ask(method, seconds=0.2))
        await asyncio.wait_for(gone.wait(), SOON)


async def test_an_answer_that_trickles_is_no_answer_in_time() -> None:
    async def talk(reader: Any, writer: Any) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not writer.is_closing() and not reader.at_eof():
            writer.write(b" ")
            await asyncio.sleep(0.01)

    async with raw(talk) as port, connected(f"http://127.0.0.1:{port}") as guard:
        with pytest.raises(ConnectorTimeout):
            await guard.ask(ask(reply=Reply.JSON, seconds=0.3))


async def test_who_hangs_up_ends_the_request() -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    async def talk(reader: Any, writer: Any) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        gone.set()

    async with raw(talk) as port, connected(f"http://127.0.0.1:{port}") as guard:
        work = asyncio.create_task(guard.ask(ask()))
        await asyncio.wait_for(asked.wait(), SOON)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert work.cancelled()
        await asyncio.wait_for(gone.wait(), SOON)


# ---- addresses -----------------------------------------------------------------------------------


async def test_private_addresses_are_not_asked_unless_that_is_said() -> None:
    names = Names(bank_test=[["127.0.0.1"]])
    async with serving(says()) as service:
        url = service.url("bank.test")
        async with connected(url, names=names, allow_private=False) as guard:
            with pytest.raises(RequestRefused, match=r"127\.0\.0\.1 is not public"):
                await guard.ask(ask("POST"))
        async with connected(url, names=names, allow_private=["10.0.0.0/8"]) as guard:
            with pytest.raises(RequestRefused, match="allow_private"):
                await guard.ask(ask())
        async with connected(url, names=names, allow_private=["127.0.0.0/8"]) as guard:
            await guard.ask(ask())
    assert len(service.requests) == 1


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "::ffff:169.254.169.254"])
async def test_some_addresses_are_never_asked(address: str) -> None:
    names = Names(bank_test=[["127.0.0.1", address]])
    async with (
        serving(says()) as service,
        connected(service.url("bank.test"), names=names) as guard,
    ):
        with pytest.raises(RequestRefused, match="is never asked"):
            await guard.ask(ask())
    assert not service.requests


async def test_a_name_that_leads_elsewhere_the_second_time() -> None:
    """DNS rebinding: whatever was looked at is what is connected to, and nothing else."""
    names = Names(bank_test=[["127.0.0.1"], ["169.254.169.254"]])
    async with (
        serving(says("", headers={"Connection": "close"})) as service,
        connected(service.url("bank.test"), names=names, allow_private=["127.0.0.0/8"]) as guard,
    ):
        client = guard.connector._connected()  # type: ignore[attr-defined]
        await guard.ask(ask())
        client._kept.connector.clear_dns_cache()
        with pytest.raises(RequestRefused, match="is never asked"):
            await guard.ask(ask())
    assert len(service.requests) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1", "http://[::1]:80/a", "http://10.1.2.3"])
def test_an_address_in_the_configuration_is_looked_at(url: str) -> None:
    with pytest.raises(ConfigurationError, match="is not public"):
        HttpConnector("bank", HttpSettings(url=url), Place())
    oauth2 = {"token_url": url, "client": "a", "secret": "b"}
    with pytest.raises(ConfigurationError, match="token_url"):
        HttpConnector(
            "bank", HttpSettings(url="https://bank.test", auth={"oauth2": oauth2}), Place()
        )


async def test_a_name_that_there_is_not() -> None:
    async with connected("https://bank.invalid") as guard:
        with pytest.raises(ConnectionLost, match="cannot be resolved"):
            await guard.ask(ask("POST"))


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with serving(says()) as service, connected(service.url()) as guard:
        await guard.ask(ask())
    assert len(service.requests) == 1


# ---- redirects -----------------------------------------------------------------------------------


def leads(to: str, status: int = 302) -> Handler:
    return says("", status=status, headers={"Location": to})


async def test_redirects_are_followed_where_that_is_allowed() -> None:
    handler = after(leads("/y?a=1#b"), leads("z", 307), says([1]))
    async with (
        serving(handler) as service,
        connected(service.url() + "/v", redirects=2, auth={"bearer": "t0ken"}) as guard,
    ):
        assert (await guard.ask(ask(reply=Reply.JSON)))["body"] == [Decimal(1)]
    assert [each.raw_path for each in service.requests] == ["/v/x", "/y?a=1", "/z"]
    assert all(each.headers["Authorization"] == "Bearer t0ken" for each in service.requests)


async def test_too_many_redirects() -> None:
    async with serving(leads("/x")) as service, connected(service.url(), redirects=3) as guard:
        with pytest.raises(RequestRefused, match="answered 302"):
            await guard.ask(ask())
    assert len(service.requests) == 4


@pytest.mark.parametrize("reads", [False, True])
async def test_what_has_a_body_is_never_redirected(reads: bool) -> None:
    async with (
        serving(leads("/y", 308)) as service,
        connected(service.url(), redirects=3) as guard,
    ):
        with pytest.raises(RequestRefused, match="answered 308"):
            await guard.ask(ask("POST", reads=reads))
    assert ("Idempotency-Key" in service.requests[0].headers) is not reads
    assert len(service.requests) == 1


async def test_another_service_does_not_learn_who_we_are() -> None:
    names = Names(bank_test=[["127.0.0.1"]], other_test=[["127.0.0.1"]])
    async with serving(says([1])) as other, serving(leads(other.url("other.test"))) as service:
        settings = {"auth": {"bearer": "t0ken"}, "headers": {"X-Key": "k3y"}, "redirects": 1}
        async with connected(service.url("bank.test"), names=names, **settings) as guard:
            parameters: Any = {"headers": {"X-Pin": Secret("4711")}}
            await guard.ask(ask(reply=Reply.JSON, parameters=parameters))
    headers = str(other.requests[0].headers)
    assert not [each for each in ("t0ken", "k3y", "4711") if each in headers]


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("http://169.254.169.254/latest/meta-data/", "never asked"),
        ("http://[fd00:ec2::254]/", "never asked"),
        ("http://10.0.0.1/", "not public"),
        ("http://other.test/", "not public"),
        ("file:///etc/passwd", "where nobody is followed"),
        ("ftp://bank.test/", "where nobody is followed"),
        ("http://ann@bank.test/", "where nobody is followed"),
        ("http://:pw@bank.test/", "where nobody is followed"),
        ("http://[", "where nobody is followed"),
    ],
)
async def test_redirects_lead_nowhere_else(to: str, message: str) -> None:
    names = Names(bank_test=[["127.0.0.1"]], other_test=[["10.0.0.1"]])
    async with (
        serving(leads(to)) as service,
        connected(
            service.url("bank.test"), names=names, redirects=1, allow_private=["127.0.0.0/8"]
        ) as guard,
    ):
        with pytest.raises(RequestRefused, match=message):
            await guard.ask(ask())


# ---- TLS -----------------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


NAMES: Any = {"bank_test": [["127.0.0.1"]]}


async def test_tls_with_an_authority_of_our_own(authority: Authority) -> None:
    async with serving(says([1]), authority.server("bank.test")) as service:
        url = service.url("bank.test", "https")
        async with connected(url, authority.folder, Names(**NAMES), tls={"ca": "ca.pem"}) as guard:
            assert (await guard.ask(ask(reply=Reply.JSON)))["body"] == [Decimal(1)]
            assert await guard.connector.probe() == "can be reached (https)"


@pytest.mark.parametrize(("name", "tls"), [("bank.test", {}), ("other.test", {"ca": "ca.pem"})])
async def test_wrong_certificates(authority: Authority, name: str, tls: Any) -> None:
    async with serving(says(), authority.server(name)) as service:
        url = service.url("bank.test", "https")
        async with connected(url, authority.folder, Names(**NAMES), tls=tls) as guard:
            with pytest.raises(ConnectorError, match="is not accepted"):
                await guard.ask(ask("POST"))
    assert not service.requests


async def test_from_https_to_http_nobody_is_followed(authority: Authority) -> None:
    async with serving(leads("http://bank.test/"), authority.server("bank.test")) as service:
        url = service.url("bank.test", "https")
        settings: Any = {"tls": {"ca": "ca.pem"}, "redirects": 2}
        async with connected(url, authority.folder, Names(**NAMES), **settings) as guard:
            with pytest.raises(RequestRefused, match="where nobody is followed"):
                await guard.ask(ask())


async def test_client_certificates(authority: Authority) -> None:
    authority.client("ivr")
    own = {"certificate": "ivr.pem", "key": "ivr.key"}
    async with serving(says([1]), authority.server("bank.test", asks=True)) as service:
        url = service.url("bank.test", "https")
        settings: Any = {"tls": {"ca": "ca.pem"} | own}
        async with connected(url, authority.folder, Names(**NAMES), **settings) as guard:
            await guard.ask(ask())
        async with connected(url, authority.folder, Names(**NAMES), tls={"ca": "ca.pem"}) as guard:
            with pytest.raises(ConnectionLost):
                await guard.ask(ask())
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("tls", "message"),
    [
        ({"ca": "nothing.pem"}, "connectors: http: bank: tls: .* cannot be read"),
        ({"ca": "ivr.key"}, "connectors: http: bank: tls: .* cannot be read"),
        ({"certificate": "ivr.pem", "key": "no.key"}, "cannot be used"),
        ({"certificate": "ivr.pem", "key": "two.key"}, "cannot be used"),
    ],
)
def test_files_that_are_no_certificates(authority: Authority, tls: Any, message: str) -> None:
    authority.client("ivr")
    authority.client("two")
    settings = HttpSettings(url="https://b.test", tls=tls)
    with pytest.raises(ConfigurationError, match=message):
        connector_of("http", "bank", settings, Place(authority.folder))


# ---- tokens --------------------------------------------------------------------------------------


class Tokens:
    """A service that wants tokens, and hands them out."""

    def __init__(self, lasts: int = 3600) -> None:
        self.given = 0
        self.good = 0
        self.lasts = lasts
        self.forms: list[dict[str, str]] = []
        self.status = 200

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            form = await request.post()
            self.forms.append({str(name): str(each) for name, each in form.items()})
            self.given += 1
            self.good = self.given
            token = {"access_token": f"tok-{self.given}", "expires_in": self.lasts}
            return web.json_response(token, status=self.status)
        good = request.headers.get("Authorization") == f"Bearer tok-{self.good}"
        return web.json_response([1], status=200 if good else 401)


@asynccontextmanager
async def tokened(tokens: Tokens, **settings: Any) -> AsyncIterator[tuple[Service, Guard]]:
    async with serving(tokens.answer) as service:
        oauth2 = {"token_url": service.url() + "/token", "client": "ivr", "secret": "s3cr:t"}
        auth = {"oauth2": {**oauth2, **settings}}
        async with connected(service.url(), auth=auth) as guard:
            yield service, guard


async def test_a_token_is_fetched_once_for_all() -> None:
    tokens = Tokens()
    async with tokened(tokens, scope="pay") as (service, guard):
        await asyncio.gather(*(guard.ask(ask()) for _ in range(5)))
        assert "tok-1" in guard.connector.secrets()
    assert tokens.forms == [{"grant_type": "client_credentials", "scope": "pay"}]
    basic = base64.b64encode(b"ivr:s3cr%3At").decode()
    assert service.requests[0].headers["Authorization"] == f"Basic {basic}"


async def test_client_and_secret_in_the_body() -> None:
    tokens = Tokens()
    async with tokened(tokens, in_body=True, audience="bank") as (service, guard):
        await guard.ask(ask())
    assert tokens.forms[0] == {
        "grant_type": "client_credentials",
        "audience": "bank",
        "client_id": "ivr",
        "client_secret": "s3cr:t",
    }
    assert "Authorization" not in service.requests[0].headers


async def test_a_token_that_is_not_accepted_is_renewed_once() -> None:
    tokens = Tokens()
    async with tokened(tokens) as (service, guard):
        await guard.ask(ask())
        tokens.good = 0
        await guard.ask(ask("POST"))
        assert tokens.given == 2
        tokens.good = tokens.given = 7
        assert len(service.requests) == 5


async def test_a_token_that_is_never_accepted() -> None:
    tokens = Tokens()

    async def never(request: web.Request) -> web.StreamResponse:
        answer = await tokens.answer(request)
        tokens.good = 0
        return answer

    async with serving(never) as service:
        oauth2 = {"token_url": service.url() + "/token", "client": "ivr", "secret": "s3cret"}
        async with connected(service.url(), auth={"oauth2": oauth2}) as guard:
            with pytest.raises(RequestRefused, match="answered 401"):
                await guard.ask(ask())
    assert len(service.requests) == 4


async def test_a_token_that_is_over_is_not_used() -> None:
    tokens = Tokens(lasts=0)
    async with tokened(tokens) as (_, guard):
        await guard.ask(ask())
        await guard.ask(ask())
    assert tokens.given == 2


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (says({"error": "invalid_client"}, status=401), "got no token: status 401"),
        (says("", status=500), "got no token: status 500"),
        (says("<html>"), "got no token: it is no JSON"),
        (says([1]), "without an access_token"),
        (says({"access_token": "a\nb"}), "without an access_token"),
    ],
)
async def test_no_token(handler: Handler, message: str) -> None:
    async with serving(handler) as service:
        oauth2 = {"token_url": service.url(), "client": "ivr", "secret": "s3cret"}
        async with connected(service.url(), auth={"oauth2": oauth2}) as guard:
            with pytest.raises(ConnectorError, match=message) as caught:
                await guard.ask(ask("POST"))
    assert not isinstance(caught.value, OutcomeUnknown)
    assert "s3cret" not in str(caught.value)
    assert len(service.requests) == 1


# ---- how it fares --------------------------------------------------------------------------------


async def test_a_probe_reads_a_path_or_connects() -> None:
    async with serving(says("", status=204)) as service:
        async with connected(service.url(), probe="/health") as guard:
            assert await guard.connector.probe() == "/health answers 204"
        async with connected(service.url()) as guard:
            assert await guard.connector.probe() == "can be reached (http)"
    assert [each.method for each in service.requests] == ["GET", "HEAD"]
    failing = says("", status=500)
    async with serving(failing) as service, connected(service.url(), probe="/health") as guard:
        with pytest.raises(HttpFailure, match="/health answers 500"):
            await guard.connector.probe()


async def test_closing_twice_is_no_error() -> None:
    unused = HttpConnector("bank", HttpSettings(url="https://bank.test"), Place())
    await unused.close()
    await unused.close()
    async with serving(says("", status=204)) as service, connected(service.url()) as guard:
        assert await guard.connector.probe() == "can be reached (http)"
        await guard.connector.close()
        await guard.connector.close()
        assert isinstance(guard.connector, HttpConnector)
        assert guard.connector._client is None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"url": "ftp://a.test"}, "begins with https"),
        ({"url": "a.test"}, "begins with https"),
        ({"url": "https://"}, "begins with https"),
        ({"url": "https://a.test:99999"}, "no URL"),
        ({"url": "https://ann:pw@a.test"}, "credentials do not stand"),
        ({"url": "https://a.test/?x=1"}, "no \\? and no #"),
        ({"url": "https://a.test/a/../b"}, "blank, a backslash"),
        ({"url": "https://a.test", "auth": {}}, "one of bearer"),
        ({"url": "https://a.test", "auth": {"bearer": "a", "basic": {}}}, "password"),
        ({"url": "https://a.test", "headers": {"a b": "c"}}, "no name of a header"),
        ({"url": "https://a.test", "headers": {"a": "c\r\nd: e"}}, "control character"),
        ({"url": "https://a.test", "redirects": 6}, "less than or equal to 5"),
        ({"url": "https://a.test", "probe": "health"}, "match pattern"),
        ({"url": "https://a.test", "allow_private": ["10.0.0.1/8"]}, "host bits"),
    ],
)
def test_settings_that_cannot_be(settings: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        HttpSettings(**settings)


def test_a_name_in_other_letters() -> None:
    assert HttpSettings(url="https://müller.test/a/").url == "https://xn--mller-kva.test/a"
