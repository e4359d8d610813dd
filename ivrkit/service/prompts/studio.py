"""`ivrkit prompts import` of a folder: what a studio delivers becomes the recordings of a language.

Files are matched by their names (``welcome.wav``, ``menu/top.flac``, ``menu-top.mp3``), or by a
manifest: a table with the columns ``file`` and ``phrase``. All are looked at before the first one
is written.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ivrkit.errors import ConfigurationError, PromptError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.languages import parts_in, prompts_of
from ivrkit.prompts import tree
from ivrkit.prompts.formats import FORMATS
from ivrkit.prompts.parts.audio import AudioPart
from ivrkit.prompts.recordings import Recordings, checked, suffix_of
from ivrkit.prompts.tree import Entry
from ivrkit.service.configuration import Configuration
from ivrkit.service.prompts.checking import known_languages
from ivrkit.service.prompts.project import read_project
from ivrkit.service.prompts.registering import converted, place_of, register, there

MANIFEST: Final = "manifest.csv"
"""Looked for in the folder where none is named."""
FILE, PHRASE = "file", "phrase"
LARGEST: Final = 500_000_000
"""Bytes of a file."""

Progress = Callable[[int, int], None]


@dataclass
class Delivered:
    """What comes of a folder: the recordings ``written`` by the names of their prompts, how many
    are there already (``same``), and what was ``refused`` or belongs to nothing (``unmatched``),
    with the reason."""

    written: dict[str, Path] = field(default_factory=dict)
    same: int = 0
    refused: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Options:
    """``replace`` what is there; ``trim`` the silence at the ends off; ``dry_run``: write
    nothing."""

    replace: bool = False
    trim: bool = False
    dry_run: bool = False


def take_folder(
    configuration: Configuration,
    folder: Path,
    language: str,
    options: Options,
    *,
    manifest: Path | None = None,
    progress: Progress = lambda done, of: None,
) -> Delivered:
    """Convert and register the recordings of a folder. One that is refused does not keep the
    others from it.

    Raises:
        ConfigurationError: there is no such folder, language or manifest.
    """
    known_languages([language])
    if not folder.is_dir():
        raise ConfigurationError(f"there is no folder {folder}", hint="name the studio's folder")
    sounds = {n: each for n, each in tree.walk(folder).items() if suffix_of(n) in FORMATS}
    found = Delivered()
    names = known_names(configuration, language)
    if manifest is None and (folder / MANIFEST).is_file():
        manifest = folder / MANIFEST
    if manifest is None:
        matched = _by_name(sounds, language, names, found)
    else:
        matched = _by_manifest(read_manifest(manifest), sounds, names, str(manifest), found)
    taken: dict[str, str] = {}
    for done, (file, name) in enumerate(sorted(matched.items())):
        progress(done, len(matched))
        try:
            if name in taken:
                raise PromptError(f"{taken[name]} is the same prompt", hint="leave one out")
            taken[name] = file
            sound = _read(folder, Path(sounds[file].path))
            _take(configuration, sound, suffix_of(file), (language, name), options, found)
        except PromptError as error:
            told = f"{error.message} ({error.hint})" if error.hint else error.message
            found.refused.append(f"{file}: '{name}': {told}")
    progress(len(matched), len(matched))
    return found


def known_names(configuration: Configuration, language: str) -> set[str]:
    """What can be recorded in a language: phrases, recordings that flows name, single words."""
    recordings = Recordings.of(configuration.prompts)
    project = read_project([configuration.flows], configuration, recordings, [language])
    phrases = (*project.said, *project.unsaid)
    names = {phrase.name for phrase in phrases if not phrase.params}
    prompts: list[object] = [each for flow in project.flows.values() for each in prompts_of(flow)]
    for phrase in phrases:
        prompts += phrase.prompts.values()
    for part in parts_in(prompts):
        if isinstance(part, AudioPart) and part.audio.static:
            name = part.audio.literal
            names.add(os.path.splitext(name)[0] if suffix_of(name) in FORMATS else name)
    names.update(sound for _, sound in project.words_said(language))
    return names


def read_manifest(path: Path) -> dict[str, tuple[str, int]]:
    """The phrases, and the lines that name them, by file. Raises ConfigurationError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from None
    heading = text.partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    found: dict[str, tuple[str, int]] = {}
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        if not {FILE, PHRASE} <= set(table.fieldnames or ()):
            raise ConfigurationError(
                f"{path}:1: a manifest has the columns {FILE} and {PHRASE}",
                hint="write them in its first line",
            )
        for row in table:
            file, name = (row[FILE] or "").strip(), (row[PHRASE] or "").strip()
            if file in found:
                raise ConfigurationError(f"{path}:{table.line_num}: {file} is there twice")
            if file and name:
                found[file] = (name, table.line_num)
    except csv.Error as error:
        raise ConfigurationError(f"{path}: this is no table: {error}") from None
    return found


