"""Who we are to a service: the headers that say so, and tokens that are fetched for it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus

from ivrkit.call.requests.http import Reply
from ivrkit.connectors.web.reading import understood
from ivrkit.connectors.web.sending import Outgoing, encoded_pairs
from ivrkit.connectors.web.settings import AuthSettings, OAuth2
from ivrkit.errors import ConnectorError, RequestRefused, ValueRejected

if TYPE_CHECKING:
    from ivrkit.connectors.web.client import Answer, Client

EARLY: Final = 30.0
"""Seconds before its end at which a token is not used any more."""
USUAL: Final = 300.0
"""Seconds that a token is kept whose end is not told."""


class Credentials:
    """The headers by which we are known."""

    def __init__(self, name: str, settings: AuthSettings | None) -> None:
        self._token = None
        self._headers: dict[str, str] = {}
        if settings is None:
            return
        if settings.bearer is not None:
            self._headers["authorization"] = f"Bearer {settings.bearer.get_secret_value()}"
        elif settings.basic is not None:
            basic = settings.basic
            self._headers["authorization"] = _basic(basic.user, basic.password.get_secret_value())
        elif settings.header is not None:
            name_ = settings.header.name.lower()
            self._headers[name_] = settings.header.value.get_secret_value()
        elif settings.oauth2 is not None:
            self._token = Token(name, settings.oauth2)

    async def headers(self, client: Client) -> Mapping[str, str]:
        """The headers for a request; a token is fetched if there is none. Raises ConnectorError."""
        if self._token is None:
            return self._headers
        return {"authorization": f"Bearer {await self._token.get(client)}"}

    def rejected(self, headers: Mapping[str, str]) -> bool:
        """They were not accepted. Whether there may be others now."""
        return self._token is not None and self._token.drop(headers["authorization"])

    def secrets(self) -> Iterator[str]:
        """Texts that no message may hold, besides those of the settings."""
        yield from self._headers.values()
        if self._token is not None and self._token.text:
            yield self._token.text


class Token:
    """An access token of OAuth 2.0 client credentials, fetched once for all who wait for it."""

    def __init__(self, name: str, settings: OAuth2) -> None:
        self._name = name
        self._settings = settings
        self._lock = asyncio.Lock()
        self._until = 0.0
        self.text = ""

    async def get(self, client: Client) -> str:
        """A token that holds. Raises ConnectorError."""
        async with self._lock:
            if not self.text or asyncio.get_running_loop().time() >= self._until:
                self.text, seconds = await self._fetch(client)
                self._until = asyncio.get_running_loop().time() + seconds
            return self.text

    def drop(self, header: str) -> bool:
        """The token in this header was not accepted: unless there is another one since, the next
        one is fetched anew."""
        if header == f"Bearer {self.text}":
            self.text = ""
        return True

    async def _fetch(self, client: Client) -> tuple[str, float]:
        settings = self._settings
        secret = settings.secret.get_secret_value()
        form: dict[str, Any] = {"grant_type": "client_credentials"}
        form |= {"scope": settings.scope or None, "audience": settings.audience or None}
        headers = {
            "accept": "application/json",
            "accept-encoding": "gzip, deflate",
            "content-type": "application/x-www-form-urlencoded",
        }
        if settings.in_body:
            form |= {"client_id": settings.client, "client_secret": secret}
        else:  # both are encoded before (RFC 6749, 2.3.1)
            headers["authorization"] = _basic(quote_plus(settings.client), quote_plus(secret))
        body = encoded_pairs(form).encode()
        request = Outgoing("POST", settings.token_url, headers, body)
        return self._read(await client.send(request, {}, None))

    def _read(self, answer: Answer) -> tuple[str, float]:
        name, status = self._name, answer.status
        if status in (400, 401, 403):
            raise RequestRefused(
                f"{name} got no token: status {status}",
                hint="client, secret or scope in ivrkit.yaml are not accepted",
            )
        if status != 200:
            raise ConnectorError(f"{name} got no token: status {status}")
        record: Any = None
        try:
            record = understood(answer.body, answer.headers.get("content-type", ""), Reply.JSON)
        except ValueRejected as error:
            raise ConnectorError(f"{name} got no token: {error.message}") from None
        token = record.get("access_token") if isinstance(record, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise ConnectorError(f"{name} got an answer without an access_token")
        lasts = record.get("expires_in")
        seconds = float(lasts) if isinstance(lasts, Decimal) else USUAL
        return token, max(seconds - EARLY, seconds / 2)


def _basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
