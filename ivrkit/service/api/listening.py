"""Where the API listens: addresses, TLS, and how many connections there are at once."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import ssl
from asyncio import Server

from aiohttp import web
from aiohttp.http import HttpProcessingError

from ivrkit.errors import ConfigurationError
from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.api.tls import server_context
from ivrkit.service.logs.access import ACCESS, AccessLog

LOG = logging.getLogger(__name__)

HTTP = logging.getLogger(f"{__name__}.http")

SHAKE_SECONDS = 5.0
"""How long the greeting of TLS may take: a connection is not counted before its end, and its sender
is not known."""
_CLOSING_SECONDS = 2.0
_BACKLOG = 128
_MOST_HEADERS = 64


def _of_ours(record: logging.LogRecord) -> bool:
    """Who sends what is no HTTP is told so, and fills no log."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | web.RequestPayloadError)


HTTP.addFilter(_of_ours)


class ApiServer:
    """Listens for requests.

    Connections on which no whole request arrives within the time that the limits give are closed,
    and so are those that are too many.
    """

    def __init__(self, app: web.Application, settings: ApiSettings) -> None:
        self._settings = settings
        self._runner = web.AppRunner(
            app,
            logger=HTTP,
            access_log=ACCESS,
            access_log_class=AccessLog,
            shutdown_timeout=_CLOSING_SECONDS,
            keepalive_timeout=settings.limits.time.total_seconds(),
            max_headers=_MOST_HEADERS,
            lingering_time=_CLOSING_SECONDS,
            auto_decompress=False,  # what is small on the line must not become large here
        )
        self._sockets: list[socket.socket] = []
        self._servers: list[Server] = []

    async def start(self) -> int:
        """Listen; the answer is the port (of one's own choice when 0 was asked for).

        Raises ConfigurationError when the port is in use or not allowed, and when a certificate
        cannot be used.
        """
        context = self._context(self._settings)
        await self._runner.setup()
        try:
            self._sockets = await self._bind()
            self._servers = await self._serve(context)
        except OSError as error:
            await self.stop()
            raise self._refused(error) from error
        return int(self._sockets[0].getsockname()[1])

    async def renew(self, settings: ApiSettings) -> None:
        """Take certificate, key and authority of clients as they are now, for new connections;
        those there are stay. Address and port need a new start.

        Raises ConfigurationError; then nothing has changed.
        """
        context = self._context(settings)
        before, now = self._settings, settings
        if (before.host, before.port, before.tls is None) != (now.host, now.port, now.tls is None):
            LOG.warning("where the API listens, and whether with TLS, changes with the next start")
            return
        self._settings = settings
        if context is not None:
            former, self._servers = self._servers, await self._serve(context)
            for server in former:
                server.close()

    async def stop(self) -> None:
        """Stop listening; connections are closed within 2 s."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        for each in self._sockets:
            each.close()
        self._sockets.clear()
        await self._runner.cleanup()

    def _context(self, settings: ApiSettings) -> ssl.SSLContext | None:
        return None if settings.tls is None else server_context(settings.tls)

    async def _bind(self) -> list[socket.socket]:
        """A socket per address of the host. They stay the same when what answers on them is
        renewed, so that no connection is refused meanwhile."""
        host, port = self._settings.host, self._settings.port
        addresses = await asyncio.get_running_loop().getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        found: list[socket.socket] = []
        try:
            for family, kind, protocol, _, address in dict.fromkeys(addresses):
                each = socket.socket(family, kind, protocol)
                found.append(each)
                each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                each.bind(address)
                each.listen(_BACKLOG)
        except OSError:
            for each in found:
                each.close()
            raise
        return found

    async def _serve(self, context: ssl.SSLContext | None) -> list[Server]:
        loop = asyncio.get_running_loop()
        # Who does not get as far as a request holds a connection no longer than one who does.
        longest = self._settings.limits.time.total_seconds()
        shake = None if context is None else min(SHAKE_SECONDS, longest)
        return [
            await loop.create_server(
                self._protocol,
                sock=each.dup(),
                ssl=context,
                backlog=_BACKLOG,
                ssl_handshake_timeout=shake,
            )
            for each in self._sockets
        ]

    def _protocol(self) -> asyncio.Protocol:
        server = self._runner.server
        if server is None or len(server.connections) >= self._settings.limits.connections:
            return _Refusing()
        return server()

    def _refused(self, error: OSError) -> ConfigurationError:
        place = f"{self._settings.host}:{self._settings.port}"
        if error.errno == errno.EADDRINUSE:
            return ConfigurationError(
                f"the API's port {place} is in use",
                hint="stop what listens there, or set another one under api: port",
            )
        return ConfigurationError(
            f"the API cannot listen on {place}: {error.strerror or error}",
            hint="check host and port under api:",
        )


class _Refusing(asyncio.Protocol):
    """One connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close it at once."""
        LOG.debug("too many connections to the API at once")
        assert isinstance(transport, asyncio.Transport)
        transport.abort()
