"""``publish``: hand a message to a broker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import model_validator

from ivrkit.call import Call, Exit, ExitSpec
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Duration, Flag
from ivrkit.call.requests.broker import UNROUTABLE, BrokerRequest
from ivrkit.call.step import FieldError
from ivrkit.errors import ValueRejected
from ivrkit.steps.sending import SendingStep


class Publish(SendingStep):
    """Hands a message to a broker (`connectors: broker:` in ivrkit.yaml: AMQP or MQTT), and goes on
    when the broker has confirmed that it has it.

    With `keep_until_sent` it does not wait for the broker at all: the message is safely in the
    engine's own store when the step is over, and is sent as soon as the broker takes it, even if
    the engine is restarted meanwhile. Each message has an id that is the same however often it is
    sent; a consumer that has seen it drops it.
    """

    verb: ClassVar[str] = "publish"
    meant: ClassVar[Mapping[str, str]] = {
        **SendingStep.meant,
        **dict.fromkeys(("into", "reads"), "nothing is answered; `request` waits for an answer"),
    }
    example: ClassVar[str] = """\
- publish:
    broker: events
    to: calls.balance-asked
    message: {account: "{{ account }}", at: "{{ now }}"}
    keep_until_sent: true
    expires: 1h
"""

    keep_until_sent: Flag = False
    """Keep it in the engine's store until the broker has it, in the order of the steps: for what
    must not be lost, and nobody waits for. It arrives at least once."""
    expires: Duration | None = None
    """How long it is worth anything: one that is older is dropped, in the store and by the
    broker."""

    @model_validator(mode="after")
    def _can_be_late(self) -> Publish:
        if self.keep_until_sent and self.may_repeat:
            raise FieldError(
                "repeatable", "what is kept is stored once however often it runs", "leave it out"
            )
        return self

    @property
    def repeatable(self) -> bool:
        # Under the key of this entry it is put into the outbox once, however often it is run.
        return self.keep_until_sent or self.may_repeat

    def outcomes(self) -> tuple[ExitSpec, ...]:
        found = super().outcomes()
        if not self.keep_until_sent:
            return found
        return tuple(spec for spec in found if spec.name != UNROUTABLE)

    def request(self, call: Call, **common: Any) -> BrokerRequest:
        lives = None if self.expires is None else call.session.setting(self.expires)
        if isinstance(lives, timedelta) and lives <= timedelta(0):
            raise ValueRejected(
                "a message that expires at once is never sent", hint="write expires: 1h"
            )
        return self.sent(
            call,
            **common,
            kept=self.keep_until_sent,
            lives=lives.total_seconds() if isinstance(lives, timedelta) else None,
        )

    def answered_by(self, call: Call, request: Any, answer: Any) -> Exit:
        return GO_ON
