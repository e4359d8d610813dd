"""The state machine of one question: keys, timers and words in, a state out.

Of the three timers ``first_digit`` is VoiceXML's ``timeout`` and ``between_digits`` its
``interdigittimeout`` (VoiceXML 2.0, appendix D); ``settle`` is the part of the latter in which
an entry already matches. Each runs in a situation of its own, so none can reset or outlive
another. Nobody waits for VoiceXML's ``termtimeout``: an entry that can grow no more is taken at
once, and a terminator behind it is swallowed. A machine serves one question; asking again takes
a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivrkit.errors import ValueRejected
from ivrkit.input.entries import Entry, EntrySet
from ivrkit.input.patterns import Key
from ivrkit.input.states import (
    Chosen,
    DefaultAccepted,
    NoInput,
    NoMatch,
    Reason,
    Restarted,
    State,
    Waiting,
)
from ivrkit.input.words import MOST_NOISES, Hypothesis, SpeechRules, Words


class TimerName(StrEnum):
    FIRST_DIGIT = "first_digit"
    """From the end of the prompt to the first key."""
    BETWEEN_DIGITS = "between_digits"
    """From a key to the next, while the entry is incomplete."""
    SETTLE = "settle"
    """From a key on, while an entry matches and a longer one is possible."""
    LONGEST = "longest"
    """From the first sound of speech to what it was."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long each timer runs, in seconds. ``settle`` None means as ``between_digits``."""

    first_digit: float
    between_digits: float
    settle: float | None = None

    def __post_init__(self) -> None:
        for name in ("first_digit", "between_digits", "settle"):
            seconds = getattr(self, name)
            if seconds is not None and not seconds >= 0:
                raise ValueRejected(f"{name} cannot be {seconds} s", hint="write 0s or more")

    @property
    def settling(self) -> float:
        """``settle`` as it counts."""
        return self.between_digits if self.settle is None else self.settle


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A timer has run out.

    ``turn`` is the machine's ``turn`` when the timer was armed. With it a timer that ran out
    while a key was on its way is recognised as overtaken, and does nothing.
    """

    name: TimerName
    turn: int


_WAITING: Final = Waiting()
_NO_RULES: Final = SpeechRules()


class KeyMachine:
    """One question: feed it what happens, arm what it asks for, until it is ``over``.

    Arm ``timers()`` anew whenever ``turn`` has changed, and only then, from the moment of the
    feed that changed it. A key that arrives at the instant of a timer is fed before it.
    Questions without an end of their own (the ``keys`` of a long step) never call ``listen``.

    Words are heard until the first key: who types is not interrupted by what is said meanwhile.
    While somebody speaks no timer for keys runs; while the prompt plays (before ``listen``) only
    words that mean something count.

    Args:
        entries: what can be entered.
        timing: how long to wait.
        terminator: the key that ends an entry; None where there is none.
        restart: the key that drops what was typed; None where there is none.
        default: whether the terminator alone accepts a known value.
        collecting: entries from outside count only where they cannot be what is asked for.
        speech: what it makes of words.

    Raises:
        ValueRejected: terminator or restart is not one key, or both are the same.
    """

    __slots__ = (
        "_beyond",
        "_deaf",
        "_default",
        "_entries",
        "_listening",
        "_node",
        "_noises",
        "_partial",
        "_restart",
        "_root",
        "_speaking",
        "_speech",
        "_terminator",
        "_timing",
        "keys",
        "state",
        "turn",
    )

    def __init__(
        self,
        entries: EntrySet,
        timing: Timing,
        *,
        terminator: str | None = None,
        restart: str | None = None,
        default: bool = False,
        collecting: bool = False,
        speech: SpeechRules = _NO_RULES,
    ) -> None:
        self._entries = entries
        self._timing = timing
        self._terminator = terminator
        self._restart = restart
        self._default = default
        self._root = self._node = entries.automaton(terminator, restart, collecting).root
        self._listening = False
        self._beyond = False  # whether what was typed begins with a complete entry
        self._speech = speech
        self._speaking = self._deaf = False
        self._partial: tuple[Hypothesis, ...] = ()
        self._noises = 0
        self.keys = ""
        self.state: State = _WAITING
        self.turn = 0

    @property
    def over(self) -> bool:
        """Whether the question is answered or has failed: nothing more may be fed."""
        return self.state is not _WAITING

    def listen(self) -> State:
        """The prompt has ended: ``first_digit`` begins, unless a key came before, or somebody
        speaks.

        Calling it again changes nothing: the late end of a prompt that a key has stopped
        must not move a timer.
        """
        if not self._listening and not self.over:
            self._listening = True
            if not self.keys and not self._speaking:
                self.turn += 1
        return self.state

    def deafen(self) -> None:
        """Nothing more is heard. Whoever spoke may still press a key, in the full time."""
        self._deaf = True
        if self._speaking and not self.over:
            self._speaking = False
            self.turn += 1

    def feed(self, fed: Key | TimerDue | Words) -> State:
        """Take in what happened and return the state.

        Raises:
            RuntimeError: a key is fed to a question that is over; it belongs to the next one.
        """
        if isinstance(fed, Key):
            state = self._key(fed.key)
            self.state = _WAITING if isinstance(state, Restarted) else state
            return state
        if not self.over:
            self.state = self._due(fed) if isinstance(fed, TimerDue) else self._heard(fed)
        return self.state

    def timers(self) -> Mapping[TimerName, float]:
        """What to arm, in seconds from the last key (or from ``listen``)."""
        if self.over:
            return {}
        if self._speaking:
            return {TimerName.LONGEST: self._speech.longest}
        if not self.keys:
            return {TimerName.FIRST_DIGIT: self._timing.first_digit} if self._listening else {}
        if self._node.best is None:
            return {TimerName.BETWEEN_DIGITS: self._timing.between_digits}
        return {TimerName.SETTLE: self._timing.settling}

    def _key(self, key: str) -> State:
        if self.over:
            raise RuntimeError("the question is over: this key belongs to the next one")
        self.turn += 1
        self._deaf, self._speaking = True, False
        if key == self._restart:
            return self._restarted()
        if key == self._terminator and (self.keys or self._root[key] is None):
            return self._terminated()
        self.keys += key
        node = self._node[key]
        if node is None:
            reason: Reason = "too_long" if self._beyond else "unknown"
            return NoMatch(self.keys, reason, self._swallows())
        self._node = node
        if node.best is None:
            return _WAITING
        if node.longer and self._timing.settling > 0:
            self._beyond = True
            return _WAITING
        return self._chosen(node.best, self._swallows())

    def _restarted(self) -> State:
        dropped, self.keys = self.keys, ""
        self._node = self._root
        self._beyond = False
        self._listening = True  # the prompt, if one still played, is stopped by this key
        return Restarted(dropped)

    def _terminated(self) -> State:
        if not self.keys and self._default:
            return DefaultAccepted()
        if self._node.best is not None:
            return self._chosen(self._node.best, swallow=False)
        return NoMatch(self.keys, "too_short")

    def _due(self, timer: TimerDue) -> State:
        if timer.turn != self.turn or timer.name not in self.timers():
            return self.state
        if timer.name is TimerName.LONGEST:
            return self._judged(self._partial)
        if not self.keys:
            return NoInput()
        if self._node.best is None:
            return NoMatch(self.keys, "too_short", self._swallows())
        return self._chosen(self._node.best, self._swallows())

    def _heard(self, words: Words) -> State:
        if self._deaf:
            return self.state
        if words.final:
            return self._judged(words.hypotheses)
        self._partial = words.hypotheses or self._partial
        if not self._speaking:
            self._speaking = True
            self.turn += 1
        return self.state

    def _judged(self, hypotheses: tuple[Hypothesis, ...]) -> State:
        """Somebody has spoken."""
        self._speaking, self._partial = False, ()
        self.turn += 1
        readings = [each for each in hypotheses if each.text.strip()]
        if not readings:
            self._noises += self._listening
            tired = self._noises > MOST_NOISES
            return NoMatch("", "unsure", by="speech") if tired else _WAITING
        state = self._speech.meaning(self._entries, readings)
        if isinstance(state, NoMatch) and not self._listening:
            return _WAITING  # said over the prompt, to somebody else
        return state

    def _chosen(self, entry: Entry, swallow: bool) -> State:
        return Chosen(entry, self.keys, entry.pattern.wildcards(self.keys), "key", swallow)

    def _swallows(self) -> bool:
        return self._terminator is not None and not self.keys.startswith(self._terminator)
