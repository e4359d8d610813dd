"""A store that an earlier release has made: brought up to date with everything in it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, NullPool, create_engine, make_url

from ivrkit.call.events import Ended, Entered, Milestone
from ivrkit.call.messages import Message
from ivrkit.engine.saving import read_capture
from ivrkit.errors import LeaseHeld, StoreError
from ivrkit.expressions.values import Value
from ivrkit.store import Store, migrations, opening
from ivrkit.store.databases.postgresql import MARK
from ivrkit.store.databases.sqlite import APPLICATION_ID
from ivrkit.store.handovers import ask
from ivrkit.store.opening import Tables, make, migrate, stored_version
from ivrkit.store.tables import SCHEMA_VERSION, metadata
from tests.store.support import NOON, Ears, record, sql, until
from tests.store.test_memories import call

KEY = bytes(range(32))
PREVIOUS = Path(__file__).parent / "releases/version-4.db"
"""Made by the release with schema 4: calls, one of them in progress, and everything that can be
kept; its engine was killed."""

FIRST = """
CREATE TABLE schema_version (version INTEGER NOT NULL);
CREATE TABLE sessions (call_id TEXT NOT NULL, application TEXT NOT NULL, epoch INTEGER NOT NULL,
  saved FLOAT NOT NULL, capture BLOB NOT NULL, PRIMARY KEY (call_id));
CREATE TABLE traces (id INTEGER NOT NULL, call_id TEXT NOT NULL, written FLOAT NOT NULL,
  events BLOB NOT NULL, PRIMARY KEY (id));
CREATE INDEX traces_call ON traces (call_id);
CREATE INDEX traces_written ON traces (written);
CREATE TABLE calls (id TEXT NOT NULL, flow TEXT NOT NULL, version TEXT NOT NULL,
  caller TEXT NOT NULL, number TEXT NOT NULL, started FLOAT NOT NULL, answered FLOAT,
  ended_at FLOAT, ended TEXT NOT NULL, path TEXT NOT NULL, queue TEXT NOT NULL,
  handoff TEXT NOT NULL, tenant TEXT NOT NULL, PRIMARY KEY (id));
CREATE INDEX calls_caller ON calls (caller);
CREATE INDEX calls_started ON calls (started);
CREATE INDEX calls_version ON calls (version);
CREATE TABLE payloads (id TEXT NOT NULL, call_id TEXT NOT NULL, expires FLOAT NOT NULL,
  document BLOB, PRIMARY KEY (id));
CREATE INDEX payloads_call ON payloads (call_id);
CREATE INDEX payloads_expires ON payloads (expires);
CREATE TABLE flow_versions (hash TEXT NOT NULL, name TEXT NOT NULL, seen FLOAT NOT NULL,
  sources BLOB NOT NULL, PRIMARY KEY (hash));
CREATE TABLE leases (application TEXT NOT NULL, epoch INTEGER NOT NULL, owner TEXT NOT NULL,
  renewed FLOAT NOT NULL, wanted TEXT NOT NULL, PRIMARY KEY (application));
INSERT INTO schema_version VALUES (1);
INSERT INTO sessions VALUES ('old-call', '', 0, 0, x'6361707475726564');
INSERT INTO calls VALUES ('old-call', 'bank', 'v1', '+49301', '800', 0, NULL, NULL, '', '', '',
  '', '');
