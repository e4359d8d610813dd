"""What may be said of a host, and what cannot work."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ivrkit.connectors.wire.settings import HostTlsSettings, SocketSettings, place_of
from ivrkit.service.configuration import load_configuration

GOOD: dict[str, Any] = {"address": "host:7000"}


@pytest.mark.parametrize(
    ("address", "place"),
    [("host:7000", ("host", 7000)), ("10.0.0.5:1", ("10.0.0.5", 1)), ("[::1]:80", ("::1", 80))],
)
def test_addresses(address: str, place: tuple[str, int]) -> None:
    assert place_of(SocketSettings(address=address).address) == place


@pytest.mark.parametrize("address", ["host", "host:", ":7000", "host:0", "host:70000", "::1:80"])
def test_no_addresses(address: str) -> None:
    with pytest.raises(ValidationError, match="host:port"):
        SocketSettings(address=address)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii", "cp037", "cp273", "cp1252"])
def test_encodings(encoding: str) -> None:
    read = SocketSettings(address="a:1", encoding=encoding).encoding
    assert codecs.lookup(read) == codecs.lookup(encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "base64", "klingon", "utf-7", "idna"])
def test_encodings_in_which_no_end_is_found(encoding: str) -> None:
    with pytest.raises(ValidationError):
        SocketSettings(address="a:1", encoding=encoding)


def test_tls_in_short() -> None:
    assert SocketSettings(**GOOD, tls=True).tls == HostTlsSettings()
    assert SocketSettings(**GOOD, tls="true").tls == HostTlsSettings()
    assert SocketSettings(**GOOD, tls=False).tls is None
    assert SocketSettings(**GOOD, match="order").ids is None
    assert SocketSettings(**GOOD).tls is None


def test_a_login_in_short() -> None:
    settings = SocketSettings(**GOOD, greeting="^READY", login=["HELLO", {"send": "USER x"}])
    assert settings.greeting == ("^READY",)
    assert [each.send.get_secret_value() for each in settings.login] == ["HELLO", "USER x"]


def test_messages_under_way() -> None:
    ids = {"id": {"answer": "(?P<id>.)", "request": "(?P<id>.)"}}
    assert SocketSettings(**GOOD).flights == 1
    assert SocketSettings(**GOOD, in_flight=5).flights == 5
    assert SocketSettings(**GOOD, match=ids).flights == 100


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"framing": {}}, "say one of"),
        ({"framing": {"delimiter": "\n", "length": 3}}, "say one of"),
        ({"framing": {"length": 3, "begin": "x"}}, "begin goes with delimiter"),
        ({"framing": {"close": True}}, "goes with connection: short"),
        ({"framing": {"idle": "1s"}, "in_flight": 2}, "one message at a time"),
        (
            {"framing": {"close": True}, "connection": "short", "greeting": "x"},
            "one answer per connection",
        ),
        ({"connection": "short", "keep_alive": {"send": "x"}}, "goes with connection: long"),
        ({"encoding": "ascii", "framing": {"delimiter": "ß"}}, "ascii has no"),
        ({"ignore": "("}, "no regular expression"),
        ({"match": {"id": {"answer": "(?P<id>.)"}}}, "say envelope, or request"),
        ({"match": {"id": {"answer": ".", "request": "(?P<id>.)"}}}, "needs the group"),
        ({"match": {"id": {"answer": "(?P<id>.)", "envelope": "{id}"}}}, "once each"),
        ({"tls": {"key": "k.pem"}}, "needs its certificate"),
        ({"tls": {"verify": False}}, "Extra inputs"),
    ],
)
def test_what_cannot_work(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        SocketSettings(**{**GOOD, **wrong})


def test_as_ivrkit_yaml_says_it(tmp_path: Path) -> None:
    (tmp_path / "ivrkit.yaml").write_text(
        r"""
connectors:
  socket:
    legacy:
      address: "[::1]:7000"
      tls: true
      framing: {begin: "\x02", delimiter: "\x03"}
      match: {id: {envelope: "{id} {message}", answer: '^(?P<id>\d{8}) '}}
      login: ["A ${WORD}", {send: B, expect: ^OK}]
      keep_alive: {send: PING, every: 1m}
    other: {address: "host:1", match: order, framing: {prefix: {form: digits}}, tls: false}
"""
    )
    settings = load_configuration(tmp_path, {"WORD": "pa55"}).connectors.by_kind()["socket"]
    legacy, other = settings["legacy"], settings["other"]
    assert isinstance(legacy, SocketSettings)
    assert isinstance(other, SocketSettings)
    assert (legacy.framing.begin, legacy.framing.delimiter) == ("\x02", "\x03")
    assert [each.send.get_secret_value() for each in legacy.login] == ["A pa55", "B"]
    assert legacy.ids is not None
    assert legacy.ids.envelope == "{id} {message}"
    assert legacy.tls == HostTlsSettings()
    assert (other.ids, other.tls) == (None, None)
