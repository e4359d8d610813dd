from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ivrkit.channels.ari.settings import AriSettings


@pytest.mark.parametrize(
    "url", ["http://pbx:8088", "http://pbx:8088/", "http://pbx:8088/ari", "http://pbx:8088/ari/"]
)
def test_the_url_may_name_ari_or_not(url: str) -> None:
    settings = AriSettings(url=url)
    assert settings.http_url == "http://pbx:8088/ari/"
    assert settings.websocket_url == "ws://pbx:8088/ari/events"


def test_a_prefix_and_tls_are_kept() -> None:
    settings = AriSettings(url="https://pbx/asterisk")
    assert settings.http_url == "https://pbx/asterisk/ari/"
    assert settings.websocket_url == "wss://pbx/asterisk/ari/events"


def test_the_password_does_not_show() -> None:
    settings = AriSettings(password="top-secret")
    assert "top-secret" not in repr(settings)
    assert settings.authorization == "Basic aXZya2l0OnRvcC1zZWNyZXQ="


def test_an_unquoted_off_is_off() -> None:
    assert AriSettings(inheritable_headers=False).inheritable_headers == "off"


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "pbx:8088"},
        {"url": "ftp://pbx"},
        {"url": "http://user:secret@pbx"},
        {"user": "a:b"},
        {"application": "a b"},
        {"rest": "soap"},
        {"inheritable_headers": True},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AriSettings(**wrong)


def test_audio_comes_from_the_same_server() -> None:
    assert AriSettings(url="https://pbx/asterisk/ari").media_url == "wss://pbx/asterisk/media"


@pytest.mark.parametrize(
    ("text", "ports"),
    [("21000-21003", [21000, 21002]), ("21001-21004", [21002, 21004]), ("21001-21002", [21002])],
)
def test_audio_has_the_even_ports(text: str, ports: list[int]) -> None:
    assert list(AriSettings(media_ports=text).media_port_range) == ports


@pytest.mark.parametrize("text", ["", "21000", "21000-", "80-90", "22000-21000", "60000-70000"])
def test_what_is_no_range_of_ports(text: str) -> None:
    with pytest.raises(ValidationError):
        AriSettings(media_ports=text)


def test_a_name_is_no_address() -> None:
    with pytest.raises(ValidationError):
        AriSettings(media_address="pbx.example.org")
