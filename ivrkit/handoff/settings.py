"""The queues of a site and who is told about a hand-off, as ``ivrkit.yaml`` has them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator

from ivrkit.errors import HandoffError, ValueRejected
from ivrkit.expressions.durations import parse_duration
from ivrkit.expressions.nearest import did_you_mean


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return parse_duration(value)
    except ValueRejected as error:
        raise ValueError(str(error)) from None


Duration = Annotated[timedelta, BeforeValidator(_duration)]

RESERVED = re.compile(
    r"app|application|arguments|back_tries|context|controls|extension|fallback_.*|handoff|header_.*|headers|i|name|options|queue|queue_.*"
    r"|ran|result|run|status|ticket|try"
)
"""Fields whose variable ``IVRKIT_<FIELD>`` would be one of those that the shipped dialplan uses."""
MOST_HEADERS = 20
"""As many as the pre-dial handler of the shipped dialplan puts on an agent's call."""


class QueueSettings(BaseModel):
    """A queue of a flow, here.

    ``asterisk`` is its name in Asterisk's queues.conf (the same if not said). ``headers`` are the
    payload's fields that reach the agent's phone as ``X-IVRKit-<Field>``, besides the document's
    id. ``timeout`` and ``priority`` hold where the flow says nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    asterisk: str = Field(default="", pattern=r"^[A-Za-z0-9_.-]{0,80}$")
    headers: tuple[str, ...] = Field(default=(), max_length=MOST_HEADERS)
    timeout: Duration | None = Field(default=None, gt=timedelta(0))
    priority: int = Field(default=0, ge=0, le=1_000_000)

    @field_validator("headers")
    @classmethod
    def _fields(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,40}", name) is None:
                raise ValueError(f"'{name}' is not the name of a payload field")
            if RESERVED.fullmatch(name.lower()):
                raise ValueError(
                    f"a field called '{name}' cannot travel as a header: its variable "
                    f"IVRKIT_{name.upper()} has a meaning of its own; rename the field"
                )
        return names


class WebhookSettings(BaseModel):
    """Who gets the document when an agent is called, and when the agent answers.

    Each push is a POST, signed with ``secret`` and tried ``attempts`` times.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    secret: SecretStr
    timeout: Duration = Field(default=timedelta(seconds=5), gt=timedelta(0))
    attempts: int = Field(default=4, ge=1, le=10)

    @field_validator("url")
    @classmethod
    def _http(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write it as https://HOST/PATH")
        return value

    @field_validator("secret")
    @classmethod
    def _strong(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 16:
            raise ValueError("a secret that signs has at least 16 characters")
        return value


class HandoffSettings(BaseModel):
    """All queues by their name in the flows; who is told; how long documents are kept (as the
    store's retention says if not said)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    queues: dict[str, QueueSettings] = Field(default_factory=dict)
    webhook: WebhookSettings | None = None
    keep: Duration | None = Field(default=None, gt=timedelta(0))

    def queue(self, name: str) -> QueueSettings:
        """The queue of this name, with its name in Asterisk filled in. Raises HandoffError."""
        found = self.queues.get(name)
        if found is None:
            hint = did_you_mean(name, self.queues) or "name it under queues in ivrkit.yaml"
            raise HandoffError(f"there is no queue '{name}' here", hint=hint)
        return found if found.asterisk else found.model_copy(update={"asterisk": name})
