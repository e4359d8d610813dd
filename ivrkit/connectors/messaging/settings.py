"""What ivrkit.yaml says about a broker."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from ivrkit.call.settings import Duration, Section
from ivrkit.connectors.connector import ConnectorSettings
from ivrkit.connectors.tls import TlsSettings


class OutboxSettings(Section):
    """Messages of steps that say ``keep_until_sent``. At most so many wait: ``most``. Where the
    step does not say when a message ``expires``, it is dropped, with an alarm, after ``keep``. An
    alarm is raised when the oldest waits longer than ``alarm``."""

    most: int = Field(default=10_000, ge=1)
    keep: Duration = timedelta(days=7)
    alarm: Duration = timedelta(minutes=5)


class BrokerSettings(ConnectorSettings):
    """A message broker. ``url`` is ``amqp://host:port/vhost`` or ``mqtt://host:port``, with TLS
    ``amqps://`` or ``mqtts://``; user and password stand beside it.

    ``exchange`` is where AMQP publishes to (not said: the default exchange, whose routing keys are
    names of queues). ``mandatory`` says that a message that nobody would receive is refused (exit
    ``unroutable``); if not said, it is so with AMQP and not with MQTT. ``heartbeat`` is how often
    both sides show that they are there. ``replies`` begins the topics on which MQTT gets answers.
    """

    url: str
    user: str | None = None
    password: SecretStr | None = None
    exchange: str = Field(default="", max_length=255)
    mandatory: bool | None = None
    heartbeat: Duration = timedelta(seconds=10)
    replies: str = Field(default="ivrkit/replies", pattern=r"^[A-Za-z0-9_.:/-]{1,200}$")
    tls: TlsSettings | None = None
    outbox: OutboxSettings = OutboxSettings()

    @field_validator("url")
    @classmethod
    def _checked_url(cls, text: str) -> str:
        parts = _split(text)
        if not parts.scheme or not parts.hostname:
            raise ValueError("write amqp://host:port/vhost or mqtt://host:port")
        if parts.username is not None or parts.password is not None:
            raise ValueError("write user: and password: beside the url, not into it")
        if parts.query or parts.fragment:
            raise ValueError("nothing stands behind the path: the other settings have own names")
        return text

    @model_validator(mode="after")
    def _whole(self) -> BrokerSettings:
        if self.tls is not None and not self.is_secured:
            raise ValueError("tls needs a url that begins with amqps:// or mqtts://")
        if self.password is not None and self.user is None:
            raise ValueError("a password needs its user beside it")
        return self

    @property
    def address(self) -> SplitResult:
        """The parts of the url."""
        return _split(self.url)

    @property
    def protocol(self) -> str:
        """``amqp``, ``mqtt``."""
        return self.address.scheme.removesuffix("s")

    @property
    def is_secured(self) -> bool:
        """Whether the connection is encrypted."""
        return self.address.scheme.endswith("s")


def _split(text: str) -> SplitResult:
    parts = urlsplit(text)
    _ = parts.port  # raises ValueError for what is no port
    return parts
