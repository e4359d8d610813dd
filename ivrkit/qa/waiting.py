"""The caller of a script waits: until the call says something, listens, or is over."""

from __future__ import annotations

from collections.abc import Callable

from ivrkit.call.events import EarOpened, Left, Pressed, Recognised, Saying, TraceEvent
from ivrkit.engine.news import News
from ivrkit.errors import NotAvailable
from ivrkit.qa.conversation import Conversation, Point, Utterance
from ivrkit.qa.differing import Differs
from ivrkit.qa.line import Line

UNDERSTOOD = 10.0
"""Seconds in which a recogniser says what it has understood, at the latest."""
QUIET = 60.0
"""Seconds in which nothing at all happens, after which what is awaited is given up."""
LONGEST = 900.0
"""Seconds after which it is given up even if the call goes on."""
INSTANT = 0.002
_ANSWERS = (Pressed, Recognised, Left, Saying)  # once the keys that were typed have been taken


class Waiting:
    """What is known of a call that is played, and how long is waited for what.

    ``point`` and ``mark`` are how far into what was said and into the trace the script has come:
    what a turn awaits must lie behind them. ``matched`` is the prompt in which the last words were
    heard; ``timed`` says that the script itself has just let time pass, so that the next keys are
    pressed at once; ``typed`` are the keys pressed last.

    While the call waits for keys, time passes only in ``silence`` and ``wait``: a script that
    awaits something else then would wait in vain.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self.clock = line.clock
        self.call = Conversation()
        self.point = Point()
        self.mark = 0
        self.matched: Utterance | None = None
        self.timed, self.typed = False, ""
        self._base = self._fresh = 0.0
        self._news = News()
        self._settled = False

    @property
    def now(self) -> float:
        """Seconds since the call arrived."""
        return self.clock.time() - self._base

    def _hear_of(self, event: TraceEvent) -> None:
        if not self.call.events:
            self._base = self.clock.time() - event.at
        self.call.feed(event)
        self._news.tell()

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
        self._settled = False
        return await self._news.wait(self.clock, when)

    async def _until(
        self, condition: Callable[[], bool], complaint: str, *, over: bool = False
    ) -> None:
        """Wait until something holds. The end of the call is a failure, unless ``over``."""
        until = self._limit()
        while True:
            await self._settle()
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

    async def _understood(self) -> None:
        """Wait until what was said has been understood, or nobody listens any more."""
        until = self.now + UNDERSTOOD
        while self.call.hears and not self.call.since(self.mark, Recognised):
            if not await self._next(until):
                return
            await self._settle()

    async def _settle(self) -> None:
        """Until what was done has had its consequences. Where nothing was done since, and nothing
        was waited for, it has."""
        if not self._settled:
            await self.line.settle()
            self._settled = True

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

    def _may_speak(self) -> bool:
        """Whether something is said now: the call records, or a question listens to words, and
        that at once or because the caller has heard enough of it. Raises NotAvailable where
        nothing can be understood from the beginning."""
        call = self.call
        if call.deaf and not call.since(0, EarOpened):
            raise NotAvailable(f"what is said is not understood here: {call.deaf}")
        if call.recording:
            return True
        speaks = bool(call.said) and call.said[-1].seconds is None
        if not call.hears or (speaks and not call.hears_over_prompts):
            return False
        return self.timed or self._may_press()

    def _passes(self) -> bool:
        """Whether time goes on without keys: in other hands, in a recording, in a step with keys
        of its own."""
        return self.call.away or self.call.recording or bool(self.call.keyed)

    def _listens(self) -> bool:
        """Whether the call waits for keys, as far as one can know: those just pressed may be on
        their way."""
        return self.call.listening and self.now >= self._fresh
