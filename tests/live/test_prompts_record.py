"""`ivrkit prompts record`: a telephone is called, and what is said there becomes a prompt."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ivrkit.call.events import Ended, Listening, Recorded, Recording, TraceEvent
from ivrkit.errors import CarrierError, CarrierUnavailable
from ivrkit.prompts import audio
from ivrkit.service.configuration import Configuration
from ivrkit.service.prompts.by_phone import record_prompt, wanted_prompt
from ivrkit.service.site import Site
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import heard
from ivrkit.testing.phones import Baresip
from tests.live.harness import configure

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

PATIENCE = 60.0
FLOW = """
language: en
sections:
  main:
    - answer
    - say: {phrase: hello}
    - hangup
"""
T = TypeVar("T", bound=TraceEvent)


class Watching:
    """What is shown of the call, to go by."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._events: asyncio.Queue[TraceEvent] = asyncio.Queue()

    def event(self, event: TraceEvent) -> None:
        self._events.put_nowait(event)

    def tell(self, text: str) -> None:
        self.told.append(text)

    async def until(self, kind: type[T]) -> T:
        async with asyncio.timeout(PATIENCE):
            while not isinstance(event := await self._events.get(), kind):
                pass
        return event


@pytest.fixture
def site(asterisk: PrivateAsterisk, tmp_path: Path) -> Configuration:
    folder = tmp_path / "site"
    (folder / "flows").mkdir(parents=True)
    (folder / "flows/main.yaml").write_text(FLOW)
    (folder / "recordings").mkdir()
    (folder / "recordings/all.yaml").write_text("phrases:\n  hello: {en: Hello there.}\n")
    return configure(
        asterisk,
        folder,
        9,
        flows=str(folder / "flows"),
        numbers={"800": "main"},
        queues={},
        dialplan={},
    )


@contextlib.asynccontextmanager
async def calling(site: Configuration, watching: Watching) -> AsyncIterator[asyncio.Task[Any]]:
    wanted = wanted_prompt(site, "hello", "en", replace=True)
    assert wanted.text == "Hello there."
    task = asyncio.create_task(record_prompt(site, "1001", wanted, watching, replace=True))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, CarrierError):
            await task


async def speak(agent: Baresip, watching: Watching, sound: Path) -> None:
    """Record something, to the hash key."""
    await watching.until(Recording)
    await asyncio.sleep(0.7)  # the tone
    await agent.say(sound)
    await asyncio.sleep(audio.seconds(sound.read_bytes()) + 0.5)  # it is said in real time
    await agent.press("#")
    assert (await watching.until(Recorded)).kept


async def test_what_is_said_is_the_prompt(
    site: Configuration, phone: Any, prompts: dict[str, Path]
) -> None:
    watching = Watching()
    async with phone("1001", answers=True) as agent, calling(site, watching) as task:
        await watching.until(Listening)
        await agent.press("2")  # the text first
        await watching.until(Listening)
        await agent.press("1")
        await speak(agent, watching, prompts["one"])
        await watching.until(Listening)
        await agent.press("1")  # hear it
        await watching.until(Listening)
        await agent.press("3")  # again
        await speak(agent, watching, prompts["two"])
        await watching.until(Listening)
        await agent.press("2")
        path = await asyncio.wait_for(task, PATIENCE)
    assert path == site.prompts.folder / "en/hello.wav"
    assert heard(path, prompts["two"]) >= 0.8
    assert heard(path, prompts["one"]) < 0.5
    assert heard(agent.recording(), prompts["one"]) >= 0.7  # the review
    assert watching.told == ["calling 1001"]
    async with Site(site), phone("2001") as caller:
        await caller.dial("7900")
        await caller.closed()
        assert heard(caller.recording(), prompts["two"]) >= 0.8


async def test_who_hangs_up_or_cancels_keeps_what_there_was(
    site: Configuration, phone: Any, prompts: dict[str, Path]
) -> None:
    before = site.prompts.folder / "en/hello.wav"
    before.parent.mkdir()
    before.write_bytes(prompts["three"].read_bytes())
    async with phone("1001", answers=True) as agent:
        watching = Watching()
        async with calling(site, watching) as task:
            await watching.until(Listening)
            await agent.press("1")
            await watching.until(Recording)
            await agent.hang_up()
            assert (await watching.until(Ended)).ended == "caller"
            assert await asyncio.wait_for(task, PATIENCE) is None
        watching = Watching()
        async with calling(site, watching) as task:
            await watching.until(Listening)
            await agent.press("0")
            assert await asyncio.wait_for(task, PATIENCE) is None
    assert before.read_bytes() == prompts["three"].read_bytes()


async def test_who_does_not_answer(site: Configuration, phone: Any) -> None:
    wanted = wanted_prompt(site, "hello", "en", replace=False)
    short = site.prompts.record.model_copy(update={"ring": site.prompts.record.ring / 20})
    changed = site.prompts.model_copy(update={"record": short})
    patient = site.model_copy(update={"prompts": changed})
    async with phone("1001"):
        with pytest.raises(CarrierError, match="nobody answers"):
            await record_prompt(patient, "1001", wanted, Watching(), replace=False)
    async with phone("1001") as agent:
        task = asyncio.create_task(record_prompt(site, "1001", wanted, Watching(), replace=False))
        await agent.wait_for("CALL_INCOMING")
        await agent.hang_up()
        with pytest.raises(CarrierError, match=r"busy|declined"):
            await asyncio.wait_for(task, PATIENCE)
    with pytest.raises(CarrierError):
        await record_prompt(site, "nobody", wanted, Watching(), replace=False)


async def test_asterisk_is_away(site: Configuration) -> None:
    away = site.asterisk.model_copy(update={"url": "http://127.0.0.1:9"})
    wanted = wanted_prompt(site, "hello", "en", replace=False)
    with pytest.raises(CarrierUnavailable):
        await record_prompt(
            site.model_copy(update={"asterisk": away}), "1001", wanted, Watching(), replace=False
        )
