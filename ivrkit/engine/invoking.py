"""Running a section or another flow, and coming back from it."""

from __future__ import annotations

from typing import NoReturn, Protocol

from ivrkit.call.events import CameBack
from ivrkit.call.exits import NEXT, Exit, Invocation
from ivrkit.call.step import Node
from ivrkit.call.targets import Branch, Jump, Reserved
from ivrkit.engine.call import LiveCall
from ivrkit.engine.following import outcome_target
from ivrkit.engine.interrupts import CallOver
from ivrkit.engine.session import LiveSession
from ivrkit.engine.stack import MOST_FRAMES, Stack
from ivrkit.engine.state import SessionState
from ivrkit.engine.words import follow_word
from ivrkit.errors import ExpressionError, IvrkitError


class Follows(Protocol):
    """What is needed of whoever runs the steps."""

    call: LiveCall
    session: LiveSession
    stack: Stack
    state: SessionState

    async def return_(self, left: Exit) -> None: ...

    async def hang_up(self, ended: str) -> NoReturn: ...

    async def lead(self, node: Node, left: Exit) -> None: ...

    def arm(self) -> None: ...

    def failed(self, node: Node, code: str, message: str) -> Exit: ...

    def leave(self, target: Jump | Branch | None) -> None: ...


def invoke(runner: Follows, wanted: Invocation) -> None:
    """Put a section or a flow on the stack."""
    stack, session = runner.stack, runner.session
    if len(stack.frames) >= MOST_FRAMES:
        raise ExpressionError(
            f"{MOST_FRAMES} flows and sections run one another",
            hint="one of them runs itself: use goto where nothing has to come back",
        )
    if wanted.flow is None:
        stack.run_section(wanted.section)
        return
    flow = stack.version.flows[wanted.flow]
    stack.run_flow(session.frame(flow, wanted.section, wanted.arguments, wanted.into))


async def come_back(runner: Follows, left: Exit) -> None:
    """Leave what was run, hand its values over and leave the ``run`` step."""
    stack, session = runner.stack, runner.session
    if stack.end_during():
        return
    lowest = runner.state.closing or 0  # nothing comes back from on_end
    inside = stack.frames[lowest + 1 :]
    if stack.flow_depth() == lowest and all(frame.kind != "section" for frame in inside):
        runner.state.left_in_dialplan = not runner.state.ended
        raise CallOver("flow")
    frame = stack.leave_run()
    node = stack.node()
    assert node is not None
    try:
        if frame.into is not None:
            flow = stack.version.flows[frame.flow]
            session.set(frame.into, session.returned(flow, left.values))
    except IvrkitError as error:
        await runner.lead(node, runner.failed(node, error.code, str(error)))
        return
    name = left.outcome or NEXT
    runner.call.trace(CameBack(path=stack.top.position, exit=name, flow=stack.top.flow))
    target = outcome_target(node, stack.flow, name)
    if isinstance(target, Reserved):
        try:
            await follow_word(runner, target.word, node, Exit(f"exits/{name}"))
        except IvrkitError as error:
            await runner.lead(node, runner.failed(node, error.code, str(error)))
    else:
        runner.leave(target)
