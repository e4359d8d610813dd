from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.api.tokens import (
    Token,
    Tokens,
    TokenScope,
    digest,
    local_token,
    read_local_token,
)


def test_the_first_start_makes_a_token_for_the_owner_only(tmp_path: Path) -> None:
    state = tmp_path / "state"
    made = local_token(state)
    assert len(made) > 40
    assert local_token(state) == made
    assert read_local_token(state) == made
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert stat.S_IMODE((state / "api-token").stat().st_mode) == 0o600
    assert local_token(tmp_path / "other") != made


def test_a_token_open_to_others_is_shut(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = local_token(tmp_path)
    (tmp_path / "api-token").chmod(0o644)
    with caplog.at_level(logging.WARNING):
        assert local_token(tmp_path) == made
    assert "was open to others" in caplog.text
    assert stat.S_IMODE((tmp_path / "api-token").stat().st_mode) == 0o600


def test_a_token_that_cannot_be_had_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="start `ivrkit serve` once"):
        read_local_token(tmp_path)
    (tmp_path / "api-token").write_text("short\n")
    (tmp_path / "api-token").chmod(0o600)
    with pytest.raises(ConfigurationError, match="remove the file"):
        local_token(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be kept in"):
        local_token(tmp_path / "file" / "state")


def test_tokens_are_kept_as_hashes_and_found_by_the_whole_token() -> None:
    tokens = Tokens(
        [
            Token("a", (digest("w" * 40), digest("x" * 40)), frozenset(TokenScope)),
            Token("b", (digest("y" * 40),), frozenset(), "acme"),
        ]
    )
    found = tokens.find("x" * 40)
    assert found is not None
    assert found.scopes == frozenset(TokenScope)
    assert "x" * 40 not in repr(found)
    assert tokens.find("y" * 40) is not None
    for wrong in ("", "x" * 39, "x" * 41, digest("x" * 40), "\ud800"):
        assert tokens.find(wrong) is None


def test_a_token_without_a_tenant_sees_all() -> None:
    assert Token("a", (), frozenset()).may_see("acme")
    acme = Token("a", (), frozenset(), "acme")
    assert acme.may_see("acme")
    assert not acme.may_see("")
    assert not acme.may_see("other")
