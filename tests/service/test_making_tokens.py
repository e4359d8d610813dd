from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from ivrkit.errors import ConfigurationError
from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.api.tokens import (
    Tokens,
    TokenScope,
    digest,
    local_token,
    own_token,
    read_local_token,
)
from ivrkit.service.client import EngineAway
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.service.making_tokens import make_token, rotate_local
from ivrkit.store import Store
from tests.service.api.support import Engine, app

OLD = digest("old" * 20)
BEFORE = f"""
api:
  tokens:
    - name: crm
      sha256: {OLD}
      scopes: [handoff:read, calls:read]
      tenant: acme
      expires: 2030-01-01T00:00:00Z
"""


def read(folder: Path, text: str) -> Configuration:
    (folder / "ivrkit.yaml").write_text(text)
    return load_configuration(folder / "ivrkit.yaml", {})


def test_its_lines_let_the_engine_know_it(tmp_path: Path) -> None:
    made = make_token(
        Configuration(),
        "Zoë: 'wall'",
        [TokenScope.TAIL, TokenScope.CALLS_READ],
        "acme",
        timedelta(days=90),
    )
    assert len(made.token) > 40
    assert made.token not in made.lines
    assert not made.replaces
    (token,) = read(tmp_path, f"api:\n  tokens:\n{made.lines}").api.configured_tokens()
    assert Tokens([token]).find(made.token) == token
    assert (token.name, token.tenant) == ("Zoë: 'wall'", "acme")
    assert token.scopes == {TokenScope.TAIL, TokenScope.CALLS_READ}
    assert token.expires is not None
    assert timedelta(days=89) < token.expires - datetime.now(UTC) <= timedelta(days=90)


def test_another_one_of_a_name_is_taken_beside_the_first(tmp_path: Path) -> None:
    before = read(tmp_path, BEFORE)
    made = make_token(before, "crm")
    assert made.replaces
    (token,) = read(tmp_path, f"api:\n  tokens:\n{made.lines}").api.configured_tokens()
    (former,) = before.api.configured_tokens()
    assert token.hashes == (OLD, digest(made.token))
    assert (token.scopes, token.tenant) == (former.scopes, "acme")
    assert token.expires == former.expires


def test_a_token_that_cannot_be_made() -> None:
    with pytest.raises(ConfigurationError, match="would allow nothing"):
        make_token(Configuration(), "crm")
    with pytest.raises(ConfigurationError, match="this machine's own tools"):
        make_token(Configuration(), "local", [TokenScope.TAIL])
    with pytest.raises(ConfigurationError, match="'a b' is no name of a tenant") as caught:
        make_token(Configuration(), "crm", [TokenScope.TAIL], "a b")
    assert "--tenant" in caught.value.hint


async def test_the_running_engine_replaces_its_own(tmp_path: Path) -> None:
    engine, store = Engine(), Store(tmp_path / "s.db")
    await store.open()
    before = local_token(tmp_path)
    async with TestServer(app(store, engine, own_token(before))) as server:
        assert server.port is not None
        site = Configuration(api=ApiSettings(port=server.port), state=tmp_path)
        assert await rotate_local(site)
    await store.close()
    assert engine.rotated == 1
    assert read_local_token(tmp_path) == before, "the engine's business"


async def test_where_none_runs_the_next_one_takes_it(tmp_path: Path, unused_tcp_port: int) -> None:
    site = Configuration(api=ApiSettings(port=unused_tcp_port), state=tmp_path / "state")
    with pytest.raises(EngineAway, match="no engine has run here"):
        await rotate_local(site)
    before = local_token(site.state)
    assert not await rotate_local(site)
    after = local_token(site.state)
    assert after != before
    assert (site.state / "api-token").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in site.state.iterdir()] == ["api-token"]
