"""Listening to the callers of a fake Asterisk: snoop channels, media channels, bridges."""

from __future__ import annotations

import asyncio
import struct
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from aiohttp import web

from ivrkit.testing.fake_channels import NO_CONTENT, Answer, FakeChannel, refused

if TYPE_CHECKING:
    from ivrkit.testing.fake_asterisk import FakeAsterisk

LOOPBACK: Final = "127.0.0.1"
MODULES: Final = ("res_stasis_snoop", "res_ari_bridges", "chan_rtp", "chan_websocket")


@dataclass
class FakeBridge:
    """A bridge and the ids of the channels in it."""

    id: str
    name: str = ""
    channels: list[str] = field(default_factory=list)

    def model(self) -> dict[str, Any]:
        """As ARI shows it."""
        kind = {"technology": "simple_bridge", "bridge_type": "mixing", "bridge_class": "stasis"}
        return {"id": self.id, "name": self.name, "channels": self.channels, **kind}


class FakeRtp:
    """The RTP side of a media channel: sends from a port of its own."""

    def __init__(self, target: int, transport: asyncio.DatagramTransport) -> None:
        self._target = (LOOPBACK, target)
        self._transport = transport
        self.port = int(transport.get_extra_info("sockname")[1])
        self.sequence = 65534
        """Of the next packet: soon it begins again at 0."""

    @classmethod
    async def open(cls, external_host: str) -> FakeRtp:
        """To the address that ``externalMedia`` was told."""
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=(LOOPBACK, 0)
        )
        return cls(int(external_host.rpartition(":")[2]), transport)

    def send(self, samples: bytes, *, sequence: int | None = None, source: int = 7) -> None:
        """One packet, from samples in little-endian order."""
        number = self.sequence if sequence is None else sequence
        self.sequence = (number + 1) & 0xFFFF
        swapped = array("h", samples)
        swapped.byteswap()
        header = struct.pack(">BBHII", 0x80, 10, number & 0xFFFF, 160 * number, source)
        self._transport.sendto(header + swapped.tobytes(), self._target)

    def close(self) -> None:
        """Give the port back."""
        self._transport.close()


