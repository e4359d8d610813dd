from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from ivrkit.errors import LeaseHeld
from ivrkit.store import CallRecord, Store, leases
from ivrkit.store.databases.sqlite import LockFile
from tests.store.support import Ears, record, sql, until, whole_url

ENGINE = """
import asyncio, sys
from ivrkit.store import Observer, Store, leases

leases.RENEW_SECONDS = 0.05

async def main():
    asked = asyncio.Event()
    observer = Observer(wanted=lambda owner: (print("wanted by", owner, flush=True), asked.set()))
    store = Store(sys.argv[1], observer=observer)
    await store.open()
    epoch = await store.acquire("ivrkit", "the child")
    await store.save_ahead("call", b"child")
    print("epoch", epoch, flush=True)
    await asked.wait()
    if "stubborn" in sys.argv:
        await asyncio.sleep(60)
    await store.close()

asyncio.run(main())
"""


async def engine(store: Store, *options: str) -> Process:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ENGINE, whole_url(store), *options, stdout=PIPE
    )
    assert (await line(child)).startswith("epoch")
    return child


async def line(child: Process) -> str:
    assert child.stdout is not None
    return (await child.stdout.readline()).decode().strip()


async def test_a_second_engine_is_refused_and_told_by_whom(store: Store) -> None:
    child = await engine(store)
    with pytest.raises(LeaseHeld, match="'ivrkit' is in the hands of the child") as caught:
        await store.acquire("ivrkit", "me")
    assert "--take-over" in caught.value.hint
    # Another application is another lease.
    assert await store.acquire("ivrkit-2", "me") == 1
    child.kill()
    await child.communicate()


async def test_an_engine_that_was_killed_is_followed_at_once(store: Store) -> None:
    child = await engine(store)
    child.send_signal(signal.SIGKILL)
    await child.communicate()
    assert await store.acquire("ivrkit", "me") == 2
    assert await store.sessions() == [("call", b"child")]


async def test_an_engine_that_is_asked_hands_over(store: Store) -> None:
    child = await engine(store)
    epoch = await store.acquire("ivrkit", "me", take_over=True)
    assert epoch == 2
    assert await line(child) == "wanted by me"
    await child.communicate()
    assert child.returncode == 0
    store.save("call", b"mine")
    await store.flush()
    assert await store.sessions() == [("call", b"mine")]


async def test_a_stubborn_engine_loses_the_lease_in_the_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = await engine(store, "stubborn")
    monkeypatch.setattr(leases, "VALID_SECONDS", 1.0)
    assert await store.acquire("ivrkit", "me", take_over=True) == 2
    child.kill()
    await child.communicate()


async def test_an_engine_that_stands_still_loses_the_lease(store: Store) -> None:
    child = await engine(store)
    child.send_signal(signal.SIGSTOP)
    _age(store, 9)
    with pytest.raises(LeaseHeld):
        await store.acquire("ivrkit", "me")
    _age(store, 2)
    assert await store.acquire("ivrkit", "me") == 2
    child.send_signal(signal.SIGKILL)
    await child.communicate()


def _age(store: Store, seconds: float) -> None:
    """Let the last renewal lie further back."""
    sql(store, f"UPDATE leases SET renewed = renewed - {seconds}")


async def test_what_is_written_under_an_old_epoch_is_refused(
    store: Store, ears: Ears, tmp_path: Path
) -> None:
    assert await store.acquire("ivrkit", "old") == 1
    await store.save_ahead("a", b"old")
    store.put_record(record("a"))
    await store.flush()
    newer = Store(store.database.url)
    await newer.open()
    _age(store, 11)
    assert await newer.acquire("ivrkit", "new") == 2
    store.save("a", b"stale")
    store.save("b", b"stale")
    store.put_record(record("a", ended="caller"))
    with pytest.raises(LeaseHeld, match="passed to another engine \\(new\\)"):
        await store.save_ahead("a", b"stale")
    await until(lambda: ears.lost)
    assert len(ears.lost) == 1
    assert dict(await newer.sessions()) == {"a": b"old"}
    found = await newer.record("a")
    assert isinstance(found, CallRecord)
    assert found.ended == ""
    await newer.save_ahead("a", b"new")
    await store.release()
    with pytest.raises(LeaseHeld):
        await store.acquire("ivrkit", "old")
    await newer.close()


async def test_losing_the_lease_is_told_to_an_engine_without_calls(
    store: Store, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.02)
    await store.acquire("ivrkit", "old")
    sql(store, "UPDATE leases SET epoch = 7, owner = 'new'")
    await until(lambda: ears.lost)


async def test_renewing_keeps_it_and_releasing_frees_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.02)
    await store.acquire("a/b c", "me")
    other = Store(store.database.url)
    await other.open()
    before = _renewed(store)
    await until(lambda: _renewed(store) > before)
    with pytest.raises(LeaseHeld):
        await other.acquire("a/b c", "you")
    await store.release()
    assert await other.acquire("a/b c", "you") == 2
    assert await store.sessions() == []
    await other.close()
    if store.database.dialect == "sqlite":  # no lock file is left behind
        assert [each.name for each in store.database.folder.glob("*-lease-*")] == []


def _renewed(store: Store) -> float:
    ((renewed,),) = sql(store, "SELECT renewed FROM leases")
    return float(renewed)


async def test_three_that_start_at_the_same_time_get_one_lease(store: Store) -> None:
    others = [Store(store.database.url), Store(store.database.url)]
    for other in others:
        await other.open()
    outcomes = await asyncio.gather(
        *(each.acquire("ivrkit", f"engine {at}") for at, each in enumerate([store, *others])),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["LeaseHeld", "LeaseHeld", "int"]
    for other in others:
        await other.close()


def test_a_lock_tells_whether_its_holder_lives(tmp_path: Path) -> None:
    holder, asking = (LockFile(tmp_path / "s.db", "ivrkit") for _ in range(2))
    assert not asking.is_free(1)
    holder.hold(1)
    assert not asking.is_free(1)
    with pytest.raises(OSError, match="temporarily unavailable"):
        asking.hold(1)
    asking.drop()
    holder.drop()
    assert not asking.is_free(1)
