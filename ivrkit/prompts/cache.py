"""Texts that are the same in every call, spoken once and kept for good."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from pathlib import Path

from ivrkit.prompts import audio, files
from ivrkit.prompts.loudness import LEVEL

FOLDER = "static"
FORM = "wav-8000-s16-3"
"""Rate and format of what is kept; the last number counts the ways in which it was made."""


def form_at(loudness: float) -> str:
    """The form of what is kept at a loudness (LUFS)."""
    return f"{FORM} {loudness:g}"


@dataclass(frozen=True, slots=True)
class Speech:
    """All that decides what a spoken text sounds like. ``engine`` includes its version."""

    text: str
    language: str
    engine: str
    voice: str | None
    speed: float
    markup: bool = False
    loudness: float = LEVEL

    @property
    def key(self) -> str:
        """The name of its file: SHA-256, hexadecimal."""
        return digest(*map(repr, astuple(self)))


def digest(*parts: str) -> str:
    """SHA-256 of texts, hexadecimal, for the present form of sound files."""
    return hashlib.sha256("\0".join((FORM, *parts)).encode()).hexdigest()


class StaticCache:
    """Sound files by their key, in folders by the first two digits of it.

    Several engines may share one: the same key is always the same sound.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def path(self, key: str) -> Path:
        """Where the sound of a key is, or would be."""
        return self._folder / key[:2] / f"{key}.wav"

    def find(self, key: str) -> tuple[Path, float] | None:
        """The file of a key and its seconds, if it is there and whole."""
        path = self.path(key)
        return (path, audio.seconds_of(path)) if files.whole(path) else None

    def keep(self, key: str, sound: bytes) -> tuple[Path, float]:
        """Store a sound; its file and seconds. Raises PromptError when it cannot be written."""
        path = self.path(key)
        files.make_folder(path.parent)
        files.write(path, sound)
        return path, audio.seconds(sound)
