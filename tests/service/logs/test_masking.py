"""Secrets in lines of the log: those that are known, and what looks like one."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.expressions.secrets import MASK
from ivrkit.service.logs.masking import SHORTEST, Mask, named_secrets

SECRET = 'pa"ss\\wö/rd+1'


def masked(text: str, *secrets: str) -> str:
    mask = Mask()
    mask.add(secrets)
    return mask.of(text)


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        json.dumps({"text": json.dumps(SECRET)}),
        repr(SECRET),
        quote(SECRET, safe=""),
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_secret_is_hidden_however_it_is_written(written: str) -> None:
    found = masked(f"before {written} behind", SECRET)
    assert "before" in found
    assert "behind" in found
    assert MASK in found
    for part in ("ss\\w", "pa%22", "cGEi", "rd+1", "rd%2B1"):
        assert part not in found


@given(st.text(min_size=SHORTEST, max_size=30), st.text(max_size=40), st.text(max_size=40))
def test_no_secret_outlives_its_line(secret: str, before: str, behind: str) -> None:
    assert secret not in masked(f"{before}{secret}{behind}", secret).replace(MASK, "\0")


def test_a_secret_of_many_lines_is_hidden_line_by_line() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----"
    assert "MIIEvQ" not in masked("the key MIIEvQIBADANBgkq is wrong", key)


def test_what_is_too_short_to_be_known_is_left_alone() -> None:
    assert masked("call 12 has ended", "12") == "call 12 has ended"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET https://ann:hunter2@crm.example/x", f"GET https://ann:{MASK}@crm.example/x"),
        ("postgresql+psycopg://u:p@db/ivrkit", f"postgresql+psycopg://u:{MASK}@db/ivrkit"),
        ("Authorization: Bearer abc.def-123456", f"Authorization: Bearer {MASK}"),
        ("{'Authorization': 'Basic dTpw'}", f"{{'Authorization': 'Basic {MASK}'}}"),
        ("headers={'authorization': 'opaque-token'}", f"headers={{'authorization': '{MASK}'}}"),
        ("bearer eyJhbGciOi.JIUzI1 expired", f"bearer {MASK} expired"),
        ("DRIVER=x;UID=ivr;PWD=geheim;Port=1", f"DRIVER=x;UID=ivr;PWD={MASK};Port=1"),
        ("password='open sesame'", f"password='{MASK} sesame'"),
        ('{"client_secret": "s3cr3t", "a": 1}', f'{{"client_secret": "{MASK}", "a": 1}}'),
        ("?api_key=12345&x=1", f"?api_key={MASK}&x=1"),
        (f"ivrkit_{'a' * 43} is no token", f"ivrkit_{MASK} is no token"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "call 4f2a ended: caller after 12.0 s",
        "Asterisk at http://10.0.0.5:8088 cannot be reached: connection refused",
        "the token of the API is kept in state/api-token",
        "connectors: http: crm: auth: basic: a password is missing",
        "sip:800@pbx.example:5060 is busy",
    ],
)
def test_ordinary_lines_stay_readable(text: str) -> None:
    assert masked(text, "hunter22") == text


def test_long_lines_take_no_time() -> None:
    mask = Mask()
    mask.add([f"secret-number-{number}" for number in range(200)])
    began = time.process_time()
    for text in ("a" * 100_000, "http://" * 10_000, "password" * 10_000, "authorization " * 8_000):
        mask.of(text)
    assert time.process_time() - began < 20  # a wall against exponential time, no measurement


def test_variables_that_are_called_so_are_secrets() -> None:
    environment = {"CRM_PASSWORD": "one", "PATH": "two", "API_TOKEN": "three", "KEYBOARD": "four"}
    assert list(named_secrets(environment)) == ["one", "three"]
