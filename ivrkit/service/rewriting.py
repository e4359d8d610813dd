"""Files that a command writes anew: found, changed, shown as a difference, written as a whole."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ivrkit.errors import ConfigurationError
from ivrkit.flow.closure import SUFFIX
from ivrkit.flow.diagnostics import Diagnostics, render_all
from ivrkit.flow.formatting import Formatter
from ivrkit.flow.migrating import Migrator
from ivrkit.flow.source import read_text
from ivrkit.prompts import files
from ivrkit.service.registries import reader


class Change(NamedTuple):
    """What becomes of a text: the new one (None if it cannot be changed), and what was found."""

    text: str | None
    diagnostics: Diagnostics


@dataclass(frozen=True)
class Rewritten:
    """A file with its old and its new text; ``new`` is None if it has mistakes."""

    path: Path
    old: str
    new: str | None
    diagnostics: Diagnostics
    line_end: str = "\n"

    @property
    def differs(self) -> bool:
        """Whether something changes."""
        return self.new is not None and self.new != self.old

    def difference(self) -> str:
        """What changes, as ``diff -u`` shows it."""
        lines = difflib.unified_diff(
            self.old.splitlines(keepends=True),
            (self.new or self.old).splitlines(keepends=True),
            str(self.path),
            str(self.path),
        )
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

    def mistakes(self) -> str:
        """Why it cannot be changed, as people read it."""
        return render_all(self.diagnostics, self.old)

    def write(self) -> None:
        """Put the new text in the file's place, all at once. Raises ConfigurationError."""
        assert self.new is not None
        put(self.path, self.new.replace("\n", self.line_end).encode())


def rewrite(paths: Sequence[Path], change: Callable[[str, str], Change]) -> Iterable[Rewritten]:
    """Change flow files, and all below folders; nothing is written.

    Raises:
        ConfigurationError: a path does not exist, or a folder holds no flow.
    """
    for path in [file for each in paths for file in _files(each)]:
        found = Diagnostics()
        text = read_text(path, str(path), found)
        if text is None:
            yield Rewritten(path, "", None, found)
            continue
        new, found = change(str(path), text)
        line_end = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
        yield Rewritten(path, text, new, found, line_end)


def formatting() -> Callable[[str, str], Change]:
    """The change that ``ivrkit fmt`` makes."""
    formatter = Formatter(reader().language)

    def change(file: str, text: str) -> Change:
        formatted = formatter.format(file, text)
        return Change(formatted.text, formatted.diagnostics)

    return change


def migration(migrator: Migrator | None = None) -> Callable[[str, str], Change]:
    """The change that ``ivrkit migrate`` makes."""
    migrator = migrator or Migrator()

    def change(file: str, text: str) -> Change:
        migrated = migrator.migrate(file, text)
        return Change(migrated.text, migrated.diagnostics)

    return change


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(each for each in path.rglob(f"*{SUFFIX}") if each.is_file())
        if not found:
            raise ConfigurationError(
                f"{path} holds no flow", hint=f"flows are files that end with {SUFFIX}"
            )
        return found
    if not path.exists():
        raise ConfigurationError(f"there is no {path}", hint="name a flow file or a folder")
    return [path]


def put(path: Path, raw: bytes) -> None:
    """Write a file so that it is there as a whole or as before. Raises ConfigurationError."""
    try:
        _put(path.resolve(), raw)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror or error}") from error


def _put(path: Path, raw: bytes) -> None:
    mode = path.stat().st_mode if path.exists() else files.FILE_MODE
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        os.chmod(name, mode & 0o7777)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
