"""What breaks into a call. Each stops the prompt, unwinds the stack to the frame that declared it
and goes on there; steps and services let them pass and clean up in ``finally``.

Of several that are due at once the first in this order breaks in: a hang-up, the end of an
operation, a limit, a key; and of two of one sort the one whose frame is further out.
"""

from __future__ import annotations

from ivrkit.call.targets import Target

LOST = "lost"
"""How a call has ended, and who has hung it up, when that happened while no engine was there, or
because Asterisk itself broke down."""


class Interrupt(BaseException):
    """Base of the interrupts. Not an ``Exception``: no verb catches one by mistake."""


class HangUp(Interrupt):
    """The caller's channel is gone. Never an error."""

    def __init__(self, cause: int = 16) -> None:
        super().__init__(cause)
        self.cause = cause


class OperationDone(Interrupt):
    """What a step waits for is done, while other steps run for the caller. ``depth`` is that of
    the frame that stands at the step."""

    def __init__(self, depth: int) -> None:
        super().__init__(depth)
        self.depth = depth


class LimitReached(Interrupt):
    """A time is over: the ``timeout`` of the step at which the frame of this depth stands; None:
    that of the whole call (``max_call``)."""

    def __init__(self, depth: int | None = None) -> None:
        super().__init__(depth)
        self.depth = depth


class KeyChosen(Interrupt):
    """One of the ``keys`` of a step that lasts: leave it by this way. ``depth`` is that of the
    frame that stands at the step."""

    def __init__(self, depth: int, way: str) -> None:
        super().__init__(way)
        self.depth = depth
        self.way = way


class CallOver(Interrupt):
    """The flow has ended the call; ``ended`` says how (``flow``, ``error``)."""

    def __init__(self, ended: str) -> None:
        super().__init__(ended)
        self.ended = ended


class FlowKeyPressed(Interrupt):
    """A flow-wide key or shortcut: go to the target in the frame (by depth) that declared it."""

    def __init__(self, depth: int, target: Target, by: str, keys: str) -> None:
        super().__init__(by)
        self.depth = depth
        self.target = target
        self.by = by
        self.keys = keys


class Restart(Interrupt):
    """The engine is thrown away here and the call rebuilt from the store (tests, handing over)."""
