"""A store that is kept by the means of its server: the lines of docs/operations.md as they are."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from ivrkit.call.events import Ended, Entered, Noted
from ivrkit.store import Store
from ivrkit.store.opening import Tables
from ivrkit.testing.databases import PrivatePostgreSQL
from ivrkit.testing.databases.postgresql import _program
from tests.store.support import record

PAGE = Path(__file__).parents[3] / "docs/operations.md"
URL = "postgresql://ivrkit@db.example.com/ivrkit"
TRACE = [Entered(at=0.5, path="main/0", verb="say"), Ended(at=9, ended="caller")]


def block(program: str) -> str:
    """The lines of the page that begin with a program."""
    (found,) = re.findall(rf"^```sh\n({program} .*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    assert URL in found
    return str(found)


def run(lines: str, url: str, state: Path, backups: Path) -> None:
    for written, here in (
        (URL, url),
        ("/var/backups/ivrkit", str(backups)),
        ("/var/lib/ivrkit", str(state)),
    ):
        assert written in lines
        lines = lines.replace(written, here)
    path = f"{_program('pg_dump').parent}:{os.environ['PATH']}"
    subprocess.run(["sh", "-ec", lines], env={**os.environ, "PATH": path}, check=True)


@pytest.fixture
def empty(postgresql_server: PrivatePostgreSQL) -> Iterator[list[str]]:
    """Two databases without anything in them."""
    names = ("dumped", "restored")
    server = make_url(postgresql_server.url())
    with psycopg.connect(postgresql_server.url(), autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        yield [server.set(database=each).render_as_string(hide_password=False) for each in names]
        for name in names:
            connection.execute(f"DROP DATABASE {name}")  # type: ignore[arg-type]


async def test_what_it_keeps_is_a_store_again(empty: list[str], tmp_path: Path) -> None:
    source, target = empty
    there, here, backups = (tmp_path / name for name in ("there", "here", "backups"))
    for folder in (there / "media", here, backups):
        folder.mkdir(parents=True)
    (there / "media/message.wav").write_bytes(b"sound")
    store = Store(source)
    await store.open()
    await store.acquire("ivrkit", "the engine of before")
    store.put_record(record("over", ended="caller"))
    store.append("over", TRACE)
    await store.save_ahead("living", b"a capture")
    await store.flush()
    run(block("pg_dump"), source, there, backups)  # while it serves
    await store.close()
    run(block("pg_restore"), target, here, backups)
    assert (here / "media/message.wav").read_bytes() == b"sound"
    restored = Store(target)
    await restored.open(Tables.REQUIRED)
    assert {each.id: each.ended for each in await restored.records()} == {"over": "caller"}
    restored.append("over", [Noted(at=9.5, text="numbered behind what was kept")])
    await restored.flush()
    assert (await restored.trace("over"))[:-1] == TRACE
    assert await restored.acquire("ivrkit", "the next engine") == 2
    assert await restored.sessions() == [("living", b"a capture")]
    await restored.close()
