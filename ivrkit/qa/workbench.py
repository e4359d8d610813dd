"""A telephone on the desk: a call to a flow, played by hand in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from ivrkit.call.events import Asked, HandedOff, Recognised, TraceEvent
from ivrkit.call.hearing import Hypothesis
from ivrkit.call.step import Node
from ivrkit.call.targets import Jump
from ivrkit.engine.news import News
from ivrkit.engine.runner import Runner
from ivrkit.errors import ScriptError
from ivrkit.expressions.expression import Expression
from ivrkit.qa.conversation import Conversation
from ivrkit.qa.gate import Gate, Wants, never
from ivrkit.qa.given import Given
from ivrkit.qa.recorded import Act, HungUp, Pressed, Recorded, Spoke, WasGiven, WasSet, WentTo
from ivrkit.qa.script import Dial, speaking_time
from ivrkit.qa.simulated_line import Scene, SimulatedLine
from ivrkit.qa.situation import Situation, Stop, Why
from ivrkit.qa.stops import Breakpoint
from ivrkit.qa.waiting import UNDERSTOOD

LONGEST = 3600.0
"""Seconds after which something that is awaited is given up."""
T = TypeVar("T")


class Workbench:
    """One call at a time to a flow, in the hands of whoever sits before it.

    Virtual time passes only while the call is let go on (:meth:`go`, :meth:`pass_time`,
    :meth:`until_listening`); between them it stands still, however long the hands take.
    ``watch`` is told of every trace event, which is all that a terminal needs to show.
    ``breakpoints`` hold the call in front of steps, wherever it goes on. Everything must be called
    in one task.
    """

    def __init__(self, scene: Scene, given: Given | None = None) -> None:
        self._scene = scene
        self.given = given or Given(open=True)
        self.breakpoints: list[Breakpoint] = []
        self.recorded: Recorded | None = None
        self._texts: dict[str, str] = {}
        self._call = Conversation()
        self._watchers: list[Callable[[TraceEvent], None]] = []
        self._quiet = False
        self._target = 0
        self._line: SimulatedLine | None = None
        self._playing: Any = None
        self._news = News()
        self._gate = Gate(self._news.tell)
        self._began = 0.0

    def watch(self, watcher: Callable[[TraceEvent], None]) -> None:
        """Be told of everything that happens."""
        self._watchers.append(watcher)

    # ---- calls ---------------------------------------------------------------------------------

    async def start(
        self, flow: str = "", *, number: str = "", caller: str = "", section: str = ""
    ) -> None:
        """Call a flow or a number. Raises IvrkitError when there is none."""
        await self.place(Dial(number=number, flow=flow, caller=caller, section=section))
        await self._settle()

    async def place(self, dial: Dial, wants: Wants = never) -> None:
        """Place a call, which begins when it is let go on. Raises as :meth:`start`."""
        await self.close()
        gate = self._gate = Gate(self._news.tell)
        line = self._line = SimulatedLine(self._scene, self.given, gate.before_step)
        gate.clock = line.clock
        await line.simulation.start()
        self._playing = line.player()
        self._playing.__enter__()
        self._call = Conversation()
        self.recorded = Recorded(dial, self.given, dict(self._texts))
        gate.wants = self._with_breakpoints(wants)
        self._began = line.clock.time()
        await line.dial(dial, self._hear)

    async def close(self) -> None:
        """Put the telephone away."""
        if self._line is None:
            return
        self._quiet, quiet = True, self._quiet
        self._gate.wants = never
        if self._call.events and self._call.ended is None:
            await self._line.hang_up()
            await self.go(holding=False)
        self._quiet = quiet
        await self._line.simulation.stop()
        self._playing.__exit__(None, None, None)
        self._line = None

    # ---- time ----------------------------------------------------------------------------------

    async def go(
        self, wants: Wants = never, *, until: float | None = None, holding: bool = True
    ) -> Stop:
        """Let the call go on until it is held (by ``wants`` or a breakpoint, unless ``holding`` is
        False), waits for keys, or is over. With ``until``, a time of the call in seconds, it may
        wait for keys as long as it likes."""
        self._gate.wants = self._with_breakpoints(wants) if holding else never
        self._gate.open()
        limit = self._began + until if until is not None else self._time + LONGEST
        while True:
            await self._settle()
            if self._gate.held is not None:
                return Stop(Why.STEP, self._gate.held)
            if self._call.ended is not None:
                return Stop(Why.ENDED, self._call.ended)
            if until is None and self._call.listening:
                return Stop(Why.LISTENING)
            if self._time >= limit:
                return Stop(Why.STUCK if until is None else Why.TIME)
            await self._news.wait(self.line.clock, limit)

    async def pass_time(self, seconds: float) -> Stop:
        """Let so many seconds pass, or as many as the call lasts, or until a breakpoint."""
        return await self.go(until=self.seconds + seconds)

    async def until_listening(self) -> bool:
        """Let time pass until the call waits for keys or is over; False when it does neither
        within an hour."""
        return (await self.go()).why in (Why.LISTENING, Why.ENDED)

    # ---- hands ---------------------------------------------------------------------------------

    async def press(self, keys: str) -> None:
        """Press keys one behind the other, now. Raises ScriptError while the call is held: no
        caller could press them between two steps."""
        self._demand_free()
        if keys:
            self._note(Pressed(keys))
        self._gate.wants = self._with_breakpoints(never)
        await self.line.press(keys)
        await self._settle()

    async def say(self, text: str, seconds: float | None = None) -> None:
        """Say something, now; it is understood when it has been said. Raises ScriptError while the
        call is held, or when nobody listens."""
        self._demand_free()
        if not self.can_be_told:
            raise ScriptError("nobody listens to what is said", hint="a question needs `words`")
        takes = speaking_time(text) if seconds is None else seconds
        self._note(Spoke(text, takes))
        self._gate.wants = self._with_breakpoints(never)
        await self._speak(text, takes)

    async def _speak(self, text: str, seconds: float) -> None:
        words, mark = not self._call.recording, len(self._call.events)
        await self.line.say(text, seconds, (Hypothesis(text),))
        await self.go(until=self.seconds + seconds)
        limit = self._time + UNDERSTOOD
        while words and self._call.hears and not self._call.since(mark, Recognised):
            if self.held or self._time >= limit:
                return
            await self._news.wait(self.line.clock, limit)
            await self._settle()

    async def hang_up(self, *, holding: bool = False) -> Stop:
        """Hang up, and let the flow's ``on_end`` run."""
        if self._call.ended is not None or not self._call.events:
            return Stop(Why.ENDED, self._call.ended or "")
        self._note(HungUp())
        await self.line.hang_up()
        return await self.go(holding=holding)

    def give(self, given: Given, texts: Mapping[str, str] | None = None) -> None:
        """From now on the world is this, on top of what was given. ``texts`` says it as it was
        written, for :mod:`~ivrkit.qa.transcript`."""
        self.given = self.given.with_more(given)
        self._texts |= texts or {}
        if self._line is not None and self._call.ended is None and self.recorded is not None:
            self._note(WasGiven(given, texts or {}))
            self._line.simulation.give(self.given)

    def set(self, name: str, expression: str) -> None:
        """Set a variable to the value of an expression. Raises ExpressionError, ValueRejected."""
        session = self.runner.session
        value = Expression.parse(expression).value(session)
        if name.partition(".")[0] not in {**session.flow.variables, **session.flow.params}:
            session.lookup(name.partition(".")[0])  # an undeclared one that into: has made
        session.set(name, value)
        self._note(WasSet(name, expression))

    async def go_to(self, section: str, wants: Wants = never) -> Stop:
        """Go into a section, leaving everything that the flow was doing."""
        if section not in self.runner.stack.flow.sections:
            raise ScriptError(f"the flow has no section '{section}'")
        if self._gate.held is None:
            await self.back_to(self._gate.count)
        self._note(WentTo(section))
        self._gate.wants = self._with_breakpoints(wants)
        self._gate.open(Jump(section))
        return await self.go(wants)

    # ---- going back ----------------------------------------------------------------------------

    async def back(self, steps: int = 1) -> Stop:
        """Back to the step before, or so many steps: the call is played again up to there, with
        all that was done. Raises ScriptError at the first step."""
        return await self.back_to(self.count - steps + (0 if self.held else 1))

    async def back_to(self, count: int) -> Stop:
        """Play the call again until so many steps have been come to; it is held there."""
        old = self.recorded
        if old is None or count < 1 or not self.count:
            raise ScriptError("there is no step before this one")
        acts = [act for act in old.acts if act.count < count]
        self.given, self._texts = old.given, dict(old.texts)
        self._quiet, self._target = True, count
        try:
            await self.place(old.dial)
            for act in acts:
                await self._again(act)
            if self.count < count:
                return await self.go(until=self.seconds + LONGEST)
            return Stop(Why.STEP, "here")
        finally:
            self._quiet, self._target = False, 0

    async def _again(self, act: Act) -> None:
        """Do what was done once more, at the same moment."""
        if not act.held:
            await self.go(until=act.at)
        elif not self.held or self.count != act.count:
            await self.go(self._at(act.count), until=self.seconds + LONGEST)
        match act.what:
            case Pressed(keys):
                await self.press(keys)
            case Spoke(text, seconds):
                self._note(act.what)
                await self._speak(text, seconds)
            case HungUp():
                self._note(act.what)
                await self.line.hang_up()
            case WasSet(name, expression):
                self.set(name, expression)
            case WasGiven(given, texts):
                self.give(given, texts)
            case WentTo(section):
                self._note(act.what)
                self._gate.wants = self._with_breakpoints(never)
                self._gate.open(Jump(section))

    def _at(self, count: int) -> Wants:
        return lambda runner, node: "here" if self.count == count else None

    # ---- what there is to see ------------------------------------------------------------------

    @property
    def situation(self) -> Situation:
        """Where the call is now."""
        call = self._call
        last = call.said[-1] if call.said else None
        return Situation(
            round(self.seconds, 3),
            call.section,
            call.place,
            call.listening,
            call.away,
            last.text if last is not None and last.seconds is None else "",
            dict(call.variables),
            call.ended,
        )

    @property
    def seconds(self) -> float:
        """How long the call has taken."""
        return self._time - self._began

    @property
    def now(self) -> datetime:
        """The time of day in the call."""
        return self.line.clock.now()

    @property
    def held(self) -> bool:
        """Whether the call is held in front of a step."""
        return self._gate.held is not None

    @property
    def can_be_told(self) -> bool:
        """Whether what is said now is heard by anybody."""
        return self._call.hears or self._call.recording

    @property
    def hears(self) -> bool:
        """Whether the call waits for words, or records what is said."""
        return self._call.recording or (self._call.hears and self._call.listening)

    @property
    def stopped(self) -> Stop | None:
        """What holds the call, if it is held."""
        return Stop(Why.STEP, self._gate.held) if self._gate.held is not None else None

    @property
    def count(self) -> int:
        """How many steps the call has come to."""
        return self._gate.count

    @property
    def runner(self) -> Runner:
        """The engine's side of the call. Raises ScriptError before it has come to a step."""
        if self._gate.runner is None:
            raise ScriptError("the call has not come to a step yet", hint="let it go on")
        return self._gate.runner

    @property
    def node(self) -> Node | None:
        """The step in front of which the call is held, or in which it is."""
        runner = self._gate.runner
        return runner.stack.node() if runner is not None and self._call.ended is None else None

    @property
    def line(self) -> SimulatedLine:
        """The line. Raises ScriptError when nobody has called."""
        if self._line is None:
            raise ScriptError("nobody has called yet")
        return self._line

    # ---- inside --------------------------------------------------------------------------------

    @property
    def _time(self) -> float:
        return self._line.clock.time() if self._line is not None else self._began

    def _with_breakpoints(self, wants: Wants) -> Wants:
        def first(runner: Runner, node: Node) -> str | None:
            if self._quiet:
                there = self._gate.count == self._target
                return "here" if there else wants(runner, node)
            found = [each.reached(runner, node) for each in self.breakpoints]
            return next(filter(None, found), None) or wants(runner, node)

        return first

    def _note(self, what: Pressed | Spoke | HungUp | WasSet | WentTo | WasGiven) -> None:
        assert self.recorded is not None
        events = len(self.recorded.events)
        self.recorded.acts.append(Act(what, self.seconds, self.count, events, self.held))

    def _hear(self, event: TraceEvent) -> None:
        self._call.feed(event)
        assert self.recorded is not None
        self.recorded.events.append(event)
        if isinstance(event, HandedOff) and event.state == "queued":
            key = f"queue.{event.queue}"
            self.recorded.uses.setdefault(key, []).append(self._texts.get(key, ""))
        elif isinstance(event, Asked):
            used = self.recorded.uses.setdefault(event.connector, [])
            used.append(self._texts.get(event.connector, ""))
        if not self._quiet:
            for each in self.breakpoints:
                each.hear(event)
            for watcher in self._watchers:
                watcher(event)
        self._news.tell()

    def _demand_free(self) -> None:
        if self.held:
            hint = "let it go on, or let time pass"
            raise ScriptError("the call is held in front of a step", hint=hint)

    async def _settle(self) -> None:
        """Until everything that is due at this instant has happened, or the call is held."""
        while self._gate.held is None and await self._news.wait(self.line.clock, self._time):
            pass
