"""Gets other people's clients, in the versions that are compared."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from ivrkit.errors import NotAvailable
from ivrkit.testing import processes

NODE_CLIENT = "ari-client@2.2.0"
PYTHON_CLIENT = "asyncari==0.20.6"
PATIENCE = 300.0
"""Seconds for a registry to answer."""


def folder() -> Path:
    """Where they are kept; deleting it is harmless."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "ivrkit" / "bench"


async def node_client() -> Path:
    """The folder of node modules with ``ari-client`` in it. Raises NotAvailable."""
    place = folder() / "node"
    modules = place / "node_modules"
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NotAvailable("node and npm are not installed")
    if not (modules / "ari-client").is_dir():
        place.mkdir(parents=True, exist_ok=True)
        command: list[str | Path] = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--prefix",
            place,
            NODE_CLIENT,
        ]
        printed = await processes.run(command, timeout=PATIENCE)
        if not (modules / "ari-client").is_dir():
            raise NotAvailable(f"npm has not installed {NODE_CLIENT}: {printed.strip()[-300:]}")
    return modules


async def python_client() -> Path:
    """The interpreter of an environment with ``asyncari`` in it. Raises NotAvailable."""
    place = folder() / "asyncari"
    python = place / "bin" / "python"
    if not await _has_client(python):
        await processes.run([sys.executable, "-m", "venv", "--clear", place], timeout=PATIENCE)
        command: list[str | Path] = [python, "-m", "pip", "install", "-q", PYTHON_CLIENT]
        printed = await processes.run(command, timeout=PATIENCE)
        if not await _has_client(python):
            raise NotAvailable(f"pip has not installed {PYTHON_CLIENT}: {printed.strip()[-300:]}")
    return python


async def _has_client(python: Path) -> bool:
    printed = await processes.run([python, "-c", "import asyncari; print('it is there')"])
    return "it is there" in printed
