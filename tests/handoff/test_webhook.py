from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Any

import pytest
from aiohttp import web

from ivrkit.handoff.settings import WebhookSettings
from ivrkit.handoff.webhook import DELIVERY, SIGNATURE, Webhook, signature
from tests.channels.ari.support import eventually
from tests.handoff.support import SECRET

DOCUMENT = {"id": "d1", "payload": {"customer": "Zoë"}}


class Receiver:
    """A program of the site."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.bodies: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    async def __aenter__(self) -> Receiver:
        application = web.Application()
        application.router.add_post("/pop", self._take)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/pop"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.raw.append(await request.read())
        self.bodies.append(await request.json())
        self.headers.append(dict(request.headers))
        status = self.statuses.pop(0) if self.statuses else 204
        if not status:
            await asyncio.sleep(60)
        return web.Response(status=status, headers={"Location": "/elsewhere"})


def webhook(url: str, **values: Any) -> Webhook:
    settings = WebhookSettings.model_validate({"url": url, "secret": SECRET, **values})
    return Webhook(settings, first_pause=0.001)


async def test_a_push_is_signed() -> None:
    async with Receiver() as receiver:
        hook = webhook(receiver.url)
        hook.push("called", "PJSIP/1001", DOCUMENT)
        await hook.stop()
        assert receiver.bodies == [{"event": "called", "agent": "PJSIP/1001", "document": DOCUMENT}]
        given = receiver.headers[0][SIGNATURE]
        moment = int(given.partition(",")[0].removeprefix("t="))
        assert given == signature(SECRET, moment, receiver.raw[0])
        assert signature("another secret", moment, receiver.raw[0]) != given


def test_the_signature_is_what_its_text_says() -> None:
    digest = hmac.new(b"secret", b"12.body", hashlib.sha256).hexdigest()
    assert signature("secret", 12, b"body") == f"t=12,v1={digest}"


async def test_one_that_is_refused_is_repeated_and_known_as_such() -> None:
    async with Receiver(503, 302) as receiver:
        hook = webhook(receiver.url)
        hook.push("called", "PJSIP/1001", DOCUMENT)
        await eventually(lambda: len(receiver.bodies) == 3)
        await hook.stop()
        assert len({headers[DELIVERY] for headers in receiver.headers}) == 1


async def test_one_that_never_succeeds_is_given_up_and_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Receiver(500, 500) as receiver:
        hook = webhook(receiver.url, attempts=2)
        hook.push("called", "PJSIP/1001", DOCUMENT)
        await eventually(lambda: caplog.records)
        await hook.stop()
        assert "it answered 500 (2 attempts)" in caplog.text
        assert "Zoë" not in caplog.text


async def test_a_receiver_that_is_away_or_slow(caplog: pytest.LogCaptureFixture) -> None:
    async with Receiver(0) as receiver:
        hook = webhook(receiver.url, attempts=1, timeout="50ms")
        hook.push("called", "PJSIP/1001", DOCUMENT)
        await eventually(lambda: "did not answer in time" in caplog.text)
        await hook.stop()
    hook = webhook(receiver.url, attempts=1)
    hook.push("called", "PJSIP/1001", DOCUMENT)
    await eventually(lambda: len(caplog.records) == 2)
    await hook.stop()


async def test_stopping_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivrkit.handoff.webhook.FAREWELL", 0.01)
    async with Receiver(0) as receiver:
        hook = webhook(receiver.url)
        hook.push("called", "PJSIP/1001", DOCUMENT)
        await eventually(lambda: receiver.bodies)
        await hook.stop()
        assert not hook._tasks
