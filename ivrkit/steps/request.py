"""``request``: ask somebody over a broker, and wait for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from ivrkit.call import Assignment, Call, Exit, ExitSpec
from ivrkit.call.exits import GO_ON, NOT_FOUND
from ivrkit.call.fields import Flag, Variable
from ivrkit.call.requests.broker import BrokerRequest
from ivrkit.steps.sending import SendingStep


class Request(SendingStep):
    """Sends a question over a broker (`connectors: broker:` in ivrkit.yaml) and waits for the
    answer of whoever takes it.

    The answer is JSON, or a text of the type text/plain. Its header `status` may say `not_found`,
    or `error` with the reason as the text. An answer that comes too late is dropped.
    """

    verb: ClassVar[str] = "request"
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        *SendingStep.exits,
        ExitSpec(NOT_FOUND, "The answer says that there is no such thing.", True),
    )
    meant: ClassVar[Mapping[str, str]] = {
        **SendingStep.meant,
        "expires": "a question is worth nothing when its `timeout` is over",
        "keep_until_sent": "the caller waits for the answer; `publish` is kept",
    }
    example: ClassVar[str] = """\
- request:
    broker: events
    to: pricing
    message: {plan: gold, months: 12}
    reads: true
    into: offer
    timeout: 4s
  exits: {not_found: agent}
"""

    only_reads: Flag = Field(False, alias="reads")
    """Nothing is changed by it: after a lost connection or a restart of the engine it is simply
    asked again, instead of leaving by `unknown`."""
    into: Variable | None = None
    """The variable that receives the answer; its type says what the data of the answer means."""

    @property
    def reads(self) -> bool:
        return self.only_reads

    def assigns(self) -> tuple[Assignment, ...]:
        return () if self.into is None else (Assignment(self.into),)

    def request(self, call: Call, **common: Any) -> BrokerRequest:
        return self.sent(call, **common, answered=True)

    def answered_by(self, call: Call, request: Any, answer: Any) -> Exit:
        if self.into is not None:
            call.session.set(self.into, answer)
        return GO_ON
