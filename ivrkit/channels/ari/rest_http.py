"""Requests over HTTP: what every Asterisk takes, one of its threads for each connection."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from typing import Any
from weakref import WeakSet

import aiohttp
import msgspec
from yarl import URL

from ivrkit.channels.ari.link import unavailable, unreachable
from ivrkit.channels.ari.replies import AnswerLate, AnswerLost, Reply
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.channels.ari.socket import deliver_no_more
from ivrkit.channels.ari.timings import Timings

IDLE = 10.0
"""Seconds that an unused connection is kept: Asterisk closes its own after 15
(``session_keep_alive`` in http.conf), and a request must not meet that moment."""
CONNECTIONS = 32
"""At once: a third of what http.conf allows unless it says otherwise (``sessionlimit``)."""


class HttpRest:
    """A pool of connections; opened by the first request."""

    def __init__(self, settings: AriSettings, timings: Timings) -> None:
        self._settings = settings
        self._base = settings.http_url
        self._timings = timings
        self._session: aiohttp.ClientSession | None = None
        self._dropped: asyncio.Future[None] | None = None
        self._connections: WeakSet[socket.socket] = WeakSet()

    async def request(
        self, method: str, uri: str, body: Mapping[str, Any] | None = None, /
    ) -> Reply:
        """As :class:`~ivrkit.channels.ari.replies.Rest` says."""
        data = None if body is None else msgspec.json.encode(body)
        headers = None if body is None else {"Content-Type": "application/json"}
        url = URL(self._base + uri, encoded=True)
        try:
            async with self._opened().request(method, url, data=data, headers=headers) as reply:
                if reply.status in (401, 403, 503):
                    raise unavailable(self._settings, reply.status)
                return Reply(reply.status, reply.reason or "", await reply.read())
        except (aiohttp.ClientConnectorError, ConnectionRefusedError) as error:
            raise unreachable(self._settings, error) from None
        except (TimeoutError, aiohttp.ServerTimeoutError):
            raise AnswerLate("Asterisk has not answered a request in time") from None
        except (aiohttp.ClientError, ConnectionError) as error:
            raise AnswerLost(f"the connection broke before Asterisk answered: {error}") from None

    def drop(self) -> None:
        """Give up all connections: nobody answers on them, and what was asked will be asked
        again."""
        if self._session is not None:
            for connection in self._connections:
                if connection.fileno() >= 0:
                    deliver_no_more(connection)
            self._dropped = asyncio.ensure_future(self.close())

    async def close(self) -> None:
        """Close all connections; who waits on one learns it. The next request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _connect(self, address: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, _ = address
        made = socket.socket(family, kind, protocol)
        self._connections.add(made)
        return made

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONNECTIONS, keepalive_timeout=IDLE, socket_factory=self._connect
                ),
                timeout=aiohttp.ClientTimeout(total=self._timings.reply),
                headers={"Authorization": self._settings.authorization},
            )
        return self._session
