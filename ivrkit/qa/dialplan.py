"""Parts of the dialplan, as a script gives them."""

from __future__ import annotations

from collections.abc import Callable

from ivrkit.call.call import Call
from ivrkit.call.channel import ChannelLocation, Returned
from ivrkit.call.clock import Clock
from ivrkit.call.dialplan import DialplanRequest, DialplanResult
from ivrkit.call.events import InDialplan
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.errors import HandoffError
from ivrkit.qa.given import DialplanUse, Given

CONTEXT = "ivrkit-dialplan"


class ScriptedDialplan:
    """The port :class:`~ivrkit.call.dialplan.Dialplan` as a script gives it: the call leaves our
    application, and comes back. It is the world's, not the engine's: it outlives a restart.

    ``requests`` are in order; ``missing`` names what a flow needed and the script does not give.
    """

    def __init__(
        self, clock: Clock, given: Given, channel: Callable[[str], SimulatedChannel]
    ) -> None:
        self._clock = clock
        self._given = given
        self._channel = channel
        self._sent: dict[str, DialplanUse] = {}
        self._uses: dict[str, int] = {}
        self.requests: list[DialplanRequest] = []
        self.missing: list[str] = []

    def give(self, given: Given) -> None:
        """From now on its parts do this."""
        self._given = given

    async def run(self, call: Call, request: DialplanRequest, *, resumed: bool) -> DialplanResult:
        """Send the call there and wait until it is back."""
        use = self._sent.get(request.ticket)
        if use is None:
            use = self._sent[request.ticket] = self._use(request.name)
            self.requests.append(request)
            call.trace(InDialplan(state="left", name=request.name))
            await call.channel.subscribe()
            await call.channel.leave(CONTEXT)
            channel = self._channel(call.channel.id)
            self._clock.at(self._clock.time() + use.after, channel.come_back)
        while (await call.channel.locate()).where is ChannelLocation.ELSEWHERE:
            await call.channel.receive(Returned)
        call.trace(InDialplan(state="back", name=request.name, done=use.done))
        return DialplanResult(use.done, use.values)

    def _use(self, name: str) -> DialplanUse:
        given = self._given.dialplan.get(name)
        if given is None and self._given.open:
            return DialplanUse()
        if given is None:
            raise self._lacks(
                f"what '{name}' of the dialplan does",
                f"add `dialplan.{name}: {{after: 3s}}` to given:",
            )
        if isinstance(given, DialplanUse):
            return given
        used = self._uses[name] = self._uses.get(name, 0) + 1
        if used > len(given):
            raise self._lacks(
                f"use {used} of '{name}' of the dialplan",
                f"dialplan.{name} in given: lists {len(given)}; add one, or give one for all",
            )
        return given[used - 1]

    def _lacks(self, what: str, hint: str) -> HandoffError:
        self.missing.append(f"{what}: {hint}")
        return HandoffError(f"the script does not give {what}", hint=hint)
