"""What steps of an image need of this machine to reach packages: as pip and apt are set up here."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ivrkit.testing.asterisk import apt

PLACE = "/run/machine"
"""Where folders of this machine that pip is told of are found in the image, while a step runs."""

LOCAL = re.compile(r"(?P<before>^|\s|file://)(?P<path>/[^\s]+)")


@dataclass(frozen=True)
class Machine:
    """Variables for a step, and what of this machine it sees: paths here by paths there."""

    environment: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, Path] = field(default_factory=dict)


def this_machine() -> Machine:
    """As pip's own configuration and apt's say it."""
    found = {f"PIP_{name}": value for name, value in _pip_settings().items()}
    found |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    folders: dict[str, Path] = {}
    for name, value in found.items():
        found[name] = LOCAL.sub(lambda match: _seen_there(match, folders), value)
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    return Machine({**apt.proxy_environment(), **proxies, **found}, folders)


def pip_cache() -> Path:
    """Where pip keeps what it has fetched."""
    command = [sys.executable, "-m", "pip", "cache", "dir"]
    return Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


def _pip_settings() -> dict[str, str]:
    command = [sys.executable, "-m", "pip", "config", "list"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    settings = {}
    for line in printed.splitlines():
        key, _, value = line.partition("=")
        if key.startswith(("global.", "install.")):
            name = key.partition(".")[2].upper().replace("-", "_")
            settings[name] = str(ast.literal_eval(value)).replace("\n", " ")
    return settings


def _seen_there(match: re.Match[str], folders: dict[str, Path]) -> str:
    path = Path(match["path"])
    if not path.exists():
        return match[0]
    # With what lies beside it: an index of files leads there.
    there = f"{PLACE}/{len(folders)}"
    folders[there] = path.parent
    return f"{match['before']}{there}/{path.name}"
