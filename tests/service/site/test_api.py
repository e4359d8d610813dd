from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme

from ivrkit.errors import ConfigurationError
from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.api.tokens import digest, local_token, replace_local_token
from ivrkit.service.configuration import Configuration
from ivrkit.service.site.api import SiteApi
from ivrkit.store import Store
from tests.service.api.support import Engine, bearer, secret


def settings(*names: str, **more: Any) -> ApiSettings:
    tokens = [
        {"name": name, "sha256": digest(secret(name)), "scopes": ["calls:read"]} for name in names
    ]
    return ApiSettings.model_validate({"port": 0, "tokens": tokens, **more})


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[SiteApi, int]]:
    store, engine = Store(tmp_path / "s.db"), Engine()
    await store.open()
    configuration = Configuration(api=settings("crm", "wall"), state=tmp_path / "state")
    api = SiteApi(configuration, store, engine, engine)
    yield api, await api.start()
    await api.stop()
    await store.close()


async def status(port: int, headers: dict[str, str]) -> int:
    url = f"http://127.0.0.1:{port}/v1/calls"
    async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as response:
        return response.status


async def test_a_token_that_is_taken_out_is_refused_at_once(site: tuple[SiteApi, int]) -> None:
    api, port = site
    assert (await status(port, bearer("crm")), await status(port, bearer("new"))) == (200, 401)
    assert await api.renew(settings("wall", "new")) == 3
    assert (await status(port, bearer("crm")), await status(port, bearer("new"))) == (401, 200)
    assert await status(port, bearer("wall")) == 200


async def test_what_cannot_be_used_changes_nothing(
    site: tuple[SiteApi, int], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    api, port = site
    tls = {"certificate": tmp_path / "own.pem", "key": tmp_path / "own.key"}
    with pytest.raises(ConfigurationError, match=r"own\.key cannot be read|own\.pem cannot be"):
        await api.renew(settings("new", tls=tls))
    assert (await status(port, bearer("crm")), await status(port, bearer("new"))) == (200, 401)
    made = trustme.CA().issue_cert("ivr.example.com")
    tls["certificate"].write_bytes(made.cert_chain_pems[0].bytes())
    tls["key"].write_bytes(made.private_key_pem.bytes())
    await api.renew(settings("new", tls=tls))
    assert "changes with the next start" in caplog.text
    assert await status(port, bearer("new")) == 200, "tokens do at once"


async def test_the_local_token_is_replaced_by_the_engine_or_in_the_file(
    site: tuple[SiteApi, int], tmp_path: Path
) -> None:
    api, port = site

    async def answered(token: str) -> int:
        return await status(port, {"Authorization": f"Bearer {token}"})

    first = local_token(tmp_path / "state")
    assert await answered(first) == 200
    api.rotate_local_token()
    second = local_token(tmp_path / "state")
    assert (await answered(first), await answered(second)) == (401, 200)
    third = replace_local_token(tmp_path / "state")
    await api.renew(settings())
    assert (await answered(second), await answered(third)) == (401, 200)
