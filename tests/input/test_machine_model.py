"""The machine against a slow, obviously right model: all strings written out, all times tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivrkit.input import (
    Chosen,
    DefaultAccepted,
    Entry,
    EntrySet,
    KeyMachine,
    NoInput,
    NoMatch,
    Pattern,
    Scope,
    State,
    Timing,
)

ALPHABET = "012*#"
MOST_TYPED = 5
CLASSES = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "*": r"\*"}


@dataclass(frozen=True)
class Written:
    """An entry as a designer writes it: a pattern, or least-most digits."""

    text: str
    scope: Scope
    level: int

    def entry(self, label: str) -> Entry:
        digits = re.fullmatch("(.)-(.)", self.text)
        pattern = (
            Pattern.digits(int(digits[1]), int(digits[2])) if digits else Pattern.parse(self.text)
        )
        return Entry(pattern, label, self.scope, level=self.level)

    @property
    def tokens(self) -> list[str]:
        if re.fullmatch("(.)-(.)", self.text):
            return ["X"]
        return re.findall(r"\[[^]]*\]|.", self.text)

    @property
    def rank(self) -> tuple[int, int, int]:
        return (self.scope, self.level, -sum(token in ALPHABET for token in self.tokens))

    def rest(self, keys: str) -> str:
        tokens = self.tokens + [self.tokens[-1]] * len(keys)
        return "".join(key for key, token in zip(keys, tokens, strict=False) if token != key)


@cache
def strings() -> list[str]:
    return [
        "".join(keys)
        for length in range(1, MOST_TYPED + 2)
        for keys in product(ALPHABET, repeat=length)
    ]


@cache
def accepted(text: str) -> frozenset[str]:
    digits = re.fullmatch("(.)-(.)", text)
    if digits:
        expression = re.compile(f"[0-9]{{{digits[1]},{digits[2]}}}")
    else:
        expression = re.compile("".join(CLASSES.get(sign, sign) for sign in text))
    return frozenset(filter(expression.fullmatch, strings()))


@dataclass(frozen=True)
class Question:
    entries: tuple[Written, ...]
    timing: Timing
    terminator: str | None
    restart: str | None
    default: bool
    collecting: bool

    def machine(self) -> KeyMachine:
        return KeyMachine(
            EntrySet(written.entry(str(place)) for place, written in enumerate(self.entries)),
            self.timing,
            terminator=self.terminator,
            restart=self.restart,
            default=self.default,
            collecting=self.collecting,
        )

    def typeable(self) -> list[frozenset[str]]:
        """All strings of each entry that a caller can really type here."""
        own = [
            frozenset(filter(lambda keys: self._is_typeable(keys, own=True), accepted(it.text)))
            if it.scope is Scope.OWN
            else frozenset[str]()
            for it in self.entries
        ]
        asked_for = frozenset[str]().union(*own)

        def is_open(keys: str) -> bool:
            beginnings = {keys[: end + 1] for end in range(len(keys))}
            return not self.collecting or not (beginnings & asked_for)

        return [
            own[place]
            if it.scope is Scope.OWN
            else frozenset(
                keys
                for keys in accepted(it.text)
                if self._is_typeable(keys, own=False) and is_open(keys)
            )
            for place, it in enumerate(self.entries)
        ]

    def _is_typeable(self, keys: str, own: bool) -> bool:
        if self.restart is not None and self.restart in keys:
            return False
        if self.terminator is None:
            return True
        first_may = own or not self.collecting
        return self.terminator not in (keys[1:] if first_may else keys)


Outcome = tuple[str | bool | None, ...]


def model(
    question: Question, keys: Sequence[tuple[float, str]], listen_at: float
) -> tuple[Outcome, float | None]:
    """What happens, told step by step along the clock."""
    sets = question.typeable()
    everything = frozenset[str]().union(*sets)
    firsts = {keys_[0] for keys_ in everything}
    timing = question.timing
    settle = timing.between_digits if timing.settle is None else timing.settle
    typed, since = "", listen_at
    restarted = False

    def best() -> int | None:
        hits = [place for place, accepts in enumerate(sets) if typed in accepts]
        return min(hits, key=lambda place: question.entries[place].rank, default=None)

    def longer() -> bool:
        return any(text.startswith(typed) and text != typed for text in everything)

    def chosen(swallow: bool) -> Outcome:
        place = best()
        assert place is not None
        rest = question.entries[place].rest(typed)
        return ("chosen", str(place), typed, rest, swallow)

    def swallows() -> bool:
        return question.terminator is not None and not typed.startswith(question.terminator)

    def silence() -> Outcome:
        if not typed:
            return ("no input",)
        if best() is None:
            return ("no match", typed, "too_short", swallows())
        return chosen(swallows())

    for at, key in keys:
        if typed:
            deadline = since + (timing.between_digits if best() is None else settle)
        else:
            deadline = since + timing.first_digit
        if deadline < at:
            return silence(), deadline
        since = at
        if key == question.restart:
            typed, restarted = "", True
            continue
        if key == question.terminator and (typed or key not in firsts):
            if not typed and question.default:
                return ("default",), at
            if typed and best() is not None:
                return chosen(swallow=False), at
            return ("no match", typed, "too_short", False), at
        before = [typed[: end + 1] for end in range(len(typed))]
        typed += key
        if typed not in everything and not longer():
            beyond = any(text in everything for text in before)
            return ("no match", typed, "too_long" if beyond else "unknown", swallows()), at
        if best() is not None and (not longer() or settle == 0):
            return chosen(swallows()), at
    if typed:
        return silence(), since + (timing.between_digits if best() is None else settle)
    return silence(), (since if restarted else listen_at) + timing.first_digit


def outcome(state: State) -> Outcome:
    match state:
        case Chosen():
            return ("chosen", state.entry.label, state.keys, state.rest, state.swallow)
        case NoMatch():
            return ("no match", state.keys, state.reason, state.swallow)
        case NoInput():
            return ("no input",)
        case DefaultAccepted():
            return ("default",)
    return ("waiting",)


PATTERNS = (
    "0 1 2 * # 1X X Z N XX [12] [0*] 12 120 112 1212 0X. 1. . *1 *12 #1 1# 1* ## 1#2 2X2 "
    "1-1 1-3 2-2 2-4 4-4 3-5"
)
WRITTEN = st.builds(
    Written, st.sampled_from(sorted(PATTERNS.split())), st.sampled_from(Scope), st.integers(0, 1)
)
TICKS = st.integers(0, 4)
TIMINGS = st.builds(Timing, TICKS, TICKS, st.none() | TICKS)


OWN_DIGITS = st.sampled_from(["1-1", "1-3", "2-2", "2-4", "4-4", "3-5"])


@cache
def short(text: str) -> tuple[str, ...]:
    return tuple(sorted(keys for keys in accepted(text) if len(keys) < MOST_TYPED))


@st.composite
def calls(draw: st.DrawFn) -> tuple[Question, list[tuple[float, str]]]:
    """A question, and a caller who mostly means one of its entries."""
    written = draw(st.lists(WRITTEN, max_size=4))
    collecting = draw(st.booleans())
    if collecting:
        written.append(Written(draw(OWN_DIGITS), Scope.OWN, 0))
    question = Question(
        tuple(written),
        draw(TIMINGS),
        draw(st.sampled_from(["#", None, "2"])),
        draw(st.sampled_from([None, "*", "0"])),
        draw(st.booleans()),
        collecting,
    )
    meant = draw(st.sampled_from(written)) if written else Written("1", Scope.OWN, 0)
    noise = st.text(ALPHABET, max_size=2)
    typed = draw(noise | st.just("")) + draw(st.sampled_from(short(meant.text))) + draw(noise)
    now = 0.0
    keys = []
    for key in typed[:MOST_TYPED]:
        now += draw(TICKS)
        keys.append((now, key))
    return question, keys


BANK = Question(
    (Written("3-5", Scope.OWN, 0), Written("0", Scope.FLOW, 0)), Timing(5, 3), "#", "*", False, True
)


@settings(max_examples=1500, deadline=None)
@example((BANK, [(0, "0")]), 0)
@example((BANK, [(0, "0"), (3, "1"), (6, "2"), (6, "#")]), 0)
@given(calls(), TICKS)
def test_the_machine_does_what_the_model_does(
    timeline: Callable[..., tuple[State, float | None]],
    call: tuple[Question, list[tuple[float, str]]],
    listen_at: int,
) -> None:
    question, keys = call
    # Before the prompt has ended nothing runs out; the first key then counts from itself.
    state, when = timeline(question.machine(), keys, listen_at)
    assert (outcome(state), when) == model(question, keys, listen_at)


@settings(max_examples=300, deadline=None)
@given(st.lists(WRITTEN, max_size=5), st.text(ALPHABET, max_size=MOST_TYPED))
def test_a_set_of_entries_answers_as_the_model_does(written: list[Written], keys: str) -> None:
    entries = EntrySet(it.entry(str(place)) for place, it in enumerate(written))
    hits = [place for place, it in enumerate(written) if keys in accepted(it.text)]
    best = min(hits, key=lambda place: written[place].rank, default=None)
    longer = any(
        text.startswith(keys) and text != keys for it in written for text in accepted(it.text)
    )
    found = entries.best(keys)
    assert (found and found.label) == (None if best is None else str(best))
    assert entries.longer(keys) == longer
    assert entries.possible(keys) == (longer or best is not None or not keys)
