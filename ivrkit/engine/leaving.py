"""From which step on another engine goes on with a call."""

from __future__ import annotations

from typing import Protocol

from ivrkit.call.kinds import Kind
from ivrkit.call.step import Node
from ivrkit.engine.breaking import BreakingIn
from ivrkit.engine.call import LiveCall


class Leaving(Protocol):
    """What is asked of a runner. ``leaves``: another engine goes on from the next step on;
    ``holds``: from the next one on that may not be done twice."""

    call: LiveCall
    leaves: bool
    holds: bool

    @property
    def breaking(self) -> BreakingIn: ...


def is_left(runner: Leaving, node: Node) -> bool:
    """Whether the call is left at this step, before it is entered."""
    if not (runner.leaves or runner.holds):
        return False
    step = node.step
    begins = step.kind is Kind.AWAY or (
        step.kind is Kind.OUTSIDE and not step.may_run_again(runner.call)
    )
    return (runner.leaves or begins) and not any(each.writes for each in runner.breaking.operations)
