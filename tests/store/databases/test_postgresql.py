"""A store in PostgreSQL: a URL and a server that are not as they must be say so in one line."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from ivrkit.errors import ConfigurationError, NotAvailable, StoreError
from ivrkit.store import Store
from ivrkit.store.database import database_at
from ivrkit.store.databases import postgresql
from ivrkit.store.postgresql.driver import limited_driver
from ivrkit.testing import ports
from ivrkit.testing.databases import PrivatePostgreSQL
from tests.store.support import record, sql, whole_url


async def refusal(url: str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        await Store(url).open()
    text = str(caught.value)
    assert "\n" not in text
    assert caught.value.hint
    password = make_url(url).password
    assert not password or str(password) not in text
    return caught.value


def changed(url: str, **parts: object) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)  # type: ignore[arg-type]


async def test_a_server_that_is_not_there(postgresql_url: str) -> None:
    error = await refusal(changed(postgresql_url, port=ports.free_ports(1)))
    assert "cannot be reached" in error.message
    assert "Connection refused" in error.message
    assert "host and port" in error.hint


async def test_a_wrong_password(postgresql_url: str) -> None:
    error = await refusal(changed(postgresql_url, password="not the right one"))
    assert "refuses the user" in error.message
    assert "password" in error.hint


async def test_a_database_that_is_not_there(postgresql_url: str) -> None:
    error = await refusal(changed(postgresql_url, database="nowhere"))
    assert "createdb" in error.hint


async def test_a_schema_that_is_not_there(postgresql_server: PrivatePostgreSQL) -> None:
    error = await refusal(postgresql_server.url("nowhere"))
    assert "no schema" in error.message


async def test_a_server_that_takes_the_connection_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgresql, "CONNECT_SECONDS", 2)
    with socket.create_server((ports.LOOPBACK, 0)) as mute:
        port = mute.getsockname()[1]
        error = await refusal(f"postgresql://ivr:secret@{ports.LOOPBACK}:{port}/ivr")
    assert "does not answer" in error.message


@pytest.fixture
def beggar(postgresql_server: PrivatePostgreSQL, postgresql_url: str) -> Iterator[str]:
    """A user who may look into the schema, and make nothing in it."""
    schema = str(make_url(postgresql_url).query["options"]).rpartition("=")[2]
    with psycopg.connect(postgresql_server.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE beggar LOGIN PASSWORD 'please'")
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO beggar")  # type: ignore[arg-type]
        yield changed(postgresql_url, username="beggar", password="please")
        connection.execute("DROP OWNED BY beggar")
        connection.execute("DROP ROLE beggar")


async def test_a_user_without_rights(beggar: str) -> None:
    error = await refusal(beggar)
    assert "may not be used" in error.message
    assert "owner" in error.hint


async def test_tables_of_another_program(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE calls (id text)")
        assert "another program: it has a table calls" in (await refusal(postgresql_url)).message
        connection.execute("DROP TABLE calls; CREATE TABLE schema_version (version integer)")
        assert "schema_version has another" in (await refusal(postgresql_url)).message
        connection.execute("DROP TABLE schema_version; CREATE TABLE accounts (id text)")
    store = Store(postgresql_url)
    await store.open()
    await store.save_ahead("a", b"1")
    await store.close()


async def test_a_store_of_a_newer_version(postgresql_url: str) -> None:
    store = Store(postgresql_url)
    await store.open()
    await store.close()
    sql(store, "UPDATE schema_version SET version = 99")
    assert "newer ivrkit (its schema is 99" in (await refusal(postgresql_url)).message


async def test_the_tables_are_locked(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "LOCK_SECONDS", 0.05)
    store = Store(postgresql_url)
    await store.open()
    with psycopg.connect(postgresql_url) as other:
        other.execute("LOCK TABLE schema_version IN ACCESS EXCLUSIVE MODE")
        assert "is locked by another program" in (await refusal(postgresql_url)).message
    await store.close()


async def test_three_may_make_it_at_the_same_time(postgresql_url: str) -> None:
    stores = [Store(postgresql_url) for _ in range(3)]
    await asyncio.gather(*(each.open() for each in stores))
    for number, store in enumerate(stores):
        store.put_record(record(f"c{number}"))
        await store.flush()
    assert len(await stores[0].records()) == 3
    for store in stores:
        await store.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u:hunter2@h/d", "cannot be in 'mysql'"),
        ("postgres://u:hunter2@h/d", "cannot be in 'postgres'"),
        ("postgresql+asyncpg://u:hunter2@h/d", "by the driver 'asyncpg'"),
        ("postgresql://u:hunter2@h", "names no database"),
        ("postgresql://u:hunter2@h:port/d", "is no URL of a store"),
        ("://u:hunter2@h/d", "is no URL of a store"),
    ],
)
def test_a_wrong_url_says_so_and_tells_no_password(url: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Store(url)
    assert said in caught.value.message
    assert "postgresql://" in caught.value.hint
    assert "hunter2" not in str(caught.value)


def test_the_driver_is_not_there(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    limited_driver.cache_clear()
    with pytest.raises(NotAvailable) as caught:
        database_at(postgresql_url).reader()
    assert caught.value.hint == "pip install 'ivrkit[postgresql]'"
    limited_driver.cache_clear()


async def test_its_name_tells_no_password(postgresql_url: str) -> None:
    store = Store(postgresql_url)
    assert str(make_url(postgresql_url).password) in make_url(whole_url(store)).password  # type: ignore[operator]
    assert "***" not in store.database.name
    assert str(make_url(postgresql_url).password) not in store.database.name


async def test_values_are_in_no_error(postgresql_url: str) -> None:
    store = Store(postgresql_url)
    await store.open()
    twice = "INSERT INTO leases VALUES ('hunter2', 1, 'hunter2', 0, '')"
    with pytest.raises(StoreError) as caught:
        await store.write(lambda c: (c.exec_driver_sql(twice), c.exec_driver_sql(twice)))
    assert "duplicate key" in caught.value.message
    assert "hunter2" not in str(caught.value)
    await store.close()


async def test_what_a_start_would_find(postgresql_url: str, beggar: str) -> None:
    def examined(url: str) -> str:
        return database_at(url).examine()

    assert examined(postgresql_url) == "will be made by the first start"
    with pytest.raises(StoreError, match="may not make tables"):
        examined(beggar)
    assert not database_at(postgresql_url).exists()
    store = Store(postgresql_url)
    await store.open()
    await store.close()
    assert examined(postgresql_url) == "can be read and written"
    sql(store, "GRANT SELECT ON ALL TABLES IN SCHEMA pg_catalog TO beggar")
    sql(store, "GRANT SELECT ON calls TO beggar")
    with pytest.raises(StoreError, match="may not write it"):
        examined(beggar)
    with pytest.raises(StoreError, match="cannot be reached"):
        examined(changed(postgresql_url, port=ports.free_ports(1)))
