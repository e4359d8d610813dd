"""What Asterisk answers to a request, and which errors that means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec

from ivrkit.errors import CarrierError, CarrierUnavailable, ChannelGone

ModelT = TypeVar("ModelT")


class AnswerLost(CarrierUnavailable):
    """The connection broke after a request was sent: Asterisk may have done it, or not."""


class AnswerLate(AnswerLost):
    """Asterisk has not answered in time. It may have done it, or not, or do it yet."""


class Reply(NamedTuple):
    """An HTTP status with its reason and body (JSON), whichever way it came."""

    status: int
    reason: str
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        """Asterisk's own words for a refusal."""
        try:
            return str(msgspec.json.decode(self.body)["message"])
        except (msgspec.DecodeError, KeyError, TypeError):
            return self.reason

    def read(self, model: type[ModelT]) -> ModelT:
        """The body as a model. Raises CarrierError when it is something else."""
        try:
            return msgspec.json.decode(self.body, type=model)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise CarrierError(f"Asterisk answered what was not asked: {error}") from None


class Rest(Protocol):
    """One way by which requests reach Asterisk."""

    async def request(
        self, method: str, uri: str, body: Mapping[str, Any] | None = None, /
    ) -> Reply:
        """Send a request and wait for its reply; ``uri`` has no leading slash.

        Raises AnswerLost when the connection broke in between, AnswerLate when Asterisk takes too
        long, and CarrierUnavailable when there is no connection.
        """


def refusal(reply: Reply, action: str) -> CarrierError:
    """The error for a refused command on a channel: 404 and 409 mean that it is gone.

    A channel that is hanging up leaves Stasis before it disappears: Asterisk answers 409 then.
    """
    if reply.status in (404, 409):
        return ChannelGone(f"{action}: {reply.message}")
    return CarrierError(f"{action}: Asterisk answered {reply.status} {reply.message}")
