from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.api.settings import is_loopback
from ivrkit.service.api.tokens import TokenScope, digest
from ivrkit.service.configuration import Configuration, load_configuration

TOKEN = "0123456789abcdef0123456789abcdef"
OLD, NEW = digest("old" * 20), digest("new" * 20)


def read(folder: Path, text: str) -> Configuration:
    path = folder / "ivrkit.yaml"
    path.write_text(text)
    return load_configuration(path, {})


def tokens(*lines: str) -> str:
    return "api:\n  tokens:\n" + "".join(f"    - {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("{name: a, scopes: [tail]}", "give its sha256, or token"),
        ("{name: a, token: short, scopes: [tail]}", "at least 32 characters"),
        ("{name: a, sha256: xyz, scopes: [tail]}", "should match the pattern"),
        (f"{{name: a, sha256: [{OLD}, xyz], scopes: [tail]}}", "should match the pattern"),
        (f"{{name: a, token: {TOKEN}, scopes: []}}", "'scopes'"),
        (f"{{name: a, token: {TOKEN}, scopes: [everything]}}", "should be 'calls:read'"),
        (f"{{name: local, token: {TOKEN}, scopes: [tail]}}", "this machine's own tools"),
        (f"{{name: a, token: {TOKEN}, scopes: [tail], expires: 2027-01-01}}", "'expires'"),
        (
            f"{{name: a, token: {TOKEN}, scopes: [tail], expires: 2027-01-01 10:00}}",
            "should have timezone info",
        ),
    ],
)
def test_a_token_that_cannot_be_used(tmp_path: Path, token: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, tokens(token))
    assert said in str(caught.value)


def test_a_token_is_replaced_while_the_old_one_is_still_taken(tmp_path: Path) -> None:
    line = f"{{name: crm, sha256: [{OLD}, {NEW}], scopes: [tail], expires: 2027-01-01T00:00:00Z}}"
    (token,) = read(tmp_path, tokens(line)).api.configured_tokens()
    assert token.hashes == (OLD, NEW)
    assert token.expires == datetime(2027, 1, 1, tzinfo=UTC)
    both = f"{{name: crm, token: {TOKEN}, sha256: {NEW}, scopes: [tail]}}"
    (token,) = read(tmp_path, tokens(both)).api.configured_tokens()
    assert token.hashes == (digest(TOKEN), NEW)
    assert token.scopes == {TokenScope.TAIL}


def test_tokens_are_told_apart(tmp_path: Path) -> None:
    line = f"{{name: a, token: {TOKEN}, scopes: [tail]}}"
    with pytest.raises(ConfigurationError, match="two tokens are called 'a'"):
        read(tmp_path, tokens(line, line))
    other = f"{{name: b, sha256: {digest(TOKEN)}, scopes: [tail]}}"
    with pytest.raises(ConfigurationError, match="two tokens are the same"):
        read(tmp_path, tokens(line, other))


def test_beyond_this_machine_there_is_tls_or_somebody_says_why_not(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "'::'", "10.0.0.5", "ivr.example.com", "''"):
        with pytest.raises(ConfigurationError, match="not sent in the clear"):
            read(tmp_path, f"api:\n  host: {host}\n  port: 9000\n")
    assert read(tmp_path, "api: {host: 10.0.0.5, plain: true}\n").api.plain
    tls = "{certificate: tls/own.pem, key: /etc/own.key, client_ca: tls/ca.pem}"
    found = read(tmp_path, f"api: {{host: 10.0.0.5, tls: {tls}}}\n").api.tls
    assert found is not None
    assert found.certificate == tmp_path / "tls/own.pem"
    assert found.key == Path("/etc/own.key")
    assert found.client_ca == tmp_path / "tls/ca.pem"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True)]
    + [(host, False) for host in ("", "0.0.0.0", "::", "192.168.1.1", "localhost.example.com")],
)
def test_what_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert is_loopback(host) == loopback


def test_what_the_file_says_now(tmp_path: Path) -> None:
    before = read(tmp_path, "api: {port: 9000}\n")
    (tmp_path / "ivrkit.yaml").write_text("api: {port: 9001}\n")
    assert before.again().api.port == 9001
    assert Configuration().again() == Configuration()
