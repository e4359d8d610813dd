"""Agents as scripts give them: Asterisk's own ``Queue()``, with members made of dialplan.

For each way in which a queue can be left there is one that is left so: with members who answer
after a time and talk for a time, with one who never does, with nobody, with no room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ivrkit.call.call import Call
from ivrkit.call.queues import QueueExit, QueueFigures, QueueRequest, QueueResult
from ivrkit.errors import HandoffError
from ivrkit.handoff import AsteriskQueues, HandoffSettings, Payloads, QueueSettings
from ivrkit.handoff.figures import Evaluate
from ivrkit.qa.given import Given, QueueUse

CONTEXT = "ivrkit-test-agents"
AFTER, TALK = "IVRKIT_TEST_AFTER", "IVRKIT_TEST_TALK"
MEMBERS = 80
"""Agents who answer: as many as there are calls at once, with room to spare."""
ANSWERED_AFTER = 2.0
LONGEST_TIMEOUT = 6.0
"""Seconds after which a queue is left by ``timeout``, whatever the flow says: a script waits for
the exit, not for the time."""

NAMES: Mapping[QueueExit, str] = {
    QueueExit.ANSWERED: "ivrkit-test-answered",
    QueueExit.TIMEOUT: "ivrkit-test-timeout",
    QueueExit.UNSTAFFED: "ivrkit-test-unstaffed",
    QueueExit.FULL: "ivrkit-test-full",
    QueueExit.FAILED: "ivrkit-test-failed",
}
"""Asterisk's queue for each exit; of the last there is none."""

DIALPLAN = f"""\
[{CONTEXT}]
exten => _1XX,1,Wait(${{{AFTER}}})
 same => n,Answer(,i)
 same => n,Wait(${{{TALK}}})
 same => n,Hangup()
exten => never,1,Wait(3600)
exten => waits,1,Answer(,i)
 same => n,Wait(3600)
"""


def queues_file() -> str:
    """The queues, as an override of queues.conf."""
    members = "".join(
        f"member => Local/{number}@{CONTEXT}/n\n" for number in range(100, 100 + MEMBERS)
    )
    never = f"member => Local/never@{CONTEXT}/n\nringinuse = yes\ntimeout = 3600\n"
    return (
        f"[{NAMES[QueueExit.ANSWERED]}](ivrkit-queue)\ntimeout = 3600\n{members}\n"
        f"[{NAMES[QueueExit.TIMEOUT]}](ivrkit-queue)\n{never}\n"
        f"[{NAMES[QueueExit.UNSTAFFED]}](ivrkit-queue)\n"
        f"[{NAMES[QueueExit.FULL]}](ivrkit-queue)\n{never}maxlen = 1\n"
    )


def filler() -> str:
    """The command that lets somebody wait in the queue that has room for one."""
    queue = NAMES[QueueExit.FULL]
    return f"channel originate Local/waits@{CONTEXT} application Queue {queue}"


class GivenQueues:
    """The port :class:`~ivrkit.call.queues.Queues`, for calls whose scripts give what happens.

    ``given`` tells it by the call's channel. ``missing`` names what cannot be brought about.
    """

    def __init__(
        self,
        names: Mapping[str, QueueSettings],
        payloads: Payloads,
        evaluate: Evaluate,
        given: Mapping[str, Given],
    ) -> None:
        self._given = given
        self._uses: dict[tuple[int, str], int] = {}
        self._ways = {
            exit_: AsteriskQueues(_all_to(names, asterisk), payloads, evaluate)
            for exit_, asterisk in NAMES.items()
        }

    async def hand_off(self, call: Call, request: QueueRequest, *, resumed: bool) -> QueueResult:
        """Bring about what the script gives."""
        use = self._use(call.channel.id, request.name)
        after = ANSWERED_AFTER if use.after is None else use.after
        exit_ = use.exit
        if exit_ is QueueExit.ANSWERED and request.timeout is not None and request.timeout < after:
            exit_ = QueueExit.TIMEOUT
        way = self._ways.get(exit_)
        if way is None:
            raise HandoffError(
                f"a queue cannot be left by '{exit_.value}' on a live Asterisk",
                hint="play this script in the simulator",
            )
        timeout = request.timeout
        if exit_ is QueueExit.TIMEOUT:
            timeout = min(LONGEST_TIMEOUT, use.after or LONGEST_TIMEOUT)
        await call.channel.set_variables({f"__{AFTER}": f"{after:g}", f"__{TALK}": f"{use.talk:g}"})
        return await way.hand_off(call, replace(request, timeout=timeout), resumed=resumed)

    async def figures(self, name: str) -> QueueFigures:
        """The real figures of the queue whose agents answer."""
        return await self._ways[QueueExit.ANSWERED].figures(name)

    def _use(self, channel: str, name: str) -> QueueUse:
        script = self._given.get(channel, Given())
        given = script.queues.get(name, QueueUse())
        if isinstance(given, QueueUse):
            return given
        key = (id(script), name)  # one after the other, also over several calls of a script
        used = self._uses[key] = self._uses.get(key, 0) + 1
        if used > len(given):
            raise HandoffError(
                f"the script does not give use {used} of the queue '{name}'",
                hint=f"queue.{name} in given: lists {len(given)}; add one, or give one for all",
            )
        return given[used - 1]


def _all_to(names: Mapping[str, QueueSettings], asterisk: str) -> HandoffSettings:
    """All queues of a site, as one of Asterisk's."""
    return HandoffSettings(
        queues={
            name: each.model_copy(update={"asterisk": asterisk}) for name, each in names.items()
        }
    )
