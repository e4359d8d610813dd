"""The reference: the least that a Python program must do on one ARI WebSocket.

Answers each call, plays ``beep`` three times, hangs up. It looks at no reply, survives nothing
and knows one IVR. ``python -m bench.bare_loop plain|uvloop``; the second also keeps Asterisk from
sending what it does not need.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.request import Request, urlopen

import uvloop
from websockets.asyncio.client import ClientConnection, connect

BEEPS = 3
UNUSED = [
    "ChannelCallerId",
    "ChannelConnectedLine",
    "ChannelCreated",
    "ChannelDestroyed",
    "ChannelDialplan",
    "ChannelHangupRequest",
    "ChannelStateChange",
    "ChannelVarset",
    "PlaybackContinuing",
    "PlaybackStarted",
    "StasisEnd",
]


class Commands:
    """One WebSocket: events come, commands go, and nobody looks at the replies."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        async for message in self._socket:
            yield json.loads(message)

    async def send(self, method: str, uri: str, body: dict[str, str] | None = None) -> None:
        request = {"type": "RESTRequest", "method": method, "uri": uri}
        if body is not None:
            request["content_type"] = "application/json"
            request["message_body"] = json.dumps(body)
        await self._socket.send(json.dumps(request))


class Loop(Commands):
    """How many beeps each channel has heard."""

    def __init__(self, socket: ClientConnection) -> None:
        super().__init__(socket)
        self._beeps: dict[str, int] = {}

    async def run(self) -> None:
        async for message in self._socket:
            event: dict[str, Any] = json.loads(message)
            kind = event["type"]
            if kind == "StasisStart":
                channel = event["channel"]["id"]
                self._beeps[channel] = 0
                await self.send("POST", f"channels/{channel}/answer")
                await self._beep(channel)
            elif kind == "PlaybackFinished":
                channel = event["playback"]["target_uri"].partition(":")[2]
                if self._beeps.get(channel, BEEPS) < BEEPS:
                    await self._beep(channel)
                elif self._beeps.pop(channel, None):
                    await self.send("DELETE", f"channels/{channel}")

    async def _beep(self, channel: str) -> None:
        self._beeps[channel] += 1
        await self.send("POST", f"channels/{channel}/play", {"media": "sound:beep"})


@asynccontextmanager
async def connected(unused: Sequence[str]) -> AsyncIterator[ClientConnection]:
    """A WebSocket to the Asterisk that the environment names, over which these events do not
    come."""
    url, application = os.environ["BENCH_ASTERISK"], os.environ["BENCH_APPLICATION"]
    pair = f"{os.environ['BENCH_USER']}:{os.environ['BENCH_PASSWORD']}"
    headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    address = f"ws{url.removeprefix('http')}/ari/events?app={application}"
    async with connect(address, additional_headers=headers, compression=None, proxy=None) as socket:
        if unused:
            await asyncio.to_thread(_filter, url, application, headers, unused)
        yield socket


def _filter(url: str, application: str, headers: dict[str, str], unused: Sequence[str]) -> None:
    body = json.dumps({"disallowed": [{"type": name} for name in unused]}).encode()
    address = f"{url}/ari/applications/{application}/eventFilter"
    headers = {**headers, "Content-Type": "application/json"}
    urlopen(Request(address, body, headers, method="PUT")).close()


async def main(unused: Sequence[str]) -> None:
    async with connected(unused) as socket:
        await Loop(socket).run()


if __name__ == "__main__":
    if sys.argv[1:] == ["uvloop"]:
        uvloop.run(main(UNUSED))
    else:
        asyncio.run(main(()))
