"""What a question hears: the ear on the call's channel, and its events on their way in.

An ear is named before it is opened. The name of one that is open is captured: an engine that takes
the call up opens its first ear under the same name, so that what the other one left behind is
replaced.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ivrkit.call.call import Question, SpeechBargeIn
from ivrkit.call.channel import Capability, Channel
from ivrkit.call.clock import Clock
from ivrkit.call.events import EarOpened, HearingLost, Recognised
from ivrkit.call.hearing import (
    Ear,
    Grammar,
    Hearing,
    HearingFailed,
    Hypothesis,
    Recognition,
    SpeechBegan,
    SpeechEvent,
    SpeechHeard,
)
from ivrkit.engine.playing import Names, Traces
from ivrkit.engine.session import LiveSession
from ivrkit.expressions.secrets import MASK
from ivrkit.input.entries import EntrySet
from ivrkit.input.machine import KeyMachine
from ivrkit.input.states import Waiting
from ivrkit.input.words import Words

NO_RECOGNISER: Final = "this site has no recogniser"
NO_LISTENING: Final = "nothing can be listened to on this line"
PATIENCE: Final = 1.0
"""Seconds that a recogniser has, beyond the longest time for an answer, to say what it was."""


class Ears:
    """Opens the ears of one call, one at a time."""

    __slots__ = (
        "_channel",
        "_clock",
        "_name",
        "_recognition",
        "_save",
        "_session",
        "_told",
        "_trace",
    )

    def __init__(
        self,
        recognition: Recognition | None,
        channel: Channel,
        *,
        session: LiveSession,
        clock: Clock,
        name: Names,
        trace: Traces,
        save: Callable[[], None],
    ) -> None:
        self._recognition = recognition
        self._channel = channel
        self._session = session
        self._clock = clock
        self._name = name
        self._trace = trace
        self._save = save
        self._told: set[str] = set()

    def wanted(self, question: Question, entries: EntrySet) -> Hearing | None:
        """How a question listens, with all that may be said now; None where nothing may, or
        nothing can be heard here (which is told once in a call)."""
        hearing = question.hearing
        if hearing is None:
            return None
        asked, phrases = hearing.grammar, entries.phrases.texts
        if not (phrases or asked.phrases or asked.words or asked.free):
            return None
        language = asked.language or self._session.language
        problem = self._problem(language)
        if problem:
            self.lost(problem)
            return None
        every = tuple(dict.fromkeys((*asked.phrases, *phrases)))
        return replace(hearing, grammar=Grammar(language, every, asked.words, asked.free))

    def open(
        self,
        question: Question,
        hearing: Hearing,
        machine: KeyMachine,
        wake: Callable[[], None],
    ) -> Listener:
        """Listen for a question."""
        assert self._recognition is not None
        state = self._session.state
        state.ear = state.ear or self._name()
        listener = Listener(self, question, machine, self._clock, wake)
        over_prompts = question.barge_in and question.speech_barge_in != "none"
        self._trace(EarOpened(language=hearing.grammar.language, barge_in=over_prompts))
        self._save()
        listener.ear = self._recognition.listen(self._channel, state.ear, hearing, listener.deliver)
        return listener

    def closed(self) -> None:
        """The ear that was open is closed."""
        self._session.state.ear = ""

    def lost(self, reason: str) -> None:
        """Nothing is heard any more."""
        if reason not in self._told:
            self._told.add(reason)
            self._trace(HearingLost(reason=reason))

    def overheard(self, event: Recognised) -> None:
        """Something was said that leads nowhere."""
        self._trace(event)

    def _problem(self, language: str) -> str:
        if self._recognition is None:
            return NO_RECOGNISER
        if Capability.LISTEN not in self._channel.capabilities:
            return NO_LISTENING
        return self._recognition.problem(language)


class Listener:
    """One question that listens: what is heard waits here, with its time, until it is taken in.

    ``readings`` is what was understood last, the likeliest first.
    """

    __slots__ = (
        "_clock",
        "_ears",
        "_heard",
        "_machine",
        "_question",
        "_wake",
        "ear",
        "is_open",
        "readings",
    )

    def __init__(
        self,
        ears: Ears,
        question: Question,
        machine: KeyMachine,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._ears = ears
        self._question = question
        self._machine = machine
        self._clock = clock
        self._wake = wake
        self._heard: deque[tuple[float, SpeechEvent]] = deque()
        self.ear: Ear | None = None
        self.is_open = True
        self.readings: tuple[Hypothesis, ...] = ()

    def deliver(self, event: SpeechEvent) -> None:
        """Something was heard. Called by the recogniser, in our loop; never blocks."""
        if self.is_open:
            self._heard.append((self._clock.time(), event))
            self._wake()

    def close(self) -> None:
        """Listen no more; what is still waiting counts for nothing."""
        if self.is_open:
            self.is_open = False
            self._heard.clear()
            self._ears.closed()
            if self.ear is not None:
                self.ear.close()

    def waits(self, before: float | None) -> bool:
        """Whether something was heard before that time."""
        return bool(self._heard) and (before is None or self._heard[0][0] < before)

    def take(self) -> SpeechEvent:
        """Take in what was heard first."""
        event = self._heard.popleft()[1]
        machine = self._machine
        if isinstance(event, HearingFailed):
            machine.deafen()
            self._ears.lost(event.reason)
            self.close()
        elif isinstance(event, SpeechBegan):
            machine.feed(Words(final=False))
        else:
            self.readings = event.hypotheses or (() if event.final else self.readings)
            state = machine.feed(Words(event.hypotheses, event.final))
            if event.final and isinstance(state, Waiting):
                self._ears.overheard(self.recognised("ignored"))
        return event

    def interrupts(self) -> bool:
        """Take in what was heard over the prompt; whether it stops it."""
        stops: SpeechBargeIn = self._question.speech_barge_in if self._question.barge_in else "none"
        while self._heard:
            if stops == "none" and not isinstance(self._heard[0][1], HearingFailed):
                self._pass_over()
            elif self._stops(self.take(), stops):
                return True
        return self._machine.over

    def recognised(
        self, result: str, label: str = "", reason: str = "", said: str = ""
    ) -> Recognised:
        """The event that tells what was understood last, as far as it may be told. ``said`` is the
        reading that counts; the likeliest if not said."""
        readings = self.readings or (Hypothesis("", 0.0),)
        first = next((each for each in readings if each.text == said), readings[0])
        told = Recognised(
            text=first.text,
            confidence=first.confidence,
            result=result,
            label=label,
            reason=reason,
        )
        if self._question.secret:
            told.text = MASK if first.text else ""
        else:
            others = (each for each in readings if each is not first)
            told.alternatives = tuple((each.text, each.confidence) for each in others)
        return told

    def _pass_over(self) -> None:
        """Something was heard that does not count over this prompt; who still speaks when it ends
        is heard out."""
        event = self._heard.popleft()[1]
        self._machine.feed(Words(final=isinstance(event, SpeechHeard) and event.final))

    def _stops(self, event: SpeechEvent, stops: SpeechBargeIn) -> bool:
        """Of words only a final result counts, as for a hotword (VoiceXML 2.0, section 4.1.5.1):
        so far, recognisers take anything for one of the words that they await."""
        if stops == "speech":
            begun = isinstance(event, SpeechHeard) and not event.final and event.hypotheses
            return self._machine.over or isinstance(event, SpeechBegan) or bool(begun)
        return self._machine.over
