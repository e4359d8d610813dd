"""What a flow wants to say, as bytes: no value of a call means anything in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.call.requests.socket import Piece, SocketRequest
from ivrkit.connectors.wire.message import Composer
from ivrkit.connectors.wire.settings import SocketSettings
from ivrkit.errors import RequestRefused


def composed(value: str, encoding: str, reserved: str) -> bytes:
    settings = SocketSettings(address="host:1", encoding=encoding, reserved=reserved)
    pieces = (Piece("NAME|"), Piece(value, "name"), Piece("|END"))
    request = SocketRequest(connector="host", operation="socket", message=pieces)
    return Composer(settings).outgoing(request).data


@pytest.mark.parametrize(
    ("value", "encoding", "reserved"),
    [
        ("a|b", "utf-8", "|"),
        ("¥", "shift_jis", "\\"),
        ("‾", "shift_jis", "~"),
        ("л", "shift_jis", "|"),
        ("α", "big5", "\\"),
        ("Щ", "iso2022_jp", ";"),
        ("Ā", "raw_unicode_escape", "\\"),
    ],
)
def test_a_value_holds_nothing_that_means_something(
    value: str, encoding: str, reserved: str
) -> None:
    with pytest.raises(RequestRefused, match="has a meaning"):
        composed(value, encoding, reserved)


def test_what_means_nothing_is_sent() -> None:
    assert composed("Łoś 漢", "utf-8", "|;") == "NAME|Łoś 漢|END\r\n".encode()
    assert composed("ann", "cp037", "|;")[5:8] == "ann".encode("cp037")


@given(st.text(max_size=9), st.sampled_from(["utf-8", "latin-1", "cp037", "shift_jis", "big5"]))
def test_one_message_of_three_parts_or_none(value: str, encoding: str) -> None:
    try:
        data = composed(value, encoding, "|")
    except RequestRefused:
        return
    bar, end = "|".encode(encoding), "\r\n".encode(encoding)
    assert (data.count(bar), data.count(end), data[-2:]) == (2, 1, end)
