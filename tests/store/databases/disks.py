"""A small disk for a test: a file system in memory, which only root may mount."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Disk:
    """A disk of 2 MB."""

    folder: Path

    def fill(self) -> None:
        """Leave no room on it."""
        with (self.folder / "filling").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return

    def free(self) -> None:
        """Make room again."""
        (self.folder / "filling").unlink()


def own_disk(folder: Path) -> Iterator[Disk]:
    """Skips where it cannot be had."""
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    try:
        _mount("-t", "tmpfs", "-o", "size=2m,mode=0777", "tmpfs", folder)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no disk can be mounted here: {error.stderr}")
    yield Disk(folder)
    subprocess.run(["umount", "-l", folder], check=True)


def _mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True, text=True)
