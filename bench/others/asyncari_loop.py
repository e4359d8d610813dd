"""Answers each call, plays ``beep`` three times, hangs up: as the examples of asyncari do it.

It runs in an environment of its own and imports nothing of ours.
"""

from __future__ import annotations

import os
from typing import Any

import anyio
import asyncari  # type: ignore[import-not-found]

BEEPS = 3
waiting: dict[str, anyio.Event] = {}


async def call(client: Any, channel: Any) -> None:
    await channel.answer()
    for _ in range(BEEPS):
        name = client.generate_id("P")
        finished = waiting[name] = anyio.Event()
        await channel.playWithId(playbackId=name, media="sound:beep")
        await finished.wait()
    await channel.hangup()


async def listen(client: Any) -> None:
    async with client.on_event("PlaybackFinished") as finished:
        async for event in finished:
            waiting.pop(event["playback"]["id"]).set()


async def main() -> None:
    url, application = os.environ["BENCH_ASTERISK"], os.environ["BENCH_APPLICATION"]
    user, password = os.environ["BENCH_USER"], os.environ["BENCH_PASSWORD"]
    async with asyncari.connect(url, application, user, password) as client:
        client.taskgroup.start_soon(listen, client)
        async with client.on_channel_event("StasisStart") as started:
            async for objects, _ in started:
                client.taskgroup.start_soon(call, client, objects["channel"])


anyio.run(main)
