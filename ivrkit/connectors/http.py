"""``http``: a service that is asked over HTTP. Its parts are in :mod:`ivrkit.connectors.web`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlsplit

from ivrkit.call.requests.http import READS, Body, HttpFailure, HttpRequest, Reply
from ivrkit.connectors.connector import Attempt, Connector, Place
from ivrkit.connectors.web.addresses import Addresses, AddressRefused
from ivrkit.connectors.web.credentials import Credentials
from ivrkit.connectors.web.reading import explained, understood
from ivrkit.connectors.web.sending import Outgoing, outgoing
from ivrkit.connectors.web.settings import HttpSettings
from ivrkit.errors import ConfigurationError, NotAvailable, RequestRefused, ValueRejected
from ivrkit.expressions.values import Value

if TYPE_CHECKING:
    from aiohttp.abc import AbstractResolver

    from ivrkit.connectors.web.client import Answer, Client

LARGE: Final = 128 * 1024
"""Bytes of an answer from which on it is read in a thread: other calls go on meanwhile."""
_COME_AGAIN: Final = frozenset({429, 503})


class HttpConnector(Connector[HttpSettings]):
    """One service. Connections are made when they are needed."""

    kind: ClassVar[str] = "http"
    settings_model = HttpSettings
    requests = HttpRequest

    resolver: AbstractResolver | None = None
    """How names are resolved; by the system if not said."""

    def __init__(self, name: str, settings: HttpSettings, place: Place) -> None:
        super().__init__(name, settings, place)
        self._addresses = Addresses(settings.allow_private)
        self._check_host("url", settings.url)
        oauth2 = settings.auth.oauth2 if settings.auth is not None else None
        if oauth2 is not None:
            self._check_host("token_url", oauth2.token_url)
        self._tls = settings.tls.context(place.project)
        self._credentials = Credentials(self.full_name, settings.auth)
        self._client: Client | None = None

    def _check_host(self, field: str, url: str) -> None:
        """An address in the configuration is looked at before a call needs it."""
        try:
            self._addresses.check(str(ip_address(urlsplit(url).hostname or "")))
        except AddressRefused as error:
            raise ConfigurationError(f"{field}: {error}") from None
        except ValueError:
            return  # a name, which is looked at whenever it is resolved

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    def secrets(self) -> Iterator[str]:
        yield from super().secrets()
        yield from self._credentials.secrets()

    async def ask(self, request: HttpRequest, attempt: Attempt) -> Any:
        """See :meth:`HttpRequest.verdict` for what an answer means."""
        sent = outgoing(request, self.settings)
        answer = await self._send(request, sent, attempt)
        result: dict[str, Value] = {
            "status": Decimal(answer.status),
            "body": await self._body(request, answer),
        }
        failure = request.failure(result)
        if failure is not None:
            raise failure
        return result

    async def probe(self) -> str:
        """Read the path of ``probe``, or only connect."""
        method, path = ("GET", self.settings.probe) if self.settings.probe else ("HEAD", "/")
        sent = Outgoing(method, self.settings.url + path, {"accept": "*/*"}, None)
        client = self._connected()
        headers = await self._credentials.headers(client) if self.settings.probe else {}
        answer = await client.send(sent, headers, None)
        if self.settings.probe is None:
            return f"can be reached ({urlsplit(self.settings.url).scheme})"
        if not 200 <= answer.status < 400:
            raise HttpFailure(f"{path} answers {answer.status}", answer.status)
        return f"{path} answers {answer.status}"

    # ---- inside ----------------------------------------------------------------------------------

    def _connected(self) -> Client:
        from ivrkit.connectors.web.client import Client

        if self._client is None:
            self._client = Client(
                self.full_name,
                self._addresses,
                self._tls,
                self.settings.kilobytes * 1024,
                self.resolver,
            )
        return self._client

    async def _send(self, request: HttpRequest, sent: Outgoing, attempt: Attempt) -> Answer:
        """Send it; once more with a new token, and when the service says when to come again."""
        client, settings = self._connected(), self.settings
        loop = asyncio.get_running_loop()
        renewed, retries = False, settings.retries if request.again else 0
        while True:
            headers = await self._credentials.headers(client)
            answer = await client.send(
                sent,
                headers,
                attempt,
                redirects=settings.redirects if request.method in READS else 0,
                once=not request.again,
            )
            if answer.status == 401 and not renewed and self._credentials.rejected(headers):
                renewed = True
                continue
            pause = _pause(answer) if answer.status in _COME_AGAIN and retries > 0 else None
            if pause is None or loop.time() + pause >= attempt.deadline:
                return answer
            retries -= 1
            await asyncio.sleep(pause)

    async def _body(self, request: HttpRequest, answer: Answer) -> Value:
        """What the answer says. Raises HttpFailure for a good one that cannot be read."""
        kind = answer.headers.get("content-type", "")
        reply = Reply.XML if request.body is Body.SOAP else request.reply
        if not 200 <= answer.status < 300:
            return await self._read(explained, answer.body, kind)
        try:
            if reply is Reply.NONE or not answer.unread:
                return await self._read(understood, answer.body, kind, reply)
            raise ValueRejected(answer.unread)
        except NotAvailable as error:
            raise RequestRefused(error.message, hint=error.hint) from None
        except ValueRejected as error:
            message = f"{self.full_name} answered {answer.status}, but {error.message}"
            failure = HttpFailure(message, answer.status, hint=error.hint)
            failure.exit = request.unreadable
            raise failure from None

    async def _read(self, how: Any, body: bytes, *more: Any) -> Value:
        if len(body) < LARGE:
            return how(body, *more)  # type: ignore[no-any-return]
        return await asyncio.to_thread(how, body, *more)


def _pause(answer: Answer) -> float | None:
    """Seconds after which the service wants to be asked again (``Retry-After``, RFC 9110,
    10.2.3); None if it does not say."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
