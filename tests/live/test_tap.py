"""Listening to callers on a real Asterisk: what is heard, what is not disturbed, what is left."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import pytest_asyncio

from ivrkit.call.channel import Capability, Gap, HungUp, KeyPressed, PlaybackEnded
from ivrkit.channels.ari.audio.parts import PREFIX
from ivrkit.testing import processes
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import heard, write_wave
from ivrkit.testing.wire import Wire
from tests.live.ari_support import Engine, eventually, sound
from tests.live.ari_support import heard as event_of
from tests.soak import times

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

ROOT = Path(__file__).parents[2]
NAME = "c1.4.0"
ALIKE = 0.8
CALLS, WARM, LINES = times(150, 500), 50, 5
"""Calls, those before them after which is measured, and how many there are at once."""
ROOM = 8 * 1024
"""Kilobytes that a process may have grown by in all these calls."""


@pytest.fixture(params=["rtp", "websocket"])
def media(request: pytest.FixtureRequest) -> str:
    """Both ways by which audio comes."""
    return str(request.param)


@pytest_asyncio.fixture(loop_scope="session")
async def engine(media: str, asterisk: PrivateAsterisk) -> AsyncIterator[Engine]:
    async with Engine(asterisk, media=media) as opened:
        assert opened.carrier.taps.choice.transport == media
        yield opened
    await gone(asterisk)


class Ear:
    """Collects what is heard on a line."""

    def __init__(self, rate: int = 8000) -> None:
        self.rate = rate
        self.pieces: list[bytes] = []

    def __call__(self, piece: bytes) -> None:
        self.pieces.append(piece)

    def samples(self) -> Any:
        heard_so_far = np.frombuffer(b"".join(self.pieces), dtype="<i2") / 32768.0
        return heard_so_far if self.rate == 8000 else heard_so_far[::2]

    @property
    def is_loud(self) -> bool:
        """Whether somebody speaks in the last half second."""
        last = np.frombuffer(b"".join(self.pieces[-25:]), dtype="<i2").astype(float)
        return bool(len(last) and np.sqrt(np.mean(last**2)) > 300)

    def alike(self, prompt: Path, folder: Path) -> float:
        """How well a prompt is in what was heard."""
        write_wave(folder / "tapped.wav", self.samples())
        return heard(folder / "tapped.wav", prompt)


async def left(asterisk: PrivateAsterisk) -> list[str]:
    """What there is of taps in Asterisk."""
    shown = await asterisk.command("core show channels concise")
    shown += await asterisk.command("bridge show all")
    return [line for line in shown.splitlines() if PREFIX in line]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():
            await asyncio.sleep(0.05)


async def gone(asterisk: PrivateAsterisk) -> None:
    """Nothing is left behind."""

    async def none() -> bool:
        return not await left(asterisk)

    await until(none)


@pytest.mark.alone  # a phone that gets no time sends what it says in pieces
@pytest.mark.parametrize("rate", [8000, 16000])
async def test_a_caller_is_heard_while_a_prompt_plays(
    rate: int,
    engine: Engine,
    phone: Any,
    prompts: dict[str, Path],
    asterisk: PrivateAsterisk,
    tmp_path: Path,
) -> None:
    async with phone("4930123") as caller:
        await caller.ring("801")
        call = await engine.next()
        channel = call.driver
        assert Capability.LISTEN in channel.capabilities
        await channel.answer()
        ear = Ear(rate)
        await asyncio.gather(
            channel.play("p1", [sound(str(prompts["one"].with_suffix("")))]),
            channel.tap(NAME, ear, rate),
        )
        await caller.say(prompts["two"])
        assert await event_of(call, PlaybackEnded) == PlaybackEnded("p1")
        await caller.press("4#")
        assert [(await event_of(call, KeyPressed)).key for _ in "4#"] == ["4", "#"]
        await eventually(lambda: len(ear.pieces) > 7 * 50)
        await channel.untap(NAME)
        await gone(asterisk)
        await channel.hang_up()
        await caller.closed()
        assert {len(piece) for piece in ear.pieces} == {rate // 50 * 2}
        assert ear.alike(prompts["two"], tmp_path) >= ALIKE
        assert ear.alike(prompts["one"], tmp_path) < 0.5, "the prompt is not heard as the caller"
        assert heard(caller.recording(), prompts["one"]) >= ALIKE


async def test_a_caller_hangs_up_in_the_middle(
    engine: Engine, phone: Any, prompts: dict[str, Path], asterisk: PrivateAsterisk
) -> None:
    async with phone("4930123") as caller:
        await caller.ring("801")
        call = await engine.next()
        await call.driver.answer()
        ear = Ear()
        await caller.say(prompts["one"])
        await call.driver.tap(NAME, ear)
        await eventually(lambda: ear.is_loud)
        await caller.hang_up()
        await gone(asterisk)
        await call.driver.untap(NAME)


async def test_a_cut_connection(
    media: str, phone: Any, prompts: dict[str, Path], asterisk: PrivateAsterisk
) -> None:
    async with (
        Wire(asterisk.ari_url) as wire,
        Engine(asterisk, url=wire.url, media=media) as engine,
        phone("4930123") as caller,
    ):
        await caller.ring("801")
        call = await engine.next()
        await call.driver.answer()
        ear = Ear()
        await call.driver.tap(NAME, ear)
        wire.cut()
        await eventually(lambda: Gap() in call.mailbox.events)
        before = len(ear.pieces)
        await caller.say(prompts["one"])
        await eventually(lambda: len(ear.pieces) > before + 50 and ear.is_loud)
        wire.cut()
        await eventually(lambda: not engine.carrier.client.is_connected)
        await caller.hang_up()
        await eventually(lambda: any(isinstance(e, HungUp) for e in call.mailbox.events))
        await gone(asterisk)


ENGINE = """
import asyncio, sys
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.channels.ari.settings import AriSettings

