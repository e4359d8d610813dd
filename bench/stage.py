"""One private Asterisk with every subject connected to it, and callers who come in turns."""

from __future__ import annotations

import asyncio
import shutil
import signal
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp
import soundfile

from bench import cpu
from bench.subjects import SUBJECTS, Subject, dialplan
from ivrkit.errors import CarrierError, NotAvailable
from ivrkit.testing import load, processes
from ivrkit.testing.asterisk import PrivateAsterisk

SITE = Path(__file__).parent / "site"
START_SECONDS = 60.0
REST_SECONDS = 0.5
"""Until what follows a call (its record, its last events) is done."""
BEEPS = 3


@dataclass(frozen=True)
class Turn:
    """CPU of one subject's calls, in milliseconds per call."""

    engine: float
    asterisk: float

    @property
    def both(self) -> float:
        return self.engine + self.asterisk


class Stage:
    """``async with Stage(folder, subjects) as stage``; ``folder`` is for what the subjects leave
    behind."""

    def __init__(self, folder: Path, subjects: Sequence[Subject] = SUBJECTS) -> None:
        self._folder = folder
        self.subjects = tuple(subjects)
        self._stack = AsyncExitStack()
        self._engines: dict[str, Process] = {}
        self.asterisk = PrivateAsterisk(
            overrides={"extensions.conf": dialplan(subjects)}, progress=lambda line: None
        )

    async def __aenter__(self) -> Self:
        try:
            await self._stack.enter_async_context(self.asterisk)
            self._ari = await self._stack.enter_async_context(aiohttp.ClientSession())
            for subject in self.subjects:
                if subject.command:
                    await self._start(subject)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def turn(self, subject: Subject, calls: int, rate: float) -> Turn:
        """Place the calls, wait until all is quiet, and tell what they cost. Raises CarrierError
        when not every call was answered and ended by the subject."""
        before = self._cpu(subject)
        placed = load.Load(subject.number, calls, rate)
        result = await load.place(placed, self.asterisk.sip_port)
        if (result.calls, result.succeeded, result.failed) != (calls, calls, 0):
            raise CarrierError(
                f"{subject.title}: {calls - result.succeeded} of {calls} calls failed; "
                f"{result.errors[:500]}"
            )
        await self._quiet()
        after = self._cpu(subject)
        return Turn(
            *(1000 * (late - early) / calls for early, late in zip(before, after, strict=True))
        )

    async def rehearse(self, subject: Subject, calls: int, rate: float) -> None:
        """Calls that do not count: all is loaded behind them, and every beep was played."""
        since = len(self.asterisk.log())
        await self.turn(subject, calls, rate)
        played = self.asterisk.log()[since:].count(" Playing '")
        if played != BEEPS * calls:
            raise CarrierError(f"{subject.title}: {played} beeps in {calls} calls")

    async def hush(self) -> None:
        """Let Asterisk log no more than the shipped configuration says: what it says about each
        step of the dialplan costs it time that others need not spend."""
        (self.asterisk.folder / "etc" / "ivrkit.d" / "logger.conf").write_text("")
        await self.asterisk.command("logger reload")

    # ---- inside --------------------------------------------------------------------------------

    def _cpu(self, subject: Subject) -> tuple[float, float]:
        engine = self._engines.get(subject.name)
        assert self.asterisk.pid is not None, "it runs as long as the stage stands"
        return (cpu.seconds(engine.pid) if engine else 0.0, cpu.seconds(self.asterisk.pid))

    async def _start(self, subject: Subject) -> None:
        folder = self._folder / subject.name
        sounds = self.asterisk.sounds_folder / subject.name
        await asyncio.to_thread(self._make_site, folder)
        log = self._folder / f"{subject.name}.log"
        command = [part.format(folder=folder) for part in subject.command]
        environment = self._environment(subject, sounds)
        process = await processes.start(command, output=log, environment=environment)
        self._stack.push_async_callback(processes.end, process, signal.SIGTERM)
        self._engines[subject.name] = process
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self._asked(f"applications/{subject.application}"):
                    if process.returncode is not None:
                        raise TimeoutError
                    await asyncio.sleep(0.1)
        except TimeoutError:
            told = log.read_text(errors="replace")[-2000:]
            raise NotAvailable(f"{subject.title} did not start:\n{told}") from None

    def _environment(self, subject: Subject, cache: Path) -> Mapping[str, str]:
        return {
            "BENCH_ASTERISK": self.asterisk.ari_url.removesuffix("/ari"),
            "BENCH_USER": self.asterisk.ari_user,
            "BENCH_PASSWORD": self.asterisk.ari_password,
            "BENCH_APPLICATION": subject.application,
            "BENCH_CACHE": str(cache),
        }

    def _make_site(self, folder: Path) -> None:
        """A copy of the site, whose recording is Asterisk's own beep."""
        shutil.copytree(SITE, folder)
        (folder / "prompts").mkdir()
        samples, rate = _beep(Path(f"/proc/{self.asterisk.pid}/root"))
        soundfile.write(folder / "prompts" / "beep.wav", samples, rate, subtype="PCM_16")

    async def _quiet(self) -> None:
        while True:
            if not await self._asked("channels"):
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(REST_SECONDS)

    async def _asked(self, what: str) -> Any:
        """The answer of ARI; None where there is nothing."""
        asterisk = self.asterisk
        login = aiohttp.BasicAuth(asterisk.ari_user, asterisk.ari_password)
        async with self._ari.get(f"{asterisk.ari_url}/{what}", auth=login) as answer:
            return await answer.json() if answer.ok else None


def _beep(root: Path) -> tuple[Any, int]:
    """Asterisk's ``beep``, so that all play the same. Raises NotAvailable."""
    sounds = root / "usr" / "share" / "asterisk" / "sounds"
    file = next(sounds.rglob("beep.wav"), None)
    if file is None:
        hint = "install asterisk-core-sounds-en-wav"
        raise NotAvailable("Asterisk has no sound 'beep' in WAV format", hint=hint)
    samples, rate = soundfile.read(file, dtype="int16")
    return samples, rate
