"""Free ports on the loopback.

They are taken below the range from which the kernel hands out ports for outgoing connections
(32768 and up on Linux), so that no connection made meanwhile can occupy one that was found free.
"""

from __future__ import annotations

import random
import socket

LOOPBACK = "127.0.0.1"
SINGLE_PORTS = range(30000, 32700)
ASTERISK_RTP = range(10000, 20000)
PHONE_RTP = range(20000, 30000)
TRIES = 100
"""Apart, so that what a phone that has just gone is still sent never reaches an Asterisk."""


def free_ports(count: int) -> int:
    """The first of ``count`` ports in a row on which nobody listens, neither TCP nor UDP."""
    while True:
        first = random.choice(SINGLE_PORTS[: -count + 1 or None])  # noqa: S311
        if all(_is_free(port) for port in range(first, first + count)):
            return first


def rtp_range(within: range, size: int) -> tuple[int, int]:
    """The first and the last port of a stretch for RTP; programs pass over ports in use."""
    first = random.choice(within[: -size + 1 : 2])  # noqa: S311
    return first, first + size - 1


class Stretches:
    """Hands out stretches of ports for programs that fail over one in use: each is another one
    than those before it, until all have had their turn."""

    def __init__(self, within: range) -> None:
        self._within = within
        self._next = random.choice(within[::2])  # noqa: S311

    def take(self, size: int) -> int:
        """The first port of a stretch (an even one). One where somebody listens is passed over, as
        long as there are others."""
        size = min(size, len(self._within))
        first = self._next
        for _ in range(TRIES):
            first = self._next if self._next + size <= self._within.stop else self._within.start
            used = [port for port in range(first, first + size) if not _is_free(port)]
            self._next = _even(used[-1] + 1 if used else first + size)
            if not used:
                break
        return first


def _even(port: int) -> int:
    return port + port % 2


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                return False
    return True
