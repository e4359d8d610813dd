"""Recordings that come from a studio or a telephone are looked at, converted and registered under
the name of their prompt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivrkit.errors import PromptError
from ivrkit.prompts import audio, files, measuring
from ivrkit.prompts.formats import FORMATS
from ivrkit.prompts.loudness import levelled
from ivrkit.prompts.measuring import Measured
from ivrkit.prompts.recordings import checked
from ivrkit.service.prompts.sound import FARTHEST, LONGEST_BEHIND, LONGEST_FRONT

SUFFIX: Final = ".wav"


@dataclass(frozen=True)
class Converted:
    """A recording as Asterisk plays it, with its measures before; ``problems`` are what is wrong
    with it, each with what helps."""

    sound: bytes
    measured: Measured
    problems: tuple[str, ...]


def converted(sound: bytes, suffix: str, target: float, *, trim: bool = False) -> Converted:
    """Look at a recording and make it 8 kHz, at ``target`` LUFS; ``trim`` takes the silence at its
    ends off. Raises PromptError for what is no sound."""
    found, samples = measuring.measured(sound, suffix)
    problems = tuple(_problems(found, target, trim=trim))
    if trim:
        samples = audio.trimmed(samples)
    return Converted(audio.written(levelled(samples, target)), found, problems)


def place_of(folder: Path, language: str, name: str) -> Path:
    """Where the recording of a prompt is registered. Raises PromptError for a name that leads out
    of the folder."""
    path = folder / language / f"{checked(name)}{SUFFIX}"
    if not path.resolve().is_relative_to(folder.resolve()):
        raise PromptError(
            f"'{name}' leads out of {folder}", hint="a link in the folder of prompts leads away"
        )
    return path


def there(folder: Path, language: str, name: str) -> list[Path]:
    """The recordings of this name that are there, in any format."""
    stem = place_of(folder, language, name).with_suffix("")
    return [path for each in FORMATS if (path := stem.with_name(f"{stem.name}{each}")).exists()]


def register(folder: Path, language: str, name: str, sound: bytes, *, replace: bool) -> Path:
    """Write a recording, all at once, in place of those of the same name if ``replace`` says so.
    Raises PromptError."""
    before = there(folder, language, name)
    if before and not replace:
        raise PromptError(f"{before[0]} is there already", hint="--replace puts this in its place")
    path = place_of(folder, language, name)
    files.make_folder(path.parent)
    files.write(path, sound)
    for each in before:
        if each != path:
            each.unlink(missing_ok=True)  # it would hide this one, or be hidden
    return path


def _problems(found: Measured, target: float, *, trim: bool) -> list[str]:
    if found.cancelled:
        return ["its channels cancel each other: save one of them alone"]
    if found.level is None:
        return ["there is nothing to hear in it"]
    told = []
    if target - found.level > FARTHEST:
        told.append(
            f"it is too quiet: at {found.level:g} LUFS, {target - found.level:.0f} dB below the "
            "others; record it nearer to the microphone"
        )
    if found.clipped:
        times = "once" if found.clipped == 1 else f"{found.clipped:,} times"
        told.append(f"it is cut off at the top {times}: record it again, with less gain")
    if not trim:
        ends = (("beginning", found.front, LONGEST_FRONT), ("end", found.behind, LONGEST_BEHIND))
        told += [
            f"there are {seconds:g} s of silence at its {end}; --trim takes it off"
            for end, seconds, most in ends
            if seconds > most
        ]
    return told
