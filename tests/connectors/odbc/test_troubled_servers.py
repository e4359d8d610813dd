"""Servers that are slow, mute, killed; callers who hang up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal

import pyodbc
import pytest

from ivrkit.call.requests.database import Statement, Take
from ivrkit.errors import (
    ConnectionLost,
    ConnectorError,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
)
from tests.connectors.odbc.support import Asker, Engine, until

SLOW = {
    "postgresql": "select pg_sleep(30)",
    "mariadb": "select benchmark(2000000000, md5('x'))",
    "sqlite": "with recursive s(n) as (select 1 union all select n + 1 from s "
    "where n < 300000000) select count(*) from s",
}
SLOW_WRITE = {
    "postgresql": "insert into slow select 1 from pg_sleep(30)",
    "mariadb": "insert into slow select sleep(30)",
    "sqlite": "insert into slow with recursive s(n) as (select 1 union all select n + 1 from s "
    "where n < 300000000) select count(*) from s",
}


@pytest.fixture
def slow(engine: Engine) -> Engine:
    engine.run("drop table if exists slow", "create table slow (n int)")
    return engine


@pytest.fixture
def fragile(server: Engine) -> Iterator[Engine]:
    """A server that the test may treat badly."""
    server.run("drop table if exists slow", "create table slow (n int)")
    yield server
    assert server.server is not None
    server.server.speak()
    if server.server.pid is None:
        server.server.start()


def busy(ask: Asker) -> int:
    return ask.connector.figures[0]


def left(ask: Asker) -> int:
    return ask.connector.figures[2]


async def test_a_look_up_that_takes_too_long_is_stopped(slow: Engine) -> None:
    async with slow.opened() as ask:
        with pytest.raises(ConnectorTimeout):
            await ask(SLOW[slow.name], Take.VALUE, seconds=0.3)
        # The thread comes back, and the connection serves again.
        await until(lambda: left(ask) == 0)
        assert await ask("select 1", Take.VALUE) == 1
        assert ask.connector.figures == (0, 1, 0)


async def test_a_write_that_was_stopped_before_its_commit_is_undone_and_says_so(
    slow: Engine,
) -> None:
    async with slow.opened() as ask:
        with pytest.raises(ConnectorTimeout):
            await ask.write(SLOW_WRITE[slow.name], seconds=0.3)
        await until(lambda: left(ask) == 0)
        assert await ask("select count(*) from slow", Take.VALUE) == 0


async def test_tables_that_cannot_undo_leave_it_open(mariadb: Engine) -> None:
    mariadb.run("drop table if exists slow", "create table slow (n int) engine=myisam")
    async with mariadb.opened(transactional=False) as ask:
        with pytest.raises(OutcomeUnknown):
            await ask.write(SLOW_WRITE["mariadb"], seconds=0.3)
        await until(lambda: left(ask) == 0)


async def test_a_caller_who_hangs_up_frees_the_connection(slow: Engine) -> None:
    async with slow.opened(pool=1) as ask:
        task = asyncio.ensure_future(ask(SLOW[slow.name], Take.VALUE))
        await until(lambda: busy(ask) == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await ask("select 1", Take.VALUE) == 1
        await until(lambda: left(ask) == 0)
        assert ask.connector.figures == (0, 1, 0)


async def test_a_transaction_that_is_left_is_undone(slow: Engine) -> None:
    async with slow.opened() as ask:
        first = Statement.of("insert into slow values (:n)", Take.COUNT)
        second = Statement.of(SLOW[slow.name], Take.VALUE)
        with pytest.raises(ConnectorTimeout):
            await ask.together(first, second, n=Decimal(1), seconds=0.5)
        await until(lambda: left(ask) == 0)
        assert await ask("select count(*) from slow", Take.VALUE) == 0


async def test_fifty_at_once_on_five_connections(slow: Engine) -> None:
    async with slow.opened(pool=5) as ask:
        asked = [ask("select :n", Take.VALUE, n=str(number)) for number in range(50)]
        answers = await asyncio.gather(*asked)
        assert answers == [str(number) for number in range(50)]
        taken, free, behind = ask.connector.figures
        assert (taken, behind) == (0, 0)
        assert 1 <= free <= 5


async def test_what_is_told_of_writes_is_true(slow: Engine) -> None:
    """However tight their deadlines: what was done is there, what was late is not."""
    told: dict[str, set[int]] = {"done": set(), "late": set(), "unknown": set()}

    async def write(number: int) -> None:
        seconds = (0.001, 0.003, 0.005, 0.01, 0.02, 20)[number % 6]
        try:
            await ask.write("insert into slow values (:n)", n=Decimal(number), seconds=seconds)
            told["done"].add(number)
        except (ConnectorTimeout, ConnectionLost):
            told["late"].add(number)
        except OutcomeUnknown:
            told["unknown"].add(number)

    async with slow.opened(pool=5, breaker={"failures": 1000}) as ask:
        for first in range(0, 200, 10):
            await asyncio.gather(*(write(first + each) for each in range(10)))
        await until(lambda: left(ask) == 0)
        rows = await ask("select n from slow", most=1000)
    there = [int(row["n"]) for row in rows]
    assert len(there) == len(set(there))
    assert told["done"] <= set(there)
    assert told["late"].isdisjoint(there)


async def test_the_server_has_a_limit_of_its_own(server: Engine) -> None:
    limit = {
        "postgresql": "select current_setting('statement_timeout')",
        "mariadb": "select @@max_statement_time",
    }[server.name]
    async with server.opened() as ask:
        assert str(await ask(limit, Take.VALUE, seconds=5)).startswith("8")
        assert str(await ask(limit, Take.VALUE, seconds=12)).startswith("16")


async def test_five_slow_ones_run_beside_each_other(server: Engine) -> None:
    # Each waits for the last: on one connection none would ever end.
    lock = {
        "postgresql": "select count(*) from pg_stat_activity where query like '%beside%' "
        "and state = 'active' and pid <> pg_backend_pid()",
        "mariadb": "select count(*) from information_schema.processlist "
        "where info like '%beside%' and id <> connection_id()",
    }[server.name]
    held = {
        "postgresql": "select /* beside */ pg_sleep(20)",
        "mariadb": "select /* beside */ sleep(20)",
    }[server.name]
    async with server.opened(pool=5) as ask:
        tasks = [asyncio.ensure_future(ask(held, Take.VALUE)) for _ in range(4)]
        async with asyncio.timeout(15):
            while await ask(lock, Take.VALUE) != 4:
                await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert all(task.cancelled() for task in tasks)
        await until(lambda: left(ask) == 0)


# ---- servers that go away ------------------------------------------------------------------------


async def test_a_look_up_survives_a_server_that_was_started_again(fragile: Engine) -> None:
    assert fragile.server is not None
    async with fragile.opened(pool=3) as ask:
        await asyncio.gather(*(ask("select 1", Take.VALUE) for _ in range(3)))
        fragile.server.stop()
        fragile.server.start()
        assert await ask("select 1", Take.VALUE) == 1
        assert await ask.write("insert into slow values (1)") == 1
        assert await ask("select count(*) from slow", Take.VALUE) == 1


async def test_a_server_killed_in_the_middle_of_a_look_up(fragile: Engine) -> None:
    assert fragile.server is not None
    async with fragile.opened() as ask:
        assert await ask("select 1", Take.VALUE) == 1
        task = asyncio.ensure_future(ask(SLOW[fragile.name], Take.VALUE))
        await until(lambda: busy(ask) == 1)
        await asyncio.to_thread(fragile.server.kill)
        with pytest.raises(ConnectionLost):
            await task
        fragile.server.start()
        assert await ask("select 1", Take.VALUE) == 1


async def test_a_server_killed_in_the_middle_of_a_write(fragile: Engine) -> None:
    assert fragile.server is not None
    async with fragile.opened() as ask:
        assert await ask("select 1", Take.VALUE) == 1
        task = asyncio.ensure_future(ask.write(SLOW_WRITE[fragile.name]))
        await until(lambda: busy(ask) == 1)
        await asyncio.to_thread(fragile.server.kill)
        # It had not come to its commit: nothing was written, and that is known.
        with pytest.raises(ConnectionLost):
            await task
        fragile.server.start()
        assert await ask("select count(*) from slow", Take.VALUE) == 0


async def test_a_procedure_that_may_have_been_done_is_unknown(fragile: Engine) -> None:
    assert fragile.server is not None
    sleeps = {
        "postgresql": "create or replace procedure sleeps() language plpgsql as "
        "$$ begin perform pg_sleep(30); end $$",
        "mariadb": "create or replace procedure sleeps() begin do sleep(30); end",
    }
    fragile.run(sleeps[fragile.name])
    async with fragile.opened() as ask:
        task = asyncio.ensure_future(ask.procedure("sleeps"))
        await until(lambda: busy(ask) == 1)
        await asyncio.sleep(0.2)  # until it is called
        await asyncio.to_thread(fragile.server.kill)
        with pytest.raises(OutcomeUnknown):
            await task


async def test_a_session_that_the_server_ends(fragile: Engine) -> None:
    end = {
        "postgresql": "select pg_terminate_backend(pid) from pg_stat_activity "
        "where application_name = 'ivrkit' and pid <> pg_backend_pid()",
        "mariadb": "kill {}",
    }[fragile.name]
    async with fragile.opened(pool=1) as ask:
        number = {"postgresql": "pg_backend_pid()", "mariadb": "connection_id()"}[fragile.name]
        before = await ask(f"select {number}", Take.VALUE)
        fragile.run(end.format(before))
        after = await ask(f"select {number}", Take.VALUE)
        assert before != after


# ---- a server that says nothing ------------------------------------------------------------------


async def test_a_mute_server_costs_the_deadline_and_nothing_more(fragile: Engine) -> None:
    assert fragile.server is not None
    breaker = {"failures": 1000}
    async with fragile.opened(pool=2, breaker=breaker) as ask:
        assert await ask("select 1", Take.VALUE) == 1
        fragile.server.mute()
        for _ in range(2):
            with pytest.raises(ConnectorTimeout):
                await ask("select 1", Take.VALUE, seconds=0.3)
        # Two hang: that many may. No further one is opened.
        assert left(ask) == 2
        with pytest.raises(ConnectionLost, match="hang"):
            await ask("select 1", Take.VALUE, seconds=5)
        assert left(ask) == 2
        fragile.server.speak()
        await until(lambda: left(ask) == 0)
        assert await ask("select 1", Take.VALUE) == 1
        assert sum(ask.connector.figures) <= 2


async def test_a_mute_server_does_not_hold_up_the_end(fragile: Engine) -> None:
    assert fragile.server is not None
    async with fragile.opened() as ask:
        assert await ask("select 1", Take.VALUE) == 1
        fragile.server.mute()
        with pytest.raises(ConnectorTimeout):
            await ask.write("insert into slow values (1)", seconds=0.3)
    fragile.server.speak()
    async with fragile.opened() as ask:
        assert await ask("select count(*) from slow", Take.VALUE) == 0


async def test_nobody_there(fragile: Engine) -> None:
    assert fragile.server is not None
    fragile.server.stop()
    async with fragile.opened() as ask:
        with pytest.raises(ConnectionLost, match="cannot be reached"):
            await ask("select 1", Take.VALUE)
        with pytest.raises(ConnectionLost):
            await ask.connector.probe()


# ---- others hold what is wanted ------------------------------------------------------------------


async def test_a_deadlock_is_tried_once_more(server: Engine) -> None:
    server.run(
        "drop table if exists pair",
        "create table pair (id int primary key, n int)",
        "insert into pair values (1, 0), (2, 0)",
    )
    async with server.opened() as ask:
        one, two = (
            Statement.of(f"update pair set n = n + 1 where id = {id_}", Take.COUNT)
            for id_ in (1, 2)
        )
        pause = {"postgresql": "select pg_sleep(0.1)", "mariadb": "select sleep(0.1)"}[server.name]
        wait = Statement.of(pause, Take.VALUE)
        for _ in range(5):
            await asyncio.gather(ask.together(one, wait, two), ask.together(two, wait, one))
        rows = await ask("select n from pair order by id")
    assert rows == [{"n": 10}, {"n": 10}]


async def test_what_another_has_locked_is_late_and_nothing_changed(sqlite: Engine) -> None:
    sqlite.run("create table t (n int)")
    held = pyodbc.connect(sqlite.connection, autocommit=False)
    try:
        held.execute("insert into t values (2)")
        async with sqlite.opened(timeout="1s") as ask:
            with pytest.raises(ConnectorTimeout, match="locked"):
                await ask.write("insert into t values (1)", seconds=15)
            held.rollback()
            assert await ask.write("insert into t values (1)") == 1
    finally:
        held.close()


async def test_wrong_password(server: Engine) -> None:
    wrong = server.connection.replace("p;{w", "wrong")
    async with server.opened(connection=wrong) as ask:
        with pytest.raises(ConnectorError) as caught:
            await ask("select 1")
        assert not isinstance(caught.value, ConnectionLost | RequestRefused)
        assert "password" in str(caught.value)
        assert "wrong}" not in str(caught.value)
