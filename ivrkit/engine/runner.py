"""Runs the steps of one call: enter, run, leave by an exit, capture; and what breaks in."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn

from ivrkit.call.events import CameBack, Entered, Interrupted, Left, Skipped
from ivrkit.call.exits import ERROR, TIMEOUT, Exit
from ivrkit.call.kinds import Kind
from ivrkit.call.session import EntryState
from ivrkit.call.step import Node
from ivrkit.call.targets import Branch, Jump, Reserved, Target, Word
from ivrkit.engine.breaking import BreakingIn
from ivrkit.engine.call import LiveCall
from ivrkit.engine.circles import GoesRound, count_step
from ivrkit.engine.ending import by_hang_up, run_on_end
from ivrkit.engine.failing import NO_CALLER, call_too_long, failed, gone, to_on_error
from ivrkit.engine.figures import offer_figures, queues_of
from ivrkit.engine.following import resolve, taken
from ivrkit.engine.interrupts import CallOver, FlowKeyPressed, HangUp, LimitReached, Restart
from ivrkit.engine.invoking import come_back, invoke
from ivrkit.engine.keeping import Keeper, keep
from ivrkit.engine.lasting import last
from ivrkit.engine.leaving import is_left
from ivrkit.engine.limits import arm, limit, run_away
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.saving import Capture
from ivrkit.engine.trail import go_back, note_menu
from ivrkit.engine.words import follow_word
from ivrkit.errors import CarrierError, ChannelGone, IvrkitError, OutcomeUnknown, StoreError
from ivrkit.expressions.values import truth

LOG = logging.getLogger(__name__)
_AHEAD: Final = frozenset({Kind.OUTSIDE, Kind.AWAY})
"""Steps before which the call is saved; of the others it is soon enough behind."""
RESTARTED: Final = "the engine was restarted after it had begun, and nobody knows how it went"

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
        self._standing = self.stack.top.entry is not None
        self._unsaved = False  # what came of a write
        self.leaves = False  # another engine goes on with the call, from the next step on
        self.holds = False  # the same, from the next step on that may not be done twice
        self.arm()

    @property
    def writes(self) -> bool:
        """Whether something is under way that may not be done twice, or not saved yet."""
        breaking = self.mailbox.breaking
        return self._unsaved or (
            breaking is not None and any(each.writes for each in breaking.operations)
        )

    @property
    def breaking(self) -> BreakingIn:
        """What breaks in where steps last."""
        mailbox = self.mailbox
        if mailbox.breaking is None:
            mailbox.breaking = BreakingIn(self.call.clock, self.stack.frames)
        return mailbox.breaking

    def arm(self) -> None:
        """The call stands where limits may count: after a restart, and behind ``back``."""
        arm(self)

    async def run(self) -> str:
        """Run the call to its end and then ``on_end``; says how it ended."""
        interrupt: FlowKeyPressed | LimitReached | None = None
        while not self.state.ended:
            try:
                if interrupt is not None:
                    await self.break_in(interrupt)
                interrupt = None
                await self._steps()
            except HangUp:
                self._end(by_hang_up(self.mailbox, self.state), "hangup")
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
        if self._standing:  # taken up in a step: what breaks in finds the call in it
            self._standing = False
            await self._move()
        while True:
            self.mailbox.check()
            await self._move()

    async def _move(self) -> None:
        """One step, or what follows the last of a list."""
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

    async def run_inside(self, depth: int) -> bool:
        """Run the steps above the frame of this depth, which stands at a step that lasts, to their
        end; False when a jump has left that step."""
        interrupt: FlowKeyPressed | LimitReached | None = None
        while True:
            try:
                if interrupt is not None:
                    await self.break_in(interrupt)
                return await self._steps_inside(depth)
            except (FlowKeyPressed, LimitReached) as broken_in:
                if broken_in.depth is None or broken_in.depth <= depth:
                    raise
                interrupt = broken_in

    async def _steps_inside(self, depth: int) -> bool:
        frames = self.stack.frames
        owner, entry = frames[depth], frames[depth].entry
        while depth + 1 < len(frames) and frames[depth] is owner and owner.entry is entry:
            self.mailbox.check()
            if self.stack.top.during and len(frames) == depth + 2 and self.stack.node() is None:
                return True
            await self._move()
        return False

    async def break_in(self, interrupt: FlowKeyPressed | LimitReached) -> None:
        """Go on in the frame that has declared what broke in."""
        if isinstance(interrupt, FlowKeyPressed):
            self.interrupted(interrupt.by, interrupt.target)
            await self.go(interrupt.target, interrupt.depth)
        elif interrupt.depth is None:
            await call_too_long(self)
        else:
            self.stack.unwind(interrupt.depth)
            node, top = self.stack.node(), self.stack.top
            assert node is not None
            self.interrupted(TIMEOUT, None)
            self.call.trace(CameBack(path=top.position, exit=TIMEOUT, flow=top.flow))
            await self.lead(node, Exit(TIMEOUT))

    async def step(self, node: Node) -> None:
        """Enter a step, run it, and go where its exit leads."""
        top = self.stack.top
        if is_left(self, node):
            await self._save_ahead(Kind.INNER)
            raise Restart
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
                if node.step.chooses:
                    note_menu(self.stack, self.call.clock.time())
            self.session.entry = entry
            if node.step.timeout is not None:
                limit(self, node.step, entry)
            left = await self._run(node, entry)
            if left is not None:
                if left.because is not None:
                    self.failed(node, left.because.code, str(left.because))
                await self.follow(node, left)
            return
        except NO_CALLER as error:
            gone(self, node, error)
        except GoesRound as error:
            self.failed(node, error.code, str(error))
            await to_on_error(self)
            return
        except IvrkitError as error:
            left = self.failed(node, error.code, str(error))
        except Exception as error:
            LOG.exception("step %s of call %s failed", node.path, self.call.id)
            left = self.failed(node, "internal", f"{type(error).__name__} in {node.step.verb}")
        await self.lead(node, left)

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
        if queues := queues_of(node):
            await offer_figures(self.call, queues)
        return truth(node.when.value(self.session))

    async def _run(self, node: Node, entry: EntryState) -> Exit | None:
        step, state, top, clock = node.step, self.state, self.stack.top, self.call.clock
        how, depth, flow, path = entry.how, len(self.stack.frames) - 1, top.flow, top.position
        if step.kind is not Kind.AWAY:
            state.away_since = None
        elif how != "resumed" or state.away_since is None:
            state.away_since = clock.time()
        if self._unsaved or step.kind in _AHEAD:
            await self._save_ahead(step.kind)
        else:
            self._keeper.save(self.call.id, self._capture(state, self.mailbox.buffer))
        if self._before_step is not None and how == "entered":
            await self._before_step(self, node)
        line = node.mark.line
        self.call.trace(Entered(path=path, verb=step.verb, flow=flow, how=how, line=line))
        self.call.keys.settle()
        started = clock.time()
        name = "interrupted"
        try:
            if queues := queues_of(node):
                await offer_figures(self.call, queues)
            if how == "resumed" and step.kind is Kind.OUTSIDE and not step.may_run_again(self.call):
                left = Exit("unknown", because=OutcomeUnknown(RESTARTED))
            elif step.kind is Kind.AWAY:
                left = await run_away(self, step)
            elif step.overlaid or step.kind is Kind.OUTSIDE:
                try:
                    lasted = await last(self, node, entry)
                finally:
                    self._unsaved |= step.kind is Kind.OUTSIDE and not step.repeatable
                if lasted is None:  # a jump out of what ran beside it has ended it
                    name = "meanwhile"
                    return None
                left = lasted
            else:
                left = await step.run(self.call)
            if left.otherwise is not None:
                left = taken(node, left)
            name = left.name
            return left
        except LimitReached as limit:
            if limit.depth != depth:
                raise
            self.stack.unwind(depth)
            name = TIMEOUT
            return Exit(TIMEOUT)
        except (HangUp, ChannelGone):
            name = "hangup"
            raise
        except Exception:
            name = ERROR
            raise
        finally:
            seconds = round(clock.time() - started, 3)
            self.call.trace(Left(path=path, exit=name, seconds=seconds, flow=flow))

    async def _save_ahead(self, kind: Kind) -> None:
        """Save and wait for it: with the start of the step in it, for what may not run twice, and
        with its result behind that."""
        capture = self._capture(self.state, self.mailbox.buffer)
        try:
            await self.call.clock.outside(keep(self._keeper, self.call.id, capture))
        except StoreError:
            if kind is Kind.OUTSIDE:
                raise
            LOG.exception("call %s goes on unsaved", self.call.id)
        finally:
            self._unsaved = False

    # ---- exits -------------------------------------------------------------------------------

    async def follow(self, node: Node, left: Exit) -> None:
        """Go where an exit of a step leads."""
        if left.invoke is not None:
            invoke(self, left.invoke)
            return
        if left.outcome is not None:
            await self.return_(left)
            return
        target, to_error = resolve(node, self.stack.flow, left)
        if to_error:
            await to_on_error(self)
        elif isinstance(target, Reserved):
            await follow_word(self, target.word, node, left)
        else:
            self.leave(target, reenter=left.reenter, over=left.name not in node.targets)

    async def lead(self, node: Node, left: Exit) -> None:
        """Go where an exit leads; where that is nowhere (``back``), ``on_error`` has it."""
        try:
            await self.follow(node, left)
        except IvrkitError as error:
            self.failed(node, error.code, str(error))
            await to_on_error(self)

    async def go(self, target: Target, depth: int) -> None:
        """Go on in the flow frame of this depth, leaving everything above it."""
        if isinstance(target, Reserved):
            if target.word is Word.BACK:
                question = len(self.stack.frames) - 1
                go_back(self.stack, depth, question, self.call.clock.time())
                self.arm()
                return
            del self.stack.frames[depth + 1 :]
            if target.word is Word.RETURN:
                await self.return_(Exit())
                return
            await self.hang_up("flow")
        self.stack.jump(target, depth)

    async def return_(self, left: Exit) -> None:
        """Leave what was run, hand its values over and leave the ``run`` step."""
        await come_back(self, left)

    def leave(
        self, target: Jump | Branch | None, *, reenter: bool = False, over: bool = True
    ) -> None:
        """Go on at a target, or behind the step. ``over``: the time of the step counts no more."""
        if isinstance(target, Branch):
            if over:
                self.stack.over()
            self.stack.branch(target, reenter=reenter)
        elif target is not None:
            self.stack.jump(target)
        else:
            self.stack.go_on()

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
