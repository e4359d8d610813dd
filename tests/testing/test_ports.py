from __future__ import annotations

import socket

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
