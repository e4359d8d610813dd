"""Words in: what a question listens for, what was understood, and the ports that do it.

A question that listens opens an ear on the call's channel and closes it when it is over, however
it ends. What is heard comes as events, in the order in which it was said, and goes into the same
machine as keys do; which of the two is complete first wins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol, TypeAlias

from ivrkit.call.channel import Channel
from ivrkit.expressions.values import Value
from ivrkit.input.words import Hypothesis as Hypothesis  # one reading of what was said

END_SILENCE: Final = 0.8
"""Seconds of silence that end what a caller says, where the question does not say otherwise
(VoiceXML's ``completetimeout`` is between 0.3 and 1 s: VoiceXML 2.0, section 6.3.2)."""
LONGEST: Final = 10.0
"""Seconds that one answer may take (VoiceXML's ``maxspeechtimeout``)."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What can be said, as a recogniser must know it beforehand.

    ``phrases`` are said as a whole; ``words`` one behind the other, as often as one likes (the
    words of numbers, of dates); ``free``: anything at all. Several may be there together. All are
    in one ``language`` (BCP 47).
    """

    language: str
    phrases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    free: bool = False

    @property
    def vocabulary(self) -> frozenset[str]:
        """Each single word that it holds."""
        return frozenset(word for text in (*self.phrases, *self.words) for word in text.split())


@dataclass(frozen=True, slots=True)
class Hearing:
    """How a question listens. ``end_silence`` and ``longest`` are seconds; ``alternatives`` is how
    many different readings of what was said are wanted (n-best)."""

    grammar: Grammar
    end_silence: float = END_SILENCE
    longest: float = LONGEST
    alternatives: int = 3


# ---- events: what an ear tells, under its name -------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The caller has begun to speak; what it will be is not known yet."""

    ear: str


@dataclass(frozen=True, slots=True)
class SpeechHeard:
    """What was understood, the likeliest reading first. Not ``final``: so far; how sure that is,
    nobody knows yet (its ``confidence`` is 0). A final one without any reading was a noise, or
    speech of which nothing was understood."""

    ear: str
    hypotheses: tuple[Hypothesis, ...] = ()
    final: bool = False


@dataclass(frozen=True, slots=True)
class HearingFailed:
    """Nothing is understood any more on this ear: the question goes on with keys alone."""

    ear: str
    reason: str


SpeechEvent: TypeAlias = SpeechBegan | SpeechHeard | HearingFailed
DeliverSpeech: TypeAlias = Callable[[SpeechEvent], None]


# ---- ports -------------------------------------------------------------------------------------


class Ear(Protocol):
    """What listens to one question."""

    def close(self) -> None:
        """Stop listening, at once; harmless when it has ended already. Nothing is delivered
        behind it. What it held in the carrier is given back meanwhile."""


class Recognition(Protocol):
    """The port that understands speech. Implemented by the room ``speech``, and in the simulator
    by what a call script lets the caller say."""

    def problem(self, language: str) -> str:
        """Why nothing is understood in this language here; empty if it is."""

    def unknown_words(self, grammar: Grammar) -> Collection[str]:
        """The words of a grammar that the recogniser of its language can never hear."""

    def listen(self, channel: Channel, ear: str, hearing: Hearing, deliver: DeliverSpeech) -> Ear:
        """Listen to the caller from now on; returns at once and never raises. ``ear`` is derived
        by the caller and names all that it makes in the carrier. Each beginning, partial and final
        result is delivered, any number of utterances, until it is closed; what fails is delivered
        as :class:`HearingFailed`."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value in a text: its words ``begin`` to ``end`` (without it; by their number among the
    text's tokens) say it. ``bare``: they can mean it where nothing else was asked for, and much
    else besides (a number that may be an hour)."""

    value: Value
    begin: int
    end: int
    bare: bool = False


class Understanding(Protocol):
    """The port that knows how values are said. Implemented by the room ``prompts``, from the same
    rules by which values are spoken."""

    def grammar(self, kind: str, language: str) -> Grammar:
        """What a caller may say for a value of a kind: ``number``, ``digits``, ``date``, ``time``,
        ``money``, ``flag`` (yes and no), ``text`` (anything). Raises PromptError for a language
        without rules, or a kind that it cannot understand."""

    def value(self, kind: str, text: str, language: str, today: date) -> Value:
        """What was said, as a value of the kind; None when the text says no such value, or two
        that differ. Words around it do not matter."""

    def found(self, kind: str, text: str, language: str, today: date) -> Sequence[Found]:
        """All values of the kind that a text says, from left to right."""

    def tokens(self, text: str, language: str) -> Sequence[str]:
        """The words of a text, by which :class:`Found` counts."""

    def understands(self, language: str) -> bool:
        """Whether values are understood in a language at all."""
