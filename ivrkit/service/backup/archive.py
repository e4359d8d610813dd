"""The file of a backup: a tar archive (gzip) with a list of what is in it."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final

import msgspec

from ivrkit.errors import ConfigurationError, StoreError

LIST: Final = "backup.json"
STORE: Final = "store.db"
MEDIA: Final = "media/"
SITE: Final = "site/"
FORM: Final = 1
DAMAGED: Final = (
    OSError,
    EOFError,
    zlib.error,
    tarfile.TarError,
    msgspec.DecodeError,
    ValueError,
)
"""What reading something that is no whole archive raises."""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup tells of itself. ``files``: the SHA-256 of each by its name."""

    form: int
    made: datetime
    ivrkit: str
    application: str
    rows: int
    files: dict[str, str]


class Writing:
    """An archive that is being made: readable by its owner alone, under its name when complete."""

    def __init__(self, file: tarfile.TarFile) -> None:
        self._file = file
        self.files: dict[str, str] = {}

    def add_text(self, name: str, text: bytes) -> None:
        """A file of which the text is given."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(text), 0o600
        self._file.addfile(info, io.BytesIO(text))
        self.files[name] = hashlib.sha256(text).hexdigest()

    def add(self, name: str, path: Path) -> bool:
        """A file as it is now. False when it is not there any more."""
        try:
            text = path.open("rb")
        except FileNotFoundError:
            return False
        with text:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(text.fileno()).st_size, 0o600
            reader = _Digested(text)
            self._file.addfile(info, reader)
            self.files[name] = reader.found.hexdigest()
        return True


class _Digested:
    """Reads a file, and knows the hash of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.found = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        text = self._file.read(size)
        self.found.update(text)
        return text


@contextmanager
def writing(path: Path) -> Iterator[Writing]:
    """Make an archive; it appears complete or not at all. Raises StoreError."""
    if path.exists():
        raise StoreError(f"{path} is there already", hint="name another file")
    part = path.with_name(path.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as raw:
                with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as file:
                    yield Writing(file)
                raw.flush()
                os.fsync(raw.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"the backup {path} cannot be written: {error.strerror or error}",
            hint="check the folder's rights and the disk",
        ) from error


def unpack(path: Path, folder: Path) -> Contents:
    """Unpack an archive into an empty folder, and see that all of it is there. Raises
    ConfigurationError where it is no backup, or is damaged, StoreError where the folder cannot be
    written."""
    hint = "name a file that `ivrkit backup` has made"
    there: set[str] = set()
    try:
        with tarfile.open(path, "r:gz") as file:
            for member in file:
                _unpack(file, member, folder)
                there.add(member.name)
        contents = msgspec.json.decode((folder / LIST).read_bytes(), type=Contents)
    except DAMAGED as error:
        raise ConfigurationError(f"{path} is no backup of ivrkit: {error}", hint=hint) from error
    if contents.form != FORM:
        raise ConfigurationError(
            f"{path} was made by ivrkit {contents.ivrkit}", hint="use that version to restore it"
        )
    for name, digest in contents.files.items():
        found = folder / name
        # A name that was not unpacked could lead anywhere when it is restored.
        if name not in there or hashlib.sha256(found.read_bytes()).hexdigest() != digest:
            raise ConfigurationError(f"{path} is damaged: {name}", hint="take another backup")
    return contents


def _unpack(file: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One plain file below the folder; anything else is none of ours."""
    name = PurePosixPath(member.name)
    if not member.isreg() or name.is_absolute() or ".." in name.parts:
        raise ValueError(f"it holds {member.name}")
    source = file.extractfile(member)
    assert source is not None, "a regular file"
    target = folder / name
    with written(folder):
        target.parent.mkdir(parents=True, exist_ok=True)
        out = target.open("wb")
    with source, out:
        while piece := source.read(1 << 20):
            with written(folder):
                out.write(piece)
                out.flush()


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """What cannot be written is no fault of the backup. Raises StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written: {error.strerror or error}",
            hint="check the folder's rights and the disk, and restore again",
        ) from error
