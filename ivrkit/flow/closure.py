"""A folder of flows, and a flow with all that it runs, pinned by the hash of its sources."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ivrkit.call.fallbacks import NO_FALLBACKS, Fallbacks
from ivrkit.call.locale import Phrases
from ivrkit.call.step import Node
from ivrkit.call.targets import Branch, Mark
from ivrkit.errors import FlowError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.catalogue import (
    KEPT,
    Catalogue,
    CatalogueFolder,
    kept_of,
    read_kept,
    used_by,
)
from ivrkit.flow.check.fields import field_read_as
from ivrkit.flow.diagnostics import Diagnostics, render_all
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow, FlowVersion
from ivrkit.flow.names import FLOW, kebab
from ivrkit.flow.reader import Reader

SUFFIX = ".yaml"


@dataclass
class Loaded:
    """What came of loading: the version if there is no error, the flows that could be read, with
    gaps where something is wrong with them, and everything that was found in any of the files.
    ``sources`` are the texts by flow."""

    version: FlowVersion | None = None
    flows: dict[str, Flow] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    catalogue: Catalogue = field(default_factory=Catalogue)

    @property
    def phrases(self) -> Phrases:
        """All phrases of the catalogue."""
        return self.catalogue.phrases

    def render(self) -> str:
        """Everything that was found, as people read it."""
        by_file = dict(self.catalogue.sources)
        by_file.update({file: self.sources.get(name, "") for name, file in self.files.items()})
        return "\n\n".join(
            render_all([each], by_file.get(each.mark.file, "")) for each in self.diagnostics
        )

    def required(self) -> FlowVersion:
        """The version. Raises FlowError with the diagnostics if there is none."""
        if self.version is None:
            raise FlowError(
                f"the flow cannot be used:\n{self.render()}", diagnostics=tuple(self.diagnostics)
            )
        return self.version


class FlowLibrary:
    """The flows below a folder: ``library/survey.yaml`` is the flow ``library/survey``.

    ``prompts`` is the folder of the catalogue and the recordings; if it is not said, ``prompts``
    beside the folder of flows. ``fallbacks`` are the languages that stand in for others.
    """

    def __init__(
        self,
        reader: Reader,
        root: Path,
        prompts: Path | None = None,
        fallbacks: Fallbacks = NO_FALLBACKS,
    ) -> None:
        self.reader = reader
        self.root = root
        beside = Path(os.path.normpath(root / ".." / "prompts"))
        self.prompts = CatalogueFolder(reader, prompts or beside, fallbacks)
        self._said: dict[str, tuple[str, Phrases, Phrases]] = {}

    @property
    def phrases(self) -> Phrases:
        """The phrases of the catalogue as it is now."""
        return self.prompts.read().phrases

    @classmethod
    def around(
        cls,
        reader: Reader,
        file: Path,
        prompts: Path | None = None,
        fallbacks: Fallbacks = NO_FALLBACKS,
    ) -> tuple[FlowLibrary, str]:
        """The library in which a file stands, and the file's flow: the nearest folder above it
        called ``flows``, else the file's own folder. Messages name files as this one was."""
        whole = file.absolute()
        root = next((each for each in whole.parents if each.name == "flows"), whole.parent)
        name = whole.relative_to(root).with_suffix("").as_posix()
        shown = root if file.is_absolute() else Path(os.path.relpath(root))
        return cls(reader, shown, prompts, fallbacks), name

    def names(self) -> list[str]:
        """The flows there are, by name."""
        found = (path for path in self.root.rglob(f"*{SUFFIX}") if path.is_file())
        return sorted(path.relative_to(self.root).with_suffix("").as_posix() for path in found)

    def path(self, name: str) -> Path:
        """The file of a flow, whether it exists or not."""
        return self.root / f"{name}{SUFFIX}"

    def load(self, name: str, texts: Mapping[str, str] | None = None) -> Loaded:
        """Read a flow and all that it runs. ``texts`` are read in place of files (an editor's)."""
        loaded = Loaded(catalogue=self.prompts.read())
        # A broken catalogue is no catalogue: a flow in service keeps the phrases that it has.
        loaded.diagnostics.extend(loaded.catalogue.diagnostics)
        waiting: list[tuple[str, Mark | None]] = [(name, None)]
        while waiting:
            wanted, mark = waiting.pop()
            if wanted in loaded.files:
                continue
            path = self.path(wanted)
            text = texts.get(wanted) if texts else None
            if text is None and not self._exists(wanted, path):
                self._complain(loaded, wanted, mark)
                continue
            waiting += self._read(loaded, wanted, path, text)
        return _finished(loaded, name)

    def is_current(self, version: FlowVersion) -> bool:
        """Whether the files of a version are as they were when it was read, so that nothing in it
        can have changed."""
        kept = kept_of(self._said_by(version))
        own = {name: text for name, text in version.sources.items() if name in KEPT}
        try:
            return own == kept and all(
                self.path(name).read_text("utf-8") == text
                for name, text in version.sources.items()
                if name not in KEPT
            )
        except (OSError, UnicodeDecodeError):
            return False

    def _said_by(self, version: FlowVersion) -> Phrases:
        """What a version says of the catalogue as it is now, worked out once for the last one of
        each flow."""
        phrases = self.phrases
        found = self._said.get(version.name)
        if found is None or found[0] != version.hash or found[1] is not phrases:
            found = version.hash, phrases, used_by(version.flows.values(), phrases)
            self._said[version.name] = found
        return found[2]

    def _read(
        self, loaded: Loaded, name: str, path: Path, text: str | None
    ) -> list[tuple[str, Mark | None]]:
        flow, found = self.reader.read_partly(path, text, name=name)
        loaded.diagnostics.extend(found)
        loaded.files[name] = str(path)
        if flow is None:
            loaded.sources[name] = text if text is not None else _text_of(path)
            return []
        loaded.flows[name] = flow
        loaded.sources[name] = flow.source
        return [(each, _place(node)) for node in flow.nodes() if (each := _run_by(node))]

    def _exists(self, name: str, path: Path) -> bool:
        return bool(FLOW.fullmatch(name)) and path.is_file()

    def _complain(self, loaded: Loaded, name: str, mark: Mark | None) -> None:
        path = self.path(name)
        place = mark or Mark(str(path), 0, 0, 0)
        if path.is_file():
            near = "/".join(kebab(part) for part in name.split("/"))
            hint = f"call the file {near}{SUFFIX}" if FLOW.fullmatch(near) else "use kebab-case"
            message = f"'{name[:40]}' is not the name of a flow"
            loaded.diagnostics.error(codes.BAD_NAME, message, place, hint=hint)
            return
        other = path.with_suffix(".yml")
        if other.is_file():
            hint = f"call the file {other} {path.name}"
        else:
            hint = did_you_mean(name, self.names()) or f"write {path}"
        loaded.diagnostics.error(codes.UNKNOWN_FLOW, f"there is no flow '{name}'", place, hint=hint)


