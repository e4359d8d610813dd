"""The flows in service: loaded, checked, spoken beforehand, kept by version."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ivrkit.call.locale import Locale, wider
from ivrkit.call.prompt import Prompt, Prompts
from ivrkit.errors import FlowError, PromptError
from ivrkit.flow.check import check_flows
from ivrkit.flow.closure import FlowLibrary, Loaded, from_sources
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.languages import languages_of, languages_written, prompts_of
from ivrkit.flow.model import Flow, FlowVersion
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


def load_checked(
    library: FlowLibrary, name: str, world: World, texts: Mapping[str, str] | None = None
) -> Checked:
    """Read a flow with all that it runs and check it for a site. ``texts`` are read in place of
    the files of these flows (an editor's)."""
    loaded = library.load(name, texts)
    if name in loaded.flows:
        loaded.diagnostics = check_flows(
            name, loaded.flows, world, read=loaded.diagnostics, phrases=loaded.phrases
        )
    version = None if loaded.diagnostics.failed else loaded.version
    return Checked(name, loaded, loaded.diagnostics, version)


def spoken_prompts(flow: Flow, wording: Prompts, language: str) -> Iterator[Prompt]:
    """Every prompt of a flow as it will be said: its own, and the language's own wording."""
    yield from prompts_of(flow)
    for node in flow.nodes():
        yield from node.step.says(wording, language)
    for key in flow.keys:
        if key.say is not None:
            yield wording.announcement(key.say, key.pattern.text, language)
    yield wording.apology(language)


async def speak(
    version: FlowVersion,
    prompts: PromptService,
    progress: Progress | None = None,
    only: Collection[str] = (),
) -> None:
    """Speak what is the same in every call, in every language that a call of a version may get
    (or ``only`` in some of them). Raises PromptError that tells of all that cannot be said."""
    for flow in version.flows.values():
        for language in spoken_languages(version, prompts.languages):
            if not only or language in only:
                said = list(spoken_prompts(flow, prompts, language))
                locale = Locale(language, flow.language, version.phrases)
                await prompts.prepare(said, locale, progress)


def spoken_languages(version: FlowVersion, known: Collection[str]) -> list[str]:
    """Those that its steps set, and those it has texts for, as far as they can be spoken by
    the rules that are ``known``."""
    found = languages_of(version.name, version.flows)
    written = {tag for flow in version.flows.values() for tag in languages_written(flow)}
    more = sorted(tag for tag in written if any(each in known for each in wider(tag)))
    return list(dict.fromkeys((*found, *more)))


@dataclass
class Reload:
    """What came of looking at the folder: names of flows taken into service, those that were not
    changed, the findings of those that cannot be, and those whose files have gone: out of
    service, or (``stays``, with the reason) still in it."""

    taken: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    stays: dict[str, str] = field(default_factory=dict)


class FlowService:
    """The versions that new calls get. Calls hold on to the older ones that they are in; those of
    an earlier engine are in the store.

    A flow with errors is never taken: the version in service stays.
    """

    def __init__(
        self,
        folder: Path,
        world: Callable[[Collection[str]], World],
        prompts: PromptService,
        store: Store,
        *,
        named: Callable[[str], str] = lambda name: "",
    ) -> None:
        """``world`` tells what a site with these flows has; ``named`` who needs a flow of this
        name (``""``: nobody)."""
        self.library = FlowLibrary(reader(), folder, prompts.folder, prompts.fallbacks)
        self._world = world
        self._prompts = prompts
        self._store = store
        self._named = named
        self._in_service: dict[str, FlowVersion] = {}
        self._earlier: dict[str, FlowVersion] = {}
        self._since: dict[str, datetime] = {}
        self._refused: dict[str, str] = {}

    def version(self, name: str) -> FlowVersion | None:
        """The version that a new call gets."""
        return self._in_service.get(name)

    def names(self) -> Collection[str]:
        """The names of the flows in service."""
        return self._in_service.keys()

    def versions(self) -> Sequence[FlowVersion]:
        """All versions in service, by name."""
        return [self._in_service[name] for name in sorted(self._in_service)]

    @property
    def refused(self) -> Mapping[str, str]:
        """What is wrong with the files of flows that were not taken, when they were last read."""
        return self._refused

    def since(self, version_hash: str) -> datetime | None:
        """When this engine took a version that it serves into service."""
        return self._since.get(version_hash)

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
        self, progress: Callable[[str], Progress] | None = None, *, prompts: bool = True
    ) -> Reload:
        """Look at the folder and take into service what has changed and has no errors. Only with
        ``prompts`` those that are as before are spoken again: their recordings may have changed."""
        result = Reload()
        names = await asyncio.to_thread(self.library.names)
        world = self._world(names)
        for name in names:
            known = self._in_service.get(name)
            if known is not None and await asyncio.to_thread(self.library.is_current, known):
                version = known
                self._refused.pop(name, None)
            else:
                checked = await asyncio.to_thread(load_checked, self.library, name, world)
                if checked.version is None:
                    self._refuse(result, name, checked.render())
                    continue
                version = checked.version
            await self._put(result, name, version, prompts, progress)
        self._drop(result, names)
        return result

    async def _put(
        self,
        result: Reload,
        name: str,
        version: FlowVersion,
        prompts: bool,
        progress: Callable[[str], Progress] | None,
    ) -> None:
        """Into service with a version that has no errors; one that cannot be said is refused."""
        known = self._in_service.get(name)
        as_before = known is not None and known.hash == version.hash
        if prompts or not as_before:
            try:
                await speak(version, self._prompts, progress(name) if progress else None)
            except PromptError as error:
                self._refuse(result, name, f"flow {name}: {error}")
                return
        self._refused.pop(name, None)
        if as_before:
            result.kept.append(name)
            return
        await self._take(version)
        result.taken.append(name)

    def _refuse(self, result: Reload, name: str, why: str) -> None:
        result.refused[name] = self._refused[name] = why
        LOG.error("flow %s has errors and is not taken into service", name)

    def _drop(self, result: Reload, names: Collection[str]) -> None:
        """A flow whose file has gone leaves service, unless somebody still names it."""
        for name in set(self._refused).difference(names):
            del self._refused[name]
        for name in sorted(set(self._in_service).difference(names)):
            if why := self._named(name):
                result.stays[name] = why
                continue
            version = self._in_service.pop(name)
            self._since.pop(version.hash, None)
            result.gone.append(name)

    async def _take(self, version: FlowVersion) -> None:
        await self._store.put_flow_version(version.hash, version.name, dict(version.sources))
        before = self._in_service.get(version.name)
        if before is not None:
            self._since.pop(before.hash, None)
        self._in_service[version.name] = version
        self._since[version.hash] = datetime.now(UTC)