def _by_manifest(
    manifest: Mapping[str, tuple[str, int]],
    sounds: Mapping[str, Entry],
    names: set[str],
    place: str,
    found: Delivered,
) -> dict[str, str]:
    matched: dict[str, str] = {}
    for file, (name, line) in manifest.items():
        if file not in sounds:
            near = did_you_mean(file, sounds)
            found.unmatched.append(_told(f"{place}:{line}: there is no sound file '{file}'", near))
        elif name not in names:
            near = did_you_mean(name, names)
            found.unmatched.append(_told(f"{place}:{line}: there is no prompt '{name}'", near))
        else:
            matched[file] = name
    for file in sorted(sounds.keys() - manifest.keys()):
        found.unmatched.append(f"{file}: the manifest does not name it")
    return matched


def _by_name(
    sounds: Iterable[str], language: str, names: set[str], found: Delivered
) -> dict[str, str]:
    """Files by their names: as they stand, in a folder of the language, or with other signs
    between the words than the prompt has."""
    alike: dict[str, list[str]] = {}
    for name in sorted(names):
        alike.setdefault(_bare(name), []).append(name)
    matched: dict[str, str] = {}
    for file in sounds:
        stem = os.path.splitext(file)[0].removeprefix(f"{language}/")
        near = alike.get(_bare(stem), [])
        if stem in names:
            matched[file] = stem
        elif len(near) == 1:
            matched[file] = near[0]
        elif near:
            found.unmatched.append(f"{file}: it may be {' or '.join(near)}; use a manifest")
        else:
            hint = did_you_mean(stem, names)
            found.unmatched.append(_told(f"{file}: there is no prompt '{stem}'", hint))
    return matched


def _told(text: str, near: str) -> str:
    return f"{text}: {near}" if near else text


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-")


def _read(folder: Path, path: Path) -> bytes:
    """A file of the folder. Raises PromptError for one that leads out of it."""
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise PromptError("it is a link that leads out of the folder", hint="copy the file")
        if path.stat().st_size > LARGEST:
            raise PromptError("it is larger than 500 MB", hint="divide it")
        return path.read_bytes()
    except OSError as error:
        raise PromptError(f"it cannot be read: {error.strerror}") from None


def _take(
    configuration: Configuration,
    sound: bytes,
    suffix: str,
    prompt: tuple[str, str],
    options: Options,
    found: Delivered,
) -> None:
    language, name = prompt
    settings = configuration.prompts
    made = converted(sound, suffix, settings.loudness, trim=options.trim)
    if made.problems:
        raise PromptError("; ".join(made.problems))
    path = place_of(settings.folder, language, checked(name))
    before = there(settings.folder, language, name)
    if before == [path] and path.read_bytes() == made.sound:
        found.same += 1
        return
    if before and not options.replace:
        raise PromptError(f"{before[0]} is there already", hint="--replace puts this there")
    if not options.dry_run:
        register(settings.folder, language, name, made.sound, replace=options.replace)
    found.written[name] = path
