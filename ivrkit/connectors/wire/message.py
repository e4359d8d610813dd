"""What a flow wants to say, as the bytes that a host gets.

The rule of injection: a value of the call never holds a control character, what ends a message, or
what the configuration has reserved. The message is refused then, never repaired.
"""

from __future__ import annotations

import random
import re
from typing import Final

from ivrkit.call.requests.socket import Piece, SocketRequest
from ivrkit.connectors.wire.connection import Outgoing
from ivrkit.connectors.wire.framing import Framer, framer
from ivrkit.connectors.wire.matching import id_of
from ivrkit.connectors.wire.settings import SocketSettings
from ivrkit.errors import RequestRefused
from ivrkit.expressions.secrets import revealed

_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Composer:
    """Makes messages for one host; it numbers those that get an id."""

    def __init__(self, settings: SocketSettings) -> None:
        self._settings = settings
        self._framer: Framer = framer(
            settings.framing, settings.encoding, settings.kilobytes * 1024
        )
        ids = settings.ids
        self._most = 10**ids.digits if ids is not None else 1
        self._number = random.randrange(self._most)  # noqa: S311  not known after a restart

    def outgoing(self, request: SocketRequest) -> Outgoing:
        """A message ready to be sent. Raises RequestRefused."""
        message = b"".join(map(self._bytes, request.message))
        if not message:
            raise RequestRefused("the message is empty")
        ids, id_ = self._settings.ids, ""
        if ids is not None and ids.envelope is not None:
            id_ = self._next_id(ids.digits)
            message = self._enveloped(ids.envelope, id_, message)
        elif ids is not None and request.answered:
            id_ = id_of(ids.request or "", message, self._settings.encoding)
        return Outgoing(self._framer.wrapped(message), id_, request.answered)

    def _next_id(self, digits: int) -> str:
        self._number = (self._number + 1) % self._most
        return f"{self._number:0{digits}}"

    def _enveloped(self, envelope: str, id_: str, message: bytes) -> bytes:
        before, after = envelope.split("{message}")
        return (
            self._encoded(before.replace("{id}", id_), "the envelope")
            + message
            + self._encoded(after.replace("{id}", id_), "the envelope")
        )

    def _bytes(self, piece: Piece) -> bytes:
        content = revealed(piece.content)
        if isinstance(content, bytes):
            return content
        if not piece.value:
            return self._encoded(content, "the message")
        self._harmless(content, piece.value)
        encoded = self._encoded(content, f"'{piece.value}'")
        # Shift_JIS has a backslash for ¥, and has | within other characters.
        if any(self._encoded(each, "reserved") in encoded for each in self._settings.reserved):
            raise _means_something(piece.value)
        return encoded

    def _harmless(self, text: str, value: str) -> None:
        """Raises RequestRefused for a value that could change the form of the message."""
        settings = self._settings
        if _CONTROLS.search(text):
            raise RequestRefused(
                f"'{value}' holds a control character",
                hint="it could end the message and begin another: take it out before it is sent",
            )
        ends = (settings.framing.delimiter, settings.framing.begin)
        if any(end and end in text for end in ends) or any(c in text for c in settings.reserved):
            raise _means_something(value)

    def _encoded(self, text: str, what: str) -> bytes:
        encoding = self._settings.encoding
        try:
            return text.encode(encoding)
        except UnicodeEncodeError:
            raise RequestRefused(
                f"{what} holds a character that {encoding} does not have",
                hint="replace it before it is sent",
            ) from None


def _means_something(value: str) -> RequestRefused:
    return RequestRefused(
        f"'{value}' holds a character that has a meaning in messages of this host",
        hint="take it out before it is sent: replace(…, ';', ' ')",
    )
