"""The flows in service: loaded, checked, spoken beforehand, kept by version."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ivrkit.call.prompt import Prompt, Prompts
from ivrkit.errors import FlowError, PromptError
from ivrkit.flow.check import check_flows
from ivrkit.flow.closure import FlowLibrary, Loaded, from_sources
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.model import Flow, FlowVersion
from ivrkit.flow.walk import found_in
from ivrkit.flow.world import World
from ivrkit.prompts.service import Progress, PromptService
from ivrkit.service.registries import reader
from ivrkit.store import Store

LOG = logging.getLogger(__name__)

MOST_EARLIER = 16
"""Versions read from the store that are remembered: many calls may have begun in the same."""


@dataclass
class Checked:
    """A flow with its closure, read and checked; ``version`` is None when it has errors."""

    name: str
    loaded: Loaded
    diagnostics: Diagnostics
    version: FlowVersion | None = None

    def render(self) -> str:
        """The diagnostics, as people read them."""
        return self.loaded.render()


def load_checked(library: FlowLibrary, name: str, world: World) -> Checked:
    """Read a flow with all that it runs and check it for a site."""
    loaded = library.load(name)
    if name in loaded.flows:
        loaded.diagnostics.extend(check_flows(name, loaded.flows, world))
    version = None if loaded.diagnostics.failed else loaded.version
    return Checked(name, loaded, loaded.diagnostics, version)


def spoken_prompts(flow: Flow, wording: Prompts) -> Iterator[Prompt]:
    """Every prompt of a flow as it will be said: its own, and the language's own wording."""
    for node in flow.nodes():
        yield from found_in(node.step, Prompt)
        yield from node.step.says(wording, flow.language)
    for key in flow.keys:
        if key.say is not None:
            yield wording.announcement(key.say, key.pattern.text, flow.language)
    yield wording.apology(flow.language)


@dataclass
class Reload:
    """What came of looking at the folder: names of flows taken into service, those that were not
    changed, and the findings of those that cannot be."""

    taken: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


class FlowService:
    """The versions that new calls get. Calls hold on to the older ones that they are in; those of
    an earlier engine are in the store.

    A flow with errors is never taken: the version in service stays.
    """

    def __init__(self, folder: Path, world: World, prompts: PromptService, store: Store) -> None:
        self.library = FlowLibrary(reader(), folder)
        self._world = world
        self._prompts = prompts
        self._store = store
        self._in_service: dict[str, FlowVersion] = {}
        self._earlier: dict[str, FlowVersion] = {}

    def version(self, name: str) -> FlowVersion | None:
        """The version that a new call gets."""
        return self._in_service.get(name)

    def names(self) -> Collection[str]:
        """The names of the flows in service."""
        return self._in_service.keys()

    def versions(self) -> Sequence[FlowVersion]:
        """All versions in service, by name."""
        return [self._in_service[name] for name in sorted(self._in_service)]

    async def pinned(self, name: str, version_hash: str) -> FlowVersion:
        """The version in which a call began. Raises FlowError when it cannot be had any more."""
        known = {version.hash: version for version in self._in_service.values()} | self._earlier
        if version_hash in known:
            return known[version_hash]
        stored = await self._store.flow_version(version_hash)
        if stored is None:
            raise FlowError(f"the version {version_hash[:12]} of flow {name} is not in the store")
        version = await asyncio.to_thread(from_sources, reader(), name, dict(stored.sources))
        self._earlier[version_hash] = version
        if len(self._earlier) > MOST_EARLIER:
            del self._earlier[next(iter(self._earlier))]
        return version

    async def load(
        self, names: Sequence[str] | None = None, progress: Callable[[str], Progress] | None = None
    ) -> Reload:
        """Look at the folder and take into service what has changed and has no errors."""
        result = Reload()
        for name in names if names is not None else await asyncio.to_thread(self.library.names):
            checked = await asyncio.to_thread(load_checked, self.library, name, self._world)
            if checked.version is None:
                result.refused[name] = checked.render()
                LOG.error("flow %s has errors and is not taken into service", name)
                continue
            try:
                # Also of a flow that is as before: its recordings may not be.
                await self._speak(checked.version, progress(name) if progress else None)
            except PromptError as error:
                result.refused[name] = f"flow {name}: {error}"
                continue
            known = self._in_service.get(name)
            if known is not None and known.hash == checked.version.hash:
                result.kept.append(name)
                continue
            await self._take(checked.version)
            result.taken.append(name)
        return result

    async def _speak(self, version: FlowVersion, progress: Progress | None) -> None:
        for flow in version.flows.values():
            prompts = list(spoken_prompts(flow, self._prompts))
            await self._prompts.prepare(prompts, flow.language, progress)

    async def _take(self, version: FlowVersion) -> None:
        await self._store.put_flow_version(version.hash, version.name, dict(version.sources))
        self._in_service[version.name] = version
