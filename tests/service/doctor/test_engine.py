from __future__ import annotations

from pathlib import Path

from aiohttp.test_utils import TestServer

from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.api.tokens import local_token, own_token
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.engine import examine_engine
from ivrkit.store import Store
from tests.service.api.support import Engine, app


async def test_an_engine_that_takes_no_calls_says_why(tmp_path: Path) -> None:
    engine, store = Engine(), Store(tmp_path / "ivrkit.db")
    await store.open()
    async with TestServer(app(store, engine, own_token(local_token(tmp_path)))) as server:
        assert server.port is not None
        configuration = Configuration(api=ApiSettings(port=server.port), state=tmp_path)
        found = [each async for each in examine_engine(configuration)]
        assert [str(each.state) for each in found] == ["ok"]
        engine.wrong = ["the engine is being drained"]
        found = [each async for each in examine_engine(configuration)]
        assert ["drained" in each.text for each in found] == [True]
    assert [each async for each in examine_engine(configuration)] == []
    await store.close()
