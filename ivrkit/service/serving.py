"""``serve`` as a process: one site, until a signal or another engine ends it."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from ivrkit.call.settings import secret_texts
from ivrkit.prompts.service import Progress
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.service.ending import End, Stop, begin, the_next_serves, until_ended
from ivrkit.service.logs import configure_logs, hide
from ivrkit.service.notifying import ServiceManager
from ivrkit.service.reloading import Reloading, watch
from ivrkit.service.site import Site

if sys.platform != "win32":
    import resource

MOST_FILES = 65_536
YIELD_SECONDS = 0.0005
"""After so long a thread that reads flows or writes the store lets the calls' loop go on; with
Python's own 5 ms keys come late while many flows are reloaded."""

Tell = Callable[[str], None]


def serve(
    config: Path | None,
    *,
    take_over: bool,
    tell: Tell,
    complain: Tell,
    verbose: bool = False,
    json_log: bool | None = None,
) -> int:
    """Serve calls until SIGTERM, Ctrl-C, or until another engine has taken over; the exit status.

    Raises IvrkitError when it cannot begin.
    """
    configuration = load_configuration(config)
    allow_open_files()
    hide(secret_texts(configuration))
    configure_logs(configuration.log, verbose=verbose, json=json_log)
    return uvloop.run(_serve(configuration, take_over=take_over, tell=tell, complain=complain))


async def _serve(
    configuration: Configuration, *, take_over: bool, tell: Tell, complain: Tell
) -> int:
    """Until a signal, or until another engine has it."""
    stop = Stop()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.told, number)
    manager = ServiceManager()
    try:
        return await _sites(configuration, take_over, stop, manager, tell, complain)
    finally:
        manager.close()


async def _sites(
    configuration: Configuration,
    take_over: bool,
    stop: Stop,
    manager: ServiceManager,
    tell: Tell,
    complain: Tell,
) -> int:
    """One site; and one more, where another engine has taken over and died before it served."""

    def told(text: str) -> None:
        manager.status(text)
        tell(text)

    again = False
    while True:
        site = Site(
            configuration,
            take_over=take_over,
            tell=told,
            progress=_progress(told),
            prepared=calm_collector,
            patient=True,
            again=again,
        )
        end = await begin(site, stop) or await _until_it_ends(site, stop, manager, tell, complain)
        if end is End.LOST:
            complain("another engine has taken this application; stopped")
            return 1
        if end is End.STOPPED or await the_next_serves(configuration):
            return 0
        complain("the engine that took over has died: this one goes on")
        take_over, again = False, True


async def _until_it_ends(
    site: Site, stop: Stop, manager: ServiceManager, tell: Tell, complain: Tell
) -> End:
    """A site that has begun, from its first call on."""
    configuration = site.configuration
    async with AsyncExitStack() as stack:
        stack.push_async_callback(site.stop)
        reload = Reloading(site, tell, complain)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload.all)
        flows = ", ".join(version.name for version in site.flows.versions())
        tell(f"serving {configuration.asterisk.application}: {flows}")
        tell(f"API on {configuration.api.scheme}://{configuration.api.host}:{site.api_port}")
        manager.ready(f"serving {configuration.asterisk.application}: {flows}")
        drain = configuration.drain.total_seconds()
        watching = None
        if configuration.reload.watch:
            watching = asyncio.create_task(watch(configuration, reload), name="ivrkit-watch")
        try:
            return await until_ended(site, stop, drain, tell, manager.stopping)
        finally:
            if watching is not None:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)


def allow_open_files() -> None:
    """As many as this process may have, up to 65,536: usually 1,024 are given to it at first, for
    programs of old that could not count further (``select(2)``)."""
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def calm_collector() -> None:
    """Let threads yield to the calls' loop soon. Let the garbage collector leave alone what stays
    as long as the process (flows, prompts, libraries), and look at the rest seldom: it would else
    walk over all of it every few calls."""
    sys.setswitchinterval(YIELD_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _progress(tell: Tell) -> Callable[[str], Progress]:
    """Tells of every tenth part of the texts that are spoken, where there are many."""

    def for_flow(name: str) -> Progress:
        def progress(done: int, of: int) -> None:
            if of >= 20 and (done == of or done % max(1, of // 10) == 0):
                tell(f"  {name}: {done} of {of} prompts ready")

        return progress

    return for_flow
