"""What goes wrong in a call: a step that fails, and the call's longest time."""

from __future__ import annotations

from typing import NoReturn, Protocol

from ivrkit.call.channel import HungUp
from ivrkit.call.events import Failed
from ivrkit.call.exits import ERROR, Exit
from ivrkit.call.step import Node
from ivrkit.call.targets import Target
from ivrkit.engine.call import LiveCall
from ivrkit.engine.ending import apologise
from ivrkit.engine.interrupts import LOST, CallOver, HangUp
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.stack import Stack
from ivrkit.engine.state import SessionState
from ivrkit.errors import CarrierError, CarrierLost, ChannelGone

GRACE_SECONDS = 120.0
"""How long ``on_error`` may take with the caller once ``max_call`` is reached."""

NO_CALLER = (ChannelGone, CarrierLost)
"""What says that nobody is there any more, or that nobody can know."""


class Goes(Protocol):
    """What is needed of whoever runs the steps."""

    call: LiveCall
    state: SessionState
    stack: Stack
    mailbox: Mailbox

    async def go(self, target: Target, depth: int) -> None: ...

    async def hang_up(self, ended: str) -> NoReturn: ...

    def interrupted(self, by: str, target: Target | None) -> None: ...


CAPTURE_LOST = "capture_lost"
"""The code of ``error`` in the ``on_error`` of a call that cannot be read."""


def failed(runner: Goes, node: Node, code: str, message: str) -> Exit:
    """Tell that a step has failed, and leave it by ``error``."""
    call, path = runner.call, runner.stack.top.position
    call.session.provide(
        "error", {"code": code, "message": message, "step": path, "place": str(node.mark)}
    )
    call.trace(Failed(code=code, message=message, path=path, place=str(node.mark)))
    return Exit(ERROR)


def gone(runner: Goes, node: Node, error: CarrierError) -> NoReturn:
    """The caller's channel is gone, or Asterisk has been away for longer than a call waits: a
    hang-up either way, though nobody has told of it."""
    if isinstance(error, ChannelGone):
        runner.mailbox.put(HungUp(by="gap"))
    else:
        failed(runner, node, error.code, str(error))
        runner.mailbox.put(HungUp(by=LOST))
    raise HangUp from error


async def to_on_error(runner: Goes) -> None:
    """To the nearest flow's ``on_error``; an error inside it ends the call, and so does one in
    ``on_end``, where nobody listens any more."""
    state, stack = runner.state, runner.stack
    if state.ended:
        raise CallOver("error")
    if not state.handling_error:
        for depth, frame in stack.flow_frames():
            target = stack.version.flows[frame.flow].on_error
            if target is not None:
                state.handling_error = True
                await runner.go(target, depth)
                return
    mailbox = runner.mailbox
    mailbox.limit = None  # the call is ending: nothing but a hang-up breaks into that
    breaking, mailbox.breaking = mailbox.breaking, None
    try:
        await apologise(runner.call)
    finally:
        mailbox.breaking = breaking
    raise CallOver("error")


async def call_too_long(runner: Goes) -> None:
    """``max_call`` is reached: ``on_error`` once, then the end."""
    state = runner.state
    if state.unreadable:
        await _unreadable(runner)
        return
    runner.interrupted("limit", None)
    if state.limited:
        await runner.hang_up("limit")
    state.limited = True
    state.limit = runner.mailbox.limit = runner.call.clock.time() + GRACE_SECONDS
    node = runner.stack.node()
    if node is not None:
        failed(runner, node, "call_too_long", "the call has taken its longest time")
    try:
        await to_on_error(runner)
    except CallOver as over:
        raise CallOver("limit") from over


async def _unreadable(runner: Goes) -> None:
    """Nothing is known of the call but where it is: see :mod:`~ivrkit.engine.unreadable`. It comes
    here because its time is over before it has begun."""
    state, call = runner.state, runner.call
    message = "what was saved of the call cannot be read"
    state.limit = runner.mailbox.limit = call.clock.time() + state.unreadable
    state.unreadable = 0.0
    call.session.provide(
        "error", {"code": CAPTURE_LOST, "message": message, "step": "", "place": ""}
    )
    call.trace(Failed(code=CAPTURE_LOST, message=message, path="", place=""))
    await to_on_error(runner)
