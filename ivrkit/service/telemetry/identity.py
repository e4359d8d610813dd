"""Ids of traces and spans, derived from the call's id: nothing needs to be remembered, and every
engine that has the call in its hands comes to the same."""

from __future__ import annotations

import hashlib
import hmac

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator


def trace_id(call: str) -> int:
    """The trace of a call: 128 bits, never 0 (W3C Trace Context, section 3.2.2.3)."""
    return int.from_bytes(_digest(call)[:16], "big") or 1


def call_span_id(call: str) -> int:
    """The span of the whole call: 64 bits, never 0."""
    return int.from_bytes(_digest(call)[16:24], "big") or 1


def hashed_caller(number: str, key: str) -> str:
    """A caller's number under a key: without the key, all numbers could be tried."""
    return hmac.new(key.encode(), number.encode(), hashlib.sha256).hexdigest()[:32]


def _digest(call: str) -> bytes:
    return hashlib.sha256(f"ivrkit call {call}".encode()).digest()


class CallIds(RandomIdGenerator):
    """Gives the span that is begun next the ids of a call; all others are random."""

    def __init__(self) -> None:
        super().__init__()
        self._call = ""

    def next_is(self, call: str) -> None:
        """The next span is that of this call as a whole."""
        self._call = call

    def generate_trace_id(self) -> int:
        return trace_id(self._call) if self._call else super().generate_trace_id()

    def generate_span_id(self) -> int:
        call, self._call = self._call, ""
        return call_span_id(call) if call else super().generate_span_id()
