"""Values there and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivrkit.call.requests.database import Take
from ivrkit.connectors.odbc.values import WALL, Room, Zone, parameter, read_value
from ivrkit.errors import RequestRefused
from ivrkit.expressions.secrets import Secret
from tests.connectors.odbc.support import Asker, Engine

BERLIN = Zone("Europe/Berlin")
TEXT = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60
)


@pytest.mark.parametrize(
    ("value", "bound"),
    [
        (None, None),
        (True, True),
        ("0123", "0123"),
        (Decimal("12"), 12),
        (Decimal("12.50"), Decimal("12.50")),
        (Decimal("12.00"), Decimal("12.00")),
        (Decimal(2**70), Decimal(2**70)),
        (7, 7),
        (timedelta(minutes=2), 120),
        (timedelta(milliseconds=1500), Decimal("1.5")),
        (date(2026, 1, 2), date(2026, 1, 2)),
        (time(10, 30), time(10, 30)),
        (datetime(2026, 1, 2, 3), datetime(2026, 1, 2, 3)),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), datetime(2026, 1, 2, 4)),
        (Secret("1234"), "1234"),
        (Secret(Decimal("3")), 3),
    ],
)
def test_what_is_sent(value: Any, bound: Any) -> None:
    found = parameter("x", value, BERLIN)
    assert (found, type(found)) == (bound, type(bound))


@pytest.mark.parametrize("value", [["a"], {"a": "b"}, "a\0b", "\ud800", Secret(["a"])])
def test_what_no_column_holds(value: Any) -> None:
    with pytest.raises(RequestRefused, match="the parameter x"):
        parameter("x", value, WALL)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, None),
        (True, True),
        ("x", "x"),
        (5, Decimal(5)),
        (0.1, Decimal("0.1")),
        (Decimal("12.50"), Decimal("12.50")),
        (UUID(int=5), str(UUID(int=5))),
        (date(2026, 1, 2), date(2026, 1, 2)),
        (time(1, 2), time(1, 2)),
    ],
)
def test_what_is_read(value: Any, read: Any) -> None:
    found = read_value("x", value, WALL)
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize("value", [b"\x00", bytearray(b"x"), float("nan"), float("inf"), 1j])
def test_what_no_flow_works_with(value: Any) -> None:
    with pytest.raises(RequestRefused, match="the column x"):
        read_value("x", value, WALL)


def test_datetimes_have_the_zone_of_the_source() -> None:
    wall = datetime(2026, 7, 1, 12)
    assert read_value("x", wall, WALL).tzinfo is None
    assert read_value("x", wall, BERLIN) == wall.replace(tzinfo=ZoneInfo("Europe/Berlin"))


def test_room() -> None:
    room = Room(2, 15)
    room.row(["abc"])
    room.row(["abc", None])
    with pytest.raises(RequestRefused, match="more than 2 rows"):
        room.row([])
    with pytest.raises(RequestRefused, match="kilobytes"):
        Room(1, 10).row(["x" * 11])


# ---- on the databases ----------------------------------------------------------------------------


@pytest.fixture
def things(engine: Engine) -> Engine:
    stamp = "timestamp" if engine.name == "postgresql" else "datetime"
    engine.run(
        "drop table if exists things",
        f"create table things (id int, t text, d decimal(20,6), n int, b boolean, day date, "
        f"at {stamp}, clock time)",
    )
    return engine


async def stored(ask: Asker, column: str, value: Any) -> Any:
    await ask.write("delete from things")
    await ask.write(f"insert into things (id, {column}) values (1, :v)", v=value)
    return await ask(f"select {column} from things", Take.VALUE)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("t", "陳大文 Привет Ümläut 😀 \\ ' \" % _ ; -- ?"),
        ("t", ""),
        ("t", "é😀" * 5_000),
        ("n", Decimal(-7)),
        ("n", None),
        ("t", None),
        ("d", None),
        ("b", None),
        ("day", None),
        ("at", None),
        ("day", date(2024, 2, 29)),
        ("at", datetime(2026, 1, 2, 3, 4, 5)),
        ("clock", time(23, 59, 58)),
        ("b", True),
        ("b", False),
    ],
)
async def test_there_and_back(things: Engine, column: str, value: Any) -> None:
    async with things.opened(kilobytes=1000) as ask:
        assert await stored(ask, column, value) == value


@pytest.mark.parametrize("text", ["12.5", "0.1", "-99999999.99", "123456789.123456", "0"])
async def test_money_stays_exact(things: Engine, text: str) -> None:
    async with things.opened() as ask:
        assert Decimal(await stored(ask, "d", Decimal(text))) == Decimal(text)
        assert await ask("select n from things where d = :d", d=Decimal(text)) == [{"n": None}]


async def test_any_text(things: Engine) -> None:
    async with things.opened() as ask:
        await ask.write("insert into things (id) values (1)")

        @settings(max_examples=100, suppress_health_check=list(HealthCheck))
        @given(TEXT)
        def drawn(text: str) -> None:
            texts.append(text)

        texts: list[str] = []
        drawn()
        for text in texts:
            await ask.write("update things set t = :t", t=text)
            assert await ask("select t from things", Take.VALUE) == text
            assert await ask("select id from things where t = :t", Take.VALUE, t=text) == 1


async def test_numbers_serve_where_numbers_are_wanted(things: Engine) -> None:
    async with things.opened() as ask:
        await ask.write("insert into things (id, n, d) values (1, 5, 2.5), (2, 6, 10.5)")
        assert await ask("select id from things order by id limit :m", m=Decimal(1)) == [{"id": 1}]
        assert await ask("select id from things where d > :x", x=Decimal("9.75")) == [{"id": 2}]
        # What a caller has typed is text, and columns of numbers understand it.
        assert await ask("select id from things where n = :x", x="6") == [{"id": 2}]


async def test_bytes_are_refused(server: Engine) -> None:
    made = {"postgresql": "select '\\x00ff'::bytea as x", "mariadb": "select x'00ff' as x"}
    server.run("drop table if exists raw", "create table raw (x int)")
    async with server.opened() as ask:
        with pytest.raises(RequestRefused, match="bytes"):
            await ask(made[server.name])
        assert await ask("select 1", Take.VALUE) == 1


async def test_a_uuid_is_a_text(postgresql: Engine) -> None:
    text = "6f1a2b3c-0000-4000-8000-00000000abcd"
    async with postgresql.opened() as ask:
        assert await ask(f"select '{text}'::uuid", Take.VALUE) == text
        assert await ask("select 1 where cast(:u as uuid) is not null", Take.VALUE, u=text) == 1


async def test_a_zone(postgresql: Engine) -> None:
    async with postgresql.opened(zone="Europe/Berlin") as ask:
        query = "select timestamptz '2026-07-01 10:00:00+00' as at"
        moment = await ask(query, Take.VALUE)
        assert moment == datetime(2026, 7, 1, 10, tzinfo=UTC)
        same = "select 1 where timestamptz '2026-07-01 10:00:00+00' = cast(:at as timestamptz)"
        assert await ask(same, Take.VALUE, at=moment.astimezone(UTC)) == 1
