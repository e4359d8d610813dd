from __future__ import annotations

import random
import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.channels.ari.audio.outlet import Outlet
from ivrkit.channels.ari.audio.rtp import (
    AHEAD,
    LARGEST,
    STRANGERS,
    Order,
    Packet,
    RtpMedia,
    pack,
    swapped,
    unpack,
)
from ivrkit.channels.ari.generated.channels import CallerID, Channel, DialplanCEP
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.errors import CarrierError
from ivrkit.testing import ports
from ivrkit.testing.fake_taps import FakeRtp
from tests.channels.ari.support import eventually

SAMPLES = b"\x01\x02" * 160


def packet(first: int = 0x80, kind: int = 10, tail: bytes = SAMPLES) -> bytes:
    return struct.pack(">BBHII", first, kind, 5, 160, 7) + tail


def test_a_packet_is_taken_apart() -> None:
    assert unpack(packet()) == Packet(5, 7, SAMPLES)


def test_a_marker_is_no_part_of_the_payload_type() -> None:
    assert unpack(packet(kind=0x80 | 118)) == Packet(5, 7, SAMPLES)


def test_what_stands_around_the_samples_is_left_out() -> None:
    with_sources = packet(0x82, tail=b"\0" * 8 + SAMPLES)
    with_extension = packet(0x90, tail=struct.pack(">HHI", 1, 1, 0) + SAMPLES)
    padded = packet(0xA0, tail=SAMPLES + b"\0\0\0\x04")
    for each in (with_sources, with_extension, padded):
        assert unpack(each) == Packet(5, 7, SAMPLES)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        packet(0x40),
        packet(kind=13),
        packet(kind=101),
        packet(kind=0x80 | 72),
        packet(tail=bytes(LARGEST + 2)),
        packet(tail=b""),
        packet(tail=b"\x01"),
        packet(0x90, tail=b"\0\0"),
        packet(0x90, tail=struct.pack(">HH", 1, 9000)),
        packet(0xA0, tail=b"\0\xff"),
    ],
)
def test_what_holds_no_samples(data: bytes) -> None:
    assert unpack(data) is None


@given(st.binary(max_size=60))
def test_anything_may_come(data: bytes) -> None:
    found = unpack(data)
    assert found is None or (found.payload and len(found.payload) % 2 == 0)


def test_samples_are_turned_round() -> None:
    assert swapped(b"\x01\x02\x03\x04") == b"\x02\x01\x04\x03"


# ---- order ---------------------------------------------------------------------------------


def fed(order: Order, *sequences: int, source: int = 7) -> Iterator[int]:
    for sequence in sequences:
        number = sequence & 0xFFFF
        for payload in order.feed(Packet(number, source, number.to_bytes(2, "big"))):
            yield int.from_bytes(payload, "big")


@given(first=st.integers(0, 0xFFFF), count=st.integers(1, 40), seed=st.integers())
def test_packets_that_overtake_each_other_a_little_are_put_right(
    first: int, count: int, seed: int
) -> None:
    sent = list(range(first, first + count))
    # Each at most two places from its own, and the first one first: before it nothing is known.
    chance = random.Random(seed)
    order_of_arrival = sorted(range(1, count), key=lambda each: each + chance.random() * 2)
    came = [sent[0], *(sent[each] for each in order_of_arrival)]
    assert list(fed(Order(), *came)) == [each & 0xFFFF for each in sent]


def test_one_that_is_lost_is_given_up() -> None:
    order = Order()
    assert list(fed(order, 1, 2)) == [1, 2]
    assert list(fed(order, *range(4, 4 + AHEAD))) == []
    assert list(fed(order, 4 + AHEAD)) == list(range(4, 5 + AHEAD))
    assert order.lost == 1


def test_one_that_comes_too_late_or_twice_is_dropped() -> None:
    order = Order()
    assert list(fed(order, 1, 2, 2, 1, 3)) == [1, 2, 3]


@given(st.lists(st.integers(0, 0xFFFF), max_size=60))
def test_whatever_comes_nothing_is_kept_for_long(sequences: list[int]) -> None:
    order = Order()
    heard = list(fed(order, *sequences))
    assert len(sequences) - len(heard) >= 0
    assert len(order._early) <= AHEAD


def test_another_source_is_none_until_it_is_the_only_one() -> None:
    order = Order()
    assert list(fed(order, 1, 2)) == [1, 2]
    assert list(fed(order, *range(500, 500 + STRANGERS - 1), source=8)) == []
    assert list(fed(order, 3)) == [3]
    assert list(fed(order, *range(500, 500 + STRANGERS), source=8)) == [499 + STRANGERS]
    assert list(fed(order, 4)) == []


def test_a_source_that_counts_anew_is_followed() -> None:
    order = Order()
    assert list(fed(order, 9001, 9002)) == [9001, 9002]
    again = range(5, 5 + STRANGERS + 2)
    assert list(fed(order, *again)) == list(again)[STRANGERS - 1 :]


