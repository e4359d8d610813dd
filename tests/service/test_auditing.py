from __future__ import annotations

from pathlib import Path

from aiohttp.test_utils import TestServer

from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.api.tokens import local_token, own_token
from ivrkit.service.auditing import list_actions
from ivrkit.service.configuration import Configuration
from ivrkit.store import AuditEntry, AuditQuery, Store
from tests.service.api.support import NOON, Engine, app


async def test_it_comes_from_the_engine_or_from_its_store(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    store = Store(tmp_path / "ivrkit.db")
    await store.open()
    for action in ("hangup", "reload"):
        store.put_audit(AuditEntry(at=NOON, token="crm", action=action, outcome="done"))
    await store.flush()
    own = own_token(local_token(tmp_path))
    async with TestServer(app(store, Engine(), own), port=unused_tcp_port):
        site = Configuration(api=ApiSettings(port=unused_tcp_port), state=tmp_path)
        found = await list_actions(site, AuditQuery())
        assert ([each.action for each in found.actions], found.note) == (["reload", "hangup"], "")
    await store.close()
    found = await list_actions(site, AuditQuery(action="hangup"))
    assert [(each.action, each.at) for each in found.actions] == [("hangup", NOON)]
    assert "this is what its store holds" in found.note
