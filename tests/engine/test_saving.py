from __future__ import annotations

import base64

import pytest

from ivrkit.engine.saving import Capture, read_buffer, read_capture
from ivrkit.engine.state import SessionState
from ivrkit.input.buffer import TypeAhead
from ivrkit.input.patterns import Key
from ivrkit.store import Sealer

SEALER = Sealer(b"k" * 32)


def state() -> SessionState:
    return SessionState(
        call="call-1",
        channel="c",
        flow="main",
        version="v",
        caller="",
        number="",
        arrived="2026-01-01T00:00:00+00:00",
        started=0.0,
        frames=[],
        language="en",
    )


def test_what_was_pressed_ahead_is_kept() -> None:
    buffer = TypeAhead()
    buffer.put(Key("1", 2.0))
    read = read_capture(Capture(SEALER)(state(), buffer))
    assert read_buffer(read, SEALER).to_dict() == buffer.to_dict()


@pytest.mark.parametrize(
    "plain", [b"nonsense", b"{}", b"[]", b"7", b'{"keys": [1], "swallow": null}']
)
def test_keys_of_another_release_are_lost_and_no_call_with_them(plain: bytes) -> None:
    found = state()
    sealed = SEALER.seal(plain, found.call)
    assert sealed is not None
    found.buffer = base64.b64encode(sealed).decode()
    assert not len(read_buffer(found, SEALER))
