"""A call as its trace tells it: what is said when, whether it listens, where it is.

Pure: it is fed the events and asked questions. All times are seconds since the call arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ivrkit.call.events import (
    EarOpened,
    Ended,
    Entered,
    Failed,
    HandedOff,
    HearingLost,
    InDialplan,
    Left,
    Listening,
    Pressed,
    Recognised,
    Recorded,
    Recording,
    Said,
    Saying,
    TraceEvent,
    VariableSet,
)
from ivrkit.qa.numerals import find_in
from ivrkit.qa.words import find, tokens

NOT_ASKING = frozenset({"say"})
"""Verbs that say something and then do not listen."""


@dataclass(slots=True)
class Utterance:
    """One prompt. ``length`` is how long it lasts when nothing stops it, ``seconds`` how much of
    it was heard (None while it is being said). ``asks``: the step that says it then listens."""

    text: str
    at: float
    length: float
    asks: bool
    barge_in: bool
    path: str
    seconds: float | None = None
    words: Sequence[str] = ()
    language: str = ""

    def end(self, said: Said) -> None:
        """It is over. What was said to its end was heard to its end, even if a live playback was
        a little faster than the length of its files."""
        self.seconds = said.seconds
        if said.end == "finished":
            self.length = said.seconds

    def time_of(self, place: int) -> float:
        """When the word at a place has been said."""
        return self.at + self.length * (place + 1) / len(self.words)

    @property
    def heard(self) -> int:
        """How many of its words are heard, or still may be."""
        if self.seconds is None or self.seconds >= self.length - 0.001:
            return len(self.words)
        end = self.at + self.seconds + 0.001
        return sum(1 for place in range(len(self.words)) if self.time_of(place) <= end)


@dataclass(frozen=True, slots=True)
class Point:
    """A place in what was said: so many words into an utterance. Ordered."""

    utterance: int = 0
    word: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """Where words were found: ``at`` is when the last of them is said, ``end`` behind it."""

    at: float
    end: Point
    utterance: Utterance


class Conversation:
    """What has happened in one call so far. ``keyed`` are the steps that go on by themselves, and
    during which keys have a meaning. ``hears``: a question listens to words, ``hears_over_prompts``
    also while its prompt plays; ``deaf`` says why nothing is understood."""

    def __init__(self) -> None:
        self.events: list[TraceEvent] = []
        self.said: list[Utterance] = []
        self.listening = False
        self.keyed: set[str] = set()
        self.away = False
        self.recording = False
        self.hears = self.hears_over_prompts = False
        self.deaf = ""
        self.ended: str | None = None
        self.section = ""
        self.path: list[str] = []
        self.place = ""
        self.variables: dict[str, Any] = {}
        self.failures: list[Failed] = []
        self._verb = ""

    def feed(self, event: TraceEvent) -> None:
        """Take in what happened next."""
        self.events.append(event)
        take = _TAKE.get(type(event))
        if take is not None:
            take(self, event)

    # ---- what happens --------------------------------------------------------------------------

    def _saying(self, event: Saying) -> None:
        self.listening = False
        self.said.append(
            Utterance(
                event.text,
                event.at,
                event.seconds,
                self._verb not in NOT_ASKING,
                event.barge_in,
                self.place,
                words=tokens(event.text),
                language=event.language,
            )
        )

    def _end_saying(self, event: Said) -> None:
        if self.said and self.said[-1].seconds is None:
            self.said[-1].end(event)

    def _listen(self, event: Listening) -> None:
        if event.passing:
            self.keyed.add(self.place)
        else:
            self.listening = True

    def _record(self, event: Recording | Recorded) -> None:
        self.recording = isinstance(event, Recording)

    def _open_ear(self, event: EarOpened) -> None:
        self.hears, self.hears_over_prompts = True, event.barge_in

    def _lose_hearing(self, event: HearingLost) -> None:
        self.deaf, self.hears = event.reason, False

    def _recognise(self, event: Recognised) -> None:
        if event.result != "ignored":
            self.listening = self.hears = False

    def _press(self, event: Pressed) -> None:
        self.listening = self.recording = self.hears = False

    def _leave(self, event: Left) -> None:
        self.listening = self.recording = self.hears = False
        self.keyed.discard(event.path)

    def _set(self, event: VariableSet) -> None:
        self.variables[event.name] = event.value

    def _hand_off(self, event: HandedOff | InDialplan) -> None:
        self.away = event.state != "back"

    def _fail(self, event: Failed) -> None:
        self.failures.append(event)

    def _end(self, event: Ended) -> None:
        self.listening = self.away = self.hears = False
        self.ended = event.ended

    def _enter(self, event: Entered) -> None:
        self._verb = event.verb
        self.place = event.path
        section = event.path.split("/")[0]
        if "_" in section:  # a branch of the flow itself (on_end), and no section
            return
        if section != self.section or (event.how == "entered" and event.path == f"{section}/0"):
            self.section = section
            self.path.append(section)

    # ---- questions -----------------------------------------------------------------------------

    def search(self, text: str, since: Point) -> Match | None:
        """Where a text is first said behind a point: words in a row, over the ends of prompts."""
        stream = list(self._stream(since))
        end = self._end_of(text, [word for word, _ in stream], since)
        if end is None:
            return None
        last = stream[end - 1][1]
        utterance = self.said[last.utterance]
        return Match(utterance.time_of(last.word), Point(last.utterance, last.word + 1), utterance)

    def cut_off(self, text: str, since: Point) -> bool:
        """Whether a text that is not heard would be, had nothing been cut off."""
        words = [word for word, _ in self._stream(since, whole=True)]
        return self._end_of(text, words, since) is not None

    def _end_of(self, text: str, said: Sequence[str], since: Point) -> int | None:
        """The place behind a text in what was said, its numbers in words of any language."""
        wanted = tokens(text)
        if not wanted:
            return None
        place = find(wanted, said)
        if place is not None:
            return place + len(wanted)
        languages = dict.fromkeys(each.language for each in self.said[since.utterance :])
        found = find_in(text, said, (each for each in languages if each[:2] != "en"))
        return None if found is None else found[1]

    def _stream(self, since: Point, *, whole: bool = False) -> Iterator[tuple[str, Point]]:
        for index in range(since.utterance, len(self.said)):
            utterance = self.said[index]
            first = since.word if index == since.utterance else 0
            for word in range(first, len(utterance.words) if whole else utterance.heard):
                yield utterance.words[word], Point(index, word)

    def now(self, time: float) -> Point:
        """The point that is reached at a time: behind every word that has been said by then."""
        if not self.said:
            return Point()
        index = len(self.said) - 1
        last = self.said[index]
        said = sum(1 for place in range(last.heard) if last.time_of(place) <= time)
        return Point(index, said)

    def texts(self, since: Point) -> list[tuple[float, str]]:
        """What was said from a point on, each with its time."""
        return [
            (each.at, each.text)
            for index, each in enumerate(self.said)
            if index > since.utterance or (index == since.utterance and since.word < each.heard)
        ]

    def since(self, index: int, kind: type[Any] | tuple[type[Any], ...]) -> Sequence[Any]:
        """The events of a kind from an index on."""
        return [each for each in self.events[index:] if isinstance(each, kind)]


_TAKE: Mapping[type[TraceEvent], Callable[[Conversation, Any], None]] = {
    Saying: Conversation._saying,
    Said: Conversation._end_saying,
    Listening: Conversation._listen,
    Recording: Conversation._record,
    Recorded: Conversation._record,
    EarOpened: Conversation._open_ear,
    HearingLost: Conversation._lose_hearing,
    Recognised: Conversation._recognise,
    Pressed: Conversation._press,
    Left: Conversation._leave,
    Entered: Conversation._enter,
    VariableSet: Conversation._set,
    HandedOff: Conversation._hand_off,
    InDialplan: Conversation._hand_off,
    Failed: Conversation._fail,
    Ended: Conversation._end,
}
