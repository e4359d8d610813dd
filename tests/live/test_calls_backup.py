"""A backup is made while people telephone, and an engine starts on it elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ivrkit.call.events import Ended
from ivrkit.service.configuration import Configuration
from ivrkit.store import RecordQuery, Store
from ivrkit.testing import processes
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.harness import configure, own_flows
from tests.live.served import Served, served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

FLOW = """\
ivrkit: 1
flow: mailbox
language: en
sections:
  main:
    - answer
    - remember: {key: greeted, value: "yes"}
    - menu:
        prompt: Press one to leave.
        keys: {1: leave}
      exits: {no_input: leave, no_match: leave}
  leave:
    - say: Goodbye.
    - hangup
"""


async def command(*words: str) -> str:
    return await processes.run([sys.executable, "-m", "ivrkit", *words])


async def records(configuration: Configuration) -> dict[str, str]:
    """How the calls in a store that nobody serves have ended."""
    store = Store(configuration.store_url, media=configuration.media_folder)
    await store.open()
    try:
        return {each.id: each.ended for each in await store.records(RecordQuery())}
    finally:
        await store.close()


async def test_an_engine_starts_on_a_backup_that_was_made_during_calls(
    asterisk: PrivateAsterisk, tmp_path: Path
) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    file = tmp_path / "backup.tar.gz"
    changes = own_flows(tmp_path, {"mailbox": FLOW}, {})
    async with served(asterisk, there, 3, **changes) as (exchange, engine):
        async with exchange.calling("7300") as first:
            await first.until_asked("Press one")
            await first.press("1")
            await first.ends()
        async with exchange.calling("7300") as second:
            await second.until_asked("Press one")
            told = await command("backup", str(file), "--config", str(there))
            assert str(file) in told
            await engine.stop()  # the machine is gone, and comes back elsewhere
            configuration = configure(asterisk, here, 2, **changes)
            told = await command("restore", str(file), "--config", str(here))
            assert "1 calls in progress are closed as lost" in told
            assert await records(configuration) == {first.id: "flow", second.id: "lost"}
            restored = Served(here)
            await restored.start()
            try:
                # The call that is still in Asterisk is none of this engine's.
                assert "calls taken up" not in restored.told()
                told = await command("calls", "show", first.id, "--config", str(here))
                assert "Press one to leave." in told
                told = await command("memory", "--config", str(here))
                assert "greeted" in told
                async with exchange.caller() as third:
                    await third.phone.ring("7200")
                    await third.phone.hang_up()
                    await third.phone.closed()
            finally:
                await restored.stop()
            await second.hang_up()
    assert set((await records(configuration)).values()) <= {"flow", "lost", "caller"}
    assert len(await records(configuration)) == 3
    store = Store(configuration.store_url)
    await store.open()
    try:
        ended = [each for each in await store.trace(second.id) if isinstance(each, Ended)]
        assert [each.ended for each in ended] == ["lost"]
    finally:
        await store.close()
