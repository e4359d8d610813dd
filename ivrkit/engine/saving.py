"""Capturing a call: its state as bytes, with what is secret in it sealed."""

from __future__ import annotations

import base64

import msgspec

from ivrkit.engine.state import DECODER, ENCODER, SessionState
from ivrkit.engine.values import Seals
from ivrkit.errors import StoreError
from ivrkit.input.buffer import TypeAhead


class Capture:
    """Makes the bytes of a capture. The type-ahead buffer may hold a secret: it is sealed whole,
    and not stored without a key."""

    __slots__ = ("_seals",)

    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def __call__(self, state: SessionState, buffer: TypeAhead) -> bytes:
        state.buffer = None
        if len(buffer):
            sealed = self._seals.seal(msgspec.json.encode(buffer.to_dict()))
            state.buffer = base64.b64encode(sealed).decode() if sealed is not None else None
        return ENCODER.encode(state)


def read_capture(capture: bytes) -> SessionState:
    """The state of a capture. Raises StoreError when it cannot be read."""
    try:
        return DECODER.decode(capture)
    except msgspec.MsgspecError as error:
        raise StoreError(f"a captured call cannot be read: {error}") from error


def read_buffer(state: SessionState, seals: Seals) -> TypeAhead:
    """The type-ahead buffer of a captured call; empty when it was not stored."""
    if state.buffer is None:
        return TypeAhead()
    try:
        plain = seals.unseal(base64.b64decode(state.buffer))
        return TypeAhead.from_dict(msgspec.json.decode(plain))
    except ValueError:
        return TypeAhead()
