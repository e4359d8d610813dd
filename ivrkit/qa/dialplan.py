"""Parts of the dialplan, as a script gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from ivrkit.call.call import Call
from ivrkit.call.channel import ChannelLocation, Returned
from ivrkit.call.clock import Clock
from ivrkit.call.dialplan import DialplanRequest, DialplanResult
from ivrkit.call.events import InDialplan
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.errors import ChannelGone
from ivrkit.qa.given import DialplanUse, Given
from ivrkit.qa.uses import Uses

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
        self._uses_of: dict[str, DialplanUse] = {}
        self._told: set[str] = set()
        self._sent: set[str] = set()
        self._uses = Uses()
        self.requests: list[DialplanRequest] = []
        self.missing = self._uses.missing

    @property
    def used(self) -> Mapping[str, int]:
        """How often each part that is given was run, as ``dialplan.barrier``."""
        asked = Counter(each.name for each in self.requests)
        return {f"dialplan.{name}": asked[name] for name in self._given.dialplan}

    def give(self, given: Given) -> None:
        """From now on its parts do this; lists begin anew."""
        self._given = given
        self._uses.begin_anew()

    async def run(self, call: Call, request: DialplanRequest, *, resumed: bool) -> DialplanResult:
        """Send the call there and wait until it is back."""
        use = self._uses_of.get(request.ticket)
        if use is None:
            use = self._uses_of[request.ticket] = self._use(request.name)
            self.requests.append(request)
        if request.ticket not in self._told:
            call.trace(InDialplan(state="left", name=request.name))
            self._told.add(request.ticket)
        if request.ticket not in self._sent:
            await self._send(call, use)
            self._sent.add(request.ticket)
        while (where := (await call.channel.locate()).where) is ChannelLocation.ELSEWHERE:
            await call.channel.receive(Returned)
        if where is ChannelLocation.GONE:
            raise ChannelGone("the caller has hung up in the dialplan")
        call.trace(InDialplan(state="back", name=request.name, done=use.done))
        return DialplanResult(use.done, use.values)

    async def _send(self, call: Call, use: DialplanUse) -> None:
        """Out of our hands, if the call still is in them: an engine may die behind any command."""
        if (await call.channel.locate()).where is not ChannelLocation.ELSEWHERE:
            await call.channel.subscribe()
            await call.channel.leave(CONTEXT)
        channel = self._channel(call.channel.id)
        self._clock.at(self._clock.time() + use.after, channel.come_back)

    def _use(self, name: str) -> DialplanUse:
        given = self._given.dialplan.get(name)
        if given is None and self._given.open:
            return DialplanUse()
        if given is None:
            raise self._uses.lacks(
                f"what '{name}' of the dialplan does",
                f"add `dialplan.{name}: {{after: 3s}}` to given:",
            )
        return self._uses.next(given, name, f"'{name}' of the dialplan", f"dialplan.{name}")
