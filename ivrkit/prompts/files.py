"""Sound files on the disk, written so that no reader ever sees half of one.

Asterisk may be another user on this machine, or look into the folder from a jail: files are
readable by all, folders can be entered by all.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ivrkit.errors import PromptError

FILE_MODE = 0o644
FOLDER_MODE = 0o755


def make_folder(folder: Path, mode: int = FOLDER_MODE) -> Path:
    """Make a folder and those above it; what exists keeps its mode. Raises PromptError."""
    try:
        if not folder.is_dir():
            if not folder.parent.is_dir():
                make_folder(folder.parent)
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)  # mkdir obeys the umask, Asterisk must not depend on it
    except OSError as error:
        raise unwritable(folder, error) from None
    return folder


def write(path: Path, sound: bytes) -> None:
    """Write a file at one stroke: it is there whole or not at all. Raises PromptError."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        unfinished.write_bytes(sound)
        unfinished.chmod(FILE_MODE)
        os.replace(unfinished, path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise unwritable(path, error) from None


def whole(path: Path) -> bool:
    """Whether a ``.wav`` file is there in its full length (a power cut may leave less of it)."""
    try:
        with path.open("rb") as file:
            header = file.read(8)
            size = os.fstat(file.fileno()).st_size
    except OSError:
        return False
    return header[:4] == b"RIFF" and int.from_bytes(header[4:8], "little") + 8 == size


def unwritable(path: Path, error: OSError) -> PromptError:
    """The error of a file or folder that cannot be written."""
    return PromptError(
        f"{path} cannot be written: {error.strerror}",
        hint="prompts.cache must name a folder that this user may write",
    )
