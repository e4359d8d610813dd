"""Checks while one types: a moment after the last key, one at a time, off the loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ivrkit.call.targets import Mark
from ivrkit.errors import IvrkitError
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostic
from ivrkit.service.editing.workshop import Findings, Workshop

LOG = logging.getLogger(__name__)

PAUSE: Final = 0.2
"""Seconds without a key before a file is checked."""
LONGEST: Final = 30.0
"""Seconds after which a check that still runs is told of."""

Publish = Callable[[Path, list[Diagnostic]], None]


@dataclass
class Checks:
    """The checks of the flows that are open, and what they found, by file."""

    workshop: Workshop
    publish: Publish
    pause: float = PAUSE
    longest: float = LONGEST
    _touched: dict[Path, int] = field(default_factory=dict)
    _running: dict[Path, asyncio.Task[None]] = field(default_factory=dict)
    _found: dict[Path, Findings] = field(default_factory=dict)
    _shown: set[Path] = field(default_factory=set)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    def touched(self, path: Path) -> None:
        """A file was opened, changed, saved or closed: check it, if it is open, and every open
        flow that runs it."""
        for each in self.workshop.open:
            known = self._found.get(each)
            if each == path or (known is not None and path in known.files):
                self._later(each)

    def everything(self) -> None:
        """Something around the flows has changed (the configuration, a recording)."""
        for each in self.workshop.open:
            self._later(each)

    def closed(self, path: Path) -> None:
        """A file is no longer open: nothing is said of it but what flows find that run it."""
        self._found.pop(path, None)
        self._show()
        self.touched(path)

    def found(self, path: Path) -> list[Diagnostic]:
        """What is known to be wrong in a file."""
        told: dict[tuple[str, Mark, str], Diagnostic] = {}
        for findings in self._found.values():
            for each in findings.by_file.get(path, ()):
                told.setdefault((each.code, each.mark, each.message), each)
        return sorted(told.values(), key=lambda each: (each.mark.line, each.mark.column))

    def _later(self, path: Path) -> None:
        if not self.workshop.is_flow(path):
            self._found.pop(path, None)
            self._show()
            return
        self._touched[path] = self._touched.get(path, 0) + 1
        if path not in self._running:
            self._running[path] = asyncio.create_task(self._check(path))

    async def _check(self, path: Path) -> None:
        """Check a file until nobody has touched it meanwhile. A check that has begun is let
        finish: it cannot be stopped, and a second one would only stand behind it."""
        touched = -1
        try:
            while path in self.workshop.open and touched != self._touched[path]:
                touched = self._touched[path]
                await asyncio.sleep(self.pause)
                if touched != self._touched[path]:
                    continue
                async with self._one:
                    found = await self._checked(path)
                if touched == self._touched[path] and path in self.workshop.open:
                    self._take(path, found)
        finally:
            del self._running[path]  # at once: whoever touches it now begins anew

    async def _checked(self, path: Path) -> Findings:
        running = asyncio.create_task(asyncio.to_thread(self._findings, path))
        done, _ = await asyncio.wait([running], timeout=self.longest)
        if not done:
            self._take(path, Findings({path: [_too_long(path)]}, frozenset([path])))
        return await running

    def _findings(self, path: Path) -> Findings:
        try:
            return self.workshop.check(path)
        except IvrkitError as error:
            LOG.error("%s cannot be checked: %s", path, error)
            return Findings(files=frozenset([path]))

    def _take(self, path: Path, found: Findings) -> None:
        self._found[path] = found
        self._show()

    def _show(self) -> None:
        """Publish what is known of every file, and that nothing is wrong any more with others."""
        files = {file for findings in self._found.values() for file in findings.by_file}
        for file in sorted(files | self._shown | set(self._found)):
            self.publish(file, self.found(file))
        self._shown = files


def _too_long(path: Path) -> Diagnostic:
    return Diagnostic(
        codes.TOO_LARGE,
        "warning",
        Mark(str(path), 1, 1),
        "the check of this file takes long: what it finds is shown when it is done",
        "split the flow into several",
    )
