"""What is asked of a message broker: to take a message, or to get it answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from ivrkit.call.connecting import Request
from ivrkit.errors import ValueRejected

UNROUTABLE: Final = "unroutable"
JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"

LONGEST_NAME: Final = 255
"""Characters of a destination and of the name of a header (AMQP 0-9-1: a short string)."""
LONGEST_HEADER: Final = 4096
"""Characters of a header."""
_DESTINATION: Final = re.compile(r"[A-Za-z0-9_.:/-]+")
_HEADER: Final = re.compile(r"[A-Za-z0-9_.-]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerRequest(Request):
    """A message for a broker.

    ``to`` is where it goes: a routing key of AMQP, a topic of MQTT. ``secret`` tells that there is
    a secret in ``body`` or ``headers``. ``answered``: an answer is waited for, and is what the
    connector gives back (data of JSON, or a text). ``kept``: it is put into the outbox, and sent
    from there as soon as the broker takes it. ``lives`` is for how many seconds it is worth
    anything; None: for as long as the broker keeps it.
    """

    kind: ClassVar[str] = "broker"

    to: str
    body: bytes = field(default=b"", repr=False)
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: bool = False
    answered: bool = False
    kept: bool = False
    lives: float | None = None

    @property
    def alone(self) -> bool:
        return self.kept

    def given(self, answer: Any) -> Any:
        """Of a request its answer, whatever it is; of what is only sent nothing, ``sent`` or
        ``true``."""
        if self.answered:
            return answer
        if answer not in (None, {}, True, "sent"):
            raise ValueRejected(
                "nothing is answered to what is published", hint=f"write {self.name}: sent"
            )
        return None


def checked_destination(text: str) -> str:
    """A routing key or topic, as it may be used. Raises ValueRejected: with other characters one
    could mean more than one destination (``#``, ``*``, ``+``), or one that is the broker's own
    (``$SYS``)."""
    if not _DESTINATION.fullmatch(text):
        raise ValueRejected(
            "a message goes to a name of letters, digits and . _ : / -, and this is none",
            hint="look at the {{ }} in `to`: nothing else may come out of it",
        )
    if len(text) > LONGEST_NAME:
        raise ValueRejected(f"`to` has {len(text)} characters", hint=f"{LONGEST_NAME} are allowed")
    return text


def checked_header(name: str, text: str) -> str:
    """The text of a header, as it may be sent. Raises ValueRejected, which never quotes it."""
    if not _HEADER.fullmatch(name) or len(name) > LONGEST_NAME:
        raise ValueRejected(
            "the name of a header has letters, digits and . _ -", hint="rename it: order-id"
        )
    if _CONTROL.search(text) or len(text) > LONGEST_HEADER:
        raise ValueRejected(
            f"the header {name} has a control character in it, or too many characters",
            hint=f"{LONGEST_HEADER} are allowed; put it into the message",
        )
    return text
