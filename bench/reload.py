"""How late keys are while 200 flows are read anew under 200 live calls, beside a quiet engine.

The delay is Asterisk's own: from the time stamp of the key to that of the end of the prompt which
the key stops. An onlooker on a WebSocket of its own sees all events of both turns.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import msgspec
import numpy
import soundfile
import yaml
from websockets.asyncio.client import connect

from bench.rows import Benchmark, Row, Tell, rounded
from ivrkit.errors import CarrierError, NotAvailable
from ivrkit.testing import load, processes
from ivrkit.testing.asterisk import PrivateAsterisk

NAME = "reload"
FLOWS, CALLS = 200, 200
QUICK_FLOWS, QUICK_CALLS = 5, 5
RATE = 50.0
"""New calls per second."""
NUMBER = "920"
PRESSES = 20
START_SECONDS = 120.0
MOST_FAILED = 0.05
"""A part of the calls: SIPp, on the same machine, loses some when that is busy."""
LISTEN = "app=bench-onlooker&subscribeAll=true"

CROWD = """\
ivrkit: 1
flow: crowd
language: en
exits: {no_input: out, no_match: out}
on_error: out
sections:
  main:
    - answer
    - menu:
        prompt: {audio: tone}
        keys: {1: again, 9: out}
        first_digit: 30s
  out:
    - hangup
"""
OFFICE = """\
ivrkit: 1
flow: office-{0}
# edition {1}
language: en
variables: {{amount: {{type: money, default: 0}}}}
exits: {{no_input: out, no_match: out}}
on_error: out
sections:
  out:
    - hangup
  main:
    - answer
    - goto: section-0
"""
SECTION = """
  section-{0}:
    - set: {{amount: "{{{{ amount + {0} }}}}"}}
    - menu:
        prompt: {{audio: tone}}
        keys: {{1: section-{1}, 2: main}}
"""
SECTIONS = 20


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Quiet turns and turns with reloads, one after the other. Raises IvrkitError."""
    flows, calls = (QUICK_FLOWS, QUICK_CALLS) if quick else (FLOWS, CALLS)
    async with _site(folder, flows) as (asterisk, log):
        await _turn(asterisk, min(calls, 20))
        quiet, busy, reloads = [], [], 0
        for number in range(1, rounds + 1):
            quiet.append(await _turn(asterisk, calls))
            writing = asyncio.create_task(_write_and_write(folder, flows, log))
            try:
                busy.append(await _turn(asterisk, calls))
            finally:
                writing.cancel()
                with suppress(asyncio.CancelledError):
                    await writing
            reloads = _reloads(log)
            tell(
                f"{number}/{rounds} keys late by {_high(busy[-1]):.1f} ms with reloads, "
                f"{_high(quiet[-1]):.1f} ms without (99 of 100)"
            )
    if not reloads:
        raise CarrierError("the flows were not reloaded", hint=log.read_text()[-2000:])
    rows = tuple(
        Row(
            f"key to prompt stopped, {title}",
            "the same without reloads",
            rounded(median(map(figure, busy))),
            rounded(median(map(figure, quiet))),
            rounded(median(figure(b) / figure(q) for b, q in zip(busy, quiet, strict=True))),
        )
        for title, figure in (("p50", median), ("p99", _high))
    )
    keys = sum(map(len, busy))
    data = {"flows": flows, "calls": calls, "reloads": reloads, "keys": keys}
    return Benchmark(NAME, f"Reload of {flows} flows under {calls} calls", "ms", rows, data)


def _high(delays: list[float]) -> float:
    return quantiles(delays, n=100)[98]


# ---- one turn ------------------------------------------------------------------------------------


async def _turn(asterisk: PrivateAsterisk, calls: int) -> list[float]:
    """The delays of all keys of these calls, in milliseconds. Raises CarrierError."""
    # All keys in one go: SIPp numbers the packets of each go anew, and Asterisk drops the second.
    steps = (load.Pause(calls / RATE + 1), load.Keys("1" * PRESSES + "9"))
    delays: list[float] = []
    looking = asyncio.create_task(_look(asterisk, delays))
    try:
        placed = load.Load(NUMBER, calls, RATE, steps)
        result = await load.place(placed, asterisk.sip_port)
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
    if result.failed > calls * MOST_FAILED:
        raise CarrierError(f"{result.failed} calls failed: {result.errors[:500]}")
    if len(delays) < calls * PRESSES * 0.9:
        raise CarrierError(f"only {len(delays)} of {calls * PRESSES} keys stopped a prompt")
    return delays


