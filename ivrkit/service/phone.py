"""A telephone without a device: a call into the dialplan, seen by its trace, steered by keys.

Asterisk is asked for a Local channel. Its far half runs through the dialplan as a caller's would;
the near half is kept by an ARI application of our own and sends the keys.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
from collections.abc import AsyncIterator, Iterator
from typing import Protocol

from ivrkit.call.events import Arrived, Ended, Listening, Resumed, TraceEvent
from ivrkit.channels.ari.client import AriClient
from ivrkit.channels.ari.events import Handled
from ivrkit.channels.ari.generated.events import ChannelDestroyed, StasisStart
from ivrkit.errors import CarrierError, ChannelGone, IvrkitError, ValueRejected
from ivrkit.service.client import ApiClient, EngineAway, Tail
from ivrkit.service.configuration import Configuration
from ivrkit.service.keypad import KEYS, Action, HangUp, Listen, Pause, Press
from ivrkit.service.timeline import how_ended

CONTEXT = "ivrkit-phone"
NAME = "ivrkit phone"
"""What the caller is called."""
BETWEEN_KEYS = 0.2
"""Seconds from the beginning of one key to that of the next."""
NORMAL = 16
ENGINE_SECONDS = 0.2
"""Seconds between attempts to find the next engine: soon enough to see it take the call up."""
COMMIT_SECONDS = 0.1
"""Seconds after which the store has what happened: it writes in batches."""
LAST_EVENTS = 2.0
"""Seconds to wait for the end of the trace once the line is dead."""


class Screen(Protocol):
    """Where the call is seen."""

    def event(self, event: TraceEvent) -> None:
        """Something happened in the call."""

    def tell(self, text: str) -> None:
        """Something happened on the line."""


async def phone(
    configuration: Configuration,
    number: str,
    actions: AsyncIterator[Action],
    screen: Screen,
    *,
    caller: str = "",
) -> int:
    """Call a number until either side hangs up; 0 when the call was answered, else 1.

    ``caller`` is the number that the flow sees as the caller's.

    Raises CarrierUnavailable when Asterisk cannot be reached.
    """
    for each in (number, caller or number):
        if not each or not set(each) <= KEYS | {"+"}:
            raise ValueRejected(f"'{each[:40]}' is no number", hint="it has digits, + * and #")
    async with contextlib.AsyncExitStack() as stack:
        handset = Handset(configuration, number, screen, caller)
        stack.push_async_callback(handset.close)
        await handset.connect()
        tail = await _tail(stack, configuration, screen)
        if tail is not None:
            watch = _watch(configuration, handset, tail, screen)
            watching = asyncio.create_task(watch, name="ivrkit-phone-tail")
            stack.push_async_callback(_ended, watching)
        await handset.dial()
        pressing = asyncio.create_task(handset.press(actions), name="ivrkit-phone-keys")
        stack.push_async_callback(_ended, pressing)
        with _hang_up_by_signal(handset):
            await handset.until_over(pressing)
        return 0 if handset.answered.is_set() else 1


async def _tail(
    stack: contextlib.AsyncExitStack, configuration: Configuration, screen: Screen
) -> Tail | None:
    try:
        api = await stack.enter_async_context(ApiClient(configuration))
        return await stack.enter_async_context(api.tail())
    except EngineAway as error:
        screen.tell(f"{error.message}; the call is placed, but what is said cannot be shown")
        return None


async def _watch(
    configuration: Configuration, handset: Handset, tail: Tail, screen: Screen
) -> None:
    """Show the call until it has ended, whichever engine has it: one may die, and the next take it
    up."""
    await handset.watch(tail)
    if handset.has_ended:
        return  # an engine that is drained stops when its last call has ended
    screen.tell("the engine is gone; the call stays in Asterisk until the next one takes it up")
    while not handset.has_ended:
        with contextlib.suppress(IvrkitError):
            async with ApiClient(configuration) as api, api.tail() as tail:
                await handset.catch_up(api)
                await handset.watch(tail)
        await asyncio.sleep(ENGINE_SECONDS)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@contextlib.contextmanager
def _hang_up_by_signal(handset: Handset) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, handset.put_down)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


class Handset:
    """Our end of the line."""

    def __init__(
        self, configuration: Configuration, number: str, screen: Screen, caller: str
    ) -> None:
        own = f"{configuration.asterisk.application[:30]}-phone-{os.getpid()}"
        settings = configuration.asterisk.model_copy(update={"application": own})
        self._client = AriClient(settings, on_event=self._heard)
        self._near = f"ivrkit-phone-{secrets.token_hex(8)}"
        self._far = f"{self._near}-far"
        self._number = number
        self._caller = f"{NAME} <{caller}>"
        self._screen = screen
        self._call_id = ""
        self._watched = False
        self._shown: list[TraceEvent] = []
        self._listens = asyncio.Condition()
        self._listening = 0
        self.answered = asyncio.Event()
        self._over = asyncio.Event()
        self._told_all = asyncio.Event()
        self._ended = ""
        self._cause = 0

    @property
    def has_ended(self) -> bool:
        """Whether the call is over for its engine, and all of it was shown."""
        return self._told_all.is_set()

    async def connect(self) -> None:
        """Raises CarrierUnavailable."""
        await self._client.start()

    async def close(self) -> None:
        """Hang up, if that is still to be done, and let go."""
        if self._client.is_connected and not self._over.is_set():
            with contextlib.suppress(CarrierError):
                await self._client.hang_up(self._near, NORMAL)
        await self._client.stop()

    async def dial(self) -> None:
        """Place the call. Raises CarrierError."""
        self._screen.tell(f"calling {self._number}")
        await self._client.originate(
            f"Local/{self._number}@{CONTEXT}",
            channel=self._near,
            other=self._far,
            caller=self._caller,
            timeout=-1,
        )

    async def watch(self, tail: Tail) -> None:
        """Show the events of our call, until the engine stops."""
        self._watched = True
        async for call_id, event in tail:
            if isinstance(event, Arrived) and event.channel == self._far:
                self._call_id = call_id
            if not self._call_id or call_id != self._call_id:
                continue
            await self._show(event)

    async def catch_up(self, api: ApiClient) -> None:
        """Show what has happened since the engine took the call up. Raises IvrkitError."""
        if not self._call_id:
            return
        await asyncio.sleep(COMMIT_SECONDS)
        events = await api.trace(self._call_id)
        taken_up = [at for at, event in enumerate(events) if isinstance(event, Resumed)]
        for event in events[taken_up[-1] :] if taken_up else []:
            await self._show(event)

    async def press(self, actions: AsyncIterator[Action]) -> None:
        """Do what is to be done, once the call is answered."""
        await self.answered.wait()
        seen = 0
        async for action in actions:
            match action:
                case Press(keys):
                    await self._send(keys)
                    seen = self._listening
                case Pause(seconds):
                    await asyncio.sleep(seconds)
                case Listen():
                    seen = await self._next_question(seen)
                case HangUp():
                    return self.put_down()

    def put_down(self) -> None:
        """Hang up."""
        self._over.set()

    async def until_over(self, pressing: asyncio.Task[None]) -> None:
        """Wait for the end of the call. Raises what went wrong with the keys."""
        over = asyncio.create_task(self._over.wait())
        try:
            await asyncio.wait({over, pressing}, return_when=asyncio.FIRST_COMPLETED)
            if pressing.done() and pressing.exception() is not None:
                pressing.result()
            await over
        finally:
            over.cancel()
        await self._hang_up()
        if self._call_id:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told_all.wait(), LAST_EVENTS)
        self._tell_end()

    # ---- inside --------------------------------------------------------------------------------

    async def _show(self, event: TraceEvent) -> None:
        if event in self._shown:
            return
        self._shown.append(event)
        self._screen.event(event)
        if isinstance(event, Listening):
            async with self._listens:
                self._listening += 1
                self._listens.notify_all()
        if isinstance(event, Ended):
            self._ended = event.ended
            self._told_all.set()

    async def _hang_up(self) -> None:
        if not self._cause:
            await self._client.hang_up(self._near, NORMAL)

    def _tell_end(self) -> None:
        if not self.answered.is_set():
            self._screen.tell(f"not answered (cause {self._cause or NORMAL}, Q.850)")
        elif self._watched and not self._call_id:
            self._screen.tell(
                f"the call is over, and there was nothing to show: {self._number} is no number of "
                "this engine's, or it takes no new calls now (`ivrkit doctor` says why)"
            )
        elif self._ended:
            self._screen.tell(f"the call has ended: {how_ended(self._ended)}")
        else:
            self._screen.tell("the line is dead")

    async def _send(self, keys: str) -> None:
        for key in keys:
            try:
                await self._client.send_keys(self._near, key)
            except ChannelGone:
                return
            await asyncio.sleep(BETWEEN_KEYS)

    async def _next_question(self, seen: int) -> int:
        async with self._listens:
            await self._listens.wait_for(lambda: self._listening > seen)
            return self._listening

    def _heard(self, event: Handled) -> None:
        if isinstance(event, StasisStart) and event.channel.id == self._near:
            self.answered.set()
        elif isinstance(event, ChannelDestroyed) and event.channel.id == self._near:
            self._cause = event.cause or NORMAL
            self._over.set()
