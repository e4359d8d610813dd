"""One connection to a broker, whatever it speaks."""

from __future__ import annotations

import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar
from urllib.parse import quote

import msgspec

from ivrkit.call.requests.broker import UNROUTABLE
from ivrkit.call.settings import secret_texts
from ivrkit.connectors.hiding import Hidden, one_line
from ivrkit.connectors.messaging.settings import BrokerSettings
from ivrkit.errors import ConnectionLost, ConnectorError, NotAvailable, RequestRefused
from ivrkit.flow.registry import Registry


class Outgoing(msgspec.Struct, frozen=True):
    """A message on its way out. ``id`` is the same however often it is sent: by it a consumer
    knows that he has it already."""

    to: str
    id: str
    body: bytes
    content_type: str
    headers: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Incoming:
    """An answer. ``correlation`` is that of the question."""

    correlation: str
    body: bytes = field(repr=False)
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Around:
    """Who uses a link: ``answered`` takes answers, ``lost`` is told once when an open link is
    gone. Both are called on the loop."""

    name: str
    answered: Callable[[Incoming], None]
    lost: Callable[[Link, ConnectionLost], None]


class Link(ABC):
    """A connection that is opened once, and not again after it was lost."""

    protocol: ClassVar[str]
    """The scheme of its urls; with an ``s`` behind it where it is encrypted."""
    mandatory: ClassVar[bool]
    """Whether a message that nobody would receive is refused, where nothing is said."""

    def __init__(
        self, settings: BrokerSettings, security: ssl.SSLContext | None, around: Around
    ) -> None:
        """Raises NotAvailable where a package is missing."""
        self.settings = settings
        self.security = security
        self.around = around
        self._is_open = False

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        return self._is_open

    @property
    def must_arrive(self) -> bool:
        """Whether a message that nobody would receive is refused."""
        said = self.settings.mandatory
        return self.mandatory if said is None else said

    @property
    @abstractmethod
    def product(self) -> str:
        """What is at the other side, in a few words."""

    @abstractmethod
    async def open(self) -> None:
        """Connect. Raises ConnectorError, and lets go of everything when it is cancelled."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of it; no error if it is lost already."""

    @abstractmethod
    async def listen(self) -> None:
        """Make ready to take answers; nothing if it is. Raises ConnectorError."""

    @abstractmethod
    async def publish(
        self, message: Outgoing, *, lives: float | None = None, correlation: str = ""
    ) -> None:
        """Send a message, and return when the broker has confirmed that it has it. ``lives`` is
        for how many seconds it is worth anything; ``correlation`` asks for an answer.

        Raises ConnectionLost, and RequestRefused where the broker has told that it does not take
        it (see :func:`unroutable`).
        """

    def gone(self, reason: str) -> None:
        """The connection is lost: for the protocols to tell, as often as they notice."""
        if self._is_open:
            self._is_open = False
            self.around.lost(self, self.broken(reason))

    def broken(self, reason: str) -> ConnectionLost:
        """The error of a connection that broke."""
        return ConnectionLost(f"the connection to {self.around.name} broke: {self.clean(reason)}")

    def unreachable(self, reason: str) -> ConnectionLost:
        """The error of a connection that could not be made."""
        return ConnectionLost(
            f"{self.around.name} cannot be reached: {self.clean(reason)}",
            hint=f"is the broker running, and reachable from here? {self.settings.url}",
        )

    def rejected(self, reason: str) -> ConnectorError:
        """The error of a broker that does not let us in."""
        return ConnectorError(
            f"{self.around.name} lets nobody in: {self.clean(reason)}",
            hint="check user, password and rights of this client at the broker",
        )

    def clean(self, text: str) -> str:
        """What a broker or a library says, without a secret of the settings, in one line: not all
        of it is said to a call, whose guard would see to it."""
        secrets = [*secret_texts(self.settings)]
        return one_line(Hidden([*secrets, *(quote(each, safe="") for each in secrets)]).of(text))


def unroutable() -> RequestRefused:
    """The error of a message that nobody would receive."""
    error = RequestRefused(
        "nobody would receive this message",
        hint="is a queue bound for where it goes, or its consumer there? see `to` and exchange",
    )
    error.exit = UNROUTABLE
    return error


@cache
def protocols() -> Registry[Link]:
    """The protocols there are (entry point group ``ivrkit.brokers``)."""
    from ivrkit.connectors import messaging

    return Registry.find(Link, "protocol", messaging, "ivrkit.brokers")  # type: ignore[type-abstract]


def protocol_of(settings: BrokerSettings) -> type[Link]:
    """The one of a broker. Raises NotAvailable."""
    found = protocols().get(settings.protocol)
    if found is None:
        known = ", ".join(f"{each}://, {each}s://" for each in sorted(protocols()))
        raise NotAvailable(
            f"there is no protocol for {settings.address.scheme}://", hint=f"there are {known}"
        )
    return found