async def main():
    url, password, media = sys.argv[1:]
    carrier = AriCarrier(AriSettings(url=url, password=password, media=media), str)
    arrived = asyncio.get_running_loop().create_future()

    def receive(arrival):
        arrived.set_result(arrival.channel)
        return lambda event: None

    await carrier.start(receive)
    print("ready", flush=True)
    channel = await arrived
    await channel.answer()
    heard = asyncio.Event()
    await channel.tap("c1.4.0", lambda piece: heard.set())
    await heard.wait()
    print(channel.id, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_killed_engine_leaves_nothing(
    media: str, phone: Any, prompts: dict[str, Path], asterisk: PrivateAsterisk, tmp_path: Path
) -> None:
    said = tmp_path / "said"
    told = [asterisk.ari_url, asterisk.ari_password, media]
    dying = await processes.start([sys.executable, "-c", ENGINE, *told], output=said, folder=ROOT)
    try:
        await eventually(lambda: "ready" in said.read_text())
        async with phone("4930123") as caller:
            await caller.ring("801")
            name = (await eventually(lambda: said.read_text().split("\n")[1:-1]))[0]
            await processes.end(dying, signal.SIGKILL)
            assert await left(asterisk)
            async with Engine(asterisk, media=media) as engine:
                assert list(await engine.carrier.channels()) == [name]
                call = await engine.adopt(name)
                ear = Ear()
                await call.driver.tap(NAME, ear)

                async def only_ours() -> bool:
                    return len(await left(asterisk)) == 3

                await until(only_ours)
                await caller.say(prompts["one"])
                await eventually(lambda: ear.is_loud)
                assert not engine.calls, "what is left of a tap was taken for a call"
                await call.driver.hang_up()
                await gone(asterisk)
    finally:
        await processes.end(dying, signal.SIGKILL)


def open_files(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


def memory(process: int) -> int:
    """Kilobytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)


@pytest.mark.soak
@pytest.mark.alone
async def test_many_calls_leave_nothing(engine: Engine, asterisk: PrivateAsterisk) -> None:
    """Calls that are listened to twice; of every other one the second time ends by a hang-up."""
    assert asterisk.pid is not None
    watched = (os.getpid(), asterisk.pid)

    async def call(number: int) -> None:
        # Who is called hears himself: what the engine plays is what the caller says.
        name = f"echo-{uuid4().hex}"
        await engine.carrier.client.originate("Local/901@ivrkit-phone", channel=name)
        channel = await eventually(lambda: engine.carrier.channels_by_id.get(name))
        await channel.play(f"c{number}.0.0", [sound("beep", 1.0)])
        ear = Ear()
        await channel.tap(f"c{number}.1.0", ear)
        await eventually(lambda: ear.is_loud)
        await channel.untap(f"c{number}.1.0")
        await channel.tap(f"c{number}.2.0", ear)
        if number % 2:
            await channel.untap(f"c{number}.2.0")
        await engine.carrier.client.hang_up(f"{name};2", 16)
        await eventually(lambda: channel.gone)

    async def line(numbers: Iterator[int]) -> None:
        for number in numbers:
            await call(number)

    async def calls(count: int) -> None:
        numbers = iter(range(count))
        await asyncio.gather(*(line(numbers) for _ in range(LINES)))
        await eventually(lambda: not engine.carrier.taps._taps)
        engine.calls.clear()
        await gone(asterisk)

    await calls(WARM)
    files, sizes = [open_files(each) for each in watched], [memory(each) for each in watched]
    await calls(CALLS)
    await eventually(lambda: [open_files(each) for each in watched] == files)
    grown = [memory(each) - size for each, size in zip(watched, sizes, strict=True)]
    assert max(grown) < ROOM, f"kilobytes more in the engine and in Asterisk: {grown}"
    assert not engine.carrier.channels_by_id
