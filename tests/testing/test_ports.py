from __future__ import annotations

import socket
from itertools import pairwise

import pytest

from ivrkit.testing import ports


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_in_use_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, kind: socket.SocketKind
) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        first = ports.free_ports(4)
        taken.bind((ports.LOOPBACK, first + 1))
        monkeypatch.setattr(ports, "SINGLE_PORTS", range(first, first + 4))
        assert ports.free_ports(2) == first + 2


def test_audio_of_asterisk_and_of_phones_never_meets() -> None:
    for within in (ports.ASTERISK_RTP, ports.PHONE_RTP):
        first, last = ports.rtp_range(within, 200)
        assert first % 2 == 0
        assert (first in within, last in within) == (True, True)
        assert last - first == 199
    assert not set(ports.ASTERISK_RTP) & set(ports.PHONE_RTP)


def test_stretches_lie_beside_one_another_until_all_have_had_their_turn() -> None:
    stretches = ports.Stretches(range(29000, 29100))
    first = [stretches.take(20) for _ in range(20)]
    assert all(each % 2 == 0 and each + 20 <= 29100 for each in first)
    assert all(abs(one - other) >= 20 for one, other in pairwise(first))
    assert stretches.take(500) == 29000


def test_a_stretch_with_a_port_in_use_is_passed_over() -> None:
    within = range(29200, 29260)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((ports.LOOPBACK, 29225))
        stretches = ports.Stretches(within)
        assert all(not each <= 29225 < each + 20 for each in (stretches.take(20) for _ in range(9)))
        assert stretches.take(60) == 29200  # there is no other
