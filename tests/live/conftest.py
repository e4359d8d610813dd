"""One real Asterisk for all live tests of a run, and plain ARI to look at it with.

Live tests carry ``pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]``:
Asterisk belongs to the loop of the session.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
import pytest
import pytest_asyncio

from ivrkit.errors import NotAvailable
from ivrkit.service.site import Site
from ivrkit.testing import processes
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import read_wave, write_wave
from ivrkit.testing.phones import Baresip
from tests.live.harness import Exchange, exchange_of

# Numbers and a queue of the tests' own, beside the shipped ones.
DIALPLAN = """\
[from-phones](+)
exten => 700,1,Answer(,i)
 same => n,Playback(${SOUNDS}/one)
 same => n,Playback(${SOUNDS}/two)
 same => n,Hangup()
exten => 701,1,Answer(,i)
 same => n,Read(KEYS,${SOUNDS}/one,6,,1,5)
 same => n,Set(GLOBAL(LAST_KEYS)=${KEYS})
 same => n,Hangup()
exten => 702,1,Answer(,i)
 same => n,SendDTMF(19*#)
 same => n,Hangup()
exten => 703,1,Goto(ivrkit-queue,s,1)
exten => 704,1,Set(__IVRKIT_HANDOFF=h-42)
 same => n,Set(__IVRKIT_HEADER_1_NAME=Customer)
 same => n,Set(__IVRKIT_HEADER_1_VALUE="Ann, 'Bo' \\\\x)
 same => n,Set(__IVRKIT_HEADER_2_NAME=Evil: x)
 same => n,Set(__IVRKIT_HEADER_2_VALUE=a${CR}${LF}X-Injected: yes)
 same => n,Set(IVRKIT_HEADERS=predial)
 same => n,Goto(ivrkit-queue,s,1)
; 7n0x and 7n1x are 80x and 81x for the engine that is connected as live-n.
exten => _7X[01]X,1,Set(IVRKIT_APP=live-${EXTEN:1:1})
 same => n,Goto(ivrkit,8${EXTEN:2},1)
[test-tariff]
exten => s,1,Set(TARIFF_AMOUNT=${MATH(${IVRKIT_PIECES}*3,int)})
 same => n,Set(TARIFF_NOTE=${IVRKIT_NOTE})
 same => n,Return()
; What the project's own flows run.
[tariff]
exten => s,1,Return()
[card-terminal]
exten => s,1,Return()
[barrier]
exten => s,1,Return()
[test-slow]
exten => s,1,Wait(5)
 same => n,Set(SLOW_DONE=yes it has)
 same => n,Return()
; Agents who need no telephone: one talks for long, one for a few seconds.
[test-agents]
exten => long,1,Answer(,i)
 same => n,Wait(32)
exten => short,1,Answer(,i)
 same => n,Wait(${RAND(3,9)})
exten => brief,1,Answer(,i)
 same => n,Wait(${RAND(1,3)})
exten => rings,1,Ringing()
 same => n,Wait(20)
[globals](+)
IVRKIT_QUEUE = service
"""
QUEUES = """\
[nobody](ivrkit-queue)
[killed-nobody](ivrkit-queue)
joinempty = yes
leavewhenempty = no
[killed-long](ivrkit-queue)
ringinuse = yes
member => Local/long@test-agents/n,0,Long
[killed-short](ivrkit-queue)
ringinuse = yes
member => Local/short@test-agents/n,0,Short
[left-brief](ivrkit-queue)
ringinuse = yes
member => Local/brief@test-agents/n,0,Brief
[left-rings](ivrkit-queue)
ringinuse = yes
member => Local/rings@test-agents/n,0,Rings
"""
OVERRIDES = {"extensions.conf": DIALPLAN, "queues.conf": QUEUES}


def unavailable(error: NotAvailable) -> NoReturn:
    """Fail where the live tests must run (CI), skip elsewhere, never in silence."""
    if os.environ.get("CI"):
        pytest.fail(f"the live tests must run in CI: {error}")
    pytest.skip(f"NO LIVE TESTS: {error}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def asterisk() -> AsyncIterator[PrivateAsterisk]:
    """A running Asterisk with the shipped configuration."""
    try:
        running = PrivateAsterisk(overrides=OVERRIDES)
        await running.start()
    except NotAvailable as error:
        unavailable(error)
    try:
        await running.command(f"dialplan set global SOUNDS {running.sounds_folder}")
        yield running
    finally:
        await running.close()


@pytest.fixture(scope="session")
def prompts(asterisk: PrivateAsterisk) -> dict[str, Path]:
    """Three spoken prompts where Asterisk finds them: one, two, three."""
    texts = {
        "one": "Welcome to the bank. Please say or enter your customer number.",
        "two": "The opening hours of the clinic are from nine to seventeen o'clock.",
        "three": "Nobody can take your call at this time. Goodbye, and thank you for waiting.",
    }
    try:
        voice = processes.require("espeak-ng", "espeak-ng")
    except NotAvailable as error:
        unavailable(error)
    found = {}
    for name, text in texts.items():
        spoken = asterisk.folder / f"{name}.wav"
        subprocess.run([voice, "-v", "en", "-w", spoken, text], check=True)
        found[name] = asterisk.sounds_folder / f"{name}.wav"
        write_wave(found[name], read_wave(spoken))
    return found


PhoneMaker = Callable[..., AbstractAsyncContextManager[Baresip]]


@pytest.fixture
def phone(asterisk: PrivateAsterisk, tmp_path: Path) -> PhoneMaker:
    """``async with phone("2001") as caller``: accounts of the site register, others just call."""

    @asynccontextmanager
    async def make(name: str, **options: Any) -> AsyncIterator[Baresip]:
        options.setdefault("password", asterisk.site.phone_passwords.get(name, ""))
        made = Baresip(name, sip_port=asterisk.sip_port, folder=tmp_path / name, **options)
        try:
            async with made:
                yield made
        except NotAvailable as error:
            unavailable(error)

    return make


class Ari:
    """ARI as it comes: requests, and the events of one application."""

    def __init__(self, asterisk: PrivateAsterisk, session: aiohttp.ClientSession) -> None:
        self._asterisk = asterisk
        self._session = session
        self._key = {"api_key": f"{asterisk.ari_user}:{asterisk.ari_password}"}

    async def request(self, method: str, path: str, **query: str) -> Any:
        """The decoded answer; raises for anything but success."""
        url = f"{self._asterisk.ari_url}/{path}"
        async with self._session.request(method, url, params={**query, **self._key}) as answer:
            answer.raise_for_status()
            return await answer.json() if answer.status != 204 else None

    async def exists(self, path: str) -> bool:
        """Whether there is such a thing now."""
        url = f"{self._asterisk.ari_url}/{path}"
        async with self._session.get(url, params=self._key) as answer:
            return answer.status != 404

    async def value(self, channel: str, name: str) -> str:
        """A variable of a channel; empty when it is not set."""
        try:
            answer = await self.request("GET", f"channels/{channel}/variable", variable=name)
        except aiohttp.ClientResponseError as error:
            if error.status != 404:
                raise
            return ""
        return str(answer["value"])

    async def set(self, channel: str, name: str, value: str) -> None:
        await self.request("POST", f"channels/{channel}/variable", variable=name, value=value)

    async def channels_left(self, seconds: float) -> list[str]:
        """The channels that have not ended after so long. They are ended then: the tests that
        come next are not to fail for them."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while await self.request("GET", "channels"):
                    await asyncio.sleep(0.1)
        left = await self.request("GET", "channels")
        for channel in left:
            with suppress(aiohttp.ClientResponseError):  # It ended by itself in the meantime.
                await self.request("DELETE", f"channels/{channel['id']}")
        return [f"{channel['name']} ({channel['state']}, {channel['id']})" for channel in left]

    @asynccontextmanager
    async def application(self, name: str = "ivrkit") -> AsyncIterator[Application]:
        url = f"{self._asterisk.ari_url}/events"
        async with self._session.ws_connect(url, params={"app": name, **self._key}) as socket:
            yield Application(socket)


class Application:
    """The events of a Stasis application."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def wait_for(self, kind: str, timeout: float = 20) -> dict[str, Any]:
        """The next event of a kind; those before it are dropped."""
        async with asyncio.timeout(timeout):
            while True:
                event: dict[str, Any] = await self._socket.receive_json()
                if event["type"] == kind:
                    return event


@pytest_asyncio.fixture(loop_scope="session")
async def ari(asterisk: PrivateAsterisk) -> AsyncIterator[Ari]:
    """Plain ARI on the running Asterisk. Every test must leave it without a channel."""
    async with aiohttp.ClientSession() as session:
        client = Ari(asterisk, session)
        yield client
        if left := await client.channels_left(20):
            pytest.fail(f"channels were left: {', '.join(left)}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def live(
    asterisk: PrivateAsterisk, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Exchange, Site]]:
    """An engine for the calls of a run, connected as ``live-1``: its numbers are 710x."""
    folder = tmp_path_factory.mktemp("live-1")
    async with exchange_of(asterisk, folder, 1) as both:
        yield both


@pytest.fixture
def exchange(live: tuple[Exchange, Site], ari: Ari) -> Exchange:
    """Callers for the engine of the run. Every test must leave Asterisk without a channel."""
    return live[0]


@pytest.fixture
def site(live: tuple[Exchange, Site]) -> Site:
    """The engine of the run."""
    return live[1]
