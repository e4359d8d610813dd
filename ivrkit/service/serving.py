"""``serve`` as a process: one site, until a signal or another engine ends it."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable
from pathlib import Path

import uvloop

from ivrkit.errors import IvrkitError
from ivrkit.prompts.service import Progress
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.service.site import Site

Tell = Callable[[str], None]


def serve(config: Path | None, *, take_over: bool, tell: Tell, complain: Tell) -> int:
    """Serve calls until SIGTERM, Ctrl-C, or until another engine has taken over; the exit status.

    Raises IvrkitError when it cannot begin.
    """
    configuration = load_configuration(config)
    return uvloop.run(_serve(configuration, take_over=take_over, tell=tell, complain=complain))


async def _serve(
    configuration: Configuration, *, take_over: bool, tell: Tell, complain: Tell
) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    site = Site(configuration, take_over=take_over, tell=tell, progress=_progress(tell))
    async with site:
        calm_collector()
        reload = Reloading(site, tell, complain)
        loop.add_signal_handler(signal.SIGHUP, reload.ask)
        flows = ", ".join(version.name for version in site.flows.versions())
        tell(f"serving {configuration.asterisk.application}: {flows}")
        tell(f"API on http://{configuration.api.host}:{site.api_port}")
        ended = {asyncio.create_task(stop.wait()), asyncio.create_task(site.lost.wait())}
        try:
            await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in ended:
                task.cancel()
        if site.lost.is_set():
            complain("another engine has taken this application; stopping")
            return 1
        tell("stopping; calls stay in Asterisk and in the store")
        return 0


def calm_collector() -> None:
    """Let the garbage collector leave alone what stays as long as the process (flows, prompts,
    libraries), and look at the rest seldom: it would else walk over all of it every few calls."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


class Reloading:
    """Looks at the flows again, one time after the other."""

    def __init__(self, site: Site, tell: Tell, complain: Tell) -> None:
        self._site = site
        self._tell = tell
        self._complain = complain
        self._task: asyncio.Task[None] | None = None
        self._asked = False

    def ask(self) -> None:
        """A signal has come; one that comes while the flows are read makes them be read again."""
        self._asked = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="ivrkit-reload")

    async def _run(self) -> None:
        while self._asked:
            self._asked = False
            try:
                result = await self._site.reload()
            except (IvrkitError, OSError) as error:
                self._complain(f"the flows could not be reloaded: {error}")
                continue
            for text in result.refused.values():
                self._complain(text)
            self._tell(
                f"flows reloaded: {len(result.taken)} new, {len(result.kept)} as before, "
                f"{len(result.refused)} refused"
            )


def _progress(tell: Tell) -> Callable[[str], Progress]:
    """Tells of every tenth part of the texts that are spoken, where there are many."""

    def for_flow(name: str) -> Progress:
        def progress(done: int, of: int) -> None:
            if of >= 20 and (done == of or done % max(1, of // 10) == 0):
                tell(f"  {name}: {done} of {of} prompts ready")

        return progress

    return for_flow
