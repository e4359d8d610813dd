"""Sounds made of a call's data: kept a while for the next time, bounded, and erased."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ivrkit.call.prompt import Media
from ivrkit.prompts import audio, files

IN_USE = 60.0
"""Seconds after its last use in which a file may still be waiting to be played."""


@dataclass(slots=True)
class Kept:
    """A file, its size in bytes, and when it was last used."""

    media: Media
    size: int
    used: float


class DynamicCache:
    """Files by key, the one used longest ago first. ``keep`` in seconds, ``most`` in bytes."""

    def __init__(
        self,
        folder: Path,
        keep: float,
        most: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._keep = keep
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._bytes = 0
        self._forgotten: list[Kept] = []

    def __len__(self) -> int:
        return len(self._kept) + len(self._forgotten)

    def find(self, key: str) -> Media | None:
        """The sound of a key, which is then used anew."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        kept.used = self._clock()
        self._kept.move_to_end(key)
        return kept.media

    def write(self, key: str, sound: bytes, text: str) -> Media:
        """Write the file of a key. May run in any thread; :meth:`add` makes it known."""
        path = self._folder / f"{key}.wav"
        files.write(path, sound)
        return Media(path, audio.seconds(sound), text)

    def add(self, key: str, media: Media, size: int) -> None:
        """Take a written file into the cache, and make room if it is too large now."""
        self._kept[key] = Kept(media, size, self._clock())
        self._bytes += size
        self.sweep()

    def forget(self) -> None:
        """Find nothing any more, and erase all that is not in use; the rest goes with a sweep."""
        self._forgotten += self._kept.values()
        self._kept.clear()
        self._bytes = 0
        self.sweep()

    def sweep(self) -> None:
        """Erase what is too old, and as much as is too large and not in use."""
        now = self._clock()
        forgotten, self._forgotten = self._forgotten, []
        known = {kept.media.path for kept in self._kept.values()}
        for kept in forgotten:
            if now - kept.used < IN_USE:
                self._forgotten.append(kept)
            elif kept.media.path not in known:
                kept.media.path.unlink(missing_ok=True)
        for key, kept in list(self._kept.items()):
            idle = now - kept.used
            if idle < self._keep and (self._bytes <= self._most or idle < IN_USE):
                break
            del self._kept[key]
            self._bytes -= kept.size
            kept.media.path.unlink(missing_ok=True)
