"""Tells a program of the site that an agent is called or connected: signed, and repeated."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec

from ivrkit.call.tracing import trace_headers
from ivrkit.handoff.settings import WebhookSettings

logger = logging.getLogger("ivrkit.handoff")

SIGNATURE = "X-IVRKit-Signature"
DELIVERY = "X-IVRKit-Delivery"
"""The same in every attempt of one push, so that the receiver knows a repetition."""
FAREWELL = 2.0
"""Seconds that pushes in progress get when the service stops."""


def signature(secret: str, moment: int, body: bytes) -> str:
    """``t=<seconds since 1970>,v1=<hex>``: HMAC-SHA256 over the time, a dot, and the body.

    The receiver computes it anew and refuses what is older than a few minutes.
    """
    signed = f"{moment}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


class Webhook:
    """One receiver. Pushes run apart from the calls, and in no order: ``event`` and the time in
    the signature tell which is the newer."""

    def __init__(self, settings: WebhookSettings, *, first_pause: float = 0.5) -> None:
        self._settings = settings
        self._first_pause = first_pause
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def push(self, event: str, agent: str, document: Mapping[str, Any]) -> None:
        """Send ``{event, agent, document}``; returns at once."""
        body = msgspec.json.encode({"event": event, "agent": agent, "document": document})
        task = asyncio.create_task(self._deliver(event, str(document["id"]), body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Wait a moment for the pushes in progress, then give up."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FAREWELL)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _deliver(self, event: str, handoff: str, body: bytes) -> None:
        delivery = secrets.token_hex(8)
        pause = self._first_pause
        for attempt in range(1, self._settings.attempts + 1):
            problem = await self._post(body, delivery)
            if problem is None:
                return
            if attempt < self._settings.attempts:
                await asyncio.sleep(pause)
                pause *= 2
        logger.error(
            "the webhook was not told that %s is %s: %s (%d attempts)",
            handoff,
            event,
            problem,
            self._settings.attempts,
        )

    async def _post(self, body: bytes, delivery: str) -> str | None:
        """One attempt; what went wrong, or None."""
        settings = self._settings
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=settings.timeout.total_seconds())
            self._session = aiohttp.ClientSession(timeout=timeout)
        headers = {
            "Content-Type": "application/json",
            **trace_headers(),
            DELIVERY: delivery,
            SIGNATURE: signature(settings.secret.get_secret_value(), int(time.time()), body),
        }
        try:
            async with self._session.post(
                settings.url, data=body, headers=headers, allow_redirects=False
            ) as reply:
                return None if reply.status < 300 else f"it answered {reply.status}"
        except TimeoutError:
            return "it did not answer in time"
        except aiohttp.ClientError as error:
            return str(error) or type(error).__name__
