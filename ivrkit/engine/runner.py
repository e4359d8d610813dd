"""Runs the steps of one call: enter, run, leave by an exit, capture; and what breaks in."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import NoReturn

from ivrkit.call.channel import HungUp
from ivrkit.call.events import CameBack, Entered, Interrupted, Left, Skipped
from ivrkit.call.exits import ERROR, NEXT, Exit, Invocation
from ivrkit.call.kinds import Kind
from ivrkit.call.session import EntryState
from ivrkit.call.step import Node, Step
from ivrkit.call.targets import Branch, Jump, Reserved, Target, Word
from ivrkit.engine.call import LiveCall
from ivrkit.engine.circles import GoesRound, count_step
from ivrkit.engine.ending import run_on_end
from ivrkit.engine.failing import call_too_long, failed, to_on_error
from ivrkit.engine.figures import offer_figures
from ivrkit.engine.following import outcome_target, resolve, taken
from ivrkit.engine.interrupts import (
    CallOver,
    FlowKeyPressed,
    HangUp,
    LimitReached,
)
from ivrkit.engine.keeping import Keeper
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.saving import Capture
from ivrkit.engine.stack import MOST_FRAMES
from ivrkit.engine.words import follow_word
from ivrkit.errors import CarrierError, ChannelGone, ExpressionError, IvrkitError, StoreError
from ivrkit.expressions.values import truth

LOG = logging.getLogger(__name__)

BeforeStep = Callable[["Runner", Node], Awaitable[None]]


class Runner:
    """The one thread of control of a call.

    ``before_step`` looks at every step that is entered from elsewhere, after it was captured;
    it may raise an interrupt (:class:`~ivrkit.engine.interrupts.Restart`), and whoever waits in it
    holds the call there.
    """

    def __init__(
        self,
        call: LiveCall,
        mailbox: Mailbox,
        keeper: Keeper,
        capture: Capture,
        before_step: BeforeStep | None = None,
    ) -> None:
        self.call = call
        self.session = call.session
        self.stack = call.session.stack
        self.state = call.session.state
        self.mailbox = mailbox
        self._keeper = keeper
        self._capture = capture
        self._before_step = before_step
        self._waits = mailbox.waits

    async def run(self) -> str:
        """Run the call to its end and then ``on_end``; says how it ended."""
        interrupt: FlowKeyPressed | LimitReached | None = None
        while not self.state.ended:
            try:
                if isinstance(interrupt, FlowKeyPressed):
                    self.interrupted(interrupt.by, interrupt.target)
                    await self.go(interrupt.target, interrupt.depth)
                elif interrupt is not None:
                    await call_too_long(self)
                interrupt = None
                await self._steps()
            except HangUp:
                self._end("agent" if self.state.with_agent else "caller", "hangup")
            except (FlowKeyPressed, LimitReached) as broken_in:
                interrupt = broken_in
            except CallOver as over:
                self._end(over.ended)
            except Exception:
                LOG.exception("call %s broke down", self.call.id)
                await self._broke_down()
        await run_on_end(self)
        return self.state.ended

    # ---- steps -------------------------------------------------------------------------------

    async def _steps(self) -> None:
        while True:
            self.mailbox.check()
            node = self.stack.node()
            if node is not None:
                await self.step(node)
            elif self.stack.top.kind == "block":
                self.stack.end_block()
            elif len(self.stack.frames) > 1:
                await self.return_(Exit())
            else:
                self.state.left_in_dialplan = True
                raise CallOver("flow")

    async def step(self, node: Node) -> None:
        """Enter a step, run it, and go where its exit leads."""
        top = self.stack.top
        try:
            # Only a real wait counts: a prompt that is skipped over waiting keys is none.
            waited, self._waits = self.mailbox.waits != self._waits, self.mailbox.waits
            count_step(self.state, waited=waited)
            entry = top.entry
            if entry is None:
                self._arrive()
                if node.when is not None and not await self._holds(node):
                    self.call.trace(Skipped(path=top.position, flow=top.flow))
                    self.stack.go_on()
                    return
                entry = self.session.entered(top)
            self.session.entry = entry
            left = await self._run(node, entry)
            await self._follow(node, left)
            return
        except ChannelGone as gone:
            self.mailbox.put(HungUp(by="gap"))
            raise HangUp from gone
        except GoesRound as error:
            self.failed(node, error.code, str(error))
            await to_on_error(self)
            return
        except IvrkitError as error:
            left = self.failed(node, error.code, str(error))
        except Exception as error:
            LOG.exception("step %s of call %s failed", node.path, self.call.id)
            left = self.failed(node, "internal", f"{type(error).__name__} in {node.step.verb}")
        await self._follow(node, left)

    def _arrive(self) -> None:
        """Count an entry of the section at whose beginning the call stands now."""
        top, state = self.stack.top, self.state
        if top.index == 0 and top.kind != "block":
            key = f"{top.flow}:{top.path}"
            state.visits[key] = state.visits.get(key, 0) + 1
            if not state.ended:  # on_end is not a part of the way the caller took
                state.path.append(top.path)
                del state.path[:-200]

    async def _holds(self, node: Node) -> bool:
        """Whether the step is not to be skipped. It speaks of the visit that this will be."""
        assert node.when is not None
        self.session.entry = self.session.expected(self.stack.top)
        await offer_figures(self.call, node)
        return truth(node.when.value(self.session))

    async def _run(self, node: Node, entry: EntryState) -> Exit:
        step, state, path = node.step, self.state, self.stack.top.position
        how = entry.how
        if step.kind is not Kind.AWAY:
            state.away_since = None
        elif how != "resumed" or state.away_since is None:
            state.away_since = self.call.clock.time()
        await self._save(step.kind)
        if self._before_step is not None and how == "entered":
            await self._before_step(self, node)
        self.call.trace(
            Entered(
                path=path,
                verb=step.verb,
                flow=self.stack.top.flow,
                how=how,
                line=node.mark.line,
            )
        )
        started = self.call.clock.time()
        name = "interrupted"
        try:
            await offer_figures(self.call, node)
            if how == "resumed" and step.kind is Kind.OUTSIDE and not step.repeatable:
                left = Exit("unknown")  # it had started, and nobody knows how it went
            elif step.kind is Kind.AWAY:
                left = await self._away(step)
            else:
                left = await step.run(self.call)
            left = taken(node, left)
            name = left.name
            return left
        except (HangUp, ChannelGone):
            name = "hangup"
            raise
        except Exception:
            name = ERROR
            raise
        finally:
            seconds = round(self.call.clock.time() - started, 3)
            self.call.trace(Left(path=path, exit=name, seconds=seconds, flow=self.stack.top.flow))

    async def _away(self, step: Step) -> Exit:
        """Run a step that gives the call out of our hands: ``max_call`` does not count it."""
        state, mailbox = self.state, self.mailbox
        mailbox.limit = None
        try:
            return await step.run(self.call)
        finally:
            if state.limit is not None and state.away_since is not None:
                state.limit += self.call.clock.time() - state.away_since
            mailbox.limit = state.limit

    async def _save(self, kind: Kind) -> None:
        """Behind for most; ahead, with the start of the step in it, for what may not run twice."""
        ahead = kind in (Kind.OUTSIDE, Kind.AWAY)
        capture = self._capture(self.state, self.mailbox.buffer)
        if not ahead:
            self._keeper.save(self.call.id, capture)
            return
        try:
            await self.call.clock.outside(self._keeper.save_ahead(self.call.id, capture))
        except StoreError:
            if kind is Kind.OUTSIDE:
                raise
            LOG.exception("call %s goes on unsaved", self.call.id)

    # ---- exits -------------------------------------------------------------------------------

    async def _follow(self, node: Node, left: Exit) -> None:
        if left.invoke is not None:
            self._invoke(left.invoke)
            return
        if left.outcome is not None:
            await self.return_(left)
            return
        target, to_error = resolve(node, self.stack.flow, left)
        if to_error:
            await to_on_error(self)
        elif isinstance(target, Branch):
            self.stack.branch(target, reenter=left.reenter)
        elif isinstance(target, Jump):
            self.stack.jump(target)
        elif isinstance(target, Reserved):
            await follow_word(self, target.word, node, left)
        else:
            self.stack.go_on()

    async def go(self, target: Target, depth: int) -> None:
        """Go on in the flow frame of this depth, leaving everything above it."""
        if isinstance(target, Reserved):
            del self.stack.frames[depth + 1 :]
            if target.word is Word.RETURN:
                await self.return_(Exit())
                return
            await self.hang_up("flow")
        self.stack.jump(target, depth)

    def _invoke(self, invoke: Invocation) -> None:
        if len(self.stack.frames) >= MOST_FRAMES:
            raise ExpressionError(
                f"{MOST_FRAMES} flows and sections run one another",
                hint="one of them runs itself: use goto where nothing has to come back",
            )
        if invoke.flow is None:
            self.stack.run_section(invoke.section)
            return
        flow = self.stack.version.flows[invoke.flow]
        frame = self.session.frame(flow, invoke.section, invoke.arguments, invoke.into)
        self.stack.run_flow(frame)

    async def return_(self, left: Exit) -> None:
        """Leave what was run, hand its values over and leave the ``run`` step."""
        if self.stack.flow_depth() == 0 and not self._in_section():
            self.state.left_in_dialplan = True
            raise CallOver("flow")
        frame = self.stack.leave_run()
        node = self.stack.node()
        assert node is not None
        try:
            if frame.into is not None:
                flow = self.stack.version.flows[frame.flow]
                self.session.set(frame.into, self.session.returned(flow, left.values))
        except IvrkitError as error:
            await self._follow(node, self.failed(node, error.code, str(error)))
            return
        name = left.outcome or NEXT
        self.call.trace(CameBack(path=self.stack.top.position, exit=name, flow=self.stack.top.flow))
        target = outcome_target(node, self.stack.flow, name)
        if isinstance(target, Branch):
            self.stack.branch(target)
        elif isinstance(target, Jump):
            self.stack.jump(target)
        elif isinstance(target, Reserved):
            await follow_word(self, target.word, node, Exit(f"exits/{name}"))
        else:
            self.stack.go_on()

    def _in_section(self) -> bool:
        return any(frame.kind == "section" for frame in self.stack.frames)

    # ---- errors, limits, the end -------------------------------------------------------------

    def failed(self, node: Node, code: str, message: str) -> Exit:
        """Tell that a step has failed, and leave it by ``error``."""
        return failed(self, node, code, message)

    async def _broke_down(self) -> None:
        try:
            await self.hang_up("error")
        except CallOver as over:
            self._end(over.ended)

    async def hang_up(self, ended: str) -> NoReturn:
        """End the call; a carrier that refuses, or is away, keeps nobody from ``on_end``."""
        try:
            await self.call.channel.hang_up()
        except CarrierError as error:
            LOG.warning("call %s could not be hung up: %s", self.call.id, error)
        raise CallOver(ended)

    def interrupted(self, by: str, target: Target | None) -> None:
        """Tell that something has broken in."""
        to = target.section if isinstance(target, Jump) else ""
        self.call.trace(Interrupted(by=by, to=to))

    def _end(self, ended: str, by: str = "") -> None:
        if by:
            self.interrupted(by, None)
        self.state.ended = ended
