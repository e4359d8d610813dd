"""The collector: says a question, takes keys out of the type-ahead buffer and words from the ear,
tells what came of it.

What they mean is decided by :mod:`ivrkit.input`; here are the prompt, the clock and the flow-wide
keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NoReturn

from ivrkit.call.asking import MenuEntry
from ivrkit.call.call import Answer, Question
from ivrkit.call.clock import Clock
from ivrkit.call.events import KeyLost, Listening, Pressed
from ivrkit.call.exits import NEXT
from ivrkit.call.hearing import Hearing
from ivrkit.call.prompt import Prompts
from ivrkit.call.targets import Reserved, Target, Word
from ivrkit.engine.hearing import PATIENCE, Ears, Listener
from ivrkit.engine.interrupts import FlowKeyPressed, KeyChosen
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.offering import EntrySets, Offered, entry_set
from ivrkit.engine.playing import Speaker, Traces
from ivrkit.engine.session import LiveSession
from ivrkit.engine.values import UnstoredSecret
from ivrkit.engine.watching import BETWEEN_DIGITS, Keyed, KeyWatch
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.secrets import MASK, Secret
from ivrkit.expressions.values import Value, truth
from ivrkit.input.buffer import Swallow
from ivrkit.input.entries import Entry, EntrySet
from ivrkit.input.machine import KeyMachine, TimerDue, Timing
from ivrkit.input.patterns import Key
from ivrkit.input.states import (
    Chosen,
    DefaultAccepted,
    NoInput,
    NoMatch,
    State,
    Understood,
)
from ivrkit.input.words import SpeechRules

_OF_THE_STEP = frozenset({Word.AGAIN, Word.WRONG, Word.NEXT})
"""The reserved words that the asking step itself does; the others leave it."""
_NO_SPEECH = SpeechRules()
_HIDDEN = ("keys", "rest", "said", "label")
"""What of ``input`` is secret where the answer is."""


class Collector:
    """The type-ahead buffer and the keys of one call; see :class:`ivrkit.call.call.Keys`."""

    __slots__ = (
        "_clock",
        "_ears",
        "_mailbox",
        "_prompts",
        "_session",
        "_sets",
        "_speaker",
        "_taken",
        "_trace",
    )

    def __init__(
        self,
        *,
        mailbox: Mailbox,
        session: LiveSession,
        speaker: Speaker,
        prompts: Prompts,
        clock: Clock,
        trace: Traces,
        sets: EntrySets,
        ears: Ears,
    ) -> None:
        self._mailbox = mailbox
        self._session = session
        self._speaker = speaker
        self._prompts = prompts
        self._clock = clock
        self._trace = trace
        self._sets = sets
        self._ears = ears
        self._taken: list[Key] = []

    @property
    def waiting(self) -> bool:
        """True while keys are in the buffer."""
        return len(self._mailbox.buffer) > 0

    def flush(self) -> None:
        """Empty the type-ahead buffer."""
        self._mailbox.buffer.empty()
        self._taken.clear()

    def settle(self) -> None:
        """Another step is entered: the keys that the last one took have had their effect."""
        self._taken.clear()

    def give_back(self) -> None:
        """The step is entered anew, by another engine: the keys that it took are typed ahead."""
        self._mailbox.buffer.put_back(self._taken)
        self._taken.clear()

    def watch(
        self, depth: int, entries: Sequence[MenuEntry], settle: float | None = None
    ) -> KeyWatch:
        """Match the keys of the step that lasts at this depth, while it does; those of the steps
        around it and the flow's own come behind."""
        offered = [each for each in entries if each.when is None or self._holds(each.when)]
        steps = (Keyed(depth, tuple(offered)), *self._steps_around())
        own = tuple(Entry(each.pattern, each.pattern.text) for each in offered)
        found, flow_keys = entry_set(self._sets, self._session, own, steps[1:], self._flows())
        depths = self._flow_depths()  # by then another flow may run inside

        def take(chosen: Chosen, steps: Sequence[Keyed]) -> NoReturn:
            self._session.state.handling_error = False
            if chosen.entry in flow_keys:
                answer = self._flow_key(flow_keys[chosen.entry], chosen, depths)
                raise KeyChosen(depth, answer.word.value if answer.word is not None else NEXT)
            self._step_key(chosen, steps[0 if chosen.entry.is_own else chosen.entry.level + 1])

        timing = Timing(BETWEEN_DIGITS, BETWEEN_DIGITS, settle)
        return KeyWatch(self._mailbox.buffer, self._clock, found, timing, steps, take)

    async def ask(self, question: Question) -> Answer:
        """Say the prompts (unless keys are waiting), take keys, and tell what came of it."""
        watch = self._watching()
        if watch is None:
            return await self._ask(question)
        watch.asking = True
        watch.begin()
        try:
            return await self._ask(question)
        finally:
            watch.asking = False
            watch.begin()

    async def _ask(self, question: Question) -> Answer:
        entries, offered = self._entries(question)
        hearing = None
        if question.hearing is not None and not self.waiting:  # who has typed is not listened to
            hearing = self._ears.wanted(question, entries)
            if hearing is None and not entries.typed:
                return self._answer(question, NoInput(), offered, None)  # nobody could answer
        machine = KeyMachine(
            entries,
            question.timing,
            terminator=question.terminator,
            restart=question.restart,
            default=question.default,
            collecting=question.collecting,
            speech=_NO_SPEECH if hearing is None else _rules(question, hearing),
        )
        listener = None
        if hearing is not None:
            listener = self._ears.open(question, hearing, machine, self._mailbox.wake)
        try:
            await self._say(question, offered, listener)
            if self._mailbox.lost:
                self._trace(KeyLost(reason=f"{self._mailbox.lost} keys: the buffer was full"))
                self._mailbox.lost = 0
            state, pressed = await self._listen(machine, listener)
        finally:
            if listener is not None:
                listener.close()
        self._swallow(question, state, pressed)
        return self._answer(question, state, offered, listener)

    # ---- asking ------------------------------------------------------------------------------

    async def _say(
        self, question: Question, offered: dict[Entry, Offered], listener: Listener | None
    ) -> None:
        prompts = list(question.prompts)
        if question.announce:
            prompts += [
                self._prompts.announcement(
                    each.key.say, each.key.pattern.text, self._session.language
                )
                for each in offered.values()
                if each.key.say is not None
            ]
        if prompts:
            stopped = None if listener is None else listener.interrupts
            await self._speaker.say(prompts, barge_in=question.barge_in, stopped=stopped)

    async def _listen(self, machine: KeyMachine, listener: Listener | None) -> tuple[State, float]:
        """Take keys and words until the question is over; also tells when the last key was
        pressed."""
        mailbox, clock = self._mailbox, self._clock
        state, pressed = machine.listen(), clock.time()
        turn, deadlines, told = -1, [], False
        while not machine.over:
            mailbox.check()
            if listener is not None and listener.waits(mailbox.buffer.since):
                listener.take()
                state = machine.state
                continue
            key = mailbox.buffer.take()
            if key is not None:
                self._taken.append(key)
                if listener is not None:
                    listener.close()
                state, pressed = machine.feed(key), key.at
                self._session.state.handling_error = False
                continue
            if machine.turn != turn:
                turn, now = machine.turn, clock.time()
                deadlines = [(now + each, name) for name, each in machine.timers().items()]
            due, name = min(deadlines, default=(None, None))
            if not told:
                told = True
                self._trace(Listening())
            if await mailbox.wait(due) or len(mailbox.buffer):
                continue
            if listener is not None and listener.waits(None):
                continue
            mailbox.check()
            if due is not None and name is not None and clock.time() >= due:
                state = machine.feed(TimerDue(name, turn))
        return state, pressed

    def _swallow(self, question: Question, state: State, pressed: float) -> None:
        """A terminator that follows the last key soon still belongs to this question."""
        if isinstance(state, (Chosen, NoMatch)) and state.swallow and question.terminator:
            until = pressed + question.timing.between_digits
            self._mailbox.buffer.swallow(Swallow(question.terminator, until))

    def _answer(
        self,
        question: Question,
        state: State,
        offered: dict[Entry, Offered],
        listener: Listener | None,
    ) -> Answer:
        if isinstance(state, Chosen):
            chosen = offered.get(state.entry)
            if chosen is not None:
                return self._flow_key(chosen, state, self._flow_depths(), listener)
            if not state.entry.is_own:
                self._step_key(state, self._steps_around()[state.entry.level])
            answer = Answer(
                "chosen",
                state.entry,
                state.keys,
                state.rest,
                by=state.by,
                said=state.said,
                confidence=state.confidence,
            )
        elif isinstance(state, Understood):
            answer = Answer(
                "understood",
                by="speech",
                said=state.said,
                confidence=state.confidence,
                value=state.value,
            )
        elif isinstance(state, NoMatch):
            self.flush()
            answer = Answer(
                "no_match",
                keys=state.keys,
                reason=state.reason,
                by=state.by,
                said=state.said,
                confidence=state.confidence,
            )
        elif isinstance(state, DefaultAccepted):
            answer = Answer("default")
        else:
            assert isinstance(state, NoInput)
            answer = Answer("no_input")
        self._report(question, answer, listener)
        return answer

    def _report(self, question: Question, answer: Answer, listener: Listener | None) -> None:
        label = answer.entry.label if answer.entry is not None else ""
        told = MASK if question.secret and label else label
        if answer.by == "speech" and listener is not None:
            if answer.said:  # a noise is nobody who was heard
                self._session.state.handling_error = False
            self._trace(listener.recognised(answer.result, told, answer.reason, answer.said))
        else:
            keys = MASK if question.secret and answer.keys else answer.keys
            self._trace(Pressed(keys=keys, result=answer.result, label=told, reason=answer.reason))
        given = _input(
            answer.keys,
            answer.rest,
            answer.result,
            by=answer.by,
            label=label,
            reason=answer.reason,
        )
        if answer.by == "speech":
            given |= {"said": answer.said, "confidence": _exact(answer.confidence)}
        if question.secret:
            hidden = Secret if question.stored else UnstoredSecret
            given |= {name: hidden(given[name]) for name in _HIDDEN if name in given}
        self._session.provide("input", given)

    def _flow_key(
        self,
        chosen: Offered,
        state: Chosen,
        depths: Sequence[int],
        listener: Listener | None = None,
    ) -> Answer:
        """What was offered of the flows at these depths, innermost first."""
        target: Target = chosen.key.target
        by, label, keys = chosen.by, chosen.key.pattern.text, state.keys
        if state.by == "speech" and listener is not None:
            self._session.state.handling_error = False
            self._trace(listener.recognised(by, label, said=state.said))
        else:
            self._trace(Pressed(keys=keys, result=by, label=label))
        if isinstance(target, Reserved) and target.word in _OF_THE_STEP:
            return Answer("word", chosen.entry, keys, word=target.word)
        raise FlowKeyPressed(depths[chosen.level], target, by, keys)

    def _step_key(self, chosen: Chosen, step: Keyed) -> NoReturn:
        """One of the keys of a step that lasts: it is left, or interrupted, for it."""
        text = chosen.entry.pattern.text
        way = next(each.way for each in step.entries if each.pattern.text == text)
        self._trace(Pressed(keys=chosen.keys, result="chosen", label=text))
        self._session.provide("input", _input(chosen.keys, chosen.rest, "chosen"))
        raise KeyChosen(step.depth, way)

    # ---- what is understood now --------------------------------------------------------------

    def _holds(self, when: Expression) -> bool:
        return truth(when.value(self._session))

    def _watching(self) -> KeyWatch | None:
        breaking = self._mailbox.breaking
        return None if breaking is None else breaking.watch

    def _steps_around(self) -> tuple[Keyed, ...]:
        """The steps that last, in which the call stands, innermost first."""
        watch = self._watching()
        return () if watch is None else watch.steps

    def _flow_depths(self) -> list[int]:
        return [depth for depth, _ in self._session.stack.flow_frames()]

    def _flows(self) -> tuple[str, ...]:
        return tuple(frame.flow for _, frame in self._session.stack.flow_frames())

    def _entries(self, question: Question) -> tuple[EntrySet, dict[Entry, Offered]]:
        """The entry set of a question with the keys that hold around it."""
        alone = not question.flow_keys
        return entry_set(
            self._sets,
            self._session,
            tuple(question.entries),
            () if alone else self._steps_around(),
            () if alone else self._flows(),
            collecting=question.collecting,
        )


def _rules(question: Question, hearing: Hearing) -> SpeechRules:
    """What a question that listens makes of words."""
    return SpeechRules(
        question.confidence,
        question.confirms,
        question.understand,
        hearing.longest + PATIENCE,
    )


def _exact(confidence: float) -> Decimal:
    return Decimal(f"{confidence:.3f}").normalize()


def _input(
    keys: Value, rest: Value, exit_: str, *, by: str = "key", label: str = "", reason: str = ""
) -> dict[str, Value]:
    """What ``input`` tells of keys that were taken: nothing was said, and keys are certain."""
    return {
        "keys": keys,
        "rest": rest,
        "by": by,
        "label": label,
        "reason": reason,
        "exit": exit_,
        "said": "",
        "confidence": Decimal(1),
    }
