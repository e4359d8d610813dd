"""Calls of random behaviour leave nothing behind: neither in Asterisk nor in the engine."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Saying
from ivrkit.service.client import ApiClient
from ivrkit.service.configuration import load_configuration
from ivrkit.store import RecordQuery, Store
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.databases import PrivatePostgreSQL
from ivrkit.testing.load import LoadResult, place
from tests.live.anybody import FLOWS, NUMBERS, QUEUES, FarSide, anybody, far_side
from tests.live.census import Census, per_call, resident, take
from tests.live.served import Served, served
from tests.live.spoken import either, recogniser
from tests.soak import SOAK, times

pytestmark = [
    pytest.mark.live,
    pytest.mark.alone,
    pytest.mark.soak,
    pytest.mark.asyncio(loop_scope="session"),
]

SITE = 4
WARM, CALLS = times(40, 1500), times(120, 20_000)
GROUP = times(5, 20)
"""Calls that are placed together and do about the same."""
LEFT = max(CALLS // 20, 20)
"""The most objects of one type by which there may be more: prompts are kept for those who hear them
next, and few callers have not yet heard them all."""
GROWN = max(CALLS // 4, 100)
"""The most entries by which a container may have grown: figures are kept by step and exit, and few
callers have not yet been everywhere."""
RATE = times(20, 24)
"""Calls that begin in a second."""
SETTLED = 90.0
"""Seconds after which all must be back: Asterisk's idle threads end after some."""
ENGINE_GROWS, ASTERISK_GROWS = 1024.0, 2048.0
"""The most bytes per call by which a process may grow in the second half of very many calls."""
POOL = 8
"""Connections to the database, each with a thread of its own."""
THREADS = {"thread database.slow": POOL, "thread uvloop": 40, "thread prompts": 8}
"""Pools that grow up to so many threads when there is work for them, and keep these."""
CONNECTIONS = {
    **dict.fromkeys(("engine's socket", "engine's files"), POOL + 8),
    **dict.fromkeys(("asterisk's socket", "asterisk's files", "asterisk's threads"), 8),
}
"""How many more there may be: connections to the database and to Asterisk are kept for the next
who needs one, and Asterisk has a thread for each of its own."""
CROSSED = re.compile(r"unexpected message .* while sending .* received 'SIP/2.0 200 OK")
"""SIPp takes it for a mistake when both sides hang up at the same moment, and it gets the answer to
its own BYE before it has answered the other one."""
ALWAYS_ASKED = {"failures": 1_000_000}
"""However often a connector has failed."""
LOOKED_AT = 200
"""Calls of which is asked whether a playback is left: ARI does not list them."""


OF_FLOWS = tuple(
    f"ivrkit.{room}."
    for room in (
        "call.locale",
        "call.step",
        "call.targets",
        "expressions",
        "flow",
        "input",
        "steps",
        "service.metrics",
    )
)
"""Types of what flows are made of, of which the engine knows the last versions, and of figures,
which there are for each of their steps and exits."""


def of_calls(name: str) -> bool:
    """Whether objects of a type belong to calls."""
    return name.startswith("ivrkit.") and not name.startswith(OF_FLOWS)


