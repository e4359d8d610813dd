"""A flood of calls at once: those in progress are unharmed, those beyond the limit are refused,
and nothing is left behind."""

from __future__ import annotations

import asyncio
import csv
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ivrkit.service.configuration import load_configuration
from ivrkit.store import CallRecord, RecordQuery, Store
from ivrkit.testing import ports, processes
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.load import Crowd, HangUp, Keys, Load, Pause
from ivrkit.testing.scenario import scenario
from tests.live.census import Census, take
from tests.live.harness import own_flows
from tests.live.served import Served, served
from tests.soak import SOAK, times

pytestmark = [
    pytest.mark.live,
    pytest.mark.alone,
    pytest.mark.soak,
    pytest.mark.asyncio(loop_scope="session"),
]

SITE = 6
FLOOD = times(300, 2000)
LIMIT = times(40, 400)
TYPISTS = 10
PRESSED = "0123456789" * 3
LATE = "200ms" if SOAK else "1h"
"""In the usual size the number of calls alone decides: how late the engine is does the machine."""
SETTLED = 60.0
"""Seconds after which nothing of the flood must be left."""
NEAR = 16
"""How many more files there may be open: connections are kept for the next who needs one."""
STAYS = 8.0
"""Seconds that a caller of the flood stays in the call."""
FLOWS = {
    "types": """\
ivrkit: 1
flow: types
variables: {group: digits, typed: {type: text, default: ""}}
exits: {no_input: failed, no_match: failed}
on_error: failed
sections:
  main:
    - answer
    - repeat: 10
      do:
        - collect: {into: group, prompt: Three digits please., digits: 3}
        - set: {typed: "{{ typed }}{{ group }}"}
    - log: "typed {{ typed }}"
    - hangup
  failed:
    - log: "failed with {{ typed }}"
    - hangup
""",
    "stays": """\
ivrkit: 1
flow: stays
exits: {no_input: hangup, no_match: hangup}
sections:
  main:
    - answer
    - menu: {prompt: Stay with us., keys: {1: hangup}, first_digit: 10m}
""",
}


FEW = 5
WHY = ("busy", "late")
REFUSED = 'ivrkit_calls_refused_total{{reason="{}"}}'


@dataclass
class Flood:
    """What became of the calls of a flood."""

    answers: Counter[str]
    seconds: list[float]
    """From the INVITE to the 486, of each that was refused so, in ascending order."""

    def check(self, before: dict[str, float], after: dict[str, float]) -> None:
        """Each call was taken or refused with 486, and none was refused while there was room."""
        assert set(self.answers) <= {"answered", "refused 486"}
        assert self.answers.total() == FLOOD
        refused = {why: after[REFUSED.format(why)] - before[REFUSED.format(why)] for why in WHY}
        assert sum(refused.values()) == self.answers["refused 486"], refused
        assert SOAK or not refused["late"], "the machine did not decide"
        taken = self.answers["answered"]
        assert taken > 0
        if refused["busy"] or not refused["late"]:
            assert taken >= LIMIT - TYPISTS

    def __str__(self) -> str:
        taken = self.seconds
        at = [taken[int(len(taken) * part)] for part in (0.5, 0.99)] if taken else [0.0, 0.0]
        return f"{dict(self.answers)}; refused within {at[0]:.3f} s (p50), {at[1]:.3f} s (p99)"