def from_sources(reader: Reader, name: str, sources: Mapping[str, str]) -> FlowVersion:
    """The version that these stored sources are. Raises FlowError if they cannot be read any
    more, or do not hold all that the flow runs."""
    loaded = Loaded()
    loaded.catalogue.phrases = read_kept(reader, sources, loaded.diagnostics)
    waiting = [name]
    while waiting:
        wanted = waiting.pop()
        if wanted in loaded.files:
            continue
        file = f"{wanted}{SUFFIX}"
        if wanted not in sources:
            raise FlowError(f"the stored flow '{name}' lacks '{wanted}', which it runs")
        flow, found = reader.read(file, sources[wanted], name=wanted)
        loaded.diagnostics.extend(found)
        loaded.files[wanted], loaded.sources[wanted] = file, sources[wanted]
        if flow is not None:
            loaded.flows[wanted] = flow
            waiting += [each for node in flow.nodes() if (each := node.step.runs())]
    return _finished(loaded, name).required()


def hash_of(sources: Mapping[str, str]) -> str:
    """The SHA-256 over the sources in the order of their names, hexadecimal."""
    digest = hashlib.sha256()
    for name in sorted(sources):
        for text in (name, sources[name]):
            raw = text.encode("utf-8", "surrogatepass")
            digest.update(len(raw).to_bytes(8, "big"))
            digest.update(raw)
    return digest.hexdigest()


def lists_of(flow: Flow) -> dict[str, Branch]:
    """Every list of steps of a flow by its path."""
    return {branch.path: branch for branch in flow.lists()}


def _finished(loaded: Loaded, name: str) -> Loaded:
    if not loaded.diagnostics.failed and name in loaded.flows:
        said = used_by(loaded.flows.values(), loaded.phrases)
        sources = {**loaded.sources, **kept_of(said)}
        loaded.version = FlowVersion(
            name,
            hash_of(sources),
            loaded.flows,
            {each: lists_of(flow) for each, flow in loaded.flows.items()},
            sources,
            said,
        )
    return loaded


def _run_by(node: Node) -> str | None:
    """The flow that a step runs, also if something else in the step could not be read."""
    step = node.step
    if not isinstance(step, Hole):
        return step.runs()
    field = field_read_as(step.model, role="flow") if step.model is not None else None
    return step.values.get(field.attribute) if field is not None else None


def _place(node: Node) -> Mark:
    return node.marks.get("flow", node.mark)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
