"""Frames: what is cut is what was sent, however it came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.connectors.wire.framing import Framer, NoFrame, framer
from ivrkit.connectors.wire.settings import FramingSettings, PrefixSettings
from ivrkit.errors import RequestRefused

MOST = 200
KINDS = {
    "line": FramingSettings(delimiter="\r\n"),
    "bars": FramingSettings(delimiter="||"),
    "control": FramingSettings(delimiter="\x03", begin="\x02"),
    "fixed": FramingSettings(length=7),
    "binary": FramingSettings(prefix=PrefixSettings()),
    "little": FramingSettings(prefix=PrefixSettings(bytes=4, order="little", includes_itself=True)),
    "digits": FramingSettings(prefix=PrefixSettings(bytes=4, form="digits", includes_itself=True)),
}


def made(kind: str, encoding: str = "latin-1") -> Framer:
    return framer(KINDS[kind], encoding, MOST)


@pytest.mark.parametrize("encoding", ["latin-1", "cp037"])
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_frames_come_back_as_they_were_sent(kind: str, encoding: str, data: st.DataObject) -> None:
    most = 7 if kind == "fixed" else 60
    texts = data.draw(st.lists(st.text("abc|\r \x03", min_size=1, max_size=most), max_size=6))
    sender, receiver = made(kind, encoding), made(kind, encoding)
    sent, wire = [], b""
    for text in texts:
        message = text.encode(encoding)
        try:
            wire += sender.wrapped(message)
        except RequestRefused:
            continue
        sent.append(message.ljust(7, " ".encode(encoding)) if kind == "fixed" else message)
    came = []
    while wire:
        size = data.draw(st.integers(1, len(wire)))
        came += receiver.feed(wire[:size])
        wire = wire[size:]
    assert came == sent
    assert not receiver.begun


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("line", b"BAL 1\r\nPAY 1"),
        ("bars", b"BAL 1|"),  # with what ends it, the end would come too early
        ("bars", b"BAL||1"),
        ("control", b"BAL\x021"),
        ("control", b"BAL\x031"),
        ("fixed", b"12345678"),
        ("binary", bytes(70_000)),
        ("digits", bytes(10_000)),
    ],
)
def test_what_cannot_be_one_message_is_refused(kind: str, message: bytes) -> None:
    with pytest.raises(RequestRefused):
        made(kind).wrapped(message)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("line", b"x" * 1000),
        ("line", b"x" * 201 + b"\r\n"),
        ("control", b"\x00ABC\x03"),
        ("binary", b"\xff\xff"),
        ("little", b"\x03\x00\x00\x00"),
        ("digits", b"12x4"),
        ("digits", b"\xb2\xb2\xb2\xb2"),
        ("digits", b"0003"),
    ],
)
def test_what_is_no_frame(kind: str, data: bytes) -> None:
    with pytest.raises(NoFrame):
        made(kind).feed(data)


def test_silence_ends_a_frame() -> None:
    quiet = framer(FramingSettings(idle="300ms"), "ascii", 10)
    assert quiet.quiet_after == 0.3
    assert quiet.wrapped(b"hello") == b"hello"
    assert quiet.feed(b"ab") == []
    assert quiet.feed(b"c") == []
    assert quiet.quiet() == [b"abc"]
    assert quiet.quiet() == []
    quiet.feed(b"d")
    assert quiet.ended() == [b"d"]
    with pytest.raises(NoFrame):
        quiet.feed(b"x" * 11)


def test_the_end_of_the_connection_ends_a_frame() -> None:
    closed = framer(FramingSettings(close=True), "ascii", 10)
    assert closed.wrapped(b"hello") == b"hello"
    assert closed.feed(b"one\ntwo") == []
    assert closed.quiet() == []
    assert closed.ended() == [b"one\ntwo"]
    with pytest.raises(NoFrame):
        closed.feed(b"x" * 11)


def test_half_a_line_is_no_frame() -> None:
    line = made("line")
    assert line.feed(b"half") == []
    assert line.begun
    assert line.ended() == []
