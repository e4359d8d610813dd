"""One engine after the other: taking an application over with the calls in it, and handing it over.

What each side does, and what becomes of the calls when the other one dies, is told in
:mod:`ivrkit.store.handovers`. Nobody commands a call while it is handed over: the caller hears
nothing for as long, and what he presses waits for the step.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.engine.engine import Engine
from ivrkit.engine.handing_over import go_on
from ivrkit.errors import LeaseHeld, StoreError
from ivrkit.service.site.condition import Condition
from ivrkit.store import Store
from ivrkit.store.handovers import (
    Handover,
    HandoverState,
    ask,
    find_handover,
    move,
    say_serving,
    withdraw,
)

LOG = logging.getLogger(__name__)

LOOK_SECONDS = 0.02
"""From one look at the store to the next, while the calls wait."""
ANSWER_SECONDS = 10.0
"""How long the holder may take to offer: it looks every 2 s whether somebody asks, and lets writes
finish for 5 s. After that the application is taken from it."""
OFFER_SECONDS = 3.0
"""How long an offer waits for the other engine, which only has to connect to Asterisk."""
LAST_EVENTS_SECONDS = 1.0
"""How long the news that another engine has connected may take. Asterisk sends it behind the last
event that is ours."""
HEIR_SECONDS = 2.0
"""How long the next engine may take to say that the application is its own."""
SERVES_SECONDS = 60.0
"""How long it may take to take up the calls."""
AGAIN_SECONDS = 0.2
"""From one look to the next of an engine that has handed over."""


class Successor:
    """The engine that takes over. ``owner`` is its name."""

    def __init__(self, store: Store, application: str, owner: str) -> None:
        self._store = store
        self._application = application
        self._owner = owner

    async def take_over(self, connect: Callable[[], Awaitable[None]]) -> None:
        """Take the application from its holder, and connect to Asterisk when it offers it. All
        that calls need must be there. Raises LeaseHeld when the holder went on after all, and what
        ``connect`` raises; then nothing has changed for the holder."""
        await self._store.write(partial(ask, application=self._application, asker=self._owner))
        try:
            offered = await self._until_offered()
            if offered:
                await connect()
                await self._connected()
        except BaseException:
            await self._withdraw()
            raise
        await self._take()
        if not offered:
            await connect()

    async def _until_offered(self) -> bool:
        """False when the holder does not offer: it has let go, or does not answer."""
        loop = asyncio.get_running_loop()
        until = loop.time() + ANSWER_SECONDS
        while loop.time() < until:
            found = await look(self._store, self._application)
            if not found.holder:
                return False
            if found.asker != self._owner:
                raise LeaseHeld(
                    f"the application {self._application!r} is being taken over by {found.asker}",
                    hint="start one engine at a time with --take-over",
                )
            if found.state is HandoverState.OFFERED:
                return True
            await asyncio.sleep(LOOK_SECONDS)
        LOG.warning("the engine in service does not answer: the application is taken from it")
        return False

    async def _connected(self) -> None:
        if not await self._move(HandoverState.OFFERED, HandoverState.CONNECTED):
            raise LeaseHeld(
                "the engine in service goes on: connecting to Asterisk took too long",
                hint="try again; `ivrkit doctor` tells how long Asterisk takes to answer",
            )

    async def _take(self) -> None:
        """The lease, as soon as it is given back; where it is not, in spite of the holder."""
        loop = asyncio.get_running_loop()
        until = loop.time() + OFFER_SECONDS
        while loop.time() < until:
            try:
                await self._store.acquire(self._application, self._owner)
                return
            except LeaseHeld:
                await asyncio.sleep(LOOK_SECONDS)
        await self._store.acquire(self._application, self._owner, take_over=True, patience=0)

    async def _withdraw(self) -> None:
        """Nothing is wanted of the holder any more."""
        for state in (HandoverState.ASKED, HandoverState.OFFERED):
            try:
                await self._store.write(
                    partial(withdraw, application=self._application, asker=self._owner, old=state)
                )
            except StoreError as error:
                LOG.error("%s", error)

    async def _move(self, old: HandoverState, new: HandoverState) -> bool:
        step = partial(move, application=self._application, asker=self._owner, old=old, new=new)
        return await self._store.write(step)


class Holder:
    """The engine in service, when another one asks for its application."""

    def __init__(
        self,
        store: Store,
        application: str,
        engine: Engine,
        carrier: AriCarrier,
        condition: Condition,
    ) -> None:
        self._store = store
        self._application = application
        self._engine = engine
        self._carrier = carrier
        self._condition = condition

    async def hand_over(self) -> bool:
        """Hand the calls over. False: the other engine did not come, and they go on here."""
        found = await self._asked()
        if found is None:
            self._condition.wanted.clear()
            return False
        await self._engine.finish_writes()
        await self._stand_still()
        try:
            handed_over = await self._offer(found)
        except StoreError as error:
            LOG.error("%s", error)
            # Nobody knows how far the other one is; who has Asterisk's events has the calls.
            handed_over = not self._carrier.client.is_connected
        if not handed_over:
            self._condition.stands = False
            self._condition.wanted.clear()
            LOG.warning("%s did not come: %d calls go on", found.asker, await go_on(self._engine))
        return handed_over

    async def _asked(self) -> Handover | None:
        """Who asks, while somebody does. Where the store cannot tell, the calls go on: it is told
        again with the next renewal of the lease."""
        try:
            found = await look(self._store, self._application)
        except StoreError as error:
            LOG.error("%s", error)
            return None
        return found if found.wanted else None

    async def _stand_still(self) -> None:
        await self._engine.stand_still()
        # From here on the connection is given up when another engine takes it.
        self._condition.stands = True

    async def _offer(self, found: Handover) -> bool:
        # One of an earlier release asks for the lease alone.
        if found.state is HandoverState.ASKED and found.asker == found.wanted:
            step = partial(move, application=self._application, asker=found.asker)
            offered = partial(step, old=HandoverState.ASKED, new=HandoverState.OFFERED)
            if not await self._store.write(offered):
                return False
            if not await self._until_connected() and await self._store.write(
                partial(
                    withdraw,
                    application=self._application,
                    asker=found.asker,
                    old=HandoverState.OFFERED,
                )
            ):
                return False
            await self._until_replaced()
        self._engine.save_standing()
        await self._store.release()
        return True

    async def _until_connected(self) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + OFFER_SECONDS
        while loop.time() < until:
            found = await look(self._store, self._application)
            if found.state is not HandoverState.OFFERED:
                return found.state is HandoverState.CONNECTED
            await asyncio.sleep(LOOK_SECONDS)
        return False

    async def _until_replaced(self) -> None:
        """Until Asterisk has sent us all that was ours."""
        for _ in range(round(LAST_EVENTS_SECONDS / LOOK_SECONDS)):
            if not self._carrier.client.is_connected:
                return
            await asyncio.sleep(LOOK_SECONDS)


async def somebody_serves(store: Store, application: str, owner: str) -> bool:
    """Wait, after handing over, until the next engine serves. False when it has died before: the
    calls are nobody's, and this engine is to go on. A store that cannot tell is asked again."""
    loop = asyncio.get_running_loop()
    began, told = loop.time(), ""
    while loop.time() < began + SERVES_SECONDS:
        try:
            found = await look(store, application)
            if found.state is HandoverState.SERVING and found.holder:
                return True
            if loop.time() > began + HEIR_SECONDS:
                await store.acquire(application, owner)
                await store.release()
                return False
        except LeaseHeld:
            pass  # it has the application, and takes up the calls
        except StoreError as error:
            if error.message != told:
                told = error.message
                LOG.error("%s", error)
        await asyncio.sleep(AGAIN_SECONDS)
    return True


async def serves(store: Store, application: str, owner: str) -> None:
    """Tell the engine before that its calls are taken up."""
    try:
        await store.write(partial(say_serving, application=application, owner=owner))
    except StoreError as error:
        LOG.error("%s", error)


async def look(store: Store, application: str) -> Handover:
    """How far it is. Raises StoreError."""
    return await store.query(partial(find_handover, application=application))
