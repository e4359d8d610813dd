"""How long the driver waits for what, in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """``first`` until a playback begins, ``grace`` beyond the length of its media, ``stopped``
    until it ends after a stop, ``left`` until a channel that left Stasis by itself is gone,
    ``overtaken`` until an event arrives behind the answer that it should have preceded.

    ``reply`` is the longest wait for an answer (and for as long a first connection over which no
    event comes is tried again), ``probe`` that for the first one over a WebSocket (an Asterisk that
    does not know it says nothing) and, if ``ping`` is no longer, for the first event.

    ``patience`` is how long Asterisk may be away before what commands wait for it fails.
    ``backoff`` and ``backoff_limit`` are the first and the longest pause between two attempts to
    connect, ``settled`` how long all must have gone well to begin with the first again;
    ``contested`` and ``contested_limit`` are the same pauses where somebody else has connected
    under our name. ``ping`` is the pause between two pings.
    """

    first: float = 2.0
    grace: float = 5.0
    stopped: float = 2.0
    left: float = 0.5
    overtaken: float = 0.05
    reply: float = 10.0
    probe: float = 2.0
    patience: float = 120.0
    backoff: float = 0.1
    backoff_limit: float = 2.0
    contested: float = 1.0
    contested_limit: float = 60.0
    settled: float = 5.0
    ping: float = 4.0

    @classmethod
    def pinging(cls, seconds: float) -> Timings:
        """With this pause between two pings. A connection that is dead is found out before those
        who wait for an answer on it give up."""
        return cls(ping=seconds, reply=max(cls().reply, 2.5 * seconds))
