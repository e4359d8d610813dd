"""Connectors: the port through which a step asks a system outside, whatever it is.

One way for all of them. A step says what it wants in a :class:`Request`; the configuration says
what the connector's name means here; whoever implements the port sees to the deadline, the limit
of requests at once, the circuit breaker and the size of the answer. A call script gives the
answers in its place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from ivrkit.call.call import Call
from ivrkit.expressions.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a step asks of a connector. A subclass per kind of connector adds what it needs.

    ``connector`` is the name in ``connectors:`` of ivrkit.yaml. ``operation`` says in a few words
    what is asked, for trace, log and figures: never with a value of the call in it.
    ``parameters`` are values of the call by name, secrets among them: each connector is a declared
    sink. ``seconds`` is the time that the step gives; None: as long as the configuration says.
    ``key`` names this entry of the step and is the same after a restart of the engine: the
    idempotency key. ``reads`` says that nothing is changed by it; ``repeatable`` that asking
    twice does no harm (what reads is repeatable). ``exits`` are the ways out of the asking step.
    """

    kind: ClassVar[str]
    """The kind of connector: ``database``, ``http`` …"""

    connector: str
    operation: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    seconds: float | None = None
    key: str = ""
    reads: bool = False
    repeatable: bool = False
    exits: Collection[str] = ()

    @property
    def name(self) -> str:
        """The connector as messages, scripts and figures call it: ``database.crm``."""
        return f"{self.kind}.{self.connector}"

    @property
    def again(self) -> bool:
        """Whether it may be asked twice."""
        return self.reads or self.repeatable

    @property
    def alone(self) -> bool:
        """Whether the connector does it by itself (it keeps it for later): then a system that is
        left alone, or has enough to do, is no reason to wait or to refuse."""
        return False

    def given(self, answer: Any) -> Any:
        """The answer of the connector, made of what a call script gives for it: plain data of
        YAML, in which 12.50, true and none without quotes are a number, a flag and None, and
        everything else is a text. Raises ValueRejected for what no answer can be."""
        return answer


class Connectors(Protocol):
    """Asks systems outside. Implemented by the room ``connectors``, and for call scripts by
    ``qa``."""

    def ask(self, call: Call, request: Request) -> Awaitable[Any]:
        """Ask, and wait for the answer: plain data of a flow (:data:`Value`, bounded in size).

        The session is not looked at. Raises ConnectorError; its ``exit`` says by which exit the
        step is left.
        """

    def only_reads(self, kind: str, name: str) -> bool:
        """Whether this connector changes nothing, whatever it is asked; ``tariff.quote`` names
        one operation of it."""
