"""Looking at the flows again while calls are served: when somebody asks, when a file changes. Who
asks has the API's tokens and certificates read again, too."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from ivrkit.errors import IvrkitError
from ivrkit.flow.closure import SUFFIX
from ivrkit.service.api.audit import DONE, FAILED, REFUSED
from ivrkit.service.configuration import Configuration
from ivrkit.service.flows import Reload
from ivrkit.service.site import Site

LOG = logging.getLogger(__name__)

SETTLED_MS = 200
"""Files are read once nothing has changed for so long: editors and copies write in pieces."""
LONGEST_MS = 2_000
"""Files that never stop changing are read this often."""

Tell = Callable[[str], None]


class Reloading:
    """Looks at the flows again, one time after the other."""

    def __init__(self, site: Site, tell: Tell, complain: Tell) -> None:
        self._site = site
        self._tell = tell
        self._complain = complain
        self._task: asyncio.Task[None] | None = None
        self._asked = False
        self._prompts = False
        self._access = False

    def all(self) -> None:
        """Look at everything again: a SIGHUP asks for it."""
        self._access = True
        self.ask()

    def ask(self, *, prompts: bool = True) -> None:
        """Look at the flows again, ``prompts`` at recordings and phrases too. What comes while the
        flows are read makes them be read again."""
        self._asked = True
        self._prompts = self._prompts or prompts
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="ivrkit-reload")

    async def _run(self) -> None:
        while self._asked:
            prompts, self._asked, self._prompts = self._prompts, False, False
            access, self._access = self._access, False
            if access:
                await self._renew()
            try:
                result = await self._site.reload(prompts=prompts)
            except (IvrkitError, OSError) as error:
                self._complain(f"the flows could not be reloaded: {error}")
                self._note("reload", FAILED, access, {})
                continue
            except Exception as error:  # whatever it is, the versions in service stay
                LOG.exception("the flows could not be reloaded")
                self._complain(
                    f"the flows could not be reloaded: {type(error).__name__}, see the log"
                )
                self._note("reload", FAILED, access, {})
                continue
            self._report(result)
            changed = {"taken": result.taken, "refused": [*result.refused], "gone": result.gone}
            if access or any(changed.values()):
                self._note("reload", DONE, access, changed)

    async def _renew(self) -> None:
        try:
            tokens = await self._site.renew()
        except IvrkitError as error:
            self._complain(f"the API's tokens and certificates stay as they were: {error}")
            self._note("renew", REFUSED, True, {})
        else:
            self._tell(f"tokens of the API read again: {tokens}")

    def _note(self, action: str, outcome: str, asked: bool, details: dict[str, list[str]]) -> None:
        by = "SIGHUP" if asked else "files"
        self._site.note(action, outcome, by=by, details=details)

    def _report(self, result: Reload) -> None:
        for text in result.refused.values():
            self._complain(text)
        for name, why in result.stays.items():
            self._complain(f"the file of flow {name} has gone, and {why}: its last version stays")
        for name in result.taken:
            self._tell(f"new calls get the new version of {name}")
        gone = f", {len(result.gone)} gone" if result.gone else ""
        self._tell(
            f"flows reloaded: {len(result.taken)} new, {len(result.kept)} as before, "
            f"{len(result.refused)} refused{gone}"
        )


async def watch(configuration: Configuration, reloading: Reloading) -> None:
    """Ask for a reload whenever a flow, a phrase or a recording is written; until cancelled."""
    flows, prompts = configuration.flows.resolve(), configuration.prompts.folder.resolve()
    cache = configuration.prompts.cache.resolve()
    folders = {folder for folder in (flows, prompts) if folder.is_dir()}
    if not folders:
        return
    folders |= linked(flows)
    try:
        async for changes in awatch(
            *folders,
            watch_filter=Watched(flows, prompts, cache),
            debounce=LONGEST_MS,
            step=SETTLED_MS,
        ):
            files = [Path(file) for _, file in changes]
            LOG.info("changed: %s", ", ".join(sorted(map(str, files[:10]))))
            reloading.ask(prompts=any(file.is_relative_to(prompts) for file in files))
    except OSError as error:
        LOG.error(
            "changes of flows are not noticed any more (%s); a SIGHUP still reloads them", error
        )


def linked(flows: Path) -> set[Path]:
    """The folders outside to which files of flows are links: nothing is noticed of what changes
    there by looking at the links."""
    links = (file.resolve() for file in flows.rglob(f"*{SUFFIX}") if file.is_symlink())
    return {file.parent for file in links if file.is_file() and not file.is_relative_to(flows)}


class Watched(DefaultFilter):
    """The files that matter: flows, and all below the prompts but what is made there. What
    editors and version control write beside them is left out."""

    def __init__(self, flows: Path, prompts: Path, cache: Path) -> None:
        super().__init__()
        self._flows = flows
        self._prompts = prompts
        self._cache = cache

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change of this file is one of ours."""
        file = Path(path)
        if file.name.startswith(".") or not super().__call__(change, path):
            return False
        if file.is_relative_to(self._cache):
            return False
        return file.is_relative_to(self._prompts) or file.suffix == SUFFIX
