"""What the tests of voices share: programs that stand in for real ones."""

from __future__ import annotations

from pathlib import Path


def program(folder: Path, script: str, name: str = "program") -> str:
    """A program of the shell."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)
