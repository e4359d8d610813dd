"""The reference for how late things are: a menu that says a tone, in the leanest Python loop.

It answers each call and plays the tone; the key 1 stops it and begins it again, the key 9 hangs
up. ``python -m bench.bare_menu SOUND``; Asterisk and the rest as for :mod:`bench.bare_loop`.
"""

from __future__ import annotations

import sys

import uvloop
from websockets.asyncio.client import ClientConnection

from bench.bare_loop import UNUSED, Commands, connected

PLAYING = "{}-tone-{}"


class Menu(Commands):
    """One WebSocket, and how many tones each channel has heard."""

    def __init__(self, socket: ClientConnection, sound: str) -> None:
        super().__init__(socket)
        self._sound = sound
        self._tones: dict[str, int] = {}

    async def run(self) -> None:
        async for event in self.events():
            kind = event["type"]
            if kind == "StasisStart":
                channel = event["channel"]["id"]
                self._tones[channel] = 0
                await self.send("POST", f"channels/{channel}/answer")
                await self._tone(channel)
            elif kind == "ChannelDtmfReceived":
                channel = event["channel"]["id"]
                if event["digit"] == "9":
                    await self.send("DELETE", f"channels/{channel}")
                elif channel in self._tones:
                    playing = PLAYING.format(channel, self._tones[channel])
                    await self.send("DELETE", f"playbacks/{playing}")
                    await self._tone(channel)
            elif kind == "StasisEnd":
                self._tones.pop(event["channel"]["id"], None)

    async def _tone(self, channel: str) -> None:
        self._tones[channel] += 1
        playing = PLAYING.format(channel, self._tones[channel])
        await self.send("POST", f"channels/{channel}/play/{playing}", {"media": self._sound})


async def main(sound: str) -> None:
    unused = [name for name in UNUSED if name != "StasisEnd"] + ["PlaybackFinished"]
    async with connected(unused) as socket:
        await Menu(socket, sound).run()


if __name__ == "__main__":
    sys.exit(uvloop.run(main(sys.argv[1])))
