"""Circles without the caller: a flow that goes round alone would hold up every other call."""

from __future__ import annotations

from ivrkit.engine.state import SessionState
from ivrkit.errors import ExpressionError

MOST_IDLE_STEPS = 1000
"""Steps that a flow may take without waiting for the caller (language.md, "Steps")."""


class GoesRound(ExpressionError):
    """The flow goes on and on without the caller. No exit of a step catches it: that exit may be a
    part of the circle."""


def count_step(state: SessionState, *, waited: bool) -> None:
    """Count a step, ``waited`` if time could pass since the last one. Raises GoesRound."""
    state.idle_steps = 0 if waited else state.idle_steps + 1
    if state.idle_steps <= MOST_IDLE_STEPS:
        return
    state.idle_steps = 0
    raise GoesRound(
        f"{MOST_IDLE_STEPS} steps without waiting for the caller: the flow goes round "
        f"through {' > '.join(state.path[-4:])}",
        hint="let something in this circle ask the caller, wait, or count",
    )