@pytest.mark.timeout(times(150, 400))
async def test_a_flood_hurts_nobody_who_is_in_a_call(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = own_flows(tmp_path, FLOWS, {})
    site["limits"] = {"calls": LIMIT, "late": LATE}
    program = "tests.live.looked_into"
    async with served(asterisk, tmp_path, SITE, watched=False, program=program, **site) as both:
        engine = both[1]
        await few(asterisk, tmp_path / "before")
        await empty(tmp_path)
        before, counted = await figures(tmp_path), await count(asterisk, ari, engine, tmp_path)
        await empty(tmp_path)  # it is late by the counting
        async with Crowd(asterisk.sip_port, tmp_path / "crowd") as crowd:
            steps = (Pause(0.5), Keys(PRESSED))
            typists = await crowd.call(
                Load(f"7{SITE}00", TYPISTS, rate=10, steps=steps, audio=False)
            )
            await typists.until_answered()
            flood = await pour(asterisk, tmp_path / "flood")
            result = await crowd.result()
        await empty(tmp_path)
        after = await figures(tmp_path)
        more = await left(asterisk, ari, engine, tmp_path, counted)
        await empty(tmp_path)
        await few(asterisk, tmp_path / "later")
        typed = await notes(tmp_path)
    with capsys.disabled():
        print(f"\n{FLOOD} calls at once, {LIMIT} allowed: {flood}")
        print(f"before: {before}\nafter: {after}")
    records = await stored(tmp_path)
    assert (result.failed, result.unexpected) == (0, 0), result.errors
    assert typed == {f"typed {PRESSED}": TYPISTS}
    flood.check(before, after)
    assert most_at_once(records) <= LIMIT
    assert len(records) == TYPISTS + flood.answers["answered"] + 2 * FEW
    assert [each for each in records if not each.ended] == []
    assert more == {}


async def pour(asterisk: PrivateAsterisk, folder: Path) -> Flood:
    """All calls of the flood within a second; what becomes of each."""
    folder.mkdir()
    text = scenario((Pause(STAYS), HangUp()), longest=60, audio=False)
    # How long a refusal takes, not an answer.
    text = text.replace(' rtd="answer"', "").replace('"answer"', '"1"')
    text = text.replace('response="486" optional="true"', 'response="486" optional="true" rtd="1"')
    (folder / "scenario.xml").write_text(text)
    command = [
        processes.require("sipp", "sip-tester"),
        f"{ports.LOOPBACK}:{asterisk.sip_port}",
        *("-sf", "scenario.xml", "-s", f"7{SITE}01", "-i", ports.LOOPBACK),
        *("-p", str(ports.free_ports(1)), "-m", str(FLOOD), "-r", str(FLOOD), "-l", str(FLOOD)),
        *("-timeout", "120s", "-nostdin", "-skip_rlimit", "-trace_rtt", "-rtt_freq", "1"),
        *("-trace_logs", "-log_file", "callers", "-trace_err", "-error_file", "errors"),
    ]
    process = await processes.start(command, output=folder / "log", folder=folder)
    await process.wait()
    answers: Counter[str] = Counter()
    for line in (folder / "callers").read_text().splitlines():
        what = line.partition(" ")[2]
        if what.startswith(("answered", "refused")):
            answers[what] += 1
    (rtt,) = folder.glob("*_rtt.csv")
    with rtt.open(newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    return Flood(answers, sorted(float(row[1]) / 1000 for row in rows))


async def ask(folder: Path, path: str) -> str:
    """What the API answers to this machine's own token."""
    configuration = load_configuration(folder)
    token = (folder / "state" / "api-token").read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}
    url = f"http://127.0.0.1:{configuration.api.port}{path}"
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as answer:
        return await answer.text()


async def figures(folder: Path) -> dict[str, float]:
    """Memory, files and refusals of the engine."""
    wanted = (
        r"^(process_resident_memory_bytes|process_open_fds|ivrkit_calls_refused_total\S*) (\S+)$"
    )
    found = re.findall(wanted, await ask(folder, "/metrics"), re.MULTILINE)
    none = dict.fromkeys(map(REFUSED.format, WHY), 0.0)
    return none | {name: float(value) for name, value in found}


async def count(asterisk: PrivateAsterisk, ari: Any, engine: Served, folder: Path) -> Census:
    """What there is while nobody is in a call."""
    return await take(asterisk, ari, engine, folder, f"live-{SITE}")


async def left(
    asterisk: PrivateAsterisk, ari: Any, engine: Served, folder: Path, before: Census
) -> dict[str, int]:
    """Channels, calls, tasks, files and so on of which there are more than before, when they have
    become no more, or do not any more."""
    more: dict[str, int] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLED):
            while more := grown(await count(asterisk, ari, engine, folder), before):
                await asyncio.sleep(1)
    return more


def grown(after: Census, before: Census) -> dict[str, int]:
    """What calls may not leave, and files, of which there may be a few more. Threads are in pools,
    and stay."""
    files = ("engine's files", "asterisk's files")
    kinds = ("channels", "bridges", "stored recordings", "files in the spool", "messages")
    more = after.more_than(before)
    ours = {
        name: count
        for name, count in more.items()
        if name in kinds or name.startswith(("task ", "table ", "application's "))
    }
    return ours | {name: more[name] for name in files if more.get(name, 0) > NEAR}


async def few(asterisk: PrivateAsterisk, folder: Path) -> None:
    """A few calls, which are served."""
    async with Crowd(asterisk.sip_port, folder) as crowd:
        steps = (Pause(1), HangUp())
        await crowd.call(Load(f"7{SITE}01", FEW, rate=5, steps=steps, audio=False))
        result = await crowd.result()
    assert (result.failed, result.answered) == (0, FEW), result.errors


async def stored(folder: Path) -> Sequence[CallRecord]:
    """What the store knows of all calls."""
    store = Store(load_configuration(folder).state / "ivrkit.db")
    await store.open()
    try:
        return await store.records(RecordQuery(limit=1_000_000))
    finally:
        await store.close()


def most_at_once(records: Sequence[CallRecord]) -> int:
    """How many answered calls there were at the same time: an end comes before the beginning of
    the next call."""
    ends = [(each.ended_at, -1) for each in records if each.answered and each.ended_at]
    changes = sorted([(each.answered, 1) for each in records if each.answered] + ends)
    return max(accumulate(change for _, change in changes))


async def empty(folder: Path) -> None:
    """Until no call is in progress, and new ones are taken."""
    async with asyncio.timeout(60):
        while '"calls":0' not in await ask(folder, "/v1/drain"):
            await asyncio.sleep(0.2)
        while '"ready"' not in await ask(folder, "/ready"):
            await asyncio.sleep(0.2)


async def notes(folder: Path) -> Counter[str]:
    """What the flows wrote into the log."""
    found: Counter[str] = Counter()
    calls = re.findall(r'"id":"([0-9a-f]+)"', await ask(folder, "/v1/calls?limit=1000&flow=types"))
    for call in calls:
        text = await ask(folder, f"/v1/calls/{call}/trace")
        found.update(re.findall(r'"text":"((?:typed|failed)[^"]*)"', text))
    return found
