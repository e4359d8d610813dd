"""Requests over a WebSocket, where Asterisk takes them (20.14, 21.9, 22.4 and later)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from ivrkit.channels.ari.generated.events import RESTResponse
from ivrkit.channels.ari.link import Link
from ivrkit.channels.ari.replies import AnswerLate, AnswerLost, Reply
from ivrkit.channels.ari.timings import Timings

_encode = msgspec.json.Encoder().encode
NO_ANSWER = "Asterisk has not answered a request in time"
SWEEP = 0.5
"""Seconds between two looks for requests that were not answered."""


class _Request(msgspec.Struct, omit_defaults=True, gc=False, tag="RESTRequest"):
    transaction_id: str
    method: str
    uri: str
    content_type: str = ""
    message_body: str = ""


class WebSocketRest:
    """The requests of one link. Asterisk does them one after another, in a thread of the socket's
    own: what waits for a channel makes all that stands behind it wait."""

    def __init__(self, link: Link, timings: Timings) -> None:
        self._link = link
        self._limit = timings.reply
        self._waiting: dict[str, tuple[float, asyncio.Future[Reply]]] = {}
        self._count = 0
        self._sweeper: asyncio.TimerHandle | None = None

    @property
    def waits(self) -> bool:
        """Whether something was asked that Asterisk has not answered."""
        return bool(self._waiting)

    async def request(
        self, method: str, uri: str, body: Mapping[str, Any] | None = None, /
    ) -> Reply:
        loop = asyncio.get_running_loop()
        self._count += 1
        transaction = str(self._count)
        if body is None:
            request = _Request(transaction, method, uri)
        else:
            text = _encode(body).decode()
            request = _Request(transaction, method, uri, "application/json", text)
        future: asyncio.Future[Reply] = loop.create_future()
        # Before it is sent: the reply may be there before send() has returned.
        self._waiting[transaction] = (loop.time() + self._limit, future)
        if self._sweeper is None:
            self._sweeper = loop.call_later(min(SWEEP, self._limit), self._sweep)
        try:
            self._link.send(_encode(request))
            return await future
        finally:
            self._waiting.pop(transaction, None)

    def answer(self, response: RESTResponse) -> None:
        """Hand a reply to whoever waits for it; one that comes too late is dropped."""
        waiting = self._waiting.pop(response.transaction_id, None)
        if waiting is not None and not waiting[1].done():
            body = response.message_body.encode()
            waiting[1].set_result(Reply(response.status_code, response.reason_phrase, body))

    def lost(self) -> None:
        """The connection is gone: nobody will answer what was sent."""
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(AnswerLost("the WebSocket broke before Asterisk answered"))
        self._waiting.clear()
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now, late = loop.time(), False
        for deadline, future in self._waiting.values():
            if deadline > now:
                break
            if not future.done():
                late = True
                future.set_exception(AnswerLate(NO_ANSWER))
        if late:
            # One after another: behind what hangs there, nothing else is done.
            self._link.drop()
        pause = min(SWEEP, self._limit)
        self._sweeper = loop.call_later(pause, self._sweep) if self._waiting else None