@dataclass
class Crowd:
    """All the groups of callers, and what became of them."""

    chance: random.Random
    sip_port: int
    done: int = 0
    result: LoadResult = field(default_factory=lambda: LoadResult(0, 0, 0, 0.0, 0))
    behaved: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    errors: str = ""

    async def come(self, calls: int) -> None:
        """So many callers, a group after the other, until the last has gone."""
        async with asyncio.TaskGroup() as groups:
            for _ in range(calls // GROUP):
                groups.create_task(self._group())
                await asyncio.sleep(GROUP / RATE)

    async def _group(self) -> None:
        what, load = anybody(self.chance, SITE, GROUP, GROUP)
        result = await place(load, self.sip_port)
        self.done += GROUP
        self.result += result
        self.behaved[what] += GROUP
        refused = result.refused if what.startswith("unanswered") else 0
        crossed = len(CROSSED.findall(result.errors))
        if result.failed > refused + crossed or result.unexpected > crossed:
            self.failed[what] += max(result.failed - refused - crossed, 1)
            self.errors += f"{what}:\n{result.errors[:2000]}"


@dataclass
class Sizes:
    """Memory of both processes, with the calls that were over."""

    calls: list[int] = field(default_factory=list)
    engine: list[int] = field(default_factory=list)
    asterisk: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        engine, asterisk = self.slopes()
        return (
            f"engine {self.engine[0]:,} to {self.engine[-1]:,} bytes ({engine:.0f} per call), "
            f"Asterisk {self.asterisk[0]:,} to {self.asterisk[-1]:,} ({asterisk:.0f} per call)"
        )

    def slopes(self) -> tuple[float, float]:
        """Bytes per call over the second half."""
        return per_call(self.calls, self.engine), per_call(self.calls, self.asterisk)


@pytest.mark.timeout(times(240, 7000))
async def test_calls_of_any_behaviour_leave_nothing(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    crowd = Crowd(random.Random(seed), asterisk.sip_port)
    sizes = Sizes()

    async def counted() -> Census:
        return await take(asterisk, ari, engine, tmp_path, f"live-{SITE}")

    with PrivatePostgreSQL() as server:
        async with (
            far_side(crowd.chance) as far,
            served(
                asterisk,
                tmp_path,
                SITE,
                watched=False,
                program="tests.live.looked_into",
                **sections(far, server, tmp_path),
            ) as (_, engine),
        ):
            async with others(engine, tmp_path):
                await crowd.come(WARM)
            await quiet(ari, tmp_path)
            before = await counted()
            async with others(engine, tmp_path), measured(sizes, crowd, asterisk, engine):
                await crowd.come(CALLS)
            await quiet(ari, tmp_path)
            after = await settled(counted, before)
            with capsys.disabled():
                print(f"\nseed {seed}: {crowd.result}\n{crowd.behaved}\nfailed: {crowd.failed}")
                print(f"the far side: {far.asked}\nbefore: {before}\nafter: {after}")
                print(f"{sizes}\nobjects: {after.more_objects(before, LEFT)}")
                print(f"containers: {after.larger(before, GROWN)}")
            calls = await look_at(ari, tmp_path / "state" / "ivrkit.db")
            with capsys.disabled():
                print(f"ended: {dict(calls)}")
    assert calls["in progress"] == calls["saved"] == 0
    assert crowd.failed == {}, crowd.errors
    assert after.more_than(before.with_pools(THREADS, "engine's threads", CONNECTIONS)) == {}
    kept = after.more_objects(before, LEFT)
    assert {name: more for name, more in kept.items() if of_calls(name)} == {}
    assert after.larger(before, GROWN) == {}
    if SOAK:
        engine_grows, asterisk_grows = sizes.slopes()
        assert engine_grows < ENGINE_GROWS, kept
        assert asterisk_grows < ASTERISK_GROWS


def sections(far: FarSide, server: PrivatePostgreSQL, folder: Path) -> dict[str, Any]:
    """What is different in its ivrkit.yaml."""
    flows = folder / "flows"
    flows.mkdir()
    for each in FLOWS.iterdir():
        (flows / each.name).write_text(each.read_text())
    return {
        "flows": str(flows),
        "numbers": NUMBERS,
        "queues": QUEUES,
        "connectors": {
            "http": {
                "far": {
                    "url": far.url,
                    "allow_private": ["127.0.0.0/8"],
                    "at_once": 200,
                    "breaker": ALWAYS_ASKED,
                }
            },
            "database": {
                "slow": {
                    "connection": server.connection,
                    "pool": POOL,
                    "at_once": POOL,
                    "breaker": ALWAYS_ASKED,
                }
            },
        },
        "speech": {**recogniser(either()), "at_once": 100, "patience": "20s"},
    }


@asynccontextmanager
async def others(engine: Served, folder: Path) -> AsyncIterator[None]:
    """Meanwhile people look at what happens, come and go, and flows are changed."""
    tasks = [asyncio.create_task(each) for each in (looks_on(folder), changes(engine, folder))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def looks_on(folder: Path) -> None:
    """One listener of all events after the other, and who asks for the figures."""
    async with ApiClient(load_configuration(folder)) as api:
        for number in count(1):
            async with api.tail() as tail:
                with suppress(TimeoutError):
                    async with asyncio.timeout(number % 4 / 2):
                        async for _ in tail:
                            pass
            await api.get("/v1/calls", limit="5")


async def changes(engine: Served, folder: Path) -> None:
    """Every few seconds another version of a flow is in service."""
    for number in count(1):
        await asyncio.sleep(5)
        name = list(NUMBERS.values())[number % len(NUMBERS)]
        file = folder / "flows" / f"{name}.yaml"
        text = file.read_text().partition("\ntitle:")[0] + f"\ntitle: Number {number}\n"
        file.write_text(text)
        engine.reload()


@asynccontextmanager
async def measured(
    sizes: Sizes, crowd: Crowd, asterisk: PrivateAsterisk, engine: Served
) -> AsyncIterator[None]:
    """Both sizes are taken every second."""

    async def measure() -> None:
        assert asterisk.pid is not None
        begun = crowd.done
        while True:
            sizes.calls.append(crowd.done - begun)
            sizes.engine.append(resident(engine.pid))
            sizes.asterisk.append(resident(asterisk.pid))
            await asyncio.sleep(1)

    task = asyncio.create_task(measure())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def quiet(ari: Any, folder: Path) -> None:
    """Until nobody is in a call."""
    async with ApiClient(load_configuration(folder)) as api, asyncio.timeout(SETTLED):
        while (await api.get("/v1/drain"))["calls"] or await ari.request("GET", "channels"):
            await asyncio.sleep(0.2)


async def settled(counted: Any, before: Census) -> Census:
    """What there is when it has become no more than before, or does not any more."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLED):
            allowed = before.with_pools(THREADS, "engine's threads", CONNECTIONS)
            while (await counted()).more_than(allowed):
                await asyncio.sleep(2)
    after: Census = await counted()
    return after


async def look_at(ari: Any, path: Path) -> Counter[str]:
    """What the store and Asterisk say of the calls: of the last ones no playback is left."""
    store = Store(path)
    await store.open()
    try:
        records = await store.records(RecordQuery(limit=1_000_000))
        found = Counter(record.ended or "in progress" for record in records)
        found["saved"] = len(await store.sessions())
        for record in records[:LOOKED_AT]:
            said = sum(isinstance(each, Saying) for each in await store.trace(record.id))
            for number in range(1, said + 1):
                assert not await ari.exists(f"playbacks/{record.id}.{number}"), record
        return found
    finally:
        await store.close()