class FakeTaps:
    """What belongs to listening. ``modules`` are those of them that run."""

    def __init__(self, asterisk: FakeAsterisk) -> None:
        self._asterisk = asterisk
        self.modules = set(MODULES)
        self.bridges: dict[str, FakeBridge] = {}
        self.rtp: dict[str, FakeRtp] = {}
        """By the id of the media channel."""
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self._connections: dict[str, str] = {}
        self._snooped: dict[str, str] = {}

    # ---- what tests do ------------------------------------------------------------------------

    def joined(self, channel: str) -> list[str]:
        """The media channels that hear a caller now."""
        snoops = [snoop for snoop, heard in self._snooped.items() if heard == channel]
        return [
            each
            for bridge in self.bridges.values()
            if any(snoop in bridge.channels for snoop in snoops)
            for each in bridge.channels
            if each not in snoops
        ]

    async def say(self, channel: str, samples: bytes) -> None:
        """The caller says something: 16-bit little-endian samples."""
        for media in self.joined(channel):
            if media in self.rtp:
                self.rtp[media].send(samples)
            else:
                await self.sockets[media].send_bytes(samples)

    @property
    def left(self) -> list[str]:
        """All that is there: channels and bridges."""
        return [*self._snooped, *self.rtp, *self._connections.values(), *self.bridges]

    # ---- what Asterisk does -------------------------------------------------------------------

    async def answer(self, method: str, path: list[str], given: dict[str, Any]) -> Answer | None:
        """The answer to a request that is about listening; None to any other."""
        match method, path:
            case "GET", ["asterisk", "modules", module]:
                return self._module(module.removesuffix(".so"))
            case "POST", ["channels", "externalMedia"]:
                return await self._external_media(given)
            case "POST", ["channels", channel, "snoop", snoop]:
                return self._snoop(channel, snoop, given)
            case "GET", ["bridges"]:
                return Answer(200, [bridge.model() for bridge in self.bridges.values()])
            case _, ["bridges", bridge, *action]:
                return self._bridge(method, bridge, action, given)
        return None

    def _module(self, name: str) -> Answer:
        if name not in self.modules:
            return refused(404, "Module could not be found in running modules")
        return Answer(200, {"name": f"{name}.so", "status": "Running"})

    def _snoop(self, channel: str, snoop: str, given: dict[str, Any]) -> Answer:
        if channel not in self._asterisk.channels:
            return refused(404, "Provided channel was not found")
        made = self._made(snoop, f"Snoop/{channel}")
        if made is None:
            return refused(500, "Snoop channel could not be created")
        assert given["spy"] == "in", "only the caller is listened to"
        self._snooped[snoop] = channel
        self._asterisk.enter(made, ())
        return Answer(200, made.model())

    async def _external_media(self, given: dict[str, Any]) -> Answer:
        name = given["channelId"]
        made = self._made(name, f"Media/{name}")
        if made is None:
            assert given["transport"] != "websocket", "a real Asterisk has crashed now"
            return refused(500)
        if given["transport"] == "udp":
            rtp = self.rtp[name] = await FakeRtp.open(given["external_host"])
            told = {
                "UNICASTRTP_LOCAL_ADDRESS": LOOPBACK,
                "UNICASTRTP_LOCAL_PORT": str(rtp.port),
            }
            self._asterisk.enter(made, ())
        else:
            connection = str(uuid4())
            self._connections[connection] = name
            told = {"MEDIA_WEBSOCKET_CONNECTION_ID": connection}
        return Answer(200, {**made.model(), "channelvars": told})

    def _made(self, name: str, title: str) -> FakeChannel | None:
        """A channel of this id; None when it is in use."""
        if name in self._asterisk.channels:
            return None
        channel = FakeChannel(name, "s", "", name=title, state="Up")
        self._asterisk.channels[name] = channel
        return channel

    def _bridge(self, method: str, name: str, action: list[str], given: dict[str, Any]) -> Answer:
        bridge = self.bridges.get(name)
        if method == "POST" and not action:
            if bridge is not None:
                return refused(409, f"Bridge with id '{name}' already exists")
            bridge = self.bridges[name] = FakeBridge(name, given["name"])
            return Answer(200, bridge.model())
        if bridge is None:
            return refused(404, "Bridge not found")
        if method == "DELETE":
            del self.bridges[name]
            return NO_CONTENT
        channels = [self._asterisk.channels.get(each) for each in given["channel"]]
        if None in channels:
            return refused(400, "Channel not found")
        if not all(each.here for each in channels if each):
            return refused(409, "Channel not in Stasis application")
        bridge.channels += given["channel"]
        return NO_CONTENT

    async def connected(self, request: web.Request) -> web.StreamResponse:
        """Somebody comes for the audio of a media channel."""
        name = self._connections.get(request.match_info["connection"])
        if name is None or name in self.sockets:
            return web.Response(status=404 if name is None else 409)
        ws = web.WebSocketResponse(protocols=["media"])
        await ws.prepare(request)
        self.sockets[name] = ws
        await ws.send_str(f"MEDIA_START connection_id:{name} format:slin ptime:20")
        self._asterisk.enter(self._asterisk.channels[name], ())
        async for _ in ws:
            pass
        if name in self._asterisk.channels:
            self._asterisk.hang_up(name)
        return ws

    def gone(self, channel: str) -> None:
        """A channel is no more, and neither is what hung on it."""
        for bridge in self.bridges.values():
            bridge.channels = [each for each in bridge.channels if each != channel]
        self._snooped.pop(channel, None)
        for snoop in [each for each, heard in self._snooped.items() if heard == channel]:
            self._asterisk.hang_up(snoop)
        if channel in self.rtp:
            self.rtp.pop(channel).close()
        self._connections = {a: b for a, b in self._connections.items() if b != channel}
        ws = self.sockets.pop(channel, None)
        if ws is not None:
            self._asterisk.later(ws.close())

    async def close(self) -> None:
        """Asterisk goes away."""
        for rtp in self.rtp.values():
            rtp.close()
        for ws in list(self.sockets.values()):
            await ws.close()
