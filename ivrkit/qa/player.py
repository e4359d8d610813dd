"""Plays a script on a line, simulated or live: the caller who does exactly what is written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ivrkit.call.events import CameBack, HandedOff, Left, Pressed, Saying, TraceEvent
from ivrkit.errors import IvrkitError, NotAvailable
from ivrkit.qa import script as turns
from ivrkit.qa.conversation import Conversation, Point, Utterance
from ivrkit.qa.differing import Differs, Never, beside, field_of
from ivrkit.qa.line import Line
from ivrkit.qa.outcome import Failure, Outcome, same
from ivrkit.qa.script import Script, Turn
from ivrkit.qa.unused import unused

QUIET = 60.0
"""Seconds in which nothing at all happens, after which what is awaited is given up."""
LONGEST = 900.0
"""Seconds after which it is given up even if the call goes on."""
INSTANT = 0.002
_LEAVINGS = (Left, CameBack)
_ANSWERS = (Pressed, Left, Saying)  # once the keys that were typed have been taken


async def play(script: Script, line: Line) -> Outcome:
    """Play a script on a line and tell what came of it. Nothing is raised for a call that is not
    as the script says."""
    started = time.perf_counter()
    playing = _Playing(script, line)
    with line.player():
        outcome = await playing.play()
    outcome.took = time.perf_counter() - started
    return outcome


class _Playing:
    """One script on its way.

    ``point``, ``mark`` and ``passed`` are how far into what was said, into the trace and along
    the sections the script has come: what a turn awaits must lie behind them. ``matched`` is the
    prompt in which the last words were heard; ``timed`` says that the script itself has just let
    time pass, so that the next keys are pressed at once; ``typed`` are the keys pressed last.

    While the call waits for keys, time passes only in ``silence`` and ``wait``: a script that
    awaits something else then would wait in vain.
    """

    def __init__(self, script: Script, line: Line) -> None:
        self.outcome = Outcome(script)
        self.line = line
        self.clock = line.clock
        self.call = Conversation()
        self.point = Point()
        self.mark = self.passed = 0
        self.matched: Utterance | None = None
        self.timed, self.typed = False, ""
        self._never: list[tuple[turns.NeverHear, Point]] = []
        self._base = self._fresh = 0.0
        self._woken: asyncio.Future[None] | None = None

    @property
    def now(self) -> float:
        """Seconds since the call arrived."""
        return self.clock.time() - self._base

    async def play(self) -> Outcome:
        outcome = self.outcome
        turn: Turn = outcome.script.turns[0]
        try:
            for turn in outcome.script.turns:
                await _DO[type(turn)](self, turn)
                if not isinstance(turn, turns.Wait | turns.Silence | turns.Say):
                    self.timed = False
            await self._over()
        except Differs as differs:
            outcome.failure = self._failure(differs, turn)
            await self._hang_up()
        except NotAvailable as error:
            outcome.skipped = str(error)
        except IvrkitError as error:
            outcome.failure = self._failure(Differs(str(error)), turn)
        self._close()
        if outcome.passed or self.line.missing:  # else a call that went wrong leaves answers over
            used, whole = self.line.used, outcome.passed
            outcome.unused = unused(outcome.script.given, used, left_over=whole)
        return outcome

    # ---- turns ---------------------------------------------------------------------------------

    async def dial(self, turn: turns.Dial) -> None:
        if self.call.events:
            await self._over()
            self._close()
        self.call = Conversation()
        self.point, self.matched = Point(), None
        self.mark = self.passed = 0
        self._never.clear()
        self._base, self._fresh, self.typed = self.clock.time(), 0.0, ""
        await self.line.dial(turn, self._hear_of)

    async def hear(self, turn: turns.Hear) -> None:
        call = self.call
        until = self._limit()
        while True:
            await self.line.settle()
            found = call.search(turn.text, self.point)
            if found is not None and found.at <= self.now + INSTANT:
                self.point, self.matched = found.end, found.utterance
                return
            if found is None and call.ended is not None:
                raise self._unheard(turn, "the call ended and this was not heard")
            if found is not None:
                await self._next(found.at)
            elif not await self._more(until):
                raise self._unheard(turn, f"this was not heard{self._waiting()}")

    def _unheard(self, turn: turns.Hear, message: str) -> Differs:
        if self.call.cut_off(turn.text, self.point):
            message = "this was cut off before its last word"
        return Differs(message, turn.text)

    async def never_hear(self, turn: turns.NeverHear) -> None:
        self._never.append((turn, self.point))

    async def press(self, turn: turns.Press) -> None:
        if not self.timed:
            await self._until(self._may_press, f"{turn.keys} could not be pressed")
        await self.line.settle()
        if self.call.ended is not None:
            raise Differs("the call was over", f"press {turn.keys}")
        self.point, self.matched = self.call.now(self.now), None
        self.mark, self.passed = len(self.call.events), len(self.call.path)
        self.typed = turn.keys
        await self.line.press(turn.keys)
        self._fresh = self.now + self.line.lag
        await self.line.settle()

    async def say(self, turn: turns.Say) -> None:
        await self._until(lambda: self.call.recording, "the call did not record")
        self.point, self.matched = self.call.now(self.now), None
        self.mark, self.passed = len(self.call.events), len(self.call.path)
        await self.line.say(turn.text, turn.seconds)
        await self._pass(turn.seconds)

    async def silence(self, turn: turns.Silence) -> None:
        await self._until(
            lambda: self._passes() or self._listens(),
            "the call did not listen",
            over=True,
        )
        await self._pass(turn.seconds)

    async def wait(self, turn: turns.Wait) -> None:
        until = self.clock.time() + turn.seconds
        await self._pass(turn.seconds)
        left = until - self.clock.time()
        if left > 0:  # the call is over: before the next one
            await self.clock.sleep(left)

    async def hang_up(self, turn: turns.HangUp) -> None:
        if self.call.ended is not None:
            raise Differs("the call was over", "hangup", f"ended: {self.call.ended}")
        await self._hang_up()

    async def section(self, turn: turns.InSection) -> None:
        call, name = self.call, turn.section
        await self._until(
            lambda: call.section == name or name in call.path[self.passed :],
            f"the section '{name}' was not reached",
        )
        if name in call.path[self.passed :]:
            self.passed = call.path.index(name, self.passed) + 1

    async def queue(self, turn: turns.Queued) -> None:
        await self._until(
            lambda: self._handed(turn.name, "queued") is not None,
            f"the call was not handed to the queue '{turn.name}'",
        )
        handed = self._handed(turn.name, "queued", past=True)
        assert handed is not None
        if not same(turn.payload, handed.payload or {}):
            raise Differs(
                f"the payload for the queue '{turn.name}' is another",
                *beside(turn.payload, handed.payload or {}),
            )
        if turn.until != "queued":
            await self._until(
                lambda: self._handed(turn.name, turn.until) is not None,
                f"the call in the queue '{turn.name}' was not {turn.until}",
            )
            state = self._handed(turn.name, turn.until, past=True)
            assert state is not None
            if turn.exit not in (None, state.result):
                raise Differs(f"the queue '{turn.name}' was left", str(turn.exit), state.result)

    async def expect(self, turn: turns.Expect) -> None:
        call = self.call
        if turn.ended is not None:
            await self._until(lambda: False, "the call did not end", over=True)
            if call.ended != turn.ended:
                raise Differs("the call ended otherwise", turn.ended, call.ended or "")
        if turn.exit is not None:
            await self._until(
                lambda: any(each.exit == turn.exit for each in call.since(self.mark, _LEAVINGS)),
                f"no step was left by '{turn.exit}'",
            )
        if turn.variables:
            await self._variables(turn)

    async def _variables(self, turn: turns.Expect) -> None:
        until = self.clock.time() + self.line.patience
        while True:
            await self.line.settle()
            got = {name: field_of(self.call.variables, name) for name in turn.variables}
            if same(turn.variables, got):
                return
            if not self.line.patience or not await self._next(until - self._base):
                raise Differs("variables differ", *beside(turn.variables, got))

    # ---- waiting -------------------------------------------------------------------------------

    def _hear_of(self, event: TraceEvent) -> None:
        if not self.call.events:
            self._base = self.clock.time() - event.at
        self.call.feed(event)
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    async def _more(self, limit: float) -> bool:
        """Wait for whatever happens next; False when there is nothing to wait for."""
        if self._listens():
            return False
        if self.call.listening:
            if not await self._next(self._fresh):
                self._fresh = 0.0  # the time has come, whatever rounding says
            return True
        return await self._next(self._patience(limit))

    async def _next(self, until: float) -> bool:
        """Wait for the next event; False when the time (of the call) is reached first."""
        when = self._base + until
        if self.clock.time() >= when:
            return False
        self._woken = asyncio.get_running_loop().create_future()
        try:
            await self.clock.park(self._woken, when)
            return self._woken.done()
        finally:
            self._woken = None

    async def _until(
        self, condition: Callable[[], bool], complaint: str, *, over: bool = False
    ) -> None:
        """Wait until something holds. The end of the call is a failure, unless ``over``."""
        until = self._limit()
        while True:
            await self.line.settle()
            if condition() or (over and self.call.ended is not None):
                return
            if self.call.ended is not None:
                raise Differs(f"{complaint}: the call ended ({self.call.ended})")
            if not await self._more(until):
                raise Differs(complaint + self._waiting())

    async def _pass(self, seconds: float) -> None:
        """Let time pass, or as much of it as the call lasts."""
        until = self.now + seconds
        while self.call.ended is None and await self._next(until):
            pass
        self.timed = True

    def _limit(self) -> float:
        return self.now + LONGEST

    def _patience(self, limit: float) -> float:
        """How long to wait for the next event: the time with an agent is not limited."""
        return self.now + LONGEST if self.call.away else min(limit, self.now + QUIET)

    def _waiting(self) -> str:
        if self.call.listening:
            if self.typed and not self.call.since(self.mark, _ANSWERS):
                return f": the call waits for keys that may follow {self.typed} (`wait: 3s`)"
            return ": the call waits for keys"
        return ": the call is in a queue" if self.call.away else ""

    def _may_press(self) -> bool:
        """Whether keys are pressed now: the call listens, or the caller has heard enough of the
        question that is being put."""
        said = self.call.said[-1] if self.call.said else None
        impatient = (
            said is not None
            and said is self.matched
            and said.seconds is None
            and said.asks
            and said.barge_in
        )
        return self._listens() or self.call.recording or bool(self.call.keyed) or impatient

    def _passes(self) -> bool:
        """Whether time goes on without keys: in other hands, in a recording, in a step with keys
        of its own."""
        return self.call.away or self.call.recording or bool(self.call.keyed)

    def _listens(self) -> bool:
        """Whether the call waits for keys, as far as one can know: those just pressed may be on
        their way."""
        return self.call.listening and self.now >= self._fresh

    def _handed(self, queue: str, state: str, *, past: bool = False) -> HandedOff | None:
        """The next news of a queue; ``past`` goes on behind it."""
        for index in range(self.mark, len(self.call.events)):
            event = self.call.events[index]
            if isinstance(event, HandedOff) and (event.queue, event.state) == (queue, state):
                if past:
                    self.mark = index + 1
                return event
        return None

    # ---- the end -------------------------------------------------------------------------------

    async def _hang_up(self) -> None:
        if self.call.events and self.call.ended is None:
            await self.line.settle()
            await self.line.hang_up()
            await self._ended()

    async def _over(self) -> None:
        """The call's turns are through: end it, and look for what should never be heard."""
        await self._hang_up()
        for turn, since in self._never:
            found = self.call.search(turn.text, since)
            if found is not None:
                raise Never(turn, found.utterance.text)
        if (reason := self._reason()) is not None:
            raise reason
        broken = next((each for each in self.call.failures if each.code == "internal"), None)
        if broken is not None:
            raise Differs(f"ivrkit itself failed: {broken.message} at {broken.place}")

    async def _ended(self) -> None:
        while self.call.ended is None and await self._next(self.now + QUIET):
            pass

    def _close(self) -> None:
        self.outcome.traces.append(self.call.events)
        last = self.call.events[-1].at if self.call.events else 0.0
        self.outcome.seconds += last

    def _reason(self) -> Differs | None:
        """What the world around the call met that the script does not say: of all that differs,
        that comes first, and the rest of it."""
        if self.line.differences:
            return self.line.differences[0]
        if self.line.missing:
            return Differs(f"the script does not give {self.line.missing[0]}")
        return None

    def _failure(self, met: Differs, turn: Turn) -> Failure:
        call = self.call
        differs = self._reason() or met
        return Failure(
            differs.message,
            differs.mark if differs.mark.line else turn.mark,
            differs.expected,
            differs.got,
            self.now,
            call.texts(Point() if isinstance(differs, Never) else self.point),
            tuple(call.path),
            call.place,
            self._errors(differs, met),
        )

    def _errors(self, differs: Differs, met: Differs) -> tuple[str, ...]:
        """What failed in the call, and what else was not as the script says."""
        failed = [f"{each.code}: {each.message} ({each.place})" for each in self.call.failures]
        others = [each.message for each in self.line.differences if each not in (differs, met)]
        then = [f"then {met.text}"] if met.message != differs.message else []
        return (*failed, *others, *then)


_DO: dict[type[Turn], Callable[[_Playing, Any], Awaitable[None]]] = {
    turns.Dial: _Playing.dial,
    turns.Hear: _Playing.hear,
    turns.NeverHear: _Playing.never_hear,
    turns.Press: _Playing.press,
    turns.Say: _Playing.say,
    turns.Silence: _Playing.silence,
    turns.Wait: _Playing.wait,
    turns.HangUp: _Playing.hang_up,
    turns.InSection: _Playing.section,
    turns.Queued: _Playing.queue,
    turns.Expect: _Playing.expect,
}
