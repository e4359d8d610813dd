"""How late keys are, told by Asterisk's own clock: from the time stamp of a key to that of the end
of the prompt which the key stops. An onlooker on a WebSocket of its own sees all events."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median, median_grouped, quantiles
from typing import Any

import msgspec
import numpy
import soundfile
import yaml
from websockets.asyncio.client import connect

from bench.rows import Row, rounded
from ivrkit.errors import CarrierError, NotAvailable
from ivrkit.testing import load, processes
from ivrkit.testing.asterisk import PrivateAsterisk

RATE = 50.0
"""New calls per second."""
NUMBER = "920"
PRESSES = 20
START_SECONDS = 120.0
MOST_FAILED = 0.05
"""A part of the calls: SIPp, on the same machine, loses some when that is busy."""
LISTEN = "app=bench-onlooker&subscribeAll=true"
APPLICATION = "bench-keys"

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


def late(delays: list[float]) -> float:
    """The delay of the 99th of 100 keys."""
    return quantiles(delays, n=100)[98]


def middle(delays: list[float]) -> float:
    """The delay of the key in the middle. Asterisk tells whole milliseconds: within one the delays
    are taken to be spread evenly."""
    return median_grouped(delays, interval=1.0)


def compared(
    beside: str,
    busy: list[list[float]],
    quiet: list[list[float]],
    what: str = "key to prompt stopped",
    most: float | None = None,
) -> tuple[Row, ...]:
    """The rows for turns with something going on, beside quiet ones."""
    return tuple(
        Row(
            f"{what}, {title}",
            beside,
            rounded(median([figure(each) for each in busy])),
            rounded(median([figure(each) for each in quiet])),
            rounded(median([figure(b) / figure(q) for b, q in zip(busy, quiet, strict=True)])),
            most,
        )
        for title, figure in FIGURES
    )


FIGURES: tuple[tuple[str, Callable[[list[float]], float]], ...] = (("p50", middle), ("p99", late))


@dataclass
class Delays:
    """In milliseconds, of all keys (to the end of the prompt that each stops) and of all calls
    (from their entry into Stasis until they are answered)."""

    keys: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)


async def keys_pressed(asterisk: PrivateAsterisk, calls: int) -> list[float]:
    """The delays of all keys of these calls, in milliseconds. Raises CarrierError."""
    return (await delays_of(asterisk, calls, NUMBER)).keys


async def delays_of(asterisk: PrivateAsterisk, calls: int, number: str) -> Delays:
    """What callers of a number who press keys have to wait for. Raises CarrierError."""
    # All keys in one go: SIPp numbers the packets of each go anew, and Asterisk drops the second.
    steps = (load.Pause(calls / RATE + 1), load.Keys("1" * PRESSES + "9"))
    delays = Delays()
    looking = asyncio.create_task(_look(asterisk, delays))
    try:
        placed = load.Load(number, calls, RATE, steps)
        result = await load.place(placed, asterisk.sip_port)
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
    if result.failed > calls * MOST_FAILED:
        raise CarrierError(f"{result.failed} calls failed: {result.errors[:500]}")
    if len(delays.keys) < calls * PRESSES * 0.9:
        raise CarrierError(f"only {len(delays.keys)} of {calls * PRESSES} keys stopped a prompt")
    return delays


async def _look(asterisk: PrivateAsterisk, delays: Delays) -> None:
    pressed: dict[str, datetime] = {}
    entered: dict[str, datetime] = {}
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
                    delays.keys.append(_milliseconds(key, event))
            elif event["type"] == "ChannelDialplan" and event["dialplan_app"] == "Stasis":
                entered[event["channel"]["id"]] = _instant(event)
            elif event["type"] == "ChannelStateChange":
                entry = entered.pop(event["channel"]["id"], None)
                if entry is not None and event["channel"]["state"] == "Up":
                    delays.calls.append(_milliseconds(entry, event))


def _milliseconds(since: datetime, event: dict[str, Any]) -> float:
    return 1000 * (_instant(event) - since).total_seconds()


def _instant(event: dict[str, Any]) -> datetime:
    return datetime.strptime(event["timestamp"], "%Y-%m-%dT%H:%M:%S.%f%z")


# ---- the site ------------------------------------------------------------------------------------


@asynccontextmanager
async def site(
    folder: Path,
    flows: Mapping[str, str],
    numbers: Mapping[str, str],
    settings: Mapping[str, Any] | None = None,
    more_dialplan: str = "",
) -> AsyncIterator[tuple[PrivateAsterisk, Path]]:
    """An Asterisk and an engine with these flows (texts by name), at these numbers besides the
    crowd's; and the engine's log."""
    dialplan = "[from-phones](+)\n" + "".join(
        f"exten => {number},1,Stasis({APPLICATION},flow={flow})\n same => n,Hangup()\n"
        for number, flow in {NUMBER: "crowd", **numbers}.items()
    )
    overrides = {"extensions.conf": dialplan + more_dialplan}
    async with PrivateAsterisk(overrides=overrides, progress=lambda line: None) as asterisk:
        _write_site(folder, asterisk, settings or {})
        for name, text in {"crowd": CROWD, **flows}.items():
            (folder / "flows" / f"{name}.yaml").write_text(text)
        log = folder / "engine.log"
        command = [sys.executable, "-m", "ivrkit", "serve", "--config", str(folder)]
        engine = await processes.start(command, output=log)
        (folder / "engine.pid").write_text(str(engine.pid))
        try:
            async with asyncio.timeout(START_SECONDS):
                while f"serving {APPLICATION}" not in log.read_text():
                    if engine.returncode is not None:
                        raise NotAvailable(f"the engine did not start:\n{log.read_text()}")
                    await asyncio.sleep(0.1)
            yield asterisk, log
        finally:
            await processes.end(engine, signal.SIGTERM)


def _write_site(folder: Path, asterisk: PrivateAsterisk, more: Mapping[str, Any]) -> None:
    (folder / "flows").mkdir()
    (folder / "prompts").mkdir()
    times = numpy.arange(8 * 8000) / 8000
    tone = 0.1 * numpy.sin(2 * numpy.pi * 440 * times)
    soundfile.write(folder / "prompts" / "tone.wav", tone, 8000, subtype="PCM_16")
    settings = {
        "asterisk": {
            "url": asterisk.ari_url.removesuffix("/ari"),
            "user": asterisk.ari_user,
            "password": asterisk.ari_password,
            "application": APPLICATION,
        },
        "api": {"port": 0},
        "limits": {"late": "10s"},  # how late is measured, and not avoided
        "prompts": {"cache": str(asterisk.sounds_folder / "bench")},
        **more,
    }
    (folder / "ivrkit.yaml").write_text(yaml.safe_dump(settings))
