"""Sounds that hold a secret: one file for one playback, deleted when it is over."""

from __future__ import annotations

import secrets
import weakref
from pathlib import Path

from ivrkit.call.prompt import Media
from ivrkit.prompts import audio, files


class Ephemeral:
    """Owner of private files. They are deleted by :meth:`release`, at the latest when nobody
    holds their owner any more or the process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: list[Path] = []
        self._delete = weakref.finalize(self, _delete, self._paths)

    def write(self, sound: bytes, text: str) -> Media:
        """A file under a name that cannot be guessed. May run in any thread."""
        path = self._folder / f"{secrets.token_hex(16)}.wav"
        self._paths.append(path)
        files.write(path, sound)
        if not self._delete.alive:  # the call was over before the voice was
            path.unlink(missing_ok=True)
        return Media(path, audio.seconds(sound), text)

    def release(self) -> None:
        """Delete the files; once is enough."""
        self._delete()


def _delete(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
