"""The recordings of the project: ``<language>/<name>``, else ``<name>``, in any usual format."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ivrkit.call.locale import wider
from ivrkit.call.prompt import Media
from ivrkit.errors import PromptError
from ivrkit.prompts import audio, files
from ivrkit.prompts.cache import FORM
from ivrkit.prompts.formats import FORMATS

FOLDER = "recordings"
"""In the cache: the same recordings as the telephone needs them."""
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")


def checked(name: str) -> str:
    """The name of a recording, which leads nowhere but into the folder. Raises PromptError."""
    if len(name) > 200 or not NAME.fullmatch(name):
        raise PromptError(
            f"'{name[:60]}' is no name of a recording",
            hint="letters, digits, _ . - and / only, and no part begins with a dot",
        )
    return name


class Recordings:
    """Looks recordings up in the folder, and makes 8 kHz copies of them in the cache, so that
    Asterisk needs to see one folder only."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self._folder = folder
        self._cache = cache / FOLDER
        self._known: dict[str, Path] = {}
        self._copies: dict[tuple[Path, int, int], tuple[Path, float]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Look into the folder again."""
        found: dict[str, Path] = {}
        for suffix in reversed(FORMATS):  # the first of them wins
            for folder, name in self._files():
                if name.lower().endswith(suffix):
                    inside = folder.relative_to(self._folder) / name[: -len(suffix)]
                    found[inside.as_posix()] = folder / name
        self._known = found
        self._copies.clear()

    def _files(self) -> Iterator[tuple[Path, str]]:
        for folder, _, names in os.walk(self._folder, followlinks=True):
            yield from ((Path(folder), name) for name in sorted(names))

    @property
    def known(self) -> Mapping[str, Path]:
        """The recordings by name (``en/welcome``), as far as :meth:`refresh` saw."""
        return self._known

    def has_word(self, language: str, sound: str) -> bool:
        """Whether a word of a language was recorded, as far as :meth:`refresh` saw. Never looks
        at the disk."""
        return any(f"{tag}/{sound}" in self._known for tag in wider(language))

    def find(self, name: str, language: str) -> Path | None:
        """The file of a recording. Raises PromptError for a name that is none."""
        checked(name)
        inside = [*(f"{tag}/{name}" for tag in wider(language)), name]
        for candidate in inside:
            known = self._known.get(candidate)
            if known is not None:
                return known
            for suffix in FORMATS:
                path = self._folder / f"{candidate}{suffix}"
                if path.is_file():
                    return path
        return None

    def exists(self, name: str) -> bool:
        """Whether there is a recording of this name in any language, written as in a prompt: with
        the ending or without. Raises PromptError for a name that is none."""
        for suffix in FORMATS:
            name = name.removesuffix(suffix)
        checked(name)
        folders = self._folder.iterdir() if self._folder.is_dir() else ()
        tags = ["en", *(each.name for each in folders if each.is_dir())]
        return any(self.find(name, tag) is not None for tag in tags)

    def copy(self, path: Path) -> Media:
        """The recording as 8 kHz file in the cache. Blocks; raises PromptError if it cannot be
        read."""
        try:
            state = path.stat()
            identity = (path, state.st_mtime_ns, state.st_size)
            found = self._copies.get(identity)
            if found is None or not found[0].exists():
                found = self._copies[identity] = self._copied(path, path.read_bytes())
        except OSError as error:
            raise PromptError(f"{path} cannot be read: {error.strerror}") from None
        return Media(*found)

    def _copied(self, path: Path, sound: bytes) -> tuple[Path, float]:
        inside = path.relative_to(self._folder).with_suffix("")
        mark = hashlib.sha256(FORM.encode() + sound).hexdigest()[:12]
        copy = self._cache / inside.parent / f"{inside.name}-{mark}.wav"
        if not files.whole(copy):
            try:
                telephone = audio.recording(sound, path.suffix.lower())
            except PromptError as error:
                raise PromptError(f"{path}: {error.message}", hint=error.hint) from None
            files.make_folder(copy.parent)
            files.write(copy, telephone)
        return copy, audio.seconds_of(copy)
