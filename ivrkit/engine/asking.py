"""The collector: says a question, takes keys out of the type-ahead buffer, tells what came of it.

What the keys mean is decided by :mod:`ivrkit.input`; here are the prompt, the clock and the
flow-wide keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivrkit.call.call import Answer, Question
from ivrkit.call.clock import Clock
from ivrkit.call.events import KeyLost, Listening, Pressed
from ivrkit.call.prompt import Prompts
from ivrkit.call.targets import Reserved, Target, Word
from ivrkit.engine.interrupts import FlowKeyPressed
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.playing import Speaker, Traces
from ivrkit.engine.session import LiveSession
from ivrkit.engine.values import UnstoredSecret
from ivrkit.expressions.secrets import MASK, Secret
from ivrkit.flow.model import FlowKey
from ivrkit.input.buffer import Swallow
from ivrkit.input.entries import Entry, EntrySet, Scope
from ivrkit.input.machine import (
    Chosen,
    DefaultAccepted,
    KeyMachine,
    NoInput,
    NoMatch,
    State,
    TimerDue,
)

_OF_THE_STEP = frozenset({Word.AGAIN, Word.WRONG, Word.NEXT})
"""The reserved words that the asking step itself does; the others leave it."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A flow-wide key or shortcut that is understood now; ``level`` counts from the inside."""

    key: FlowKey
    level: int
    entry: Entry


EntrySets = dict[tuple[object, ...], tuple[EntrySet, dict[Entry, Offered]]]
"""What was worked out for the questions of one version of a flow: it serves every call."""


class Collector:
    """The type-ahead buffer and the keys of one call; see :class:`ivrkit.call.call.Keys`."""

    __slots__ = ("_clock", "_mailbox", "_prompts", "_session", "_sets", "_speaker", "_trace")

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
    ) -> None:
        self._mailbox = mailbox
        self._session = session
        self._speaker = speaker
        self._prompts = prompts
        self._clock = clock
        self._trace = trace
        self._sets = sets

    @property
    def waiting(self) -> bool:
        """True while keys are in the buffer."""
        return len(self._mailbox.buffer) > 0

    def flush(self) -> None:
        """Empty the type-ahead buffer."""
        self._mailbox.buffer.empty()

    async def ask(self, question: Question) -> Answer:
        """Say the prompts (unless keys are waiting), take keys, and tell what came of it."""
        entries, offered = self._entries(question)
        machine = KeyMachine(
            entries,
            question.timing,
            terminator=question.terminator,
            restart=question.restart,
            default=question.default,
            collecting=question.collecting,
        )
        await self._say(question, offered)
        if self._mailbox.lost:
            self._trace(KeyLost(reason=f"{self._mailbox.lost} keys: the buffer was full"))
            self._mailbox.lost = 0
        state, pressed = await self._listen(machine)
        self._swallow(question, state, pressed)
        return self._answer(question, state, offered)

    # ---- asking ------------------------------------------------------------------------------

    async def _say(self, question: Question, offered: dict[Entry, Offered]) -> None:
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
            await self._speaker.say(prompts, barge_in=question.barge_in)

    async def _listen(self, machine: KeyMachine) -> tuple[State, float]:
        """Take keys until the question is over; also tells when the last one was pressed."""
        mailbox, clock = self._mailbox, self._clock
        state, pressed = machine.listen(), clock.time()
        turn, deadlines, told = -1, [], False
        while not machine.over:
            mailbox.check()
            key = mailbox.buffer.take()
            if key is not None:
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
            if not await mailbox.wait(due) and name is not None and not len(mailbox.buffer):
                mailbox.check()
                state = machine.feed(TimerDue(name, turn))
        return state, pressed

    def _swallow(self, question: Question, state: State, pressed: float) -> None:
        """A terminator that follows the last key soon still belongs to this question."""
        if isinstance(state, (Chosen, NoMatch)) and state.swallow and question.terminator:
            until = pressed + question.timing.between_digits
            self._mailbox.buffer.swallow(Swallow(question.terminator, until))

    def _answer(self, question: Question, state: State, offered: dict[Entry, Offered]) -> Answer:
        if isinstance(state, Chosen):
            chosen = offered.get(state.entry)
            if chosen is not None:
                return self._flow_key(chosen, state.keys)
            answer = Answer("chosen", state.entry, state.keys, state.rest, by=state.by)
        elif isinstance(state, NoMatch):
            self.flush()
            answer = Answer("no_match", keys=state.keys, reason=state.reason)
        elif isinstance(state, DefaultAccepted):
            answer = Answer("default")
        else:
            assert isinstance(state, NoInput)
            answer = Answer("no_input")
        self._report(question, answer)
        return answer

    def _report(self, question: Question, answer: Answer) -> None:
        label = answer.entry.label if answer.entry is not None else ""
        keys = MASK if question.secret and answer.keys else answer.keys
        hidden = Secret if question.stored else UnstoredSecret
        self._trace(Pressed(keys=keys, result=answer.result, label=label, reason=answer.reason))
        self._session.provide(
            "input",
            {
                "keys": hidden(answer.keys) if question.secret else answer.keys,
                "rest": hidden(answer.rest) if question.secret else answer.rest,
                "by": answer.by,
                "label": label,
                "reason": answer.reason,
                "exit": answer.result,
            },
        )

    def _flow_key(self, chosen: Offered, keys: str) -> Answer:
        target: Target = chosen.key.target
        by = "key" if chosen.entry.scope is Scope.FLOW else "shortcut"
        self._trace(Pressed(keys=keys, result=by, label=chosen.key.pattern.text))
        if isinstance(target, Reserved) and target.word in _OF_THE_STEP:
            return Answer("word", chosen.entry, keys, word=target.word)
        depth = [depth for depth, _ in self._session.stack.flow_frames()][chosen.level]
        raise FlowKeyPressed(depth, target, by, keys)

    # ---- what is understood now --------------------------------------------------------------

    def _entries(self, question: Question) -> tuple[EntrySet, dict[Entry, Offered]]:
        """The entry set of a question with the flow-wide keys, worked out once for each."""
        stack = self._session.stack
        flows = tuple(frame.flow for _, frame in stack.flow_frames()) if question.flow_keys else ()
        key = (tuple(question.entries), flows, question.collecting)
        found = self._sets.get(key)
        if found is None:
            # Shortcuts hold in menus, flow-wide keys in collects too (language.md, "A flow").
            scopes = (Scope.FLOW,) if question.collecting else (Scope.FLOW, Scope.SHORTCUT)
            offered = self._offered(question.entries, flows, scopes)
            entries = EntrySet((*question.entries, *offered))
            found = self._sets[key] = (entries, offered)
        return found

    def _offered(
        self, own: Sequence[Entry], flows: Sequence[str], scopes: Sequence[Scope]
    ) -> dict[Entry, Offered]:
        taken = {entry.pattern.text for entry in own}
        offered: dict[Entry, Offered] = {}
        version = self._session.stack.version
        for scope in scopes:
            for level, name in enumerate(flows):
                flow = version.flows[name]
                for key in flow.keys if scope is Scope.FLOW else flow.shortcuts:
                    text = key.pattern.text
                    if text in taken:
                        continue
                    taken.add(text)
                    entry = Entry(key.pattern, text, scope, level=level)
                    offered[entry] = Offered(key, level, entry)
        return offered
