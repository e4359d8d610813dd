from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from ivrkit.call.events import Ended, Entered, Failed, Left, TraceEvent, VariableSet
from ivrkit.errors import StoreError
from ivrkit.store import RecordQuery, Retention, Store
from ivrkit.store.records import close_records, find_left
from tests.store.support import NOON, record


async def test_the_newest_capture_of_each_session_is_kept(store: Store) -> None:
    store.save("a", b"1")
    store.save("b", b"1")
    store.save("a", b"2")
    await store.flush()
    assert await store.session("a") == b"2"
    assert sorted(await store.sessions()) == [("a", b"2"), ("b", b"1")]
    assert await store.session("c") is None


async def test_a_forgotten_session_is_gone_and_may_come_again(store: Store) -> None:
    await store.save_ahead("a", b"1")
    store.forget("a")
    await store.flush()
    assert await store.sessions() == []
    store.forget("a")
    store.save("a", b"2")
    await store.flush()
    assert await store.session("a") == b"2"


async def test_what_is_written_is_there_after_closing(url: str) -> None:
    first = Store(url)
    await first.open()
    first.save("a", b"1")
    await first.close()
    second = Store(url)
    await second.open()
    assert await second.session("a") == b"1"
    await second.close()


KILLED = """
import asyncio, sys
from ivrkit.store import Store

async def main():
    store = Store(sys.argv[1])
    await store.open()
    for number in range(50):
        await store.save_ahead("call", str(number).encode())
        print(number, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_save_ahead_survives_kill_9(url: str) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, url, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    told = b""
    for _ in range(7):
        told = await child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    rest = (await child.communicate())[0]
    told = (told + rest).split()[-1]
    store = Store(url)
    await store.open()
    capture = await store.session("call")
    # The next one may have been committed without having been told.
    assert capture is not None
    assert int(capture) in (int(told), int(told) + 1)
    await store.close()


async def test_many_saves_take_few_commits(store: Store) -> None:
    started = asyncio.get_running_loop().time()
    for number in range(1000):
        store.save(f"call-{number % 200}", str(number).encode())
        if number % 50 == 0:
            await asyncio.sleep(0)
    await store.flush()
    passed = asyncio.get_running_loop().time() - started
    # One at once, then one per 10 ms, and the flush.
    assert store.statistics.commits <= passed / 0.010 + 2
    assert len(await store.sessions()) == 200
    assert await store.session("call-7") == b"807"


async def test_hundreds_of_waiters_share_commits(store: Store) -> None:
    before = store.statistics.commits
    await asyncio.gather(*(store.save_ahead(f"c{each}", b"x") for each in range(300)))
    assert store.statistics.commits - before <= 3
    assert len(await store.sessions()) == 300


async def test_the_newest_wins_among_tasks_that_save_behind_and_ahead(store: Store) -> None:
    async def call(name: str) -> None:
        for number in range(40):
            capture = f"{name}-{number}".encode()
            if number % 7 == 3:
                await store.save_ahead(name, capture)
                assert await store.session(name) == capture
            else:
                store.save(name, capture)
                await asyncio.sleep(0)

    await asyncio.gather(*(call(f"call{each}") for each in range(20)))
    await store.flush()
    assert dict(await store.sessions()) == {
        f"call{each}": f"call{each}-39".encode() for each in range(20)
    }


async def test_a_cancelled_save_ahead_is_saved_all_the_same(store: Store) -> None:
    waiting = asyncio.ensure_future(store.save_ahead("a", b"1"))
    await asyncio.sleep(0)
    waiting.cancel()
    await store.flush()
    assert await store.session("a") == b"1"


async def test_a_trace_comes_back_in_its_order_and_with_its_types(store: Store) -> None:
    events: list[TraceEvent] = [
        Entered(at=0.5, path="main/0", verb="menu"),
        VariableSet(at=1.0, name="note", value={"text": "zwei\nZeilen \u2028 ü"}),
        Left(at=2.0, path="main/0", exit="keys/1", seconds=1.5),
    ]
    store.append("a", events)
    store.append("b", [Ended(at=9, ended="caller")])
    await store.flush()
    more = tuple(Entered(at=3.0, path=f"main/{each}", verb="say") for each in range(300))
    for each in more:
        store.append("a", (each,))
    store.append("a", ())
    await store.flush()
    assert await store.trace("a") == [*events, *more]
    assert await store.trace("b") == [Ended(at=9, ended="caller")]
    assert await store.trace("c") == []


async def test_an_event_that_json_cannot_hold_says_so_in_its_place(store: Store) -> None:
    circle: list[object] = []
    circle.append(circle)
    store.append("a", [VariableSet(at=1.0, name="x", value=circle), Ended(at=2, ended="flow")])
    store.append("a", [VariableSet(at=3.0, name="x", value="\ud800")])
    await store.flush()
    first, second, third = await store.trace("a")
    assert isinstance(first, Failed)
    assert first.code == "trace"
    assert first.at == 1.0
    assert second == Ended(at=2, ended="flow")
    assert isinstance(third, Failed)


async def test_a_record_grows_and_empty_fields_keep_what_was_written(store: Store) -> None:
    store.put_record(record("a"))
    store.put_record(record("a", answered=NOON, queue="service", handoff="h1"))
    await store.flush()
    store.put_record(record("a", ended="agent", ended_at=NOON + timedelta(minutes=3), path="x/1"))
    await store.flush()
    assert await store.record("a") == record(
        "a",
        answered=NOON,
        queue="service",
        handoff="h1",
        ended="agent",
        ended_at=NOON + timedelta(minutes=3),
        path="x/1",
    )
    assert await store.record("b") is None


async def test_records_are_found_by_their_fields(store: Store) -> None:
    for number in range(10):
        store.put_record(
            record(
                f"c{number}",
                started=NOON + timedelta(minutes=number),
                flow="bank" if number % 2 else "clinic",
                caller=f"+{number}",
                ended="flow" if number < 8 else "",
                tenant="acme" if number == 3 else "",
            )
        )
    await store.flush()

    async def found(**query: object) -> list[str]:
        wanted = RecordQuery(**query)  # type: ignore[arg-type]
        return [each.id for each in await store.records(wanted)]

    assert await found(limit=3) == ["c9", "c8", "c7"]
    assert await found(flow="clinic", limit=2) == ["c8", "c6"]
    assert await found(caller="+4") == ["c4"]
    assert await found(tenant="acme") == ["c3"]
    assert await found(since=NOON + timedelta(minutes=8)) == ["c9", "c8"]
    assert await found(before=NOON + timedelta(minutes=2)) == ["c1", "c0"]
    assert await found(live=True) == ["c9", "c8"]
    assert await found(live=False, limit=1) == ["c7"]


async def test_records_of_the_same_moment_are_all_found_page_by_page(store: Store) -> None:
    for number in range(7):
        started = NOON + timedelta(microseconds=number // 3)
        store.put_record(record(f"c{number}", started=started))
    await store.flush()
    found: list[str] = []
    behind = None
    while page := await store.records(RecordQuery(limit=2, behind=behind)):
        found += [each.id for each in page]
        behind = (page[-1].started, page[-1].id)
    assert found == ["c6", "c3", "c4", "c5", "c0", "c1", "c2"]


async def test_only_records_that_are_left_are_closed(store: Store) -> None:
    await store.save_ahead("goes-on", b"captured")
    for each in (record("goes-on"), record("over", ended="caller"), record("left")):
        store.put_record(each)
    await store.flush()
    assert await store.query(find_left) == ["left"]
    over = dict.fromkeys(("goes-on", "over", "left", "erased"), NOON + timedelta(seconds=7))
    assert await store.write(partial(close_records, ended="lost", over=over)) == ["left"]
    assert await store.query(find_left) == []
    found = {each.id: (each.ended, each.ended_at) for each in await store.records()}
    assert found == {
        "goes-on": ("", None),
        "over": ("caller", None),
        "left": ("lost", NOON + timedelta(seconds=7)),
    }


async def test_a_record_with_characters_that_cannot_be_stored(store: Store) -> None:
    store.put_record(record("a", caller="Ann\ud800"))
    await store.flush()
    found = await store.record("a")
    assert found is not None
    assert found.caller == "Ann?"


async def test_a_payload_lives_until_it_expires(store: Store) -> None:
    await store.put_payload("p", b"{}", NOON, call_id="a")
    before = await store.payload("p", NOON - timedelta(seconds=1))
    assert before is not None
    assert (before.document, before.call_id) == (b"{}", "a")
    after = await store.payload("p", NOON)
    assert after is not None
    assert after.document is None
    assert await store.payload("q") is None


async def test_a_payload_is_expired_before_its_time(store: Store) -> None:
    await store.put_payload("p", b"{}")
    found = await store.payload("p")
    assert found is not None
    assert found.document == b"{}"
    assert await store.expire_payload("p")
    assert not await store.expire_payload("q")
    found = await store.payload("p")
    assert found is not None
    assert found.document is None


async def test_flow_versions_come_back(store: Store) -> None:
    sources = {"bank": "ivrkit: 1\n", "texts": {"en": ["Hello"]}}
    await store.put_flow_version("h1", "bank", sources)
    await store.put_flow_version("h1", "bank", sources)
    found = await store.flow_version("h1")
    assert found is not None
    assert (found.name, found.sources) == ("bank", sources)
    assert await store.flow_version("h2") is None


async def test_expired_things_are_erased_each_in_its_time(store: Store) -> None:
    store.put_record(record("old"))
    store.put_record(record("living"))
    store.append("old", [Ended(ended="flow")])
    store.save("living", b"capture")
    await store.put_payload("p", b"{}", NOON)
    await store.flush()
    now = datetime.now(UTC)
    erased = await store.erase_expired(now)
    assert (erased.traces, erased.payloads) == (0, 1)
    # The capture is older than a year and still a call in progress: its record stays.
    erased = await store.erase_expired(now + timedelta(days=400))
    assert (erased.traces, erased.records) == (1, 1)
    assert await store.trace("old") == []
    assert [each.id for each in await store.records()] == ["living"]
    assert await store.payload("p") is None


async def test_flow_versions_go_when_nothing_names_them(store: Store) -> None:
    for name in ("session", "trace", "record", "service", "nobody"):
        await store.put_flow_version(name, "bank", {})
    for name in ("session", "trace", "record"):
        store.put_record(record(name, version=name))
    store.save("session", b"x")
    store.append("trace", [Ended(ended="flow")])
    await store.flush()
    now = datetime.now(UTC)
    assert (await store.erase_expired(now)).versions == 0
    erased = await store.erase_expired(now + timedelta(days=2), in_service=["service"])
    assert erased.versions == 2
    kept = [
        name
        for name in ("session", "trace", "record", "service", "nobody")
        if await store.flow_version(name)
    ]
    assert kept == ["session", "trace", "service"]


async def test_retention_is_what_the_site_says(url: str) -> None:
    store = Store(url, retention=Retention(payload=timedelta(minutes=5)))
    await store.open()
    await store.put_payload("p", b"{}")
    now = datetime.now(UTC)
    for minutes, there in ((4, True), (6, False)):
        found = await store.payload("p", now + timedelta(minutes=minutes))
        assert found is not None
        assert (found.document is not None) is there
    await store.close()


async def test_a_store_that_is_not_open_says_so(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.db")
    store.save("a", b"1")
    for work in (store.flush(), store.save_ahead("a", b"1"), store.session("a")):
        with pytest.raises(StoreError, match="is not open"):
            await work
    await store.close()


@pytest.mark.parametrize(
    ("scheme", "question", "answer"),
    [("sqlite", "PRAGMA synchronous", 2), ("postgresql", "SHOW synchronous_commit", "on")],
)
async def test_a_power_safe_store_waits_for_the_disk(
    request: pytest.FixtureRequest, scheme: str, question: str, answer: object
) -> None:
    store = Store(request.getfixturevalue(f"{scheme}_url"), power_safe=True)
    await store.open()
    assert await store.write(lambda c: c.exec_driver_sql(question).scalar()) == answer
    await store.close()


async def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError):
        await store.read.run(lambda c: c.exec_driver_sql("DELETE FROM sessions"))


def test_importing_the_store_needs_no_running_loop(tmp_path: Path) -> None:
    assert Store(tmp_path / "s.db").statistics.commits == 0
    assert not os.listdir(tmp_path)


async def test_what_a_session_is_of_is_kept_beside_its_capture(store: Store) -> None:
    store.describe("a", "bank", "v1", "channel-1")
    store.save("a", b"1")
    store.put_record(record("a", tenant="acme"))
    await store.flush()
    store.save("a", b"2")
    store.save("b", b"1")
    await store.flush()
    assert await store.origin("a") == ("bank", "v1", "channel-1", "+49301", "800", NOON, "acme")
    assert await store.origin("b") is None
    assert await store.origin("c") is None
    store.describe("b", "bank", "v1", "channel-2")
    await store.save_ahead("b", b"2")
    assert await store.origin("b") == ("bank", "v1", "channel-2", "", "", None, "")
    store.forget("a")
    await store.flush()
    assert await store.origin("a") is None
