"""A new release installed beside an engine of the one before: no command changes its store."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import pytest

from ivrkit.errors import CarrierUnavailable, IvrkitError, LeaseHeld, StoreError
from ivrkit.service.auditing import list_actions
from ivrkit.service.backup.making import make_backup
from ivrkit.service.callers.erasing import erase
from ivrkit.service.callers.exporting import export_caller
from ivrkit.service.configuration import Configuration
from ivrkit.service.ending import the_next_serves
from ivrkit.service.history import list_calls, tell_call
from ivrkit.service.remembering import erase_memories, find_memories
from ivrkit.service.site import Site
from ivrkit.service.site.succession import Successor
from ivrkit.store import AuditQuery, RecordQuery, Store
from ivrkit.store.handovers import ask, say_serving
from ivrkit.store.opening import Tables
from ivrkit.store.tables import SCHEMA_VERSION
from tests.store.test_upgrade import PREVIOUS, schema

CALLER = "+49301234567"
FLOW = """
ivrkit: 1
flow: hello
sections:
  main:
    - answer
    - hangup
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    return Path(shutil.copy(PREVIOUS, tmp_path / "state/ivrkit.db"))


@pytest.fixture
def site(path: Path, tmp_path: Path, unused_tcp_port: int) -> Configuration:
    """No engine answers at its API."""
    given = {
        "api": {"port": unused_tcp_port},
        "asterisk": {"url": "http://127.0.0.1:1", "password": "secret"},
    }
    found = Configuration.model_validate(given).placed(tmp_path)
    assert found.store_url.database == str(path)
    return found


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT version FROM schema_version").fetchone()[0])


async def backed_up(site: Configuration) -> None:
    make_backup(site, site.state / "backup.tar.gz")


REFUSED: list[Callable[[Configuration], Awaitable[object]]] = [
    find_memories,
    lambda site: erase_memories(site, caller=CALLER),
    lambda site: erase(site, CALLER, really=True),
    lambda site: export_caller(site, CALLER, site.state / "caller.zip"),
    lambda site: list_actions(site, AuditQuery()),
    backed_up,
]


@pytest.mark.parametrize("command", REFUSED)
async def test_it_is_refused_with_both_versions_and_the_remedy(
    site: Configuration, path: Path, command: Callable[[Configuration], Awaitable[object]]
) -> None:
    before = schema(path)
    with pytest.raises(StoreError, match="its schema is 4, this one needs") as caught:
        await command(site)
    assert "ivrkit serve" in caught.value.hint
    assert schema(path) == before
    assert [each.name for each in site.state.iterdir()] == [path.name]


async def test_what_it_has_can_be_read(site: Configuration, path: Path) -> None:
    before = schema(path)
    assert {each.id for each in (await list_calls(site, RecordQuery())).calls} == {
        "call-1",
        "1772452700.1",
    }
    assert (await tell_call(site, "call-1")).events
    assert schema(path) == before


async def test_one_of_a_later_release_is_refused(site: Configuration, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE schema_version SET version = 99")
    for command in (lambda: list_calls(site, RecordQuery()), lambda: find_memories(site)):
        with pytest.raises(StoreError, match="newer ivrkit"):
            await command()


async def test_an_engine_that_does_not_get_as_far_as_calls_leaves_it_to_the_one_before(
    site: Configuration, path: Path
) -> None:
    serving = Store(path)
    await serving.open(Tables.KEPT)
    await serving.acquire("ivrkit", "the engine of the release before")
    with pytest.raises(LeaseHeld):
        await Site(site).start()
    with pytest.raises(IvrkitError, match="flows"):  # it has none
        await Site(site, take_over=True).start()
    assert version(path) == 4
    await serving.close()
    with pytest.raises(IvrkitError, match="flows"):
        await Site(site).start()
    assert version(path) == 4


@pytest.mark.parametrize("take_over", [True, False])
async def test_an_engine_upgrades_it_when_all_is_ready_and_it_may_have_the_application(
    site: Configuration, path: Path, monkeypatch: pytest.MonkeyPatch, take_over: bool
) -> None:
    async def goes_on(*_: object) -> None:
        raise LeaseHeld("the engine in service goes on")

    monkeypatch.setattr(Successor, "take_over", goes_on)
    site.flows.mkdir()
    (site.flows / "hello.yaml").write_text(FLOW)
    serving = Store(path)
    await serving.open(Tables.KEPT)
    if take_over:
        await serving.acquire("ivrkit", "the engine of the release before")
    with pytest.raises(LeaseHeld if take_over else CarrierUnavailable):
        await Site(site, take_over=take_over).start()
    assert version(path) == SCHEMA_VERSION
    await serving.save_ahead("call-1", b"goes on")
    await serving.close()


@asynccontextmanager
async def successor(path: Path) -> AsyncIterator[None]:
    """An engine that has taken the application over, and serves."""
    store, owner = Store(path), "the next engine"
    await store.open()
    await store.acquire("ivrkit", owner)
    await store.write(partial(ask, application="ivrkit", asker=owner))
    await store.write(partial(say_serving, application="ivrkit", owner=owner))
    yield
    await store.close()


async def test_an_engine_that_was_taken_over_by_a_later_release_ends_in_good_order(
    site: Configuration, path: Path
) -> None:
    async with successor(path):
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE schema_version SET version = 99")
        assert await the_next_serves(site)


async def test_a_store_that_cannot_be_opened_just_then_is_tried_again(
    site: Configuration,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    opening, failures = Store.open, iter([StoreError("it is away"), StoreError("it is away")])

    async def fails_first(store: Store, tables: Tables, *, again: bool) -> None:
        if (error := next(failures, None)) is not None:
            raise error
        await opening(store, tables, again=again)

    async with successor(path):
        monkeypatch.setattr(Store, "open", fails_first)
        assert await the_next_serves(site)
    assert next(failures, None) is None
    assert caplog.messages == ["it is away"]
