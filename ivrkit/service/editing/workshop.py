"""The texts that are open in an editor, laid over the files; checks and outlines of flows.

Whatever reads flows may take its time and is called from a thread; what only looks at texts and at
outlines that are there already is quick.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from ivrkit.call.targets import Mark
from ivrkit.errors import IvrkitError
from ivrkit.flow import codes
from ivrkit.flow.closure import SUFFIX, FlowLibrary
from ivrkit.flow.diagnostics import Diagnostic, lines_of
from ivrkit.flow.world import World
from ivrkit.service.configuration import FILE, load_configuration
from ivrkit.service.connecting import AnyVariable
from ivrkit.service.editing.outline import Outline, outline_of
from ivrkit.service.flows import load_checked
from ivrkit.service.registries import reader
from ivrkit.service.world import configured_world, folder_world

MOST_CHARACTERS: Final = 1_000_000
"""A larger file is not checked while it is typed in: ``ivrkit check`` does it."""

PATIENCE: Final = 10.0
"""Seconds that a question about a name waits for a check that is running."""

_FLOW: Final = re.compile(r"^(?:sections|ivrkit|flow):", re.MULTILINE)
_SCRIPT: Final = re.compile(r"^(?:script|call|phrases|services|numbers):", re.MULTILINE)


@dataclass(frozen=True)
class Site:
    """What is known of the site around a folder of flows, and what is wrong with knowing it."""

    world: World
    problem: str = ""
    configuration: Path | None = None


@dataclass(frozen=True)
class Findings:
    """What a check found, by file; ``files`` are all that it looked at."""

    by_file: dict[Path, list[Diagnostic]] = field(default_factory=dict)
    files: frozenset[Path] = frozenset()


class Workshop:
    """All that is open. Paths are absolute."""

    def __init__(self) -> None:
        self._texts: dict[Path, str] = {}
        self._outlines: dict[Path, tuple[str, Outline]] = {}
        self._libraries: dict[Path, FlowLibrary] = {}
        self._reading = Lock()

    # ---- texts -----------------------------------------------------------------------------------

    def put(self, path: Path, text: str) -> None:
        """A file is open, or was changed in the editor."""
        self._texts[path] = text.replace("\r\n", "\n").replace("\r", "\n")

    def drop(self, path: Path) -> None:
        """It was closed: the file on the disk counts again."""
        self._texts.pop(path, None)

    @property
    def open(self) -> list[Path]:
        """The files that are open."""
        return list(self._texts)

    def text(self, path: Path) -> str:
        """A text as it is in the editor, else on the disk; empty if there is none."""
        known = self._texts.get(path)
        if known is not None:
            return known
        try:
            return path.read_text("utf-8", "replace")
        except OSError:
            return ""

    def lines(self, path: Path) -> list[str]:
        """Its lines."""
        return lines_of(self.text(path))

    def is_flow(self, path: Path) -> bool:
        """Whether a file is a flow, among all the YAML that an editor opens."""
        if path.suffix != SUFFIX or path.name == FILE:
            return False
        text = self.text(path)
        if _SCRIPT.search(text):
            return False
        return "flows" in path.parts or _FLOW.search(text) is not None

    # ---- the surroundings ------------------------------------------------------------------------

    def library(self, path: Path) -> tuple[FlowLibrary, str]:
        """The folder of flows around a file, and the file's flow."""
        library, name = FlowLibrary.around(reader(), path)
        return self._libraries.setdefault(library.root, library), name

    def flow_names(self, library: FlowLibrary) -> list[str]:
        """The flows there are, those included that were never saved."""
        return sorted({*library.names(), *self._overlay(library)})

    def site(self, library: FlowLibrary) -> Site:
        """What the configuration next to a folder of flows says; without one, nothing is known."""
        names = self.flow_names(library)
        folders = (library.root, *library.root.parents)
        path = next((each / FILE for each in folders if (each / FILE).is_file()), None)
        if path is None:
            return Site(folder_world(library.root, names))
        try:
            configuration = load_configuration(path, AnyVariable())
        except IvrkitError as error:
            return Site(folder_world(library.root, names), str(error), path)
        return Site(configured_world(configuration, names), "", path)

    def _overlay(self, library: FlowLibrary) -> dict[str, str]:
        return {
            path.relative_to(library.root).with_suffix("").as_posix(): text
            for path, text in self._texts.items()
            if path.is_relative_to(library.root) and path.suffix == SUFFIX
        }

    # ---- reading flows ---------------------------------------------------------------------------

    def check(self, path: Path) -> Findings:
        """Check the flow in a file with all that it runs, as the editor has them; takes time."""
        if len(self.text(path)) > MOST_CHARACTERS:
            return Findings({path: [_too_large(path)]}, frozenset([path]))
        library, name = self.library(path)
        texts = self._overlay(library)
        with self._reading:
            world = self.site(library).world
            checked = load_checked(library, name, world, texts)
            for each, flow in checked.loaded.flows.items():
                file = library.path(each)
                if file in self._texts:
                    outline = outline_of(flow, checked.loaded.flows, world)
                    self._outlines[file] = (texts[each], outline)
        by_file: dict[Path, list[Diagnostic]] = {}
        for finding in checked.diagnostics:
            by_file.setdefault(Path(finding.mark.file), []).append(finding)
        files = frozenset(Path(file) for file in checked.loaded.files.values())
        return Findings(by_file, files | {path})

    def outline(self, path: Path) -> Outline | None:
        """The names of a flow and their places as they were when it was last read; None as long
        as it is read for the first time."""
        known = self._outlines.get(path)
        return known[1] if known is not None else self.outline_now(path, patience=0)

    def outline_now(self, path: Path, patience: float = PATIENCE) -> Outline | None:
        """The same of the text as it is now. None if it is no YAML, or if a check that is running
        is not done within so many seconds. Takes its time."""
        text = self.text(path)
        known = self._outlines.get(path)
        if known is not None and known[0] == text:
            return known[1]
        if len(text) > MOST_CHARACTERS or not self._reading.acquire(timeout=patience):
            return None
        try:
            library, name = self.library(path)
            world = self.site(library).world
            flows = library.load(name, {**self._overlay(library), name: text}).flows
            if name not in flows:
                return None
            outline = outline_of(flows[name], flows, world)
        finally:
            self._reading.release()
        self._outlines[path] = (text, outline)
        return outline

    def all_flows(self, library: FlowLibrary) -> Mapping[str, Path]:
        """The files of all flows of a folder, by name."""
        return {name: library.path(name) for name in self.flow_names(library)}


def _too_large(path: Path) -> Diagnostic:
    return Diagnostic(
        codes.TOO_LARGE,
        "warning",
        Mark(str(path), 1, 1),
        "the file is too large to be checked while it is typed in",
        "run `ivrkit check`, and split the flow into several",
    )
