"""Bytes into frames and frames into bytes. A frame is one message, without what ends it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ivrkit.connectors.wire.settings import FramingSettings, PrefixSettings
from ivrkit.errors import ConnectorError, RequestRefused


class NoFrame(ConnectorError):
    """What the host sends is no frame: too long, or not as the configuration says. Where the next
    one begins is not known any more."""


class Framer(ABC):
    """Cuts what one connection receives. ``most`` is how many bytes a frame may have."""

    quiet_after: float | None = None
    """Seconds of silence that end a frame; None: they mean nothing."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._bytes = bytearray()

    @property
    def begun(self) -> bool:
        """Whether a part of a frame is there."""
        return bool(self._bytes)

    @abstractmethod
    def wrapped(self, message: bytes) -> bytes:
        """A message as it is sent. Raises RequestRefused for one that cannot be a single frame."""

    @abstractmethod
    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are complete with this. Raises NoFrame."""

    def quiet(self) -> list[bytes]:
        """The frames that are complete because nothing more came for ``quiet_after``."""
        return []

    def ended(self) -> list[bytes]:
        """The frames that are complete because the host has closed."""
        return []

    def _add(self, data: bytes) -> None:
        self._bytes += data

    def _bound(self, length: int) -> None:
        if length > self.most:
            raise NoFrame(
                f"the answer is longer than {self.most} bytes",
                hint="look at framing:, or allow more kilobytes",
            )

    def _all(self) -> list[bytes]:
        frame = bytes(self._bytes)
        self._bytes.clear()
        return [frame] if frame else []


class Delimited(Framer):
    """Each frame is followed by a delimiter; ``begin`` stands in front of it."""

    def __init__(self, most: int, delimiter: bytes, begin: bytes = b"") -> None:
        super().__init__(most)
        self._delimiter = delimiter
        self._begin = begin
        self._looked = 0

    def wrapped(self, message: bytes) -> bytes:
        if (message + self._delimiter).find(self._delimiter) != len(message) or (
            self._begin and self._begin in message
        ):
            raise RequestRefused(
                "the message holds what ends a message of this host",
                hint="it would be two messages: look at the values in it, and at the text itself",
            )
        return self._begin + message + self._delimiter

    def feed(self, data: bytes) -> list[bytes]:
        self._add(data)
        frames = []
        while (at := self._bytes.find(self._delimiter, self._looked)) >= 0:
            self._bound(at)
            frames.append(self._without_begin(bytes(self._bytes[:at])))
            del self._bytes[: at + len(self._delimiter)]
            self._looked = 0
        self._looked = max(0, len(self._bytes) - len(self._delimiter) + 1)
        self._bound(self._looked)
        return frames

    def _without_begin(self, frame: bytes) -> bytes:
        if not frame.startswith(self._begin):
            raise NoFrame("an answer does not begin as it should", hint="look at framing: begin")
        return frame[len(self._begin) :]


class Fixed(Framer):
    """Each frame has the same length."""

    def __init__(self, length: int, pad: bytes) -> None:
        super().__init__(length)
        self._pad = pad

    def wrapped(self, message: bytes) -> bytes:
        if len(message) > self.most:
            raise RequestRefused(
                f"the message has {len(message)} bytes, and this host takes {self.most}"
            )
        return message.ljust(self.most, self._pad)

    def feed(self, data: bytes) -> list[bytes]:
        self._add(data)
        count = len(self._bytes) // self.most
        frames = [bytes(self._bytes[n * self.most : (n + 1) * self.most]) for n in range(count)]
        del self._bytes[: count * self.most]
        return frames


class Prefixed(Framer):
    """The length stands in front of each frame."""

    def __init__(self, most: int, prefix: PrefixSettings, encoding: str) -> None:
        super().__init__(most)
        self._prefix = prefix
        self._encoding = encoding
        self._itself = prefix.bytes if prefix.includes_itself else 0

    def wrapped(self, message: bytes) -> bytes:
        length, prefix = len(message) + self._itself, self._prefix
        largest = 10**prefix.bytes if prefix.form == "digits" else 256**prefix.bytes
        if length >= largest:
            raise RequestRefused(f"a message of {length} bytes is too long for this host")
        if prefix.form == "digits":
            return f"{length:0{prefix.bytes}}".encode(self._encoding) + message
        return length.to_bytes(prefix.bytes, prefix.order) + message

    def feed(self, data: bytes) -> list[bytes]:
        self._add(data)
        frames, head = [], self._prefix.bytes
        while len(self._bytes) >= head:
            length = self._length(bytes(self._bytes[:head]))
            self._bound(length)
            if len(self._bytes) < head + length:
                break
            frames.append(bytes(self._bytes[head : head + length]))
            del self._bytes[: head + length]
        return frames

    def _length(self, head: bytes) -> int:
        if self._prefix.form == "digits":
            digits = head.decode(self._encoding, "replace")
            if not (digits.isascii() and digits.isdigit()):
                raise NoFrame("an answer does not begin with its length", hint="look at framing:")
            length = int(digits) - self._itself
        else:
            length = int.from_bytes(head, self._prefix.order) - self._itself
        if length < 0:
            raise NoFrame("the length of an answer is less than nothing", hint="look at framing:")
        return length


class Closed(Framer):
    """A frame is what comes until the host closes the connection."""

    def wrapped(self, message: bytes) -> bytes:
        return message

    def feed(self, data: bytes) -> list[bytes]:
        self._add(data)
        self._bound(len(self._bytes))
        return []

    def ended(self) -> list[bytes]:
        return self._all()


class Quiet(Closed):
    """A frame is also what comes until nothing more comes for a while."""

    def __init__(self, most: int, seconds: float) -> None:
        super().__init__(most)
        self.quiet_after = seconds

    def quiet(self) -> list[bytes]:
        return self._all()


def framer(settings: FramingSettings, encoding: str, most: int) -> Framer:
    """What cuts the frames of one connection."""
    if settings.delimiter is not None:
        begin = settings.begin.encode(encoding)
        return Delimited(most, settings.delimiter.encode(encoding), begin)
    if settings.length is not None:
        return Fixed(settings.length, settings.pad.encode(encoding))
    if settings.prefix is not None:
        return Prefixed(most, settings.prefix, encoding)
    if settings.idle is not None:
        return Quiet(most, settings.idle.total_seconds())
    return Closed(most)
