"""Parts of Asterisk's own dialplan, run for a flow.

The call leaves our application for the shipped context, which runs an application or a context
and brings it back. Meanwhile its channel is subscribed to, so that a hang-up is reported. What
came of it is read from the channel's variables, never from an event: it is the same after a
restart.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Final

from ivrkit.call.call import Call
from ivrkit.call.channel import ChannelLocation, PartyProgress, Returned
from ivrkit.call.dialplan import DialplanRequest, DialplanResult
from ivrkit.call.events import InDialplan
from ivrkit.call.variables import encoded
from ivrkit.errors import CarrierError, HandoffError, ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.handoff.dialplan_settings import DialplanSettings, dialplan_of
from ivrkit.handoff.leaving import forget_earlier, is_back

CONTEXT: Final = "ivrkit-dialplan"
"""The context of the shipped dialplan that runs it."""
TICKET: Final = "IVRKIT_RUN"
STATUS: Final = "IVRKIT_RAN"
"""What the shipped context leaves: ``SUCCESS``, or why it could not be run."""
DONE: Final = "SUCCESS"


class AsteriskDialplan:
    """The port :class:`~ivrkit.call.dialplan.Dialplan` on one Asterisk."""

    def __init__(self, settings: Mapping[str, DialplanSettings]) -> None:
        self._settings = dict(settings)

    async def run(self, call: Call, request: DialplanRequest, *, resumed: bool) -> DialplanResult:
        """Send the call there and wait until it is back. Raises HandoffError, CarrierError."""
        settings = dialplan_of(self._settings, request.name)
        variables = on_leaving(request, settings)
        if not (resumed and await self._taken_up(call, request)):
            await self._send(call, request, variables)
        while not await is_back(call):
            await call.channel.receive(Returned, PartyProgress)
        result = await self._result(call, settings)
        with contextlib.suppress(CarrierError):
            await call.channel.unsubscribe()
        call.trace(InDialplan(state="back", name=request.name, done=result.done))
        return result

    async def _send(
        self, call: Call, request: DialplanRequest, variables: Mapping[str, str]
    ) -> None:
        channel = call.channel
        if (await channel.locate()).where is ChannelLocation.ELSEWHERE:
            raise CarrierError("the call is in other hands already")
        await channel.set_variables(variables)
        await channel.subscribe()
        call.trace(InDialplan(state="left", name=request.name))
        await forget_earlier(call)
        await channel.leave(CONTEXT)

    async def _taken_up(self, call: Call, request: DialplanRequest) -> bool:
        """Whether an engine that died has sent it there; False when it had not come so far."""
        channel = call.channel
        if await channel.variable(TICKET) != request.ticket:
            return False
        # Subscribed first: if it comes back between the question and its answer, that is reported.
        await channel.subscribe()
        here = (await channel.locate()).where is ChannelLocation.HERE
        return not here or bool(await channel.variable(STATUS))

    async def _result(self, call: Call, settings: DialplanSettings) -> DialplanResult:
        read = call.channel.variable
        values = {name: await read(each) or None for name, each in settings.results.items()}
        return DialplanResult(await read(STATUS) == DONE, values)


def on_leaving(request: DialplanRequest, settings: DialplanSettings) -> dict[str, str]:
    """The variables that are set before the call is sent off. What an earlier run has left is
    emptied. Raises HandoffError for a value that is not asked for, or that no variable can hold."""
    for name in request.values:
        if name not in settings.variables:
            hint = did_you_mean(name, settings.variables) or "list it under its variables:"
            raise HandoffError(f"'{request.name}' takes no value '{name}'", hint=hint)
    try:
        values = {
            variable: encoded(f"the value '{name}'", request.values.get(name, ""))
            for name, variable in settings.variables.items()
        }
    except ValueRejected as error:
        raise HandoffError(error.message, hint=error.hint) from None
    emptied = {name: "" for name in settings.results.values() if name not in values}
    return {
        TICKET: request.ticket,
        STATUS: "",
        "IVRKIT_APPLICATION": settings.application,
        "IVRKIT_ARGUMENTS": settings.arguments,
        "IVRKIT_CONTEXT": settings.context,
        "IVRKIT_EXTENSION": settings.extension,
        **emptied,
        **values,
    }
