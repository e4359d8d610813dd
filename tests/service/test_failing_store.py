"""A whole engine whose store in SQLite cannot be written for a while: its disk is full, another
program holds it, it may only be read. Callers hear no difference; those who look after it are told;
and afterwards nothing is missing."""

from __future__ import annotations

import re
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ivrkit.call.events import Arrived, Entered, TraceEvent
from ivrkit.service.configuration import Configuration
from ivrkit.service.site import Site
from ivrkit.store import writer
from ivrkit.store.databases import sqlite
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.store.databases.disks import Disk, own_disk
from tests.store.support import until

FLOW = """\
ivrkit: 1
flow: tram
language: en
exits: {no_input: hangup, no_match: hangup}
sections:
  main:
    - answer
    - menu: {prompt: Times or fares?, keys: {1: times, 2: fares, 3: hangup}, first_digit: 10m}
  times:
    - menu: {prompt: Today or tomorrow?, keys: {1: main, 2: fares}, first_digit: 10m}
  fares:
    - menu: {prompt: Single or return?, keys: {1: main, 2: times}, first_digit: 10m}
"""
NUMBER = "+4930123"
WALK = (("1", "times/0"), ("2", "fares/0"), ("1", "main/1"))
"""Through every menu and back: what is pressed, and where it leads."""


class Fault(ABC):
    """Something because of which a file cannot be written. ``said`` is what is told of it."""

    said: str

    def __init__(self, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.disk = disk
        self.monkeypatch = monkeypatch

    @abstractmethod
    def begin(self, site: Site) -> None: ...

    @abstractmethod
    def end(self) -> None: ...


class Full(Fault):
    said = "the disk is full"

    def begin(self, site: Site) -> None:
        self.disk.fill()

    def end(self) -> None:
        self.disk.free()


class Locked(Fault):
    said = "is locked by another program"

    def begin(self, site: Site) -> None:
        self.other = sqlite3.connect(self.disk.folder / "s.db", isolation_level=None)
        self.other.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        self.other.close()


class OnlyRead(Fault):
    """As where somebody takes the right to write: SQLite says the same when it opens the file."""

    said = "cannot be written"

    def begin(self, site: Site) -> None:
        genuine = sqlite.SQLite._prepare

        def only_read(database: sqlite.SQLite, connection: Any, record: object) -> None:
            genuine(database, connection, record)
            connection.execute("PRAGMA query_only=ON")

        self.genuine = genuine
        self.monkeypatch.setattr(sqlite.SQLite, "_prepare", only_read)
        self.monkeypatch.setattr(site.store.database, "_file", (0, 0))  # opened anew

    def end(self) -> None:
        self.monkeypatch.setattr(sqlite.SQLite, "_prepare", self.genuine)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    yield from own_disk(tmp_path / "disk")


@asynccontextmanager
async def serving(folder: Path, disk: Disk) -> AsyncIterator[tuple[Site, FakeAsterisk]]:
    (folder / "flows").mkdir()
    (folder / "flows" / "tram.yaml").write_text(FLOW)
    async with FakeAsterisk() as asterisk:
        configuration = Configuration.model_validate(
            {
                "asterisk": asterisk.settings(),
                "numbers": {"800": "tram"},
                "api": {"port": 0},
                "store": {"path": str(disk.folder / "s.db")},
            }
        ).placed(folder)
        async with Site(configuration, tell=lambda text: None) as site:
            yield site, asterisk


class Caller:
    """Somebody who calls, and what the engine tells of his call."""

    def __init__(self, site: Site, asterisk: FakeAsterisk) -> None:
        self.site = site
        self.asterisk = asterisk
        self.events: list[TraceEvent] = []
        self.id = ""

    async def calls(self) -> None:
        self.site.engine.subscribe(self._hear)
        self.channel = self.asterisk.call("800", caller=NUMBER)
        await until(lambda: "main/1" in self.paths())

    def _hear(self, call: str, event: TraceEvent) -> None:
        if isinstance(event, Arrived) and not self.id:
            self.id = call
        if call == self.id:
            self.events.append(event)

    def paths(self) -> list[str]:
        return [each.path for each in self.events if isinstance(each, Entered)]

    async def walks(self) -> None:
        for key, path in WALK:
            seen = self.paths().count(path)
            self.asterisk.press(self.channel, key)
            await until(lambda: self.paths().count(path) == seen + 1)  # noqa: B023

    async def ends(self) -> None:
        self.asterisk.press(self.channel, "3")
        await until(lambda: self.id not in self.site.engine.live())


async def told(site: Site, path: str) -> tuple[int, str]:
    """What the API answers."""
    token = (site.configuration.state / "api-token").read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"http://127.0.0.1:{site.api_port}{path}") as answer,
    ):
        return answer.status, await answer.text()


@pytest.mark.parametrize("kind", [Full, Locked, OnlyRead])
async def test_calls_go_on_and_what_was_not_written_is_written_later(
    kind: type[Fault],
    disk: Disk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(writer, "_LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    fault = kind(disk, monkeypatch)
    async with serving(tmp_path, disk) as (site, asterisk):
        through, meanwhile = Caller(site, asterisk), Caller(site, asterisk)
        await through.calls()
        await through.walks()
        assert (await told(site, "/ready"))[0] == 200
        fault.begin(site)
        await through.walks()
        await meanwhile.calls()
        await meanwhile.walks()
        await until(lambda: any(fault.said in each for each in site.unready()))
        status, body = await told(site, "/ready")
        assert status == 503
        assert fault.said in body
        assert "calls go on unsaved" in body
        assert fault.said in caplog.text
        _, figures = await told(site, "/metrics")
        assert re.search(r"ivrkit_store_failures_total [1-9]", figures)
        await through.walks()
        await meanwhile.ends()
        fault.end()
        await until(lambda: not site.unready())
        assert "store works again" in caplog.text
        await through.walks()
        await through.ends()
        await site.store.flush()
        for caller in (through, meanwhile):
            assert await site.store.trace(caller.id) == caller.events
            record = await site.store.record(caller.id)
            assert record is not None
            assert (record.ended, record.caller) == ("flow", NUMBER)
        assert await site.store.sessions() == []
        assert site.store.statistics.dropped == 0
