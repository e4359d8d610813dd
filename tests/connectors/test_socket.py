"""Hosts over TCP and TLS, as the steps of calls reach them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.requests.socket import AnswerForm, Piece, SocketRequest
from ivrkit.connectors.connector import Attempt, Place
from ivrkit.connectors.guard import Guard
from ivrkit.connectors.service import connector_of
from ivrkit.connectors.socket import SocketConnector
from ivrkit.connectors.wire.settings import SocketSettings
from ivrkit.errors import (
    ConfigurationError,
    ConnectionLost,
    ConnectorError,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
)
from ivrkit.expressions.secrets import Secret
from ivrkit.testing.fake_host import Close, Deed, FakeHost, Flood, Line, Raw, Rules, Wait
from tests.connectors.certificates import Authority

SHORT = 0.05
"""Seconds that a test waits for what does not come."""


def message(text: str, **more: Any) -> SocketRequest:
    more = {"reads": True, "seconds": 20.0, **more}
    return SocketRequest(connector="legacy", operation="BAL", message=(Piece(text),), **more)


def with_value(text: str, value: str | Secret, **more: Any) -> SocketRequest:
    pieces = (Piece(text), Piece(value, "account"))
    return SocketRequest(connector="legacy", operation="BAL", message=pieces, seconds=20.0, **more)


@asynccontextmanager
async def reached(host: FakeHost, **settings: Any) -> AsyncIterator[Guard]:
    model = SocketSettings(address=host.address, timeout="20s", **settings)
    connector = SocketConnector("legacy", model, Place())
    try:
        yield Guard(connector)
    finally:
        await connector.close()


@asynccontextmanager
async def site(rules: Rules, *greeting: Deed, **settings: Any) -> AsyncIterator[Any]:
    async with FakeHost(rules, greeting=greeting) as host, reached(host, **settings) as guard:
        yield host, guard


# ---- answers in every form -----------------------------------------------------------------------


@pytest.mark.parametrize("connection", ["long", "short"])
@pytest.mark.parametrize(
    "deeds",
    [
        ["OK 12.50 EUR"],
        [Wait(0.01), "OK 12.50 EUR"],
        [Raw(b"OK 12"), Wait(0.01), Raw(b".50 EUR\r"), Wait(0.01), Raw(b"\n")],
        [Raw(b"OK 12.50 EUR\r\n", piece=1)],
    ],
    ids=["at once", "late", "in halves", "byte by byte"],
)
async def test_an_answer_however_it_comes(connection: str, deeds: list[Deed]) -> None:
    async with site({"BAL 1": deeds}, connection=connection) as (host, guard):
        for _ in range(3):
            assert await guard.ask(message("BAL 1")) == "OK 12.50 EUR"
    assert host.connections == (1 if connection == "long" else 3)


async def test_greeting_and_login() -> None:
    rules = {"USER ivr pa55": ["HELLO"], "QUIET": [], "BAL 1": "OK"}
    settings: dict[str, Any] = {
        "greeting": ["^READY", "^VERSION"],
        "login": [{"send": "USER ivr pa55", "expect": "^HELLO"}, "QUIET"],
    }
    async with site(rules, "READY", "VERSION 7", **settings) as (host, guard):
        assert await guard.ask(message("BAL 1")) == "OK"
        assert host.received == ["USER ivr pa55", "QUIET", "BAL 1"]


async def test_a_login_that_is_refused_tells_no_secret() -> None:
    login = [{"send": "USER ivr pa55word", "expect": "^HELLO"}]
    async with site({".*": "ERR {0}"}, login=login) as (host, guard):
        with pytest.raises(ConnectorError, match="answer to login 1") as caught:
            await guard.ask(message("PAY 1", reads=False))
        assert "pa55" not in str(caught.value)
        assert caught.value.exit == "error"
        assert host.received == ["USER ivr pa55word"]


async def test_a_greeting_that_is_another() -> None:
    async with site({}, "BUSY", greeting="^READY") as (_, guard):
        with pytest.raises(ConnectorError, match="the greeting"):
            await guard.ask(message("BAL 1"))


async def test_nobody_there() -> None:
    host = FakeHost({})
    await host.start()
    await host.stop()
    async with reached(host) as guard:
        with pytest.raises(ConnectionLost, match="cannot be reached"):
            await guard.ask(message("PAY 1", reads=False))


@pytest.mark.parametrize(
    ("framing", "sent", "answer", "text"),
    [
        ({"length": 8}, b"BAL 1   ", b"OK 12.50", "OK 12.50"),
        ({"prefix": {"bytes": 2}}, b"\0\5BAL 1", b"\0\2OK", "OK"),
        ({"prefix": {"bytes": 4, "form": "digits"}}, b"0005BAL 1", b"0002OK", "OK"),
        ({"idle": "30ms"}, b"BAL 1", b"OK", "OK"),
        ({"delimiter": "\x03", "begin": "\x02"}, b"\2BAL 1\3", b"\2OK\3", "OK"),
    ],
)
async def test_other_frames(framing: Any, sent: bytes, answer: bytes, text: str) -> None:
    host = FakeHost({".*": Raw(answer)}, delimiter=sent[-3:])
    async with host, reached(host, framing=framing) as guard:
        assert await guard.ask(message("BAL 1")) == text
        assert host.received == [sent[:-3].decode()]


async def test_an_answer_that_ends_with_the_connection() -> None:
    settings = {"connection": "short", "framing": {"close": True}}
    async with site({"BAL": [Raw(b"one\n"), Raw(b"two\n"), Close()]}, **settings) as (_, guard):
        assert await guard.ask(message("BAL\r\n")) == "one\ntwo\n"


async def test_a_host_that_speaks_ebcdic() -> None:
    host = FakeHost({"BAL 1": "OK Größe"}, encoding="cp273", delimiter="\r\n".encode("cp273"))
    async with host, reached(host, encoding="cp273") as guard:
        assert await guard.ask(message("BAL 1")) == "OK Größe"


async def test_bytes_and_values() -> None:
    pieces = (Piece(b"\x02"), Piece("4711", "account"), Piece(b"\x03"))
    request = SocketRequest(connector="legacy", operation="hex", message=pieces, reads=True)
    async with site({"\x024711\x03": "OK"}) as (_, guard):
        assert await guard.ask(request) == "OK"


async def test_a_message_without_an_answer() -> None:
    for connection in ("long", "short"):
        async with site({"NOTE .": [], "BAL 1": "OK"}, connection=connection) as (host, guard):
            assert await guard.ask(message("NOTE 1", answered=False, reads=False)) is None
            assert await guard.ask(message("BAL 1")) == "OK"
            await host.until_received(2)
            assert sorted(host.received) == ["BAL 1", "NOTE 1"]


# ---- what a caller's data may not do -------------------------------------------------------------


@pytest.mark.parametrize("bad", ["1\r\nPAY 2", "1\n", "1\0", "1\x1b[2J", "1\x85", "1\u2028", "a;b"])
async def test_a_value_never_makes_a_second_message(bad: str) -> None:
    async with site({".*": "OK"}, reserved=";|") as (host, guard):
        for value in (bad, Secret(bad)):
            with pytest.raises(RequestRefused, match="'account' holds") as caught:
                await guard.ask(with_value("BAL ", value))
            assert bad not in str(caught.value)
        assert host.connections == 0


@pytest.mark.parametrize(
    ("delimiter", "value"), [("||", "a|"), ("END", "aEND"), ("||", "||"), (".", "1.2")]
)
async def test_nor_together_with_what_is_written(delimiter: str, value: str) -> None:
    pieces = (Piece("BAL "), Piece(value, "account"), Piece("|b" if value == "a|" else ""))
    request = SocketRequest(connector="legacy", operation="BAL", message=pieces)
    async with site({}, framing={"delimiter": delimiter}) as (host, guard):
        with pytest.raises(RequestRefused):
            await guard.ask(request)
        assert host.connections == 0


async def test_a_character_that_the_host_does_not_have() -> None:
    async with site({}, encoding="ascii") as (_, guard):
        with pytest.raises(RequestRefused, match="that ascii does not have") as caught:
            await guard.ask(with_value("NAME ", "Zoë"))
        assert "Zo" not in str(caught.value)
        with pytest.raises(RequestRefused, match="empty"):
            await guard.ask(message(""))


# ---- failures ------------------------------------------------------------------------------------


async def test_a_mute_host_is_a_timeout_and_a_write_is_unknown() -> None:
    async with site({}) as (host, guard):
        host.mute = True
        with pytest.raises(ConnectorTimeout):
            await guard.ask(message("BAL 1", seconds=SHORT))
        with pytest.raises(OutcomeUnknown):
            await guard.ask(message("PAY 1", seconds=SHORT, reads=False))


async def test_a_late_answer_is_never_the_next_ones() -> None:
    async with site({"BAL 1": [Wait(), "FIRST"], "BAL 2": "SECOND"}) as (host, guard):
        with pytest.raises(ConnectorTimeout):
            await guard.ask(message("BAL 1", seconds=SHORT))
        host.go_on()
        assert await guard.ask(message("BAL 2")) == "SECOND"
        assert host.connections == 2


async def test_a_caller_who_hangs_up_takes_the_answer_along() -> None:
    async with site({"BAL 1": [Wait(), "FIRST"], "BAL 2": "SECOND"}) as (host, guard):
        asking = asyncio.create_task(guard.ask(message("BAL 1")))
        await host.until_received(1)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        host.go_on()
        assert await guard.ask(message("BAL 2")) == "SECOND"


@pytest.mark.parametrize("deed", [[Close()], [Raw(b"OK 12"), Close()]], ids=["no", "half an"])
async def test_a_host_that_closes_in_the_middle(deed: list[Deed]) -> None:
    async with site({".*": deed}) as (host, guard):
        with pytest.raises(OutcomeUnknown):
            await guard.ask(message("PAY 1", reads=False))
        with pytest.raises(ConnectionLost):
            await guard.ask(message("BAL 1"))
        assert host.received == ["PAY 1", "BAL 1", "BAL 1"]  # what reads is asked again


async def test_a_host_that_has_closed_meanwhile() -> None:
    async with site({".*": "OK"}) as (host, guard):
        await guard.ask(message("BAL 1"))
        host.hang_up()
        await host.until_open(0)
        assert await guard.ask(message("PAY 1", reads=False)) == "OK"


async def test_two_answers_to_one_message() -> None:
    async with site({"BAL 1": Raw(b"A\r\nB\r\n"), "BAL 2": "C"}) as (host, guard):
        assert await guard.ask(message("BAL 1")) == "A"
        assert await guard.ask(message("BAL 2")) == "C"
        assert host.connections == 2


async def test_what_nobody_has_asked_for() -> None:
    async with site({"BAL .": "OK {0}"}, ignore="^NEWS") as (host, guard):
        await guard.ask(message("BAL 1"))
        await host.say("NEWS of no interest")
        assert await guard.ask(message("BAL 2")) == "OK BAL 2"
        assert host.connections == 1
        await host.say("ALERT")
        await host.until_open(0)
        assert await guard.ask(message("BAL 3")) == "OK BAL 3"
        assert host.connections == 2


@pytest.mark.parametrize("data", [b"x" * 1000, b"x\r\n"], ids=["no end", "no question"])
async def test_a_flood(data: bytes) -> None:
    async with site({"BAL 1": [Raw(b""), Flood(data)], "BAL 2": "OK"}, kilobytes=4) as (_, guard):
        try:
            assert await guard.ask(message("BAL 1")) == "x"
        except ConnectionLost as error:
            assert "longer than 4096 bytes" in error.message  # noqa: PT017
        assert await guard.ask(message("BAL 2")) == "OK"


async def test_rubbish_is_an_answer_and_the_last_one_of_its_connection() -> None:
    rules = {"BAL 1": "%$! 4711", "BAL 2": "OK 1"}
    async with site(rules) as (host, guard):
        form = AnswerForm(pattern="^OK")
        assert await guard.ask(message("BAL 1", form=form)) == "%$! 4711"
        assert await guard.ask(message("BAL 2", form=form)) == "OK 1"
        assert host.connections == 2


async def test_what_is_no_text_of_the_host() -> None:
    async with site({".*": Raw(b"\xff\xfe\r\n")}) as (_, guard):
        with pytest.raises(RequestRefused, match="no utf-8"):
            await guard.ask(message("BAL 1"))
        with pytest.raises(OutcomeUnknown, match="no utf-8"):
            await guard.ask(message("PAY 1", reads=False))


# ---- answers with an id --------------------------------------------------------------------------

NUMBERED = {"id": {"answer": r"^(?P<id>\d{8}) (?P<message>.*)$", "envelope": "{id} {message}"}}
OWN = {"id": {"answer": r"^\w+ (?P<id>\d+)", "request": r"^\w+ (?P<id>\d+)"}}


async def test_many_on_one_connection_in_any_order() -> None:
    rules = {r"(\d+) SLOW (.*)": [Wait(), "{1} {2}"], r"(\d+) FAST (.*)": "{1} {2}"}
    host = FakeHost(rules, in_turn=False)
    async with host, reached(host, match=NUMBERED) as guard:
        slow = [asyncio.create_task(guard.ask(message(f"SLOW {n}"))) for n in range(5)]
        await host.until_waiting(5)
        assert await guard.ask(message("FAST x")) == "x"
        host.go_on()
        assert await asyncio.gather(*slow) == ["0", "1", "2", "3", "4"]
        assert host.connections == 1


async def test_a_late_answer_with_an_id_is_dropped() -> None:
    rules = {r"(\d+) SLOW": [Wait(), "{1} late"], r"(\d+) FAST": "{1} now"}
    host = FakeHost(rules, in_turn=False)
    async with host, reached(host, match=NUMBERED) as guard:
        with pytest.raises(ConnectorTimeout):
            await guard.ask(message("SLOW", seconds=SHORT))
        asking = asyncio.create_task(guard.ask(message("SLOW")))
        await host.until_waiting(2)
        host.go_on()
        assert await asking == "late"
        assert await guard.ask(message("FAST")) == "now"
        assert host.connections == 1


async def test_answers_for_nobody() -> None:
    rules = {r"(\d+) BAL": ["99999999 other", "no id at all", "{1} mine"]}
    async with site(rules, match=NUMBERED) as (host, guard):
        for _ in range(60):
            assert await guard.ask(message("BAL")) == "mine"
        assert host.connections == 1
    rules = {r".*": ["99999999 other"] * 100}
    async with site(rules, match=NUMBERED) as (host, guard):
        with pytest.raises(ConnectionLost, match="belong to no message"):
            await guard.ask(message("BAL"))


async def test_an_id_of_the_flow_is_used_once_at_a_time() -> None:
    rules = {r"PIN (\d+)": [Wait(), "PIN {1} ok"], r"BAL (\d+)": "BAL {1} 12"}
    host = FakeHost(rules, in_turn=False)
    async with host, reached(host, match=OWN) as guard:
        with pytest.raises(ConnectorTimeout):
            await guard.ask(message("PIN 7", seconds=SHORT))
        assert await guard.ask(message("BAL 8")) == "BAL 8 12"
        assert host.connections == 1
        other = asyncio.create_task(guard.ask(message("PIN 8")))
        await host.until_waiting(2)
        asking = asyncio.create_task(guard.ask(message("BAL 7")))
        assert await asking == "BAL 7 12"  # on another: `PIN 7 ok` may still come on the first
        assert host.connections == 2
        host.go_on()
        assert await other == "PIN 8 ok"
        await host.until_open(1)
        with pytest.raises(RequestRefused, match="holds no id"):
            await guard.ask(message("HELP"))


# ---- connections ---------------------------------------------------------------------------------


async def test_as_many_connections_as_allowed() -> None:
    async with site({"BAL .": [Wait(), "OK {0}"]}, connections=2) as (host, guard):
        asking = [asyncio.create_task(guard.ask(message(f"BAL {n}"))) for n in range(4)]
        await host.until_waiting(2)
        host.go_on()
        await host.until_received(4)
        await host.until_waiting(2)
        host.go_on()
        assert await asyncio.gather(*asking) == [f"OK BAL {n}" for n in range(4)]
        assert host.connections == 2


async def test_several_under_way_in_order() -> None:
    async with site({"BAL .": [Wait(), "OK {0}"]}, in_flight=3) as (host, guard):
        asking = [asyncio.create_task(guard.ask(message(f"BAL {n}"))) for n in range(3)]
        for count in (1, 2, 3):
            await host.until_received(count)
            await host.until_waiting(1)
            host.go_on()
        assert await asyncio.gather(*asking) == [f"OK BAL {n}" for n in range(3)]
        assert host.connections == 1


async def test_one_that_does_not_come_ends_all_that_are_under_way() -> None:
    async with site({"BAL 1": [Wait(), "A"], "BAL 2": "B"}, in_flight=2) as (host, guard):
        first = asyncio.create_task(guard.ask(message("BAL 1", seconds=SHORT)))
        await host.until_received(1)
        second = asyncio.create_task(guard.ask(message("BAL 2")))
        assert await second == "B"  # asked again, on a new connection
        with pytest.raises(ConnectorTimeout):
            await first


async def test_it_is_kept_open_and_opened_again() -> None:
    async with site({".*": "OK"}) as (host, guard):
        await guard.connector.start()
        await host.until_open(1)
        host.hang_up()
        await host.until_open(0)
        await host.until_open(1)
        assert await guard.ask(message("BAL 1")) == "OK"
        assert host.connections == 2


async def test_it_is_kept_alive() -> None:
    keep = {"send": "PING", "every": "10ms", "expect": "^PONG"}
    rules = {"PING": "PONG", r"(\d+) PING": "PONG", r"(\d+ )?BAL": "{1}OK"}
    for match in ("order", NUMBERED):
        async with site(rules, keep_alive=keep, match=match) as (host, guard):
            await guard.connector.start()
            await host.until_received(3)
            assert await guard.ask(message("BAL")) == "OK"
            assert host.connections == 1


@pytest.mark.parametrize("match", ["order", NUMBERED])
async def test_one_that_is_not_alive_any_more_is_closed(match: Any) -> None:
    keep = {"send": "PING", "every": "10ms", "expect": "^PONG"}
    async with FakeHost({"PING": []}) as host:
        model = SocketSettings(address=host.address, timeout="50ms", keep_alive=keep, match=match)
        connector = SocketConnector("legacy", model, Place())
        await connector.start()
        await host.until_received(2)
        await connector.close()
        assert host.connections >= 2


async def test_what_is_not_used_is_closed_but_one() -> None:
    async with site({"BAL .": [Wait(), "OK"]}, connections=3, close_after="20ms") as (host, guard):
        await guard.connector.start()
        asking = [asyncio.create_task(guard.ask(message(f"BAL {n}"))) for n in range(3)]
        await host.until_waiting(3)
        host.go_on()
        await asyncio.gather(*asking)
        assert host.connections == 3
        await host.until_open(1)


async def test_a_host_that_closes_at_once_is_not_stormed() -> None:
    async with site({}, Close()) as (host, guard):
        with pytest.raises(ConnectionLost):
            await guard.ask(message("PAY 1", reads=False))
        assert host.connections == 2


async def test_nothing_is_opened_once_the_engine_stops() -> None:
    async with site({"BAL": [Wait(), "OK"]}) as (host, guard):
        asking = asyncio.create_task(guard.ask(message("BAL")))
        await host.until_waiting(1)
        await guard.connector.close()
        with pytest.raises(ConnectionLost, match="the engine stops"):
            await asking
        assert host.connections == 1


async def test_an_answer_that_looks_like_that_to_a_ping() -> None:
    keep = {"send": "PING", "every": "1h", "expect": "PONG"}
    async with site({r"(\d+) BAL": "{1} PONG"}, keep_alive=keep, match=NUMBERED) as (_, guard):
        assert await guard.ask(message("BAL")) == "PONG"


@pytest.mark.parametrize("where", [{"ignore": r"^(a|aa|a?a)+$"}, {"match": {}}])
async def test_a_pattern_that_goes_astray_is_met_once(where: dict[str, Any]) -> None:
    if "match" in where:
        answer = r"^(?P<id>(a|aa|a?a)+)$"
        where = {"match": {"id": {"answer": answer, "envelope": "{id} {message}"}}}
    async with site({".*": ["a" * 200 + "!"] * 50}, **where) as (_, guard):
        with pytest.raises(ConnectionLost, match="took longer"):
            await guard.ask(message("BAL"))


# ---- TLS, probe ----------------------------------------------------------------------------------


async def test_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    host = FakeHost({"BAL 1": "OK"}, tls=authority.server("bank.example", asks=True))
    authority.client("ivr")
    tls = {
        "ca": "ca.pem",
        "certificate": "ivr.pem",
        "key": "ivr.key",
        "server_name": "bank.example",
    }
    async with host:
        model = SocketSettings(address=host.address, tls=tls)
        connector = SocketConnector("legacy", model, Place(tmp_path))
        assert await connector.ask(message("BAL 1"), Attempt(0.0)) == "OK"
        assert await connector.probe() == f"{host.address} answers (TLS)"
        await connector.close()


@pytest.mark.parametrize("tls", [True, {"ca": "ca.pem"}, {"server_name": "bank.example"}])
async def test_a_certificate_is_always_verified(tmp_path: Path, tls: Any) -> None:
    host = FakeHost({}, tls=Authority(tmp_path).server("bank.example"))
    async with host:
        model = SocketSettings(address=host.address, tls=tls)
        connector = SocketConnector("legacy", model, Place(tmp_path))
        with pytest.raises(ConnectorError, match="is not trusted"):
            await connector.probe()


def test_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    for tls in ({"ca": "none.pem"}, {"ca": "no.pem"}, {"certificate": "no.pem"}):
        model = SocketSettings(address="a:1", tls=tls)
        with pytest.raises(ConfigurationError, match="connectors: socket: legacy: tls"):
            connector_of("socket", "legacy", model, Place(tmp_path))


async def test_probe() -> None:
    async with site({}, "READY", greeting="READY") as (host, guard):
        assert await guard.connector.probe() == f"{host.address} answers (TCP)"
        await host.until_open(0)
        await host.stop()
        with pytest.raises(ConnectorError):
            await guard.connector.probe()


async def test_a_line_of_the_host_as_it_is() -> None:
    async with site({"BAL": Line("{0}")}) as (_, guard):
        assert await guard.ask(message("BAL")) == "{0}"
