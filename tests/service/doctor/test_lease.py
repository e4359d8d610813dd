"""What doctor tells of who holds the application, and of the clock of the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import State
from ivrkit.service.doctor.lease import examine_lease
from ivrkit.store import Store
from ivrkit.store.databases.sqlite import SQLite


@pytest.fixture
def site(tmp_path: Path) -> Configuration:
    return Configuration().placed(tmp_path)


async def test_without_a_store_nothing_is_told(site: Configuration, tmp_path: Path) -> None:
    assert await examine_lease(site) == []
    assert not (tmp_path / "state").exists()


async def test_a_store_that_cannot_be_read(site: Configuration, tmp_path: Path) -> None:
    store = Store(site.store_url)
    await store.open()
    await store.close()
    for path in tmp_path.rglob("*.db"):
        path.write_bytes(b"no database" * 1000)
    assert await examine_lease(site) == []


async def test_who_holds_it(site: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(site.store_url)
    await store.open()
    try:
        (finding,) = await examine_lease(site)
        assert finding.text == "no engine holds ivrkit"
        await store.acquire("ivrkit", "engine-7")
        (finding,) = await examine_lease(site)
        assert finding.state is State.OK
        assert finding.text.startswith("engine-7 holds ivrkit, renewed ")
        now = SQLite.now
        later = staticmethod(lambda connection: now(connection) + 60)
        monkeypatch.setattr(SQLite, "now", later)
        held, clock = await examine_lease(site)
        assert "engine-7 holds ivrkit, but did not renew it" in held.text
        assert (clock.name, clock.state) == ("store clock", State.WARNING)
        assert "s apart" in clock.text
    finally:
        await store.close()
