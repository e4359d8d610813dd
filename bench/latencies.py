"""How late the engine is with 200 calls, beside a bare loop that does the same: from a key to the
end of the prompt that it stops, and from a call's entry into Stasis until it is answered."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import soundfile

from bench.keys import NUMBER as CROWD_NUMBER
from bench.keys import Delays, compared, delays_of, late, middle, site
from bench.rows import Benchmark, Tell
from ivrkit.errors import NotAvailable
from ivrkit.testing import processes
from ivrkit.testing.asterisk import PrivateAsterisk

NAME = "latencies"
CALLS, QUICK_CALLS = 200, 5
NUMBER = "922"
APPLICATION = "bench-bare-menu"
DIALPLAN = f"exten => {NUMBER},1,Stasis({APPLICATION})\n same => n,Hangup()\n"
MOST = 2.0
START_SECONDS = 30.0


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Both in turns, on one Asterisk. Raises IvrkitError."""
    calls = QUICK_CALLS if quick else CALLS
    async with site(folder, {}, {}, more_dialplan=DIALPLAN) as (asterisk, _):
        menu = await _bare_menu(asterisk, folder)
        try:
            ours, theirs = await _turns(asterisk, calls, rounds, tell)
        finally:
            await processes.end(menu, signal.SIGTERM)
    beside = "bare loop, uvloop, filter"
    keys = [each.keys for each in ours], [each.keys for each in theirs]
    entries = [each.calls for each in ours], [each.calls for each in theirs]
    rows = (
        *compared(beside, *keys, what="key to prompt stopped", most=MOST),
        *compared(beside, *entries, what="in Stasis to answered", most=MOST),
    )
    data = {
        "calls": calls,
        "rounds": rounds,
        "keys": sum(len(each.keys) for each in ours),
        "p50_by_round": {
            "ivrkit": [round(middle(each.keys), 2) for each in ours],
            "bare": [round(middle(each.keys), 2) for each in theirs],
        },
    }
    return Benchmark(NAME, f"How late, with {calls} calls", "ms", rows, data)


async def _turns(
    asterisk: PrivateAsterisk, calls: int, rounds: int, tell: Tell
) -> tuple[list[Delays], list[Delays]]:
    ours, theirs = [], []
    for number in (CROWD_NUMBER, NUMBER):  # calls that do not count
        await delays_of(asterisk, min(calls, 20), number)
    for turn in range(1, rounds + 1):
        ours.append(await delays_of(asterisk, calls, CROWD_NUMBER))
        theirs.append(await delays_of(asterisk, calls, NUMBER))
        told = [f"{middle(d.keys):.1f} ms, {late(d.keys):.1f} ms" for d in (ours[-1], theirs[-1])]
        tell(f"{turn}/{rounds} keys late (50 and 99 of 100): {told[0]}; bare loop {told[1]}")
    return ours, theirs


async def _bare_menu(asterisk: PrivateAsterisk, folder: Path) -> asyncio.subprocess.Process:
    """The bare loop, connected, with the same tone."""
    sound = asterisk.sounds_folder / "bare-tone.wav"
    samples, rate = soundfile.read(folder / "prompts" / "tone.wav", dtype="int16")
    soundfile.write(sound, samples, rate, subtype="PCM_16")
    environment = {
        "BENCH_ASTERISK": asterisk.ari_url.removesuffix("/ari"),
        "BENCH_USER": asterisk.ari_user,
        "BENCH_PASSWORD": asterisk.ari_password,
        "BENCH_APPLICATION": APPLICATION,
    }
    log = folder / "bare.log"
    command = [sys.executable, "-m", "bench.bare_menu", f"sound:{sound.with_suffix('')}"]
    process = await processes.start(command, output=log, environment=environment)
    try:
        async with asyncio.timeout(START_SECONDS):
            while APPLICATION not in await asterisk.command("ari show apps"):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    except TimeoutError:
        await processes.end(process, signal.SIGTERM)
        raise NotAvailable(f"the bare loop did not start:\n{log.read_text()}") from None
    return process
