"""Audio over RTP (RFC 3550), linear 16-bit samples (L16, RFC 3551 section 4.5.11)."""

from __future__ import annotations

import asyncio
import errno
import logging
import random
import socket
import sys
from array import array
from collections.abc import Iterator, Mapping
from struct import Struct
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from ivrkit.channels.ari.audio.outlet import Outlet
from ivrkit.channels.ari.generated.channels import Channel
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.errors import CarrierError

logger = logging.getLogger("ivrkit.ari")

HEADER: Final = Struct(">BBHII")
EXTENSION: Final = Struct(">HH")
NO_AUDIO: Final = frozenset({13, 19, 101, *range(72, 77)})
"""Payload types that hold no samples: comfort noise (RFC 3389), keys (RFC 4733), and what is RTCP
(RFC 5761, section 4)."""
AHEAD: Final = 3
"""Packets that may overtake a late one; then it is given up."""
LARGEST: Final = 6400
"""Bytes of samples in one packet, 200 ms of wideband: what is larger is none of a telephone's, and
too much to keep :data:`~.outlet.HELD` of."""
NOWHERE: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104
"""What Asterisk tells where it has no address of its own for a channel."""
STRANGERS: Final = 25
"""Packets in a row of another synchronisation source, or of long ago, until they count as what is
said now: half a second."""
LINEAR: Final = 10
"""The payload type under which Asterisk sends and takes its ``slin`` (``main/rtp_engine.c``)."""
RECEIVE_BUFFER: Final = 1 << 18
"""Bytes the kernel keeps while the loop does something else: about four seconds."""


class Packet(NamedTuple):
    """What counts of one RTP packet."""

    sequence: int
    source: int
    payload: bytes


def unpack(data: bytes) -> Packet | None:
    """Take an RTP packet apart; None for one that holds no samples, and for what is no RTP."""
    if len(data) < HEADER.size:
        return None
    first, second, sequence, _, source = HEADER.unpack_from(data)
    if first >> 6 != 2 or second & 0x7F in NO_AUDIO:
        return None
    begin, end = HEADER.size + 4 * (first & 0x0F), len(data)
    if first & 0x10:
        if begin + EXTENSION.size > end:
            return None
        begin += EXTENSION.size + 4 * EXTENSION.unpack_from(data, begin)[1]
    if first & 0x20:
        end -= data[-1]
    if not 0 < end - begin <= LARGEST or (end - begin) % 2:
        return None
    return Packet(sequence, source, data[begin:end])


