from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import NotAvailable
from ivrkit.testing.phones import Baresip, invite_headers

END = "\x1b[;m\n"


def message(first: str, *fields: str, body: str = "v=0\n") -> str:
    lines = "\n".join([f"{first} SIP/2.0", *fields])
    return f"\x1b[36;1m#\nUDP 127.0.0.1:5060 -> 127.0.0.1:5080\n{lines}\n\n{body}{END}"


def test_the_headers_of_the_last_call_are_taken() -> None:
    trace = (
        "baresip is ready.\n"
        + message("INVITE sip:1001@x", "User-Agent: Asterisk", "X-IVRKit-Handoff: one")
        + message("OPTIONS sip:1001@x", "X-IVRKit-Handoff: no call")
        + message("INVITE sip:1001@x", "User-Agent: Asterisk", "x-ivrkit-handoff:two", "X-A: b: c")
        + message("INVITE sip:801@x", "User-Agent: baresip v1.0.0", "X-Own: sent")
    )
    assert invite_headers(trace, "X-") == {"x-ivrkit-handoff": "two", "X-A": "b: c"}
    assert invite_headers(trace, "X-IVRKit-") == {"x-ivrkit-handoff": "two"}


def test_what_stands_in_the_body_is_no_header() -> None:
    trace = message("INVITE sip:1001@x", "Via: y", body="X-Body: no\n")
    assert invite_headers(trace, "X-") == {}


def test_a_phone_that_was_not_called_has_no_headers() -> None:
    assert invite_headers("baresip is ready.\n", "X-") == {}


async def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotAvailable, match="apt-get install baresip-core"):
        async with Baresip("2001", sip_port=5060, folder=tmp_path / "phone"):
            pass
