"""A store that an earlier version of ivrkit has made."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ivrkit.store import Store
from ivrkit.store.databases.sqlite import APPLICATION_ID
from ivrkit.store.tables import SCHEMA_VERSION, metadata
from tests.store.support import record

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


def old_file(path: Path) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(FIRST)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.commit()
    connection.close()
    return path


def schema(path: Path) -> dict[str, list[tuple[str, str]]]:
    connection = sqlite3.connect(path)
    tables = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    found = {
        name: [(c[1], c[2]) for c in connection.execute(f"PRAGMA table_info({name})")]
        for name in tables
    }
    connection.close()
    return found


async def test_it_gets_the_tables_that_it_lacks_and_keeps_what_it_has(tmp_path: Path) -> None:
    store = Store(old_file(tmp_path / "s.db"))
    await store.open()
    assert await store.session("old-call") == b"captured"
    old = await store.record("old-call")
    assert old is not None
    assert old.caller == "+49301"
    store.put_record(record("new-call"))
    await store.flush()
    assert await store.erase_caller("nobody") is not None
    await store.close()
    new = Store(tmp_path / "new.db")
    await new.open()
    await new.close()
    assert schema(tmp_path / "s.db") == schema(tmp_path / "new.db")
    assert schema(tmp_path / "s.db").keys() == {each.name for each in metadata.sorted_tables}


async def test_it_is_of_this_version_then(tmp_path: Path) -> None:
    path = old_file(tmp_path / "s.db")
    for _ in range(2):
        store = Store(path)
        await store.open()
        await store.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT version FROM schema_version").fetchall() == [
        (SCHEMA_VERSION,)
    ]
    connection.close()
