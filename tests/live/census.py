"""What there is, in Asterisk and in the engine, before and after many calls."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.harness import PATIENCE
from tests.live.looked_into import FILE
from tests.live.served import Served

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Census:
    """Figures by name, and the objects in the engine's memory by type."""

    figures: dict[str, int] = field(default_factory=dict)
    objects: Counter[str] = field(default_factory=Counter)
    containers: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The large ones in the engine's memory: how many are in each, and what it is."""

    def __str__(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in sorted(self.figures.items()))

    def more_than(self, before: Census) -> dict[str, int]:
        """The figures that have grown, with by how much."""
        names = self.figures.keys() | before.figures.keys()
        grown = {name: self.figures.get(name, 0) - before.figures.get(name, 0) for name in names}
        return {name: count for name, count in sorted(grown.items()) if count > 0}

    def with_pools(self, most: Mapping[str, int], total: str, kept: Mapping[str, int]) -> Census:
        """The same, had each of these pools of threads as many as it may have; ``total`` is the
        figure of all of them. And ``kept`` so many more of others."""
        figures = dict(self.figures)
        for name, count in most.items():
            more = max(0, count - figures.get(name, 0))
            figures[name] = figures.get(name, 0) + more
            figures[total] += more
        for name, count in kept.items():
            figures[name] = figures.get(name, 0) + count
        return Census(figures, self.objects, self.containers)

    def more_objects(self, before: Census, least: int) -> dict[str, int]:
        """The types of which there are at least so many more, the most first."""
        grown = self.objects.copy()
        grown.subtract(before.objects)
        return {name: count for name, count in grown.most_common() if count >= least}

    def larger(self, before: Census, least: int) -> dict[str, int]:
        """Those of the containers there were with at least so many more in them."""
        grown = {}
        for name, (length, what) in self.containers.items():
            if name in before.containers:
                more = length - before.containers[name][0]
                if more >= least:
                    grown[what] = more
        return grown


async def take(
    asterisk: PrivateAsterisk, ari: Any, engine: Served, folder: Path, app: str
) -> Census:
    """Count everything."""
    assert asterisk.pid is not None
    inside = await look_into(engine, folder)
    application = await ari.request("GET", f"applications/{app}")
    processors = await asterisk.command("core show taskprocessors")
    figures = {
        **_open(engine.pid, "engine"),
        **_open(asterisk.pid, "asterisk"),
        **_prefixed("task", inside["tasks"]),
        **_prefixed("thread", inside["threads"]),
        **_prefixed("table", inside["tables"]),
        **_prefixed("processor", _processors(processors)),
        "channels": len(await ari.request("GET", "channels")),
        "bridges": len(await ari.request("GET", "bridges")),
        "stored recordings": len(await ari.request("GET", "recordings/stored")),
        "files in the spool": sum(each.is_file() for each in asterisk.recordings_folder.rglob("*")),
        "messages": sum(each.is_file() for each in (folder / "state").glob("*/**/*")),
        **{
            f"application's {name}": len(application[name])
            for name in application
            if "_ids" in name
        },
    }
    return Census(figures, Counter(inside["objects"]), inside["containers"])


async def look_into(engine: Served, folder: Path) -> dict[str, Any]:
    """Have the engine write down what it holds."""
    file = folder / FILE
    file.unlink(missing_ok=True)
    engine.signal(signal.SIGUSR1)
    async with asyncio.timeout(PATIENCE):
        while not file.exists():
            await asyncio.sleep(0.1)
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def resident(process: int) -> int:
    """Bytes of memory of a process."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE


def per_call(calls: list[int], sizes: list[int]) -> float:
    """Bytes by which a process has grown with each call: the slope over the second half."""
    half = len(calls) // 2
    return float(np.polyfit(calls[half:], sizes[half:], 1)[0])


def _open(process: int, name: str) -> dict[str, int]:
    """Open files, threads and children of a process."""
    place = Path(f"/proc/{process}")
    kinds = Counter(_kind(each) for each in (place / "fd").iterdir())
    children = (place / "task" / str(process) / "children").read_text().split()
    return {
        f"{name}'s threads": len(os.listdir(place / "task")),
        f"{name}'s children": len(children),
        f"{name}'s files": sum(kinds.values()),
        **{f"{name}'s {kind}": count for kind, count in kinds.items()},
    }


def _kind(descriptor: Path) -> str:
    try:
        target = os.readlink(descriptor)
    except OSError:
        return "gone"
    if target.startswith(("socket:", "pipe:", "anon_inode:")):
        return target.partition(":")[0]
    return "deleted files" if "(deleted)" in target else "plain files"


def _prefixed(what: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {f"{what} {name}": count for name, count in counts.items()}


def _processors(printed: str) -> Counter[str]:
    """Asterisk's task processors by name, without their numbers: each subscription has one."""
    names = (line.split()[0] for line in printed.splitlines()[1:] if len(line.split()) > 3)
    return Counter(re.sub(r"-[0-9a-f]{8}$|[0-9]+", "", name) for name in names)