# ---- the port ------------------------------------------------------------------------------


def channel(**variables: str) -> Channel:
    nobody = CallerID()
    return Channel(caller=nobody, connected=nobody, dialplan=DialplanCEP(), channelvars=variables)


class Receiver:
    def __init__(self, **settings: str) -> None:
        self.taken: list[bytes] = []
        self.media = RtpMedia(AriSettings(**settings), Outlet("t", self.taken.append))

    async def connected(self) -> FakeRtp:
        await self.media.bind()
        rtp = await FakeRtp.open(self.media.asked()["external_host"])
        await self.media.connect(channel(UNICASTRTP_LOCAL_PORT=str(rtp.port)))
        return rtp


async def test_what_asterisk_sends_is_taken() -> None:
    receiver = Receiver()
    rtp = await receiver.connected()
    for each in range(4):
        rtp.send(bytes((each, 9)) * 160)
    await eventually(lambda: len(receiver.taken) == 4)
    assert receiver.taken == [bytes((each, 9)) * 160 for each in range(4)]
    rtp.close()
    receiver.media.close()


async def test_what_anybody_else_sends_is_not() -> None:
    receiver = Receiver()
    rtp = await receiver.connected()
    stranger = await FakeRtp.open(receiver.media.asked()["external_host"])
    stranger.send(SAMPLES)
    await eventually(lambda: receiver.media.refused)
    rtp.send(SAMPLES)
    await eventually(lambda: receiver.taken)
    assert receiver.taken == [SAMPLES]
    assert receiver.media.refused == 1
    for each in (rtp, stranger, receiver.media):
        each.close()


async def test_its_port_is_of_the_range_and_given_back() -> None:
    first = ports.free_ports(4) + 1 & ~1
    settings = {"media_ports": f"{first}-{first + 1}"}
    receiver, second = Receiver(**settings), Receiver(**settings)
    await receiver.media.bind()
    assert receiver.media.asked()["external_host"] == f"127.0.0.1:{first}"
    with pytest.raises(CarrierError, match=f"none of the ports {first} to {first} is free"):
        await second.media.bind()
    receiver.media.close()
    receiver.media.close()
    await eventually(lambda: _is_free(first))
    await second.media.bind()
    second.media.close()


async def test_an_address_that_is_not_ours_is_told_and_all_of_ours_are_listened_to() -> None:
    receiver = Receiver(media_address="192.0.2.7")
    rtp = await receiver.connected()
    assert receiver.media.asked()["external_host"].startswith("192.0.2.7:")
    rtp.send(SAMPLES)
    await eventually(lambda: receiver.taken)
    rtp.close()
    receiver.media.close()


async def test_a_host_without_address() -> None:
    receiver = Receiver(url="http://no-such-host.invalid:8088")
    with pytest.raises(CarrierError, match=r"no-such-host.invalid has no address"):
        await receiver.media.bind()


async def test_an_asterisk_that_does_not_tell_its_port() -> None:
    receiver = Receiver()
    await receiver.media.bind()
    with pytest.raises(CarrierError, match="from which port"):
        await receiver.media.connect(channel())
    receiver.media.close()


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


# ---- into Asterisk -------------------------------------------------------------------------


@given(st.integers(0, 1 << 20), st.integers(0, (1 << 32) - 1))
def test_what_is_packed_is_taken_apart_again(sequence: int, source: int) -> None:
    assert unpack(pack(sequence, source, SAMPLES)) == Packet(sequence & 0xFFFF, source, SAMPLES)


async def test_what_is_sent_goes_where_asterisk_takes_it() -> None:
    sender, receiver = Receiver(), Receiver()
    await receiver.media.bind()
    await sender.media.bind()
    host, port = receiver.media.ours.split(":")
    told = {"UNICASTRTP_LOCAL_ADDRESS": host, "UNICASTRTP_LOCAL_PORT": port}
    await sender.media.connect(channel(**told))
    assert sender.media.theirs == receiver.media.ours
    await receiver.media.connect(channel(UNICASTRTP_LOCAL_PORT=sender.media.ours.split(":")[1]))
    for each in range(3):
        sender.media.send(bytes((each, 9)) * 160)
    await eventually(lambda: len(receiver.taken) == 3)
    assert receiver.taken == [bytes((each, 9)) * 160 for each in range(3)]
    sender.media.close()
    sender.media.send(SAMPLES)
    receiver.media.close()


@pytest.mark.parametrize("nowhere", ["", "0.0.0.0", "::"])
async def test_without_an_address_of_its_own_it_goes_to_its_server(nowhere: str) -> None:
    receiver = Receiver()
    await receiver.media.bind()
    told = {"UNICASTRTP_LOCAL_ADDRESS": nowhere, "UNICASTRTP_LOCAL_PORT": "4000"}
    await receiver.media.connect(channel(**told))
    assert receiver.media.theirs == "127.0.0.1:4000"
    receiver.media.close()
