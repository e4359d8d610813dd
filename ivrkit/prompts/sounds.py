"""Sound files for what a plan asks for: found, or spoken and kept where they belong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeAlias, TypeVar

from ivrkit.call.prompt import Media
from ivrkit.expressions.secrets import MASK
from ivrkit.prompts import audio
from ivrkit.prompts.cache import Speech, StaticCache, digest
from ivrkit.prompts.dynamic import DynamicCache
from ivrkit.prompts.ephemeral import Ephemeral
from ivrkit.prompts.flights import Flights
from ivrkit.prompts.own import OwnFolder
from ivrkit.prompts.plan import Sound, Spoken
from ivrkit.prompts.settings import PromptSettings
from ivrkit.prompts.speaker import Turn
from ivrkit.prompts.speakers import Speakers

T = TypeVar("T")
Make: TypeAlias = Callable[[], Awaitable[bytes]]


class Sounds:
    """Speaks texts and makes tones. Each file is made once, however many calls ask for it.

    Disk and conversion have threads of their own; the event loop never waits for them.
    """

    def __init__(self, settings: PromptSettings, speakers: Speakers) -> None:
        self._speakers = speakers
        self._own = OwnFolder(settings.cache)
        self._static = StaticCache(settings.cache)
        self._dynamic = DynamicCache(
            self._own.dynamic,
            settings.dynamic.keep.total_seconds(),
            settings.dynamic.megabytes * 1_000_000,
        )
        self._keep = settings.dynamic.keep.total_seconds()
        self._known: dict[str, Media] = {}
        self.spoken_now = 0
        """How many lasting sounds were made, and not found."""
        self.stood_in = 0
        """How many lasting sounds are those of a voice that is not the first of its list."""
        self._flights: Flights[Media] = Flights()
        self._secrets: Flights[bytes] = Flights()
        self._numbers = count()
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="prompts")
        self._sweeping: asyncio.TimerHandle | None = None

    @property
    def lasting(self) -> list[Path]:
        """The files of what is the same in every call, as far as it was asked for."""
        return [each.path for each in self._known.values()]

    def refresh(self) -> None:
        """Look for lasting sounds again: the cache may have been pruned."""
        self._known.clear()

    def private(self) -> Ephemeral:
        """An owner for the files of one prompt that hold a secret."""
        return Ephemeral(self._own.private)

    async def spoken(self, spoken: Spoken, private: Ephemeral, *, patient: bool = False) -> Media:
        """The file of a text. A secret is written for ``private`` alone. ``patient``: nobody waits
        for it on a telephone. Raises PromptError."""
        if spoken.secret:
            told = await self._speakers.spoken(spoken, self._secret, patient=patient)
            return await self.threaded(lambda: private.write(told, spoken.shown))

        async def kept(speech: Speech, turn: Turn) -> Media:
            made = await self._kept(speech.key, lambda: self._said(speech, turn), spoken.dynamic)
            self.stood_in += not (turn.first or spoken.dynamic)
            return made

        media = await self._speakers.spoken(spoken, kept, patient=patient)
        return replace(media, text=spoken.shown)

    async def made(self, sound: Sound) -> Media:
        """The file of a tone or of silence. Raises PromptError when it cannot be written."""

        async def calculated() -> bytes:
            return await self.threaded(sound.made.make)

        return await self._kept(digest("made", sound.made.name), calculated, sound.dynamic)

    async def as_one(self, words: Sequence[Media], private: Ephemeral) -> Media:
        """Recorded words as one private file: the names of the words would tell the secret."""

        def written() -> Media:
            return private.write(audio.joined(each.path.read_bytes() for each in words), MASK)

        return await self.threaded(written)

    async def threaded(self, work: Callable[[], T]) -> T:
        """Do something that blocks."""
        run = partial(copy_context().run, work)
        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def close(self) -> None:
        """Stop what is being made, and erase all that was made of calls' data."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        await self._flights.close()
        await self._secrets.close()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._own.close()

    async def _said(self, speech: Speech, turn: Turn) -> bytes:
        def convert(raw: bytes) -> Awaitable[bytes]:
            return self.threaded(lambda: audio.speech(raw, speech.loudness))

        return await turn.sound(speech, convert)

    async def _secret(self, speech: Speech, turn: Turn) -> bytes:
        # In flight too, though nobody shares it: a voice that is slow is not cut off half way.
        return await self._secrets.once(str(next(self._numbers)), lambda: self._said(speech, turn))

    async def _kept(self, key: str, sound: Make, dynamic: bool) -> Media:
        known = self._known.get(key) or self._dynamic.find(key)
        if known is not None:
            return known
        if dynamic:
            return await self._flights.once(key, lambda: self._new_dynamic(key, sound))
        return await self._flights.once(f"static {key}", lambda: self._new_static(key, sound))

    async def _new_static(self, key: str, sound: Make) -> Media:
        found = await self.threaded(lambda: self._static.find(key))
        if found is None:
            told = await sound()
            self.spoken_now += 1
            found = await self.threaded(lambda: self._static.keep(key, told))
        media = self._known[key] = Media(*found)
        return media

    async def _new_dynamic(self, key: str, sound: Make) -> Media:
        told = await sound()
        media = await self.threaded(lambda: self._dynamic.write(key, told, ""))
        self._dynamic.add(key, media, len(told))
        if self._sweeping is None:
            self._sweep_later()
        return media

    def forget_dynamic(self) -> None:
        """Erase the sounds made of calls' data; those that may be playing go a little later."""
        self._dynamic.forget()

    def _sweep_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweeping = loop.call_later(self._keep / 2, self._sweep)

    def _sweep(self) -> None:
        self._dynamic.sweep()
        self._sweeping = None
        if len(self._dynamic):
            self._sweep_later()
