"""Runs a step that lasts, with what happens beside it: keys, work, steps for the caller.

There is one thread of control. What the step waits for is an :class:`Operation` with one owner,
the frame that stands at the step; its end is an interrupt that unwinds the stack to that frame.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Protocol

from ivrkit.call.asking import Meanwhile
from ivrkit.call.events import Listening, Music, Outlasted
from ivrkit.call.exits import GO_ON, NEXT, Exit
from ivrkit.call.kinds import Kind
from ivrkit.call.lasting import KeyedStep, LastingStep
from ivrkit.call.session import EntryState
from ivrkit.call.step import Node, Step
from ivrkit.call.targets import Branch
from ivrkit.engine.breaking import BreakingIn
from ivrkit.engine.call import LiveCall
from ivrkit.engine.interrupts import HangUp, KeyChosen, OperationDone, Restart
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.operations import FINISH_SECONDS, Operation
from ivrkit.engine.stack import Stack
from ivrkit.engine.state import Frame
from ivrkit.errors import CarrierError, ChannelGone
from ivrkit.expressions.expression import Setting

LOG = logging.getLogger(__name__)

LASTED = "lasted"
"""Seconds that a step of the caller had lasted when a key led away from it, in its entry."""


class Inside(Protocol):
    """What is needed of whoever runs the steps."""

    call: LiveCall
    stack: Stack
    mailbox: Mailbox

    @property
    def breaking(self) -> BreakingIn: ...

    async def run_inside(self, depth: int) -> bool:
        """Run the steps above the frame of this depth to their end; False when a jump has left
        the step at which it stands."""


async def last(runner: Inside, node: Node, entry: EntryState) -> Exit | None:
    """Run a step that other things go on beside; None when a jump out of these has ended it."""
    step, breaking = node.step, runner.breaking
    depth = len(runner.stack.frames) - 1
    outer = breaking.watch
    if isinstance(step, KeyedStep) and step.entries is not None:
        breaking.watch = runner.call.keys.watch(depth, step.entries, _settle(runner, step))
        runner.call.trace(Listening(passing=True))
    try:
        while True:
            try:
                return await _once(runner, node, entry, depth)
            except KeyChosen as chosen:
                if chosen.depth != depth:
                    raise
                runner.stack.unwind(depth)
                runner.call.session.entry = entry
                left = _left_for(node, chosen)
                if left is not None:
                    return left
                entry.data.pop(LASTED, None)
    finally:
        breaking.watch = outer


def _left_for(node: Node, chosen: KeyChosen) -> Exit | None:
    """The exit for a key; None if the step is run once more (a flow-wide ``again``)."""
    if chosen.way in node.targets:
        return Exit(chosen.way, reenter=isinstance(node.targets[chosen.way], Branch))
    return GO_ON if chosen.way == NEXT else None


async def _once(runner: Inside, node: Node, entry: EntryState, depth: int) -> Exit | None:
    step = node.step
    if isinstance(step, LastingStep):
        return await _Lasting(runner, node, entry, depth, step).run()
    if step.kind is Kind.OUTSIDE:
        return await _Outside(runner, node, entry, depth, step).run()
    left = await step.run(runner.call)
    await _settled(runner)
    return left


async def _settled(runner: Inside) -> None:
    """Until the keys that have stopped a prompt are one of the entries, or none."""
    watch = runner.breaking.watch
    while watch is not None and watch.pending:
        runner.mailbox.check()
        if watch.pending:
            await runner.mailbox.wait(None)


class _Outside:
    """A step whose work is done beside the call, so that something can break into it."""

    def __init__(
        self, runner: Inside, node: Node, entry: EntryState, depth: int, step: Step
    ) -> None:
        self.runner = runner
        self.node = node
        self.entry = entry
        self.depth = depth
        self.step = step
        self.path = runner.stack.top.position
        # Asked now: what runs beside the step may change what the answer depends on.
        self.writes = step.kind is Kind.OUTSIDE and not step.may_run_again(runner.call)
        self.operation = self.begin()

    def begin(self) -> Operation:
        """Start the work."""
        call, wake = self.runner.call, self.runner.mailbox.wake
        return Operation(call.clock, self.work(), self.depth, wake, writes=self.writes)

    def work(self) -> Any:
        """What is to be done: all that the step does."""
        return self.step.run(self.runner.call)

    def finish(self, result: Any) -> Exit:
        """What came of it."""
        assert isinstance(result, Exit)
        return result

    async def run(self) -> Exit | None:
        """From the beginning of the work to its end; see :func:`last`."""
        runner, operation = self.runner, self.operation
        breaking = runner.breaking
        breaking.operations.append(operation)
        ended = False
        try:
            while True:
                try:
                    await self.beside()
                    return None
                except OperationDone as done:
                    if done.depth != self.depth:
                        raise
                    ended = True
                    self._unwind()
                    return self.finish(operation.result())
                except KeyChosen as chosen:
                    if not self._comes_back(chosen):
                        raise
                    self._unwind()
                    self._push(chosen.way)
        except HangUp:
            ended = True
            if await self._let_finish():
                self._keep()
            raise
        except (asyncio.CancelledError, Restart):
            ended = True
            await operation.cancel()
            raise
        finally:
            try:
                if not ended:
                    await self._let_finish()
            finally:
                breaking.operations.remove(operation)

    async def beside(self) -> None:
        """What happens while the work goes on; comes back only when a jump has ended it all."""
        await self.wait()

    async def wait(self, until: float | None = None) -> None:
        """Until something breaks in, or the time is reached."""
        mailbox, clock = self.runner.mailbox, self.runner.call.clock
        while until is None or clock.time() < until:
            mailbox.check()
            await mailbox.wait(until)
        mailbox.check()

    # ---- inside ------------------------------------------------------------------------------

    def _unwind(self) -> None:
        self.runner.stack.unwind(self.depth)
        self.runner.call.session.entry = self.entry

    def _comes_back(self, chosen: KeyChosen) -> bool:
        """Whether a key leads to steps in place while the work goes on."""
        return (
            chosen.depth == self.depth
            and self.step.kind is Kind.OUTSIDE
            and isinstance(self.node.targets.get(chosen.way), Branch)
        )

    def _push(self, way: str) -> None:
        """Put what runs beside the step on the stack."""
        stack, target = self.runner.stack, self.node.targets[way]
        flow = stack.top.flow
        if isinstance(target, Branch):
            stack.frames.append(Frame("block", flow, target.path, during=True))
        else:
            section = target.section  # type: ignore[union-attr]  # a word is refused by the check
            stack.frames.append(Frame("section", flow, section, during=True))

    async def _let_finish(self) -> bool:
        """Nobody waits for the result any more. True for a write that had begun and was let
        finish, or had just been done; whatever else still goes on is broken off."""
        operation, call = self.operation, self.runner.call
        if not self.writes:
            await operation.cancel()
            return False
        deadline = self.entry.deadline
        until = call.clock.time() + FINISH_SECONDS
        finished = await operation.let_finish(until if deadline is None else min(until, deadline))
        seconds = round(operation.lasted, 3)
        end = "finished" if finished else "cancelled"
        call.trace(Outlasted(path=self.path, end=end, seconds=seconds))
        return finished

    def _keep(self) -> None:
        """Set what came of a write whose caller has hung up, for what ``on_end`` does."""
        stack, session = self.runner.stack, self.runner.call.session
        if stack.flow_depth() == stack.flow_depth(self.depth):
            session.entry = self.entry
            try:
                self.finish(self.operation.result())
            except Exception as error:  # nobody is there to be told, and on_end must run
                LOG.warning("%s of a call that is over has failed: %s", self.path, error)


class _Lasting(_Outside):
    """A step that may have a ``meanwhile``."""

    step: LastingStep

    def work(self) -> Any:
        return self.step.begin(self.runner.call)

    def finish(self, result: Any) -> Exit:
        return self.step.finish(self.runner.call, result)

    async def run(self) -> Exit | None:
        data, before = self.entry.data, self.entry.data.get(LASTED, 0.0)
        try:
            return await super().run()
        finally:
            if self.step.kind is Kind.CALLER:
                data[LASTED] = before + self.operation.lasted

    async def beside(self) -> None:
        runner, stack, meanwhile = self.runner, self.runner.stack, self.step.meanwhile
        if len(stack.frames) - 1 > self.depth:  # the steps of a key
            if not await runner.run_inside(self.depth):
                return
            self._unwind()
        music = self.step.music_class(runner.call)
        if meanwhile is not None:
            await self._until_begun(meanwhile)
            self._push("meanwhile")
            if not await runner.run_inside(self.depth):
                return
            self._unwind()
        async with _music(runner, music):
            await self.wait()

    async def _until_begun(self, meanwhile: Meanwhile) -> None:
        call = self.runner.call
        seconds = _seconds(call, meanwhile.after)
        if seconds:
            await self.wait(call.clock.time() + seconds)


@contextlib.asynccontextmanager
async def _music(runner: Inside, name: str | None) -> AsyncIterator[None]:
    """Music on hold, if there is any. That it cannot be played keeps nobody from waiting."""
    if name is None:
        yield
        return
    channel = runner.call.channel
    try:
        runner.call.trace(Music(name=name))
        await channel.start_music(name)
    except ChannelGone:
        raise
    except CarrierError as error:
        LOG.warning("call %s: no music: %s", runner.call.id, error)
    try:
        yield
    finally:
        if runner.mailbox.hung_up is None:
            with contextlib.suppress(CarrierError):
                await channel.stop_music()


def _settle(runner: Inside, step: KeyedStep) -> float | None:
    return None if step.settle is None else _seconds(runner.call, step.settle)


def _seconds(call: LiveCall, setting: Setting | None) -> float:
    value = None if setting is None else call.session.setting(setting)
    return value.total_seconds() if isinstance(value, timedelta) else 0.0