"""
"""The tables of version 1, word for word as the release made them."""


def written(path: Path, script: str) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.commit()
    connection.close()
    return path


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    return Path(shutil.copy(PREVIOUS, tmp_path / "s.db"))


def schema(path: Path) -> dict[str, set[tuple[Any, ...]]]:
    """Tables with their columns and indices."""
    connection = sqlite3.connect(path)
    tables = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    found = {
        name: {tuple(c[1:4]) for c in connection.execute(f"PRAGMA table_info({name})")}
        | {tuple(i[1:3]) for i in connection.execute(f"PRAGMA index_list({name})")}
        for name in tables
    }
    connection.close()
    return found


async def test_everything_in_it_is_there_afterwards(previous: Path, tmp_path: Path) -> None:
    store = Store(previous, key=KEY, media=tmp_path / "media")
    await store.open()
    assert await store.acquire("ivrkit", "me") == 2
    assert [call_id for call_id, _ in await store.sessions()] == ["call-1"]
    assert {each.id: each.ended for each in await store.records()} == {
        "call-1": "",
        "1772452700.1": "caller",
    }
    assert await store.trace("1772452700.1") == [
        Entered(at=0.5, path="main/0", verb="say"),
        Ended(at=9, ended="caller"),
    ]
    events = await store.trace("call-1")
    assert Milestone(at=1.0, name="authenticated", values={"how": "pin"}) in events
    assert [each.name for each in await store.milestones("call-1")] == ["authenticated"]
    payload = await store.payload("p1")
    assert payload is not None
    assert payload.document == b'{"account": 1}'
    version = await store.flow_version("v1")
    assert version is not None
    assert version.sources == {"bank.yaml": "flow: bank"}
    memory = await store.memories.recall(call(now=NOON), "bank:language")
    assert memory is not None
    assert memory.value == "de"
    assert await store.messages.prepare("call-1.4.0") == Message("call-1.4.0", 2.0)
    (kept,) = await store.outbox.due("broker.events", datetime.now(UTC), 10)
    assert (kept.key, kept.document) == ("call-1.7", b"document")
    await store.close()


async def test_a_call_that_was_captured_can_be_taken_up(previous: Path) -> None:
    store = Store(previous, key=KEY)
    await store.open()
    capture = await store.session("call-1")
    assert capture is not None
    state = read_capture(capture)
    assert (state.flow, state.channel, state.caller) == ("bank", "simulated-1", "+49301234567")
    assert [frame.path for frame in state.frames] == ["wrap-up"]
    variables = state.frames[0].variables
    assert variables is not None
    customer: Value = variables["customer"]
    assert customer["name"] == "Sam Okafor"  # type: ignore[index]
    await store.close()


async def test_the_engine_of_the_release_before_goes_on_writing(previous: Path) -> None:
    store = Store(previous)
    await store.open()
    before = (
        "INSERT INTO sessions (call_id, application, epoch, saved, capture) "
        "VALUES ('call-1', 'ivrkit', 1, 0, x'00'), ('call-2', 'ivrkit', 1, 0, x'00') "
        "ON CONFLICT (call_id) DO UPDATE SET capture = excluded.capture"
    )
    sql(store, before)
    assert await store.session("call-2") == b"\0"
    await store.close()


LATER = {
    3: "DROP TABLE outbox;",
    2: "DROP TABLE outbox; DROP TABLE milestones;",
    1: "DROP TABLE outbox; DROP TABLE milestones; DROP TABLE memories; DROP TABLE messages;",
}


@pytest.mark.parametrize("version", sorted(LATER))
async def test_every_version_gets_what_it_lacks(previous: Path, version: int) -> None:
    written(previous, f"{LATER[version]} UPDATE schema_version SET version = {version};")
    store = Store(previous)
    await store.open()
    assert await store.record("call-1") is not None
    assert await store.session("call-1") is not None
    await store.close()
    new = Store(previous.with_name("new.db"))
    await new.open()
    await new.close()
    assert schema(previous) == schema(previous.with_name("new.db"))


async def test_the_first_version_gets_all_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = written(tmp_path / "s.db", FIRST)
    for _ in range(2):
        store = Store(path)
        await store.open()
        assert await store.session("old-call") == b"captured"
        store.put_record(record("new-call"))
        await store.close()
    new = Store(tmp_path / "new.db")
    await new.open()
    await new.close()
    assert schema(path) == schema(tmp_path / "new.db")
    assert schema(path).keys() == {each.name for each in metadata.sorted_tables}
    assert sql(store, "SELECT version FROM schema_version") == [(SCHEMA_VERSION,)]


async def test_what_fails_in_the_middle_changes_nothing(
    previous: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: Connection) -> None:
        raise OSError(28, "No space left on device")

    before = schema(previous)
    monkeypatch.setattr("ivrkit.store.opening._mark", fail)
    with pytest.raises(StoreError, match="No space"):
        await Store(previous).open()
    assert schema(previous) == before
    monkeypatch.undo()
    store = Store(previous)
    await store.open()
    await store.close()
    assert schema(previous) != before


async def test_who_looks_after_a_store_does_not_upgrade_it(previous: Path) -> None:
    before = schema(previous)
    with pytest.raises(
        StoreError, match=r"older ivrkit \(its schema is 4, this one needs"
    ) as caught:
        await Store(previous).open(Tables.REQUIRED)
    assert "--take-over" in caught.value.hint
    assert schema(previous) == before


async def test_who_looks_after_a_store_makes_none(url: str) -> None:
    store = Store(url)
    with pytest.raises(StoreError, match="there is no store"):
        await store.open(Tables.REQUIRED)
    assert not store.database.exists()


@pytest.mark.parametrize("version", [*sorted(LATER), 4])
async def test_an_engine_upgrades_it_when_the_application_is_its_own(
    previous: Path, version: int
) -> None:
    """A lease can be asked for in the tables of every version."""
    written(previous, f"{LATER.get(version, '')} UPDATE schema_version SET version = {version};")
    before = schema(previous)
    store = Store(previous)
    await store.open(Tables.KEPT)
    await store.acquire("ivrkit", "me")
    assert schema(previous) == before
    await store.upgrade()
    assert await store.query(stored_version) == SCHEMA_VERSION
    await store.save_ahead("call-3", b"captured")
    assert await store.session("call-3") == b"captured"
    await store.close()


@pytest.fixture
def fourth(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store with the tables of version 4."""
    with monkeypatch.context() as release:
        release.setattr(opening, "SCHEMA_VERSION", 4)
        migrate(connection, 0)
        opening._mark(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"COMMENT ON TABLE schema_version IS '{MARK}'")
    else:
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    connection.commit()


