"""The recordings of the project: ``<language>/<name>``, else ``<name>``, in any usual format."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ivrkit.call.fallbacks import wider
from ivrkit.call.prompt import Media
from ivrkit.errors import PromptError
from ivrkit.prompts import audio, files
from ivrkit.prompts.cache import form_at
from ivrkit.prompts.formats import FORMATS
from ivrkit.prompts.ledger import Ledger, Looked
from ivrkit.prompts.loudness import LEVEL
from ivrkit.prompts.settings import PromptSettings
from ivrkit.prompts.tree import Entry, walk

FOLDER = "recordings"
"""In the cache: the same recordings as the telephone needs them."""
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
RANK = {suffix: rank for rank, suffix in enumerate(FORMATS)}
"""Which of several files of one name is played: the one of the lowest rank."""


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
    Asterisk needs to see one folder only. What ``ivrkit prompts build`` has made is found there.

    ``target`` is the loudness of the copies in LUFS; ``chain`` tells in which languages a
    recording is looked for.
    """

    def __init__(
        self,
        folder: Path,
        cache: Path,
        target: float = LEVEL,
        chain: Callable[[str], Sequence[str]] = wider,
    ) -> None:
        self._folder = folder
        self._ledger = Ledger(cache)
        self._shared = cache
        self.copies = cache / FOLDER
        """Where the copies are."""
        self._form = form_at(target)
        self.target = target
        self._chain = chain
        self.tree: dict[str, Entry] = {}
        """All files below the folder, the catalogue's too, as far as :meth:`refresh` saw."""
        self._files: dict[str, Entry] = {}
        self._known: dict[str, str] = {}
        self._copies: dict[tuple[str, tuple[int, int, int]], Media] = {}
        self._contents: dict[str, tuple[tuple[int, int, int], str]] | None = None
        self._looked: dict[str, Looked] | None = None
        self.refresh()

    @classmethod
    def of(cls, settings: PromptSettings) -> Recordings:
        """The recordings of a site."""
        chain = settings.fallbacks.chain
        return cls(settings.folder, settings.cache, settings.loudness, chain)

    def refresh(self) -> None:
        """Look into the folder again: one walk, however many files there are."""
        self.tree = walk(self._folder, self._shared)
        files: dict[str, Entry] = {}
        known: dict[str, str] = {}
        ranks: dict[str, int] = {}
        for name, entry in self.tree.items():
            rank = RANK.get(suffix_of(name))
            if rank is None:
                continue
            files[name] = entry
            inside = name[: name.rindex(".")]
            if rank < ranks.get(inside, len(RANK)):
                known[inside], ranks[inside] = name, rank
        self._files, self._known = files, known
        self._copies.clear()
        self._contents = None
        self._looked = None

    @property
    def known(self) -> Mapping[str, str]:
        """The files of the recordings by their names (``en/welcome``: ``en/welcome.wav``), as far
        as :meth:`refresh` saw."""
        return self._known

    @property
    def files(self) -> Mapping[str, Entry]:
        """All sound files, those that others hide included, as far as :meth:`refresh` saw."""
        return self._files

    def has_word(self, language: str, sound: str) -> bool:
        """Whether a word of a language was recorded, as far as :meth:`refresh` saw. Never looks
        at the disk."""
        return any(f"{tag}/{sound}" in self._known for tag in self._chain(language))

    def tag_of(self, name: str, language: str) -> str | None:
        """The language under which a recording lies that is played in another one; ``""`` for
        one that lies under none, None if there is none as far as :meth:`refresh` saw."""
        for tag in self._chain(language):
            if f"{tag}/{name}" in self._known:
                return tag
        return "" if name in self._known else None

    def find(self, name: str, language: str) -> Path | None:
        """The file of a recording. Raises PromptError for a name that is none."""
        checked(name)
        inside = [*(f"{tag}/{name}" for tag in self._chain(language)), name]
        for candidate in inside:
            known = self._known.get(candidate)
            if known is not None:
                return self._folder / known
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
        if any(f"{tag}/{name}" in self._known for tag in tags):
            return True
        return any(self.find(name, tag) is not None for tag in tags)

    def seconds(self, name: str, language: str) -> float | None:
        """The length of a recording as it was made, without looking into one that was looked at
        before; None if there is none, or nothing that can be read."""
        path = self.find(name, language)
        if path is None:
            return None
        if self._looked is None:
            self._looked = self._ledger.recordings()
        inside = path.relative_to(self._folder).as_posix()
        looked, entry = self._looked.get(inside), self._files.get(inside)
        if looked is not None and entry is not None and looked.holds(entry):
            return looked.measured.seconds or None if looked.measured is not None else None
        try:
            samples, rate = audio.read(path.read_bytes(), suffix_of(inside))
        except (OSError, PromptError):
            return None  # what is wrong with it is told when it is played, or by `prompts check`
        return len(samples) / rate or None

    def copy(self, path: Path) -> Media:
        """The recording as 8 kHz file in the cache. Blocks; raises PromptError if it cannot be
        read."""
        name = path.relative_to(self._folder).as_posix()
        try:
            state = path.stat()
            entry = Entry(str(path), state.st_mtime_ns, state.st_size, state.st_ino)
            found = self._copies.get((name, entry.state))
            if found is None or not found.path.exists():
                found = self._copies[name, entry.state] = self._copied(name, entry)
        except OSError as error:
            raise PromptError(f"{path} cannot be read: {error.strerror}") from None
        return found

    @property
    def form(self) -> str:
        """What the copies are like."""
        return self._form

    def copy_name(self, name: str, content: str) -> str:
        """What the copy of a file with this content (its SHA-256) is called in :attr:`copies`."""
        mark = hashlib.sha256(f"{self._form} {content}".encode()).hexdigest()[:12]
        return f"{name[: name.rindex('.')]}-{mark}.wav"

    def write_copy(self, copy: Path, telephone: bytes) -> None:
        """Store a copy. Raises PromptError."""
        files.make_folder(copy.parent)
        files.write(copy, telephone)

    def _copied(self, name: str, entry: Entry) -> Media:
        if self._contents is None:
            self._contents = self._ledger.contents()
        state, content = self._contents.get(name, (None, ""))
        if state == entry.state:
            copy = self.copies / self.copy_name(name, content)
            if files.whole(copy):
                return Media(copy, audio.seconds_of(copy))
        sound = Path(entry.path).read_bytes()
        copy = self.copies / self.copy_name(name, hashlib.sha256(sound).hexdigest())
        if not files.whole(copy):
            try:
                telephone = audio.recording(sound, suffix_of(name), self.target)
            except PromptError as error:
                raise PromptError(f"{entry.path}: {error.message}", hint=error.hint) from None
            self.write_copy(copy, telephone)
        return Media(copy, audio.seconds_of(copy))


def suffix_of(name: str) -> str:
    """The ending of a file's name in small letters."""
    dot = name.rfind(".")
    return name[dot:].lower() if dot > name.rfind("/") else ""
