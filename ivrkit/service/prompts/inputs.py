"""Whether anything has changed since the last time: files, settings, and ivrkit itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import ivrkit
from ivrkit.prompts.recordings import Recordings
from ivrkit.prompts.tree import Entry, fingerprint, fingerprint_of_names, walk
from ivrkit.service.configuration import Configuration
from ivrkit.service.registries import reader


def inputs_of(
    paths: Sequence[Path],
    configuration: Configuration,
    recordings: Recordings,
    *,
    sounds: bool = True,
) -> str:
    """What differs when something has changed on which findings or spoken texts depend,
    hexadecimal. ``recordings`` have walked through the folder of prompts already; without
    ``sounds`` it matters which of them there are, and not what is in them."""
    texts = {n: each for n, each in recordings.tree.items() if n not in recordings.files}
    parts = [
        _of_ivrkit(),
        fingerprint(texts),
        fingerprint(recordings.files) if sounds else fingerprint_of_names(recordings.files),
        str(configuration.prompts.folder),
    ]
    for path in paths:
        files = walk(path) if path.is_dir() else _one(path)
        parts += [str(path), fingerprint(files)]
    parts.append(plainly(configuration.model_dump()))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def plainly(value: Any) -> str:
    """A value as a text that is the same in every process: sets and mappings in order. What a
    secret is does not show."""
    if isinstance(value, Mapping):
        pairs = sorted(f"{plainly(key)}:{plainly(each)}" for key, each in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, set | frozenset):
        return "{" + ",".join(sorted(map(plainly, value))) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(plainly, value)) + "]"
    return repr(value)


def _one(path: Path) -> dict[str, Entry]:
    """A single flow: it may run others, which lie beside it."""
    return walk(path.parent)


@cache
def _of_ivrkit() -> str:
    """This ivrkit: its version, the time of its files (for those who work on it), and what
    packages have added to its language."""
    language = reader().language
    names = sorted((*language.verbs, *language.parts))
    root = Path(ivrkit.__file__).parent
    code = (each.mtime for name, each in walk(root).items() if name.endswith(".py"))
    newest = max(code, default=0)
    return f"{ivrkit.__version__} {newest} {' '.join(names)}"
