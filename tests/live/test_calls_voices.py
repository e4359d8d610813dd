"""A voice that dies while calls are served: callers hear the next one of the list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivrkit.call.events import Said
from ivrkit.prompts import audio
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.audio import read_wave
from tests.live.harness import Ears, exchange_of, finished, own_flows

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

FLOW = """
ivrkit: 1
flow: greeting
language: en
variables:
  name: {type: text, default: Ann Lee}
sections:
  main:
    - answer
    - say: Good morning.
    - say: "{{ name }}, one moment please."
    - hangup
"""
TONE = audio.written((0.4 * np.sin(np.arange(12000) * 0.5)).astype(np.float32))


@asynccontextmanager
async def service() -> AsyncIterator[tuple[str, list[str]]]:
    """A voice that speaks what is the same in every call, and then answers nothing any more: its
    address, and the texts for which it was asked in vain."""
    over, unanswered = asyncio.Event(), []

    async def speak(request: web.Request) -> web.Response:
        text = await request.text()
        if "Ann" in text:
            unanswered.append(text)
            await over.wait()
        return web.Response(body=TONE, content_type="audio/wav")

    app = web.Application()
    app.router.add_post("/speak", speak)
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("/speak")), unanswered
    finally:
        over.set()
        await server.close()


async def test_where_the_first_voice_hangs_the_second_is_heard(
    asterisk: PrivateAsterisk, tmp_path: Path
) -> None:
    async with service() as (url, unanswered):
        own = own_flows(tmp_path, {"greeting": FLOW}, {})
        own["prompts"] = {
            "cache": str(asterisk.sounds_folder / "cache"),
            "voices": {
                "en": [
                    {"engine": "http", "url": url, "body": {"text": "{{ text }}"}},
                    {"engine": "espeak-ng"},
                ]
            },
        }
        async with exchange_of(asterisk, tmp_path / "site", 6, **own) as (exchange, _):
            async with exchange.calling("7600") as call:
                await call.ends()
            assert call.said() == [*finished("Good morning.", "Ann Lee, one moment please.")]
            assert unanswered == ["Ann Lee, one moment please."]
            first, second = (
                call.file(name) for event in call.happened(Said) for name in event.media
            )
            ears = Ears(call.phone.recording())
            ears.hear(first, "the voice over HTTP")
            ears.hear(second, "espeak-ng")
            assert len(read_wave(second)) > len(read_wave(first)) / 2
