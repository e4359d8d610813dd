"""The connections to a service: what aiohttp does for us, and on which terms."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from ivrkit.call.tracing import trace_headers
from ivrkit.connectors.connector import Attempt
from ivrkit.connectors.web.addresses import Addresses, AddressRefused
from ivrkit.connectors.web.reading import read_bounded
from ivrkit.connectors.web.sending import Outgoing
from ivrkit.errors import ConnectionLost, ConnectorError, RequestRefused, ValueRejected

_NO_LIMIT: Final = aiohttp.ClientTimeout(total=None, sock_connect=None)
"""The guard in front of the connector keeps the time."""
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NEUTRAL: Final = frozenset({"accept", "accept-encoding"})
"""Headers that another service may see."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``body`` is unpacked; ``unread`` says why there is none."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    unread: str = ""


class CheckedResolver(AbstractResolver):
    """Resolves names, and gives an answer only if all addresses in it may be asked."""

    def __init__(self, inner: AbstractResolver, addresses: Addresses) -> None:
        self._inner = inner
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for each in found:
            self._addresses.check(each["host"])
        return found

    async def close(self) -> None:
        await self._inner.close()


class Client:
    """Open connections to one service.

    Requests that may be sent twice share connections that are kept open. One that is sent once
    gets a connection of its own: the other side may close one that it has not used for a while at
    the very moment at which something is sent, and nobody would know whether it was done.
    """

    def __init__(
        self,
        name: str,
        addresses: Addresses,
        tls: ssl.SSLContext,
        most_bytes: int,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._name = name
        self._most = most_bytes
        checked = CheckedResolver(resolver or aiohttp.ThreadedResolver(), addresses)
        self._kept, self._single = (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    ssl=tls,
                    limit=0,  # `at_once` is kept by the guard
                    resolver=checked,
                    socket_factory=addresses.open_socket,
                    force_close=once,
                ),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),  # one caller's session is not the next one's
                headers={"user-agent": "ivrkit"},
                timeout=_NO_LIMIT,
                trace_configs=[_marks_sent()],
            )
            for once in (False, True)
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._kept.close()
        await self._single.close()

    async def send(
        self,
        outgoing: Outgoing,
        headers: Mapping[str, str],
        attempt: Attempt | None,
        *,
        redirects: int = 0,
        once: bool = False,
    ) -> Answer:
        """Send a request, and read the answer. ``headers`` are added to its own. ``once``: it must
        not be sent twice. ``attempt`` is told when it leaves.

        Raises:
            ConnectionLost, RequestRefused, ConnectorError.
        """
        url = URL(outgoing.url, encoded=True)
        sent = {**trace_headers(), **outgoing.headers, **headers}
        while True:
            answer = await self._exchange(outgoing, url, sent, attempt, once)
            where = answer.headers.get("location")
            if answer.status not in _REDIRECTS or where is None or redirects < 1:
                return answer
            redirects -= 1
            to = self._redirected(url, where)
            if to.origin() != url.origin():
                sent = {name: text for name, text in sent.items() if name in _NEUTRAL}
            url = to

    async def _exchange(
        self,
        outgoing: Outgoing,
        url: URL,
        headers: Mapping[str, str],
        attempt: Attempt | None,
        once: bool,
    ) -> Answer:
        session = self._single if once else self._kept
        with self._failures():
            async with session.request(
                outgoing.method,
                url,
                headers=headers,
                data=outgoing.body,
                allow_redirects=False,
                trace_request_ctx=attempt,
            ) as response:
                encoding = response.headers.get("content-encoding", "")
                if outgoing.method == "HEAD":
                    return Answer(response.status, response.headers)
                try:
                    pieces = response.content.iter_any()
                    body = await read_bounded(pieces, encoding, self._most)
                except ValueRejected as error:
                    response.close()  # the rest of it is not read
                    return Answer(response.status, response.headers, unread=str(error))
                return Answer(response.status, response.headers, body)

    def _redirected(self, url: URL, where: str) -> URL:
        """Where a redirect leads. Raises RequestRefused."""
        try:
            to = url.join(URL(where))
            host, secure = to.host, to.scheme == "https"
            if to.user is not None or to.password is not None:
                host = None
        except ValueError:
            host, secure = None, False
        if not host or not (secure or to.scheme == url.scheme == "http"):
            raise RequestRefused(
                f"{self._name} redirects to where nobody is followed",
                hint="never from https to http, and to no other scheme",
            )
        return to.with_fragment(None)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Errors of aiohttp as ours. None of their texts is kept: they may quote what was sent."""
        name = self._name
        try:
            yield
        except aiohttp.ClientConnectorError as error:
            raise _not_connected(name, error) from error
        except AddressRefused as error:
            raise RequestRefused(f"{name} was not asked: {error}") from error
        except (aiohttp.InvalidURL, ValueError) as error:
            raise RequestRefused(
                f"{name} was not asked: there is a character in a header or in the path that "
                "cannot be there",
                hint="a header is one line of text",
            ) from error
        except aiohttp.ClientResponseError as error:
            raise ConnectionLost(f"{name} answered something that is no HTTP") from error
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectionLost(f"the connection to {name} broke off") from error


def _not_connected(name: str, error: aiohttp.ClientConnectorError) -> ConnectorError:
    reason = error.os_error
    if isinstance(reason, AddressRefused):
        return RequestRefused(f"{name} was not asked: {reason}")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        why = getattr(error.certificate_error, "verify_message", "") or "it is not valid"
        return ConnectorError(
            f"the certificate of {name} is not accepted: {why}",
            hint="tls: {ca: …} names the authority that has signed it",
        )
    if isinstance(error, aiohttp.ClientSSLError):
        return ConnectorError(
            f"no TLS connection to {name}: {_tls_reason(reason)}",
            hint="it may want a certificate of ours (tls:), or speak no TLS 1.2",
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return ConnectionLost(f"the name of {name} cannot be resolved")
    why = os.strerror(reason.errno) if reason.errno else type(reason).__name__
    return ConnectionLost(f"{name} cannot be reached: {why.lower()}")


def _tls_reason(error: OSError) -> str:
    return (getattr(error, "reason", None) or type(error).__name__).lower().replace("_", " ")


def _marks_sent() -> aiohttp.TraceConfig:
    """Tells an attempt that there is a connection, and that the request is about to leave."""
    config = aiohttp.TraceConfig()

    async def mark(session: Any, context: Any, parameters: Any) -> None:
        if isinstance(context.trace_request_ctx, Attempt):
            context.trace_request_ctx.sent = True

    config.on_connection_create_end.append(mark)
    config.on_connection_reuseconn.append(mark)
    return config
