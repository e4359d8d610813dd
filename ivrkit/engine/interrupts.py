"""What breaks into a call. Each stops the prompt, unwinds the stack to the frame that declared it
and goes on there; steps and services let them pass and clean up in ``finally``."""

from __future__ import annotations

from ivrkit.call.targets import Target


class Interrupt(BaseException):
    """Base of the interrupts. Not an ``Exception``: no verb catches one by mistake."""


class HangUp(Interrupt):
    """The caller's channel is gone. Never an error."""

    def __init__(self, cause: int = 16) -> None:
        super().__init__(cause)
        self.cause = cause


class LimitReached(Interrupt):
    """The call has taken its longest time (``max_call``)."""


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
