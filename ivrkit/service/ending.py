"""How ``serve`` ends: told to, drained, taken over, or with its application lost."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from enum import Enum, auto

from ivrkit.errors import StoreError
from ivrkit.service.api.audit import DONE
from ivrkit.service.configuration import Configuration
from ivrkit.service.site import Site
from ivrkit.service.site.condition import Condition
from ivrkit.service.site.storing import make_store, owner
from ivrkit.service.site.succession import AGAIN_SECONDS, SERVES_SECONDS, somebody_serves
from ivrkit.store import Store
from ivrkit.store.opening import Tables

Tell = Callable[[str], None]
LOG = logging.getLogger(__name__)


class End(Enum):
    """Why a site ends."""

    STOPPED = auto()
    HANDED_OVER = auto()
    LOST = auto()


class Stop(asyncio.Event):
    """Set by a signal that tells the engine to end; ``by`` is its name."""

    by = ""

    def told(self, number: signal.Signals) -> None:
        """The signal has come."""
        self.by = number.name
        self.set()


async def begin(site: Site, stop: asyncio.Event) -> End | None:
    """Start the site, which may have to wait for Asterisk. An end where it has to end before that;
    nothing is left of it then. Raises IvrkitError when it cannot begin."""
    starting = asyncio.create_task(site.start())
    ending = asyncio.create_task(_any(stop, site.lost))
    try:
        await asyncio.wait({starting, ending}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ending.cancel()
        if not starting.done():
            starting.cancel()
        await asyncio.gather(starting, ending, return_exceptions=True)
    if starting.cancelled():
        return End.LOST if site.lost.is_set() else End.STOPPED
    starting.result()
    return None


async def until_ended(
    site: Site,
    stop: Stop,
    drain: float,
    tell: Tell,
    stopping: Callable[[float], None] = lambda seconds: None,
) -> End:
    """Wait until the site has to end. ``stop`` is what signals set: with ``drain`` seconds the
    first one begins to drain, the second ends that, and the audit keeps which it was. ``stopping``
    is told when it begins to end, with the seconds that this may take."""
    draining = site.draining
    while True:
        await _any(stop, site.lost, site.wanted, draining.over)
        if site.lost.is_set():
            return End.LOST
        if site.wanted.is_set():
            calls = draining.calls
            tell("another engine asks for this application")
            if await site.hand_over():
                tell(f"handed over: {_calls(calls)}")
                return End.HANDED_OVER
            tell("it did not come: calls go on here")
        elif stop.is_set() and drain and not draining.ends:
            stop.clear()
            stopping(drain)
            details = {"now": False, "calls": draining.calls, "seconds": drain}
            site.note("drain", DONE, by=stop.by, details=details)
            draining.end(drain)
            tell(f"draining for {drain:g} s at the most: {_calls(draining.calls)} in progress")
        else:
            stopping(0.0)
            if stop.is_set():
                details = {"now": True, "calls": draining.calls}
                site.note("drain", DONE, by=stop.by, details=details)
            tell(f"stopping; {_calls(draining.calls)} left for the next engine")
            return End.STOPPED


async def the_next_serves(configuration: Configuration) -> bool:
    """Wait until the engine that has taken over serves. False when it has died. A store that cannot
    be opened is tried again, as one that cannot tell is asked again."""
    store = make_store(configuration, Condition())
    if not await _opened(store):
        return True
    try:
        return await somebody_serves(store, configuration.asterisk.application, owner())
    finally:
        await store.close()


async def _opened(store: Store) -> bool:
    loop = asyncio.get_running_loop()
    until, told = loop.time() + SERVES_SECONDS, ""
    while loop.time() < until:
        try:
            await store.open(Tables.KEPT, again=True)
            return True
        except StoreError as error:
            if error.message != told:
                told = error.message
                LOG.error("%s", error)
        await asyncio.sleep(AGAIN_SECONDS)
    return False


async def _any(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"