async def _look(asterisk: PrivateAsterisk, delays: list[float]) -> None:
    pressed: dict[str, datetime] = {}
    login = f"api_key={asterisk.ari_user}:{asterisk.ari_password}"
    url = f"{asterisk.ari_url.replace('http', 'ws', 1)}/events?{LISTEN}&{login}"
    async with connect(url, max_size=None, max_queue=None) as socket:
        async for message in socket:
            event: dict[str, Any] = msgspec.json.decode(message)
            if event["type"] == "ChannelDtmfReceived":
                pressed[event["channel"]["id"]] = _instant(event)
            elif event["type"] == "PlaybackFinished":
                channel = event["playback"]["target_uri"].partition(":")[2]
                if (key := pressed.pop(channel, None)) is not None:
                    delays.append(1000 * (_instant(event) - key).total_seconds())


def _instant(event: dict[str, Any]) -> datetime:
    return datetime.strptime(event["timestamp"], "%Y-%m-%dT%H:%M:%S.%f%z")


# ---- the site ------------------------------------------------------------------------------------


@asynccontextmanager
async def _site(folder: Path, flows: int) -> AsyncIterator[tuple[PrivateAsterisk, Path]]:
    """An Asterisk and an engine with so many flows; and the engine's log."""
    dialplan = (
        f"[from-phones](+)\nexten => {NUMBER},1,Stasis(bench-reload,flow=crowd)\n"
        " same => n,Hangup()\n"
    )
    progress = {"progress": lambda line: None}
    async with PrivateAsterisk(overrides={"extensions.conf": dialplan}, **progress) as asterisk:
        _write_site(folder, asterisk)
        _write_flows(folder, flows, 0)
        log = folder / "engine.log"
        command = [sys.executable, "-m", "ivrkit", "serve", "--config", str(folder)]
        engine = await processes.start(command, output=log)
        try:
            async with asyncio.timeout(START_SECONDS):
                while "serving bench-reload" not in log.read_text():
                    if engine.returncode is not None:
                        raise NotAvailable(f"the engine did not start:\n{log.read_text()}")
                    await asyncio.sleep(0.1)
            yield asterisk, log
        finally:
            await processes.end(engine, signal.SIGTERM)


def _write_site(folder: Path, asterisk: PrivateAsterisk) -> None:
    (folder / "flows").mkdir()
    (folder / "prompts").mkdir()
    times = numpy.arange(8 * 8000) / 8000
    tone = 0.1 * numpy.sin(2 * numpy.pi * 440 * times)
    soundfile.write(folder / "prompts" / "tone.wav", tone, 8000, subtype="PCM_16")
    (folder / "flows" / "crowd.yaml").write_text(CROWD)
    settings = {
        "asterisk": {
            "url": asterisk.ari_url.removesuffix("/ari"),
            "user": asterisk.ari_user,
            "password": asterisk.ari_password,
            "application": "bench-reload",
        },
        "api": {"port": 0},
        "prompts": {"cache": str(asterisk.sounds_folder / "reload")},
    }
    (folder / "ivrkit.yaml").write_text(yaml.safe_dump(settings))


def _write_flows(folder: Path, flows: int, edition: int) -> None:
    for number in range(flows):
        sections = "".join(SECTION.format(n, (n + 1) % SECTIONS) for n in range(SECTIONS))
        text = OFFICE.format(number, edition) + sections
        (folder / "flows" / f"office-{number}.yaml").write_text(text)


async def _write_and_write(folder: Path, flows: int, log: Path) -> None:
    """Write all flows anew whenever the engine has read the ones before."""
    edition = 0
    while True:
        seen, edition = _reloads(log), edition + 1
        await asyncio.to_thread(_write_flows, folder, flows, edition)
        while _reloads(log) == seen:  # noqa: ASYNC110 - a log has no event to wait for
            await asyncio.sleep(0.2)


def _reloads(log: Path) -> int:
    return log.read_text().count("flows reloaded:")
