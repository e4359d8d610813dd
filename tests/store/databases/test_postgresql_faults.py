"""What happens to the server while calls go on: it is restarted, killed, mute, full, locked, only
read; the connection is cut at the worst moment. Calls go on, the alarm is raised and cleared, what
can be written later is written later in its order, and nothing twice; nobody waits for ever."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ivrkit.call.events import Noted
from ivrkit.errors import LeaseHeld, NotAvailable, StoreError
from ivrkit.store import AuditEntry, Store, leases, writer
from ivrkit.store.databases import postgresql
from ivrkit.store.postgresql import driver
from ivrkit.testing.databases import PrivatePostgreSQL
from tests.store.conftest import unavailable
from tests.store.databases.disks import Disk, own_disk
from tests.store.support import NOON, Ears, sql, until, whole_url


@pytest.fixture(scope="module")
def server() -> Iterator[PrivatePostgreSQL]:
    """A server that may be broken."""
    try:
        with PrivatePostgreSQL() as started:
            yield started
    except NotAvailable as error:
        unavailable(error)


@pytest.fixture
def postgresql_server(server: PrivatePostgreSQL) -> PrivatePostgreSQL:
    return server


@pytest.fixture
def url(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(writer, "_LONGEST_PAUSE", 0.1)
    return postgresql_url


def texts(count: int) -> list[Any]:
    return [Noted(text=str(number)) for number in range(count)]


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_the_server_is_gone_for_a_while(
    store: Store, ears: Ears, server: PrivatePostgreSQL, end: str
) -> None:
    await store.save_ahead("a", b"before")
    store.append("a", texts(1))
    await store.flush()
    getattr(server, end)()
    for event in texts(20)[1:]:
        store.append("a", [event])
        store.save("b", event.text.encode())
        await asyncio.sleep(0)
    store.put_audit(AuditEntry(at=NOON, token="desk", action="drain", outcome="done"))
    with pytest.raises(StoreError):
        await store.save_ahead("a", b"after")
    with pytest.raises(StoreError):
        await store.session("a")
    assert "calls go on unsaved" in ears.alarms[0]
    assert not ears.cleared
    server.start()  # by this thread: a server dies with the one that started it
    await until(lambda: ears.cleared)
    await store.flush()
    assert await store.trace("a") == texts(20)
    assert dict(await store.sessions()) == {"a": b"after", "b": b"19"}
    assert len(await store.audit()) == 1
    assert store.statistics.dropped == 0


async def test_the_lease_outlives_a_restart_of_the_server(
    store: Store, server: PrivatePostgreSQL, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.2)
    await store.acquire("ivrkit", "me")
    server.stop()
    server.start()  # by this thread: a server dies with the one that started it
    other = Store(whole_url(store))
    await other.open()
    # The lock that said that we live went with the old server: that says nothing about us.
    with pytest.raises(LeaseHeld):
        await other.acquire("ivrkit", "you")
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    await until(lambda: sql(other, locks) == [(1,)])
    await store.save_ahead("a", b"1")
    assert not ears.lost
    await other.close()


async def test_connections_are_cut(store: Store, ears: Ears, server: PrivatePostgreSQL) -> None:
    await store.save_ahead("a", b"1")
    assert await store.session("a") == b"1"
    with psycopg.connect(server.url(), autocommit=True) as other:
        for _ in range(3):
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'ivrkit'"
            )
            store.append("a", texts(1))
            store.save("a", b"2")
            await until(lambda: ears.cleared)
            assert await store.session("a") == b"2"
            ears.cleared.clear()
    await store.flush()
    assert await store.trace("a") == texts(1) * 3


@pytest.mark.parametrize("committed", [True, False])
async def test_the_connection_is_cut_in_a_commit(
    store: Store, ears: Ears, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    await store.save_ahead("a", b"1")
    limited = driver.limited_driver()
    genuine = limited.commit

    def cut(connection: psycopg.Connection[Any]) -> None:
        monkeypatch.setattr(limited, "commit", genuine)
        if committed:
            genuine(connection)
        connection.pgconn.finish()
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(limited, "commit", cut)
    store.append("a", texts(2))
    store.put_audit(AuditEntry(at=NOON, token="desk", action="drain", outcome="done"))
    await until(lambda: ears.cleared)
    await store.flush()
    assert await store.trace("a") == texts(2)
    assert len(await store.audit()) == 1


async def test_a_mute_server_is_not_waited_for_for_ever(
    store: Store, ears: Ears, server: PrivatePostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = driver.limited_driver()
    monkeypatch.setattr(limited, "limit", 0.5)
    monkeypatch.setattr(postgresql, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(postgresql, "CONNECT_SECONDS", 2)
    await store.save_ahead("a", b"1")
    store._writer._connection.connection.driver_connection.limit = 0.5  # type: ignore[union-attr]
    server.mute()
    try:
        store.append("a", texts(1))
        with pytest.raises(StoreError, match="does not answer"):
            await store.save_ahead("a", b"2")
        with pytest.raises(StoreError, match="does not answer"):
            await store.session("a")
        assert all("does not answer" in each for each in ears.alarms)
    finally:
        server.speak()
    await until(lambda: ears.cleared)
    assert await store.session("a") == b"2"
    assert await store.trace("a") == texts(1)


async def test_a_commit_that_nobody_answers_is_waited_for_so_long(
    store: Store, server: PrivatePostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "WAIT_SECONDS", 0.1)
    await store.save_ahead("a", b"1")
    done: list[int] = []
    server.mute()
    try:
        with pytest.raises(StoreError, match="has not answered within"):
            await store.write(lambda connection: connection.exec_driver_sql("SELECT 1"))
        with pytest.raises(StoreError, match="has not answered within"):
            await store.write(lambda connection: done.append(1))
    finally:
        server.speak()
    monkeypatch.setattr(writer, "WAIT_SECONDS", 30.0)
    await store.flush()
    # What nobody waits for any more was not begun.
    assert done == []


async def test_tables_are_locked_for_a_while(
    store: Store, ears: Ears, server: PrivatePostgreSQL
) -> None:
    await store.save_ahead("a", b"1")
    await store.write(lambda c: c.exec_driver_sql("SET lock_timeout = 50"))
    (schema,) = sql(store, "SELECT current_schema()")[0]
    with psycopg.connect(server.url()) as other:
        other.execute(f"LOCK TABLE {schema}.sessions IN ACCESS EXCLUSIVE MODE")  # type: ignore[arg-type]
        store.append("a", texts(1))
        with pytest.raises(StoreError, match="is locked by another program"):
            await store.save_ahead("a", b"2")
    await until(lambda: ears.cleared)
    assert await store.session("a") == b"2"
    assert await store.trace("a") == texts(1)


async def test_a_server_that_only_reads_for_a_while(
    store: Store, ears: Ears, server: PrivatePostgreSQL
) -> None:
    await store.save_ahead("a", b"1")
    with psycopg.connect(server.url(), autocommit=True) as other:
        other.execute("ALTER ROLE ivr SET default_transaction_read_only = on")
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'ivrkit'"
        )
        store.append("a", texts(1))
        await until(lambda: any("cannot be written" in each for each in ears.alarms))
        other.execute("SET default_transaction_read_only = off")
        other.execute("ALTER ROLE ivr RESET default_transaction_read_only")
    await until(lambda: ears.cleared)
    await store.flush()
    assert await store.trace("a") == texts(1)


@pytest.fixture
def disk(server: PrivatePostgreSQL, tmp_path: Path) -> Iterator[Disk]:
    for found in own_disk(server.folder / "disk"):
        inside = found.folder / "space"
        inside.mkdir()
        shutil.chown(inside, server.account, server.account)
        yield found


@pytest.fixture
async def crowded(
    store: Store, disk: Disk, server: PrivatePostgreSQL
) -> AsyncIterator[psycopg.Connection[Any]]:
    """Sessions and traces lie on the small disk."""
    (schema,) = sql(store, "SELECT current_schema()")[0]
    with psycopg.connect(server.url(), autocommit=True) as other:
        other.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}/space'")  # type: ignore[arg-type]
        for table in ("sessions", "traces"):
            other.execute(f"ALTER TABLE {schema}.{table} SET TABLESPACE small")  # type: ignore[arg-type]
        yield other
        await store.close()
        other.execute(f"DROP TABLE {schema}.sessions, {schema}.traces")  # type: ignore[arg-type]
        other.execute("CHECKPOINT")
        other.execute("DROP TABLESPACE small")


async def test_the_servers_disk_is_full_for_a_while(
    store: Store, ears: Ears, disk: Disk, crowded: psycopg.Connection[Any]
) -> None:
    await store.save_ahead("a", b"1")
    disk.fill()
    big = os.urandom(50_000)
    for number in range(5):
        store.save(f"c{number}", big)
    store.append("a", texts(1))
    with pytest.raises(StoreError, match="disk is full"):
        await store.save_ahead("a", b"2")
    disk.free()
    await until(lambda: ears.cleared)
    await store.flush()
    assert await store.session("a") == b"2"
    assert await store.session("c4") == big
    assert await store.trace("a") == texts(1)


async def test_an_entry_that_can_never_be_written_takes_no_other_with_it(
    store: Store, ears: Ears
) -> None:
    store.save("bad\ud800", b"x")
    store.save("good", b"1")
    store.append("good", texts(2))
    store.append("nul\0", texts(1))
    await until(lambda: ears.cleared or store.statistics.dropped == 2)
    await store.flush()
    assert await store.session("good") == b"1"
    assert await store.trace("good") == texts(2)
    assert store.statistics.dropped == 2
