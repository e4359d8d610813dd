"""Time limits of steps: set when a step is entered, and standing still while the call is in other
hands."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from ivrkit.call.exits import Exit
from ivrkit.call.kinds import Kind
from ivrkit.call.session import EntryState
from ivrkit.call.step import Step
from ivrkit.engine.breaking import BreakingIn
from ivrkit.engine.call import LiveCall
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.session import LiveSession
from ivrkit.engine.stack import Stack
from ivrkit.engine.state import SessionState
from ivrkit.errors import ExpressionError


class Limited(Protocol):
    """What is needed of whoever runs the steps."""

    call: LiveCall
    session: LiveSession
    stack: Stack
    state: SessionState
    mailbox: Mailbox

    @property
    def breaking(self) -> BreakingIn: ...


def limit(runner: Limited, step: Step, entry: EntryState) -> None:
    """Set when the time of a step will be over; what is in other hands, and what
    knows better itself, is left alone."""
    if step.kind is Kind.AWAY or step.limits_itself:
        return
    if step.timeout is not None and entry.deadline is None:
        seconds = runner.session.setting(step.timeout)
        if not isinstance(seconds, timedelta):
            raise ExpressionError("the timeout is none", hint="set the variable first")
        entry.deadline = runner.call.clock.time() + seconds.total_seconds()
        runner.breaking.arm()


def arm(runner: Limited) -> None:
    """Heed the limits of the steps at which the call stands, which nobody has entered just now."""
    if any(frame.entry and frame.entry.deadline is not None for frame in runner.stack.frames):
        breaking = runner.breaking
        if runner.state.away_since is None:  # else they count on once the call is back
            breaking.arm()


async def run_away(runner: Limited, step: Step) -> Exit:
    """Run a step that gives the call out of our hands: no limit counts it, and nothing but a
    hang-up breaks in, because nobody could take the call back."""
    state, mailbox = runner.state, runner.mailbox
    mailbox.limit = None
    breaking, mailbox.breaking = mailbox.breaking, None
    try:
        return await step.run(runner.call)
    finally:
        since = state.away_since
        lasted = 0.0 if since is None else runner.call.clock.time() - since
        if state.limit is not None:
            state.limit += lasted
        mailbox.limit, mailbox.breaking = state.limit, breaking
        if breaking is not None:
            breaking.postpone(lasted)
