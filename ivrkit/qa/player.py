"""Plays a script on a line, simulated or live: the caller who does exactly what is written."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from ivrkit.call.events import CameBack, HandedOff, Left
from ivrkit.errors import IvrkitError, NotAvailable
from ivrkit.qa import script as turns
from ivrkit.qa.conversation import Conversation, Point
from ivrkit.qa.differing import Differs, Never, beside, field_of
from ivrkit.qa.line import Line
from ivrkit.qa.outcome import Failure, Outcome, same
from ivrkit.qa.script import Script, Turn
from ivrkit.qa.unused import unused
from ivrkit.qa.waiting import INSTANT, QUIET, Waiting

_LEAVINGS = (Left, CameBack)


async def play(script: Script, line: Line) -> Outcome:
    """Play a script on a line and tell what came of it. Nothing is raised for a call that is not
    as the script says."""
    started = time.perf_counter()
    playing = _Playing(script, line)
    with line.player():
        outcome = await playing.play()
    outcome.took = time.perf_counter() - started
    return outcome


class _Playing(Waiting):
    """One script on its way; ``passed`` is how far along the sections it has come."""

    def __init__(self, script: Script, line: Line) -> None:
        super().__init__(line)
        self.outcome = Outcome(script)
        self.passed = 0
        self._never: list[tuple[turns.NeverHear, Point]] = []

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
        self._settled = False
        await self.line.dial(turn, self._hear_of)

    async def hear(self, turn: turns.Hear) -> None:
        call = self.call
        until = self._limit()
        while True:
            await self._settle()
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
        await self._settle()
        if self.call.ended is not None:
            raise Differs("the call was over", f"press {turn.keys}")
        self.point, self.matched = self.call.now(self.now), None
        self.mark, self.passed = len(self.call.events), len(self.call.path)
        self.typed, self._settled = turn.keys, False
        await self.line.press(turn.keys)
        self._fresh = self.now + self.line.lag
        await self._settle()

    async def say(self, turn: turns.Say) -> None:
        await self._until(self._may_speak, "nobody listens to what is said")
        words = not self.call.recording
        self.point, self.matched = self.call.now(self.now), None
        self.mark, self.passed = len(self.call.events), len(self.call.path)
        self._settled = False
        await self.line.say(turn.text, turn.seconds, turn.heard)
        await self._pass(turn.seconds)
        if words:
            await self._understood()

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
            self._settled = False

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
            await self._settle()
            got = {name: field_of(self.call.variables, name) for name in turn.variables}
            if same(turn.variables, got):
                return
            if not self.line.patience or not await self._next(until - self._base):
                raise Differs("variables differ", *beside(turn.variables, got))

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
            await self._settle()
            self._settled = False
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
