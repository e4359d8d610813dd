"""The connection to Asterisk, as ``ivrkit.yaml`` describes it."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from ivrkit.call.settings import Duration


class AriSettings(BaseModel):
    """One Asterisk.

    ``url`` is that of Asterisk's HTTP server (http.conf), with its prefix if it has one and with
    or without ``/ari``. ``application`` is the name in ``Stasis(…)`` of the dialplan; it belongs
    to one engine. ``rest`` is how commands travel: ``auto`` asks Asterisk whether it takes them
    over the WebSocket. ``inheritable_headers: off`` makes the dialplan's pre-dial handler put the
    hand-off's headers on the agent's call even where Asterisk could do it by itself.

    Every ``ping`` Asterisk is asked whether it lives. A connection that is stalled is given up when
    there is no answer until the next time (after twice as long at most), and made anew; keys that
    were pressed meanwhile are lost. Make it longer for an Asterisk that stands still for seconds.

    ``media`` is how what callers say comes out of Asterisk: ``auto`` takes RTP where ``chan_rtp``
    runs, else ``websocket`` where Asterisk has it without known faults. RTP is sent to
    ``media_address`` (empty: the address of ours that Asterisk's HTTP server is reached from), to
    one port of ``media_ports`` for each call that is listened to. It is not encrypted: between
    machines it belongs into a private network, or take ``websocket`` with an ``https`` url.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = "http://127.0.0.1:8088"
    user: str = Field("ivrkit", pattern=r"^[^:]+$")
    password: SecretStr = SecretStr("")
    application: str = Field("ivrkit", pattern=r"^[A-Za-z0-9_.-]{1,60}$")
    rest: Literal["auto", "websocket", "http"] = "auto"
    inheritable_headers: Literal["auto", "off"] = "auto"
    ping: Duration = Field(timedelta(seconds=4), ge=timedelta(seconds=1), le=timedelta(minutes=1))
    media: Literal["auto", "rtp", "websocket"] = "auto"
    media_address: str = Field("", pattern=r"^[0-9A-Fa-f.:]*$")
    media_ports: str = Field("21000-22999", pattern=r"^\d{1,5}-\d{1,5}$")

    @field_validator("inheritable_headers", mode="before")
    @classmethod
    def _written_off(cls, value: object) -> object:
        """An unquoted ``off`` is False to readers of YAML 1.1."""
        return "off" if value is False else value

    @field_validator("media_ports")
    @classmethod
    def _ports(cls, value: str) -> str:
        first, last = map(int, value.split("-"))
        if not (1024 <= first < last <= 65535):
            raise ValueError("write two ports from 1024 to 65535, the lower one first")
        return value

    @field_validator("url")
    @classmethod
    def _http(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write it as http://HOST:PORT, as in Asterisk's http.conf")
        if parts.username or parts.query:
            raise ValueError("user and password have fields of their own")
        return value.rstrip("/").removesuffix("/ari")

    @property
    def authorization(self) -> str:
        """The ``Authorization`` header (RFC 7617): in a URL the password would reach logs."""
        pair = f"{self.user}:{self.password.get_secret_value()}"
        return f"Basic {b64encode(pair.encode()).decode()}"

    @property
    def http_url(self) -> str:
        """Where REST requests go."""
        return f"{self.url}/ari/"

    @property
    def websocket_url(self) -> str:
        """Where events come from, without the application's name."""
        return f"ws{self.url.removeprefix('http')}/ari/events"

    @property
    def media_url(self) -> str:
        """Where audio comes from, without the connection's name."""
        return f"ws{self.url.removeprefix('http')}/media"

    @property
    def media_port_range(self) -> range:
        """The even ports of ``media_ports``: RTP has those, the odd ones are RTCP's."""
        first, last = map(int, self.media_ports.split("-"))
        return range(first + first % 2, last + 1, 2)
