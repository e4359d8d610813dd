"""Capturing a call: its state as bytes, with what is secret in it sealed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress

import msgspec

from ivrkit.engine.state import DECODER, ENCODER, SessionState
from ivrkit.engine.values import Sealer, Seals
from ivrkit.errors import StoreError
from ivrkit.input.buffer import TypeAhead

LOG = logging.getLogger(__name__)


class Capture:
    """Makes the bytes of a capture. The type-ahead buffer may hold a secret: it is sealed whole,
    and not stored without a key."""

    __slots__ = ("_sealer",)

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def __call__(self, state: SessionState, buffer: TypeAhead) -> bytes:
        state.buffer = None
        if len(buffer):
            plain = msgspec.json.encode(buffer.to_dict())
            state.buffer = Seals(self._sealer, state.call).seal(plain)
        return ENCODER.encode(state)


def read_capture(capture: bytes) -> SessionState:
    """The state of a capture. Raises StoreError when it cannot be read."""
    try:
        return DECODER.decode(capture)
    except msgspec.MsgspecError as error:
        raise StoreError(f"a captured call cannot be read: {error}") from error


def channels_of(sessions: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    """The channels of captured calls, as far as these can be read."""
    for _, capture in sessions:
        with suppress(StoreError):
            yield read_capture(capture).channel


def read_buffer(state: SessionState, sealer: Sealer) -> TypeAhead:
    """The type-ahead buffer of a captured call; empty when it was not stored, or is written as
    this release does not read it: keys are lost then, and no call."""
    plain = Seals(sealer, state.call).unseal(state.buffer)
    if plain is None:
        return TypeAhead()
    try:
        return TypeAhead.from_dict(msgspec.json.decode(plain))
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError):
        LOG.warning("what was pressed ahead in call %s cannot be read", state.call)
        return TypeAhead()