def pack(sequence: int, source: int, payload: bytes) -> bytes:
    """An RTP packet of samples in the order of the network; all of a stream are equally long."""
    timestamp = sequence * (len(payload) // 2) & 0xFFFFFFFF
    return HEADER.pack(0x80, LINEAR, sequence & 0xFFFF, timestamp, source) + payload


def swapped(payload: bytes) -> bytes:
    """Samples in the order of the network as samples in ours, and back."""
    samples = array("h", payload)
    samples.byteswap()
    return samples.tobytes()


class Order:
    """Brings packets into their order again. A late one is waited for while no more than
    :data:`AHEAD` have overtaken it; one that comes later still, or twice, is dropped."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._early: dict[int, bytes] = {}
        self._source: int | None = None
        self._strange = 0
        self.lost = 0

    def feed(self, packet: Packet) -> Iterator[bytes]:
        """The payloads that can be handed over now."""
        sequence = packet.sequence
        if not self._known(packet.source, sequence):
            return
        ahead = 0 if self._next is None else (sequence - self._next) & 0xFFFF
        if ahead == 0:
            yield packet.payload
            self._next = (sequence + 1) & 0xFFFF
        else:
            self._early[sequence] = packet.payload
            if len(self._early) > AHEAD:
                self._give_up()
        while self._next in self._early:
            yield self._early.pop(self._next)
            self._next = (self._next + 1) & 0xFFFF

    def _give_up(self) -> None:
        """What is missing before the earliest of those that wait will not come."""
        assert self._next is not None, "nothing is early before the first"
        begin = self._next
        self._next = min(self._early, key=lambda sequence: (sequence - begin) & 0xFFFF)
        self.lost += (self._next - begin) & 0xFFFF

    def _known(self, source: int, sequence: int) -> bool:
        """Whether a packet is of the synchronisation source that we listen to (the first, until
        only another one has been heard for a while), and not one that comes too late (until for
        a while all do: it counts anew)."""
        late = self._next is not None and (sequence - self._next) & 0xFFFF > 0x7FFF
        if source == self._source and not late:
            self._strange = 0
            return True
        self._strange += 1
        if self._source is not None and self._strange < STRANGERS:
            return False
        self._source, self._strange, self._next = source, 0, None
        self._early.clear()
        return True


class RtpMedia(asyncio.DatagramProtocol):
    """One UDP port for one tap. Packets count only when they come from the address and port of
    Asterisk's that the tap's channel has."""

    def __init__(self, settings: AriSettings, outlet: Outlet) -> None:
        self._settings = settings
        self._outlet = outlet
        self._order = Order()
        self._transport: asyncio.DatagramTransport | None = None
        self._address = ""
        self._hosts: frozenset[str] = frozenset()
        self._port = 0
        self._peer = ""
        self._sent = 0
        self._source = random.getrandbits(32)
        self.refused = 0
        """Packets from somebody else."""

    async def bind(self) -> None:
        """Take a free port of the configured range."""
        loop = asyncio.get_running_loop()
        family, host, server = await _route(self._settings)
        taken = _bound(family, host, self._settings.media_port_range)
        try:
            transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=taken)
        except BaseException:
            taken.close()
            raise
        self._transport = transport
        port = taken.getsockname()[1]
        self._hosts = frozenset((server,))
        self._peer = server
        self._address = f"[{host}]:{port}" if family is socket.AF_INET6 else f"{host}:{port}"

    def asked(self) -> Mapping[str, str]:
        """RTP over UDP to our port; both are Asterisk's own defaults."""
        return {"external_host": self._address, "encapsulation": "rtp", "transport": "udp"}

    async def connect(self, channel: Channel) -> None:
        """From where Asterisk will send."""
        told = channel.channelvars
        try:
            self._port = int(told["UNICASTRTP_LOCAL_PORT"])
        except (KeyError, ValueError):
            raise CarrierError("Asterisk does not tell from which port it sends audio") from None
        address = str(told.get("UNICASTRTP_LOCAL_ADDRESS", ""))
        self._hosts |= {address}
        if address not in NOWHERE:
            self._peer = address

    @property
    def ours(self) -> str:
        """Address and port that Asterisk is told to send to."""
        return self._address

    @property
    def theirs(self) -> str:
        """Address and port of Asterisk's that samples are sent to."""
        return f"[{self._peer}]:{self._port}" if ":" in self._peer else f"{self._peer}:{self._port}"

    def send(self, piece: bytes) -> None:
        """Into Asterisk, when it is connected: 16-bit little-endian samples at 8 kHz."""
        if self._transport is not None:
            payload = swapped(piece) if _SWAPS else piece
            packet = pack(self._sent, self._source, payload)
            self._sent += 1
            self._transport.sendto(packet, (self._peer, self._port))

    def close(self) -> None:
        """Give the port back."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
            if self._order.lost:
                logger.info("%d packets of audio were lost on their way", self._order.lost)

    # ---- what the loop calls -------------------------------------------------------------------

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A packet, perhaps."""
        if addr[1] != self._port or addr[0] not in self._hosts:
            if not self.refused:
                logger.warning("audio from %s port %s is none of Asterisk's", *addr[:2])
            self.refused += 1
            return
        packet = unpack(data)
        if packet is not None:
            for payload in self._order.feed(packet):
                self._outlet.put(swapped(payload) if _SWAPS else payload)

    def error_received(self, exc: Exception) -> None:
        """What was sent came back: what is to be heard of it shows by what does not arrive."""
        logger.debug("a port for audio: %s", exc)


_SWAPS: Final = sys.byteorder == "little"


async def _route(settings: AriSettings) -> tuple[socket.AddressFamily, str, str]:
    """Family and address of ours under which Asterisk reaches us, and its own address: those of a
    connection to its HTTP server."""
    parts = urlsplit(settings.url)
    port = parts.port or 80
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(parts.hostname, port, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise CarrierError(f"Asterisk's host {parts.hostname} has no address: {error}") from None
    family, _, _, _, server = min(found, key=lambda each: each[0] is not socket.AF_INET)
    if settings.media_address:
        return family, settings.media_address, str(server[0])
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(server)  # of a UDP socket: nothing is sent
        except OSError as error:
            raise CarrierError(f"there is no way to {server[0]}: {error}") from None
        return family, str(probe.getsockname()[0]), str(server[0])


def _bound(family: socket.AddressFamily, host: str, ports: range) -> socket.socket:
    """A UDP socket on a free port; even ones, as RTP wants them (RFC 3550, section 11)."""
    first = random.randrange(len(ports))  # noqa: S311
    for step in range(len(ports)):
        port = ports[(first + step) % len(ports)]
        taken = _bind(family, host, port)
        if taken is not None:
            return taken
    raise CarrierError(
        f"none of the ports {ports[0]} to {ports[-1]} is free for audio",
        hint="widen asterisk: media_ports in ivrkit.yaml",
    )


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket | None:
    """A socket on this port, or None. An address that is not this machine's (Asterisk reaches us
    through a translation of addresses) is listened to on all that are."""
    for address in (host, "::" if family is socket.AF_INET6 else "0.0.0.0"):  # noqa: S104
        taken = socket.socket(family, socket.SOCK_DGRAM)
        try:
            taken.setblocking(False)
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            taken.bind((address, port))
        except OSError as error:
            taken.close()
            if error.errno != errno.EADDRNOTAVAIL:
                return None
        else:
            return taken
    return None
