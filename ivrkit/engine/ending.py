"""The end of a call: the apology when it cannot go on, and ``on_end`` when it is over."""

from __future__ import annotations

import logging
from typing import Protocol

from ivrkit.call.exits import Exit
from ivrkit.call.kinds import Kind
from ivrkit.call.prompt import Prompts
from ivrkit.call.step import Node
from ivrkit.call.targets import Reserved
from ivrkit.engine.call import LiveCall
from ivrkit.engine.interrupts import LOST, CallOver, HangUp, LimitReached
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.stack import Stack
from ivrkit.engine.state import SessionState
from ivrkit.errors import IvrkitError

LOG = logging.getLogger(__name__)

ON_END_SECONDS = 30.0
"""How long all ``on_end`` of a call may take (language.md, "The end")."""
NEEDS_CALLER = frozenset({Kind.CALLER, Kind.AWAY})


class Steps(Protocol):
    """What the end of a call needs of whoever runs its steps."""

    call: LiveCall
    state: SessionState
    stack: Stack
    mailbox: Mailbox

    async def step(self, node: Node) -> None: ...

    async def break_in(self, interrupt: LimitReached) -> None: ...

    async def return_(self, left: Exit) -> None: ...

    def failed(self, node: Node, code: str, message: str) -> Exit: ...


async def apologise(call: LiveCall) -> None:
    """The built-in apology; whatever fails here, the call ends."""
    try:
        prompts = call.use(Prompts)  # type: ignore[type-abstract]
        call.session.stack.top.entry = None
        call.keys.flush()
        await call.say(prompts.apology(call.session.language), barge_in=False)
        await call.channel.hang_up()
    except IvrkitError as error:
        LOG.warning("call %s: no apology: %s", call.id, error)


def by_hang_up(mailbox: Mailbox, state: SessionState) -> str:
    """How a call has ended whose caller has hung up."""
    hung_up = mailbox.hung_up
    if hung_up is not None and hung_up.by == LOST:
        return LOST
    return "agent" if state.with_agent else "caller"


async def run_on_end(runner: Steps) -> None:
    """``on_end`` of every flow on the stack, innermost first. It writes and cannot speak."""
    state, stack, mailbox = runner.state, runner.stack, runner.mailbox
    mailbox.over = True  # the news that the channel is gone may come at any time from here on
    mailbox.limit = runner.call.clock.time() + ON_END_SECONDS
    for depth, frame in list(stack.flow_frames()):
        target = stack.version.flows[frame.flow].on_end
        if target is None or isinstance(target, Reserved):
            del stack.frames[depth:]
            continue
        if state.closing != depth:  # else another engine had begun it
            stack.jump(target, depth)
            state.closing = depth
        if mailbox.breaking is not None:
            mailbox.breaking.close(depth)
        try:
            await _write(runner, depth)
        except (CallOver, LimitReached, HangUp) as over:
            LOG.info("call %s: on_end of %s stopped: %r", runner.call.id, frame.flow, over)
        del stack.frames[depth:]


async def _write(runner: Steps, depth: int) -> None:
    """The steps of one ``on_end``, to the end of its list."""
    stack, mailbox = runner.stack, runner.mailbox
    while True:
        if mailbox.limit is not None and runner.call.clock.time() >= mailbox.limit:
            raise LimitReached
        node = stack.node()
        if node is not None:
            if node.step.kind in NEEDS_CALLER:
                runner.failed(node, "caller_gone", f"{node.step.verb} needs the caller")
                stack.go_on()
                continue
            try:
                await runner.step(node)
            except LimitReached as limit:
                if limit.depth is None or limit.depth < depth:
                    raise
                await runner.break_in(limit)
        elif stack.top.kind == "block":
            stack.end_block()
        elif len(stack.frames) - 1 > depth:
            await runner.return_(Exit())
        else:
            return
