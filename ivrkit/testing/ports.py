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
from typing import BinaryIO, cast

from ivrkit.errors import NotAvailable

LOOPBACK = "127.0.0.1"
SINGLE_PORTS = range(30000, 32700)
ASTERISK_RTP = range(10000, 20000)
PHONE_RTP = range(20000, 23000)
LOAD_RTP = range(23000, 30000)
"""Apart, so that what a phone that has just gone is still sent never reaches an Asterisk, and none
takes a port of a SIPp, which fails over one in use."""


def free_ports(count: int) -> int:
    """The first of ``count`` ports in a row on which nobody listens, neither TCP nor UDP. Raises
    NotAvailable when there are none."""
    first, free = Stretches(SINGLE_PORTS, even=False).search(count)
    if not free:
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
        return self.search(size)[0]

    def search(self, size: int) -> tuple[int, bool]:
        """The same, and whether nobody listened there."""
        within = self._within
        size = min(size, len(within))
        with _turn(within) as turn:
            first, seen, free = turn.next, 0, False
            while not free and seen <= len(within):
                if first not in within or first + size > within.stop:
                    first = within.start
                used = [port for port in range(first, first + size) if not _is_free(port)]
                free = not used
                if used:
                    further = self._aligned(used[-1] + 1)
                    first, seen = further, seen + further - first
            if not free:
                first = within.start
            turn.next = self._aligned(first + size)
        return first, free

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
    turn = _Turn(random.choice(within[::2]))  # noqa: S311
    with contextlib.ExitStack() as stack:
        file: BinaryIO | None = None
        with contextlib.suppress(OSError):
            file = stack.enter_context(_opened(within))
            fcntl.flock(file, fcntl.LOCK_EX)
            kept = file.read(16).strip()
            turn.next = int(kept) if kept.isdigit() else turn.next
        yield turn
        if file is not None:
            with contextlib.suppress(OSError):
                file.seek(0)
                file.write(b"%d\n" % turn.next)
                file.truncate()


def _opened(within: range) -> BinaryIO:
    """The file of a range. Raises OSError."""
    name = f"ivrkit-ports-{os.getuid()}-{within.start}-{within.stop}"
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(Path(tempfile.gettempdir()) / name, flags, 0o600)
    return cast(BinaryIO, open(descriptor, "r+b", buffering=0))


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                return False
    return True
