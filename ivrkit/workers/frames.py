"""What engine and worker say to one another: frames of msgpack, their length in front."""

from __future__ import annotations

import struct
from typing import Any, Final

import msgspec

LENGTH: Final = struct.Struct("!I")
MOST_BYTES: Final = 16 * 1024 * 1024
"""The largest frame: whatever is larger is no answer for a telephone call."""


class Reply(msgspec.Struct, omit_defaults=True):
    """What a worker answers to its settings, and to each question.

    ``error`` tells what went wrong, ``exit`` by which exit the step is left then; ``fails`` says
    that the function itself is in trouble, not what it was asked; ``leaves`` that the worker
    ends, because it cannot be trusted any more.
    """

    value: Any = None
    error: str = ""
    hint: str = ""
    exit: str = ""
    fails: bool = False
    leaves: bool = False


class Setup(msgspec.Struct):
    """What a worker is told first, once. ``megabytes`` bounds its memory; None: nothing does."""

    megabytes: int | None = None


def framed(message: Any) -> bytes:
    """A message as it is sent. Raises ValueError when it is too large."""
    data = msgspec.msgpack.encode(message)
    if len(data) > MOST_BYTES:
        raise ValueError(f"{len(data)} bytes are more than the {MOST_BYTES} of a frame")
    return LENGTH.pack(len(data)) + data
