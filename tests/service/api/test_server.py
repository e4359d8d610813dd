from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.api.listening import ApiServer
from ivrkit.service.api.settings import ApiSettings
from ivrkit.store import Store
from tests.service.api.support import Engine, app


def server(folder: Path, port: int = 0, **settings: Any) -> ApiServer:
    return ApiServer(app(Store(folder / "s.db"), Engine()), ApiSettings(port=port, **settings))


async def test_it_listens_and_stops(tmp_path: Path) -> None:
    first = server(tmp_path)
    port = await first.start()
    url = f"http://127.0.0.1:{port}/health"
    async with aiohttp.ClientSession() as client, client.get(url) as response:
        assert response.status == 200
    await first.stop()
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.get(url)


async def test_a_port_in_use_is_one_line_with_its_remedy(tmp_path: Path) -> None:
    first = server(tmp_path)
    port = await first.start()
    with pytest.raises(ConfigurationError) as caught:
        await server(tmp_path, port).start()
    assert str(caught.value) == (
        f"the API's port 127.0.0.1:{port} is in use "
        "(stop what listens there, or set another one under api: port)"
    )
    await first.stop()


async def test_a_host_that_is_not_ours(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot listen on 192\.0\.2\.1:0"):
        await server(tmp_path, host="192.0.2.1", plain=True).start()
