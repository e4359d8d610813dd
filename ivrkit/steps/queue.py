"""``queue``: hand the call to agents, with its payload, and take it back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from ivrkit.call import Call, Exit, ExitSpec, Kind, Step
from ivrkit.call.asking import ValuesField
from ivrkit.call.exits import NEXT
from ivrkit.call.fields import Count, Duration, QueueChoice, QueueNames
from ivrkit.call.queues import QueueExit, QueueRequest, Queues
from ivrkit.errors import HandoffError, ValueRejected
from ivrkit.expressions.secrets import contains_secret
from ivrkit.expressions.values import Value
from ivrkit.expressions.values import plain as json_value
from ivrkit.steps.choosing import chosen_name
from ivrkit.steps.set import assigned_value


class Queue(Step):
    """Hands the call to a queue of agents together with its payload.

    The usual exit is ``answered``: an agent was there and has hung up. ``timeout`` limits the
    time in the queue; ``priority``: larger is served first. Afterwards ``handoff.agent``,
    ``handoff.talk_time``, ``handoff.wait`` and ``handoff.result`` are there.
    """

    verb: ClassVar[str] = "queue"
    kind: ClassVar[Kind] = Kind.AWAY
    main: ClassVar[str | None] = "name"
    answered: ClassVar[bool] = True
    person: ClassVar[bool] = True
    needs: ClassVar[tuple[type, ...]] = (Queues,)
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        ExitSpec("timeout", "The time in the queue is over."),
        ExitSpec("full", "As many callers as may wait are waiting already."),
        ExitSpec("unstaffed", "Nobody works in this queue now."),
        ExitSpec("withdrawn", "Somebody has taken the caller out of the queue.", technical=True),
        ExitSpec("failed", "There is no such queue, or Asterisk refuses it.", technical=True),
    )
    example: ClassVar[str] = """\
- queue:
    name: service
    timeout: 5m
    payload: {reason: "{{ reason }}"}
  exits: {else: hangup}
"""

    name: QueueChoice
    """The queue, as `queues:` in ivrkit.yaml names it."""
    among: QueueNames = ()
    """The queues that are possible, where the name comes from data."""
    priority: Count | None = None
    """A caller with a larger number is served first."""
    timeout: Duration | None = None
    """The longest time in the queue."""
    payload: ValuesField = Field(default_factory=dict)
    """What the agent's screen receives: the fields that the flow's `payload` declares."""

    async def run(self, call: Call) -> Exit:
        session = call.session
        timeout = session.setting(self.timeout) if self.timeout is not None else None
        priority = session.setting(self.priority) if self.priority is not None else None
        facts = session.lookup("call")
        request = QueueRequest(
            name=chosen_name(call, self.name, self.among, "queue"),
            ticket=f"{call.id}.{session.entry.number}",
            timeout=timeout.total_seconds() if isinstance(timeout, timedelta) else None,
            priority=int(priority) if isinstance(priority, Decimal) else None,
            payload=self._payload(call),
            flow=session.flow_name,
            path=tuple(str(facts["path"]).split(" > ")) if isinstance(facts, dict) else (),
        )
        resumed = session.entry.how == "resumed"
        result = await call.use(Queues).hand_off(  # type: ignore[type-abstract]
            call, request, resumed=resumed
        )
        call.keys.flush()
        session.provide(
            "handoff",
            {
                "agent": result.agent or None,
                "talk_time": timedelta(seconds=result.talk_time),
                "wait": timedelta(seconds=result.wait),
                "result": result.result or None,
            },
        )
        return Exit(NEXT if result.exit is QueueExit.ANSWERED else result.exit.value)

    def _payload(self, call: Call) -> dict[str, object]:
        """The payload as JSON data of the declared types; what is ``none`` is left out."""
        declared = call.session.payload
        document: dict[str, object] = {}
        for name, assigned in self.payload.items():
            value: Value = assigned_value(call, assigned)
            if contains_secret(value):
                raise HandoffError(
                    f"the payload field '{name}' holds a secret", hint="an agent must not see it"
                )
            type_ = declared.get(name)
            if value is None or type_ is None:
                continue
            try:
                document[name] = json_value(type_.accept(value))
            except ValueRejected as error:
                raise HandoffError(f"the payload field '{name}': {error}") from error
        missing = [n for n, t in declared.items() if n not in document and not t.optional]
        if missing:
            raise HandoffError(f"the payload lacks {', '.join(missing)}")
        return document
