"""An engine that is stopped while a payment is under way, live: the payment comes to its end, and
the next engine goes on behind it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ivrkit.call.events import Asked, Resumed
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.answering import answering
from tests.live.harness import own_flows
from tests.live.served import served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

FLOW = """\
ivrkit: 1
flow: payments
variables: {receipt: digits}
sections:
  main:
    - answer
    - http:
        service: bank
        post: /payments
        json: {amount: 12}
        take: {receipt: /receipt}
        timeout: 20s
      exits: {not_found: hangup, refused: hangup, unknown: unclear}
    - say: ["The receipt is", {digits: receipt}]
    - hangup
  unclear:
    - say: We do not know whether you have paid.
    - hangup
"""


@pytest.mark.timeout(120)
async def test_a_payment_outlasts_its_engine(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    paid: list[str] = []
    asked, answered = asyncio.Event(), asyncio.Event()

    async def answer(request: web.BaseRequest) -> web.Response:
        paid.append(request.headers["Idempotency-Key"])
        asked.set()
        await answered.wait()
        return web.json_response({"receipt": "70815"}, status=201)

    async with answering(answer) as url:
        service = {"url": url, "allow_private": ["127.0.0.0/8"]}
        site = own_flows(tmp_path, {"payments": FLOW}, {"http": {"bank": service}})
        async with (
            served(asterisk, tmp_path, 7, **site) as (exchange, engine),
            exchange.calling("7700") as call,
        ):
            await asked.wait()
            stopping = asyncio.create_task(engine.stop())
            await engine.tells("stopping")
            answered.set()
            await stopping
            await engine.start()
            await call.until(Resumed)
            await call.until_said("The receipt is")
            await call.ends()
    assert len(paid) == 1
    assert [each.exit for each in call.happened(Asked)] == ["next"]
