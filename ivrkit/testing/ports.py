"""Free ports on the loopback.

They are taken below the range from which the kernel hands out ports for outgoing connections
(32768 and up on Linux), so that no connection made meanwhile can occupy one that was found free.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ivrkit.errors import NotAvailable

LOOPBACK = "127.0.0.1"
SINGLE_PORTS = range(30000, 32700)
ASTERISK_RTP = range(10000, 20000)
PHONE_RTP = range(20000, 22000)
LOAD_RTP = range(22000, 30000)
"""Apart, so that what a phone that has just gone is still sent never reaches an Asterisk, and none
takes a port of a SIPp, which fails over one in use."""


def free_ports(count: int) -> int:
    """The first of ``count`` ports in a row on which nobody listens, neither TCP nor UDP. Raises
    NotAvailable when there are none."""
    first = Stretches(SINGLE_PORTS, even=False).take(count)
    if _used(first, count):
        raise NotAvailable(
            f"there are no {count} free ports in a row from {SINGLE_PORTS.start} to "
            f"{SINGLE_PORTS.stop - 1}",
            hint="see who listens there: ss -tulpn",
        )
    return first


def rtp_range(within: range, size: int) -> tuple[int, int]:
    """The first and the last port of a stretch for RTP; programs pass over ports in use."""
    first = random.choice(within[: -size + 1 : 2])  # noqa: S311
    return first, first + size - 1


class Stretches:
    """Hands out stretches of ports, to all processes of this user in turn: each is another one than
    those before it, until all have had their turn. A port that is free when somebody looks is often
    not his any more when his program has come so far as to take it, where others look as well.

    Those of ``even`` ones begin with an even port, as RTP does (RFC 3550 section 11).
    """

    def __init__(self, within: range, *, even: bool = True) -> None:
        self._within = within
        self._step = 2 if even else 1

    def take(self, size: int) -> int:
        """The first port of a stretch. One where somebody listens is passed over, as long as there
        are others."""
        within = self._within
        size = min(size, len(within))
        with _turn(within) as turn:
            first, seen = turn.next, 0
            while seen <= len(within):
                if first not in within or first + size > within.stop:
                    first = within.start
                used = _used(first, size)
                if not used:
                    break
                further = self._aligned(used[-1] + 1)
                first, seen = further, seen + further - first
            else:
                first = within.start
            turn.next = self._aligned(first + size)
        return first

    def _aligned(self, port: int) -> int:
        return port + -port % self._step


class _Turn:
    """Where the next stretch begins."""

    def __init__(self, at: int) -> None:
        self.next = at


@contextlib.contextmanager
def _turn(within: range) -> Iterator[_Turn]:
    """Whose turn it is, kept in a file that one process has at a time. Where there can be no such
    file, processes begin at different places instead."""
    anywhere = random.choice(within[::2])  # noqa: S311
    name = f"ivrkit-ports-{os.getuid()}-{within.start}-{within.stop}"
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(Path(tempfile.gettempdir()) / name, flags, 0o600)
    except OSError:
        yield _Turn(anywhere)
        return
    with open(descriptor, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = file.read(16).strip()
        turn = _Turn(int(kept) if kept.isdecimal() else anywhere)
        yield turn
        file.seek(0)
        file.write(f"{turn.next}\n")
        file.truncate()


def _used(first: int, count: int) -> list[int]:
    """Those of so many ports on which somebody listens."""
    return [port for port in range(first, first + count) if not _is_free(port)]


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                return False
    return True