@pytest.mark.usefixtures("fourth")
async def test_an_engine_that_is_to_take_over_upgrades_it_beside_the_one_that_serves(
    url: str,
) -> None:
    serving, following = Store(url), Store(url)
    await serving.open(Tables.KEPT)
    await serving.acquire("ivrkit", "the release before")
    await following.open(Tables.KEPT)
    with pytest.raises(LeaseHeld):
        await following.acquire("ivrkit", "me")
    assert await following.query(stored_version) == 4
    await following.upgrade()
    assert await following.query(stored_version) == SCHEMA_VERSION
    await serving.save_ahead("call-1", b"captured")
    await following.write(partial(ask, application="ivrkit", asker="me"))
    await serving.close()
    await following.acquire("ivrkit", "me")
    assert await following.sessions() == [("call-1", b"captured")]
    await following.close()


async def test_an_engine_goes_on_in_a_store_that_the_next_has_upgraded(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it has to open it anew: it has calls, and the next one does not serve yet."""
    ears = Ears()
    store = Store(url, observer=ears.observer)
    await store.open(Tables.KEPT)
    await store.upgrade()
    sql(store, "UPDATE schema_version SET version = 99")

    def cut() -> None:
        monkeypatch.undo()
        raise StoreError("the connection is cut")

    monkeypatch.setattr(store.database, "check", cut)
    store.save("call-1", b"captured")
    await until(lambda: ears.cleared)
    assert await store.session("call-1") == b"captured"
    await store.close()
    with pytest.raises(StoreError, match="newer ivrkit"):
        await Store(url).open(Tables.KEPT)
    before = Store(url)
    await before.open(Tables.KEPT, again=True)
    await before.upgrade()
    assert await before.query(stored_version) == 99
    await before.close()


async def test_what_a_start_would_find_is_told(previous: Path) -> None:
    database = Store(previous).database
    assert database.examine().startswith("is that of an older ivrkit (schema 4)")
    written(previous, "UPDATE schema_version SET version = 99;")
    with pytest.raises(StoreError, match="newer ivrkit"):
        database.examine()


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    found = make_url(url)
    if found.get_backend_name() == "postgresql":
        found = found.set(drivername="postgresql+psycopg")
    else:
        Path(str(found.database)).parent.mkdir()
    with create_engine(found, poolclass=NullPool).begin() as opened:
        yield opened


def differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def test_the_steps_lead_to_the_tables_that_are_made_at_once(connection: Connection) -> None:
    migrate(connection, 0)
    assert differences(connection) == []


def test_the_tables_are_what_is_declared(connection: Connection) -> None:
    make(connection)
    assert differences(connection) == []


def test_the_steps_are_in_the_package() -> None:
    """setuptools packs what has an ``__init__.py``."""
    (folder,) = migrations.__path__
    assert (Path(folder) / "versions/__init__.py").is_file()
    steps = {path.name[:5] for path in Path(folder).glob("versions/v*.py")}
    assert steps == {f"v{number:04}" for number in range(1, SCHEMA_VERSION + 1)}
