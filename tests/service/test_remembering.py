"""What flows remember, for those who look after a site."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.service.configuration import Configuration
from ivrkit.service.remembering import erase_memories, find_memories
from ivrkit.store import Store


def call(caller: str) -> Any:
    return SimpleNamespace(
        id="c1",
        clock=SimpleNamespace(now=lambda: datetime.now(UTC)),
        session=SimpleNamespace(lookup=lambda name: {"from": caller}),
    )


@pytest.fixture
async def site(tmp_path: Path) -> Configuration:
    configuration = Configuration().placed(tmp_path)
    store = Store(configuration.store_url)
    await store.open()
    for caller, key in (("+1", "bank:+1"), ("+2", "bank:+2"), ("+2", "shop:+2")):
        await store.memories.remember(call(caller), key, {"step": "pay"}, None)
    await store.close()
    return configuration


async def test_they_are_listed_by_caller_and_by_key(site: Configuration) -> None:
    assert [each.key for each in await find_memories(site, caller="+1")] == ["bank:+1"]
    assert len(await find_memories(site, key="bank:")) == 2
    assert len(await find_memories(site, limit=1)) == 1


async def test_they_are_erased_by_caller_and_by_key(site: Configuration) -> None:
    assert await erase_memories(site, caller="+2", key="bank:") == 1
    assert await erase_memories(site, caller="+2") == 1
    assert await erase_memories(site, caller="+2") == 0
    assert [each.key for each in await find_memories(site)] == ["bank:+1"]


async def test_all_of_them_are_not_erased_by_mistake(site: Configuration) -> None:
    with pytest.raises(ConfigurationError, match="without a caller or a key"):
        await erase_memories(site)


async def test_no_store_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        await find_memories(Configuration().placed(tmp_path))
    assert not (tmp_path / "state").exists()
