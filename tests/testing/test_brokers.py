"""Private brokers: they start, are killed, start again on the same port, and leave nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.testing.brokers import (
    PrivateBroker,
    PrivateMosquitto,
    PrivateRabbit,
    listens,
    running,
)


@pytest.mark.parametrize("kind", [PrivateMosquitto, PrivateRabbit])
async def test_a_broker_is_killed_and_comes_back(kind: type[PrivateBroker], tmp_path: Path) -> None:
    async with running(kind(tmp_path)) as broker:
        assert await broker.is_up()
        assert broker.url == f"{broker.scheme}://127.0.0.1:{broker.port}"
        await broker.kill()
        assert not await listens(broker.port)
        await broker.start()
        assert await broker.is_up()
        await broker.stop()
        assert not await listens(broker.port)
