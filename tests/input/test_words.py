"""Words: one test per rule of the machine for what is said."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.input import (
    Chosen,
    Entry,
    EntrySet,
    Hypothesis,
    Key,
    KeyMachine,
    NoInput,
    NoMatch,
    Pattern,
    SpeechRules,
    State,
    TimerDue,
    TimerName,
    Timing,
    Understood,
    Waiting,
    Words,
)

TIMING = Timing(first_digit=5, between_digits=3, settle=1)
ENTRIES = EntrySet(
    [
        Entry(Pattern.parse("1"), "billing", words=("billing",)),
        Entry(Pattern.parse("2"), "cards", words=("cards", "lost card")),
        Entry(Pattern.parse("34"), "other"),
    ]
)
SPEAKS, NOISE = Words(final=False), Words()


def menu(
    *,
    confidence: float = 0.5,
    confirms: bool = False,
    understand: Callable[[str], Any] | None = None,
    listening: bool = True,
) -> KeyMachine:
    rules = SpeechRules(confidence, confirms, understand, longest=10)
    machine = KeyMachine(ENTRIES, TIMING, terminator="#", restart="*", speech=rules)
    if listening:
        machine.listen()
    return machine


def so_far(text: str) -> Words:
    return Words((Hypothesis(text),), final=False)


def said(*readings: str | tuple[str, float]) -> Words:
    pairs = [(each, 1.0) if isinstance(each, str) else each for each in readings]
    return Words(tuple(Hypothesis(text, confidence) for text, confidence in pairs))


def label(state: State) -> str:
    assert isinstance(state, Chosen)
    return state.entry.label


def let_run_out(machine: KeyMachine) -> State:
    (name,) = machine.timers()
    return machine.feed(TimerDue(name, machine.turn))


# --- what is said -----------------------------------------------------------------------------


def test_a_phrase_chooses_its_entry() -> None:
    state = menu().feed(said(("billing please", 0.8)))
    assert label(state) == "billing"
    assert isinstance(state, Chosen)
    assert (state.by, state.keys, state.rest, state.swallow) == ("speech", "", "", False)
    assert (state.said, state.confidence) == ("billing please", 0.8)


def test_the_best_reading_that_means_something_counts() -> None:
    assert (
        label(menu().feed(said(("building", 0.9), ("billing", 0.6), ("cards", 0.9)))) == "billing"
    )


def test_what_names_no_entry_may_have_a_value() -> None:
    machine = menu(understand={"twelve": Decimal(12)}.get)
    assert machine.feed(said(("uh", 0.9), ("twelve", 0.7))) == Understood(
        Decimal(12), "twelve", 0.7
    )


def test_an_entry_comes_before_a_value() -> None:
    assert label(menu(understand=lambda text: text).feed(said("billing"))) == "billing"


def test_nothing_that_was_said_means_anything() -> None:
    expected = NoMatch("", "unknown", by="speech", said="pizza", confidence=0.9)
    assert menu().feed(said(("pizza", 0.9), ("pizzas", 0.4))) == expected


def test_two_entries_that_are_equally_good_are_no_match() -> None:
    state = menu().feed(said("billing or cards"))
    assert state == NoMatch("", "unknown", by="speech", said="billing or cards")


def test_what_is_less_sure_than_demanded_is_unsure() -> None:
    expected = NoMatch("", "unsure", by="speech", said="billing", confidence=0.49)
    assert menu().feed(said(("billing", 0.49))) == expected
    assert label(menu().feed(said(("billing", 0.5)))) == "billing"


def test_a_question_that_confirms_takes_what_is_unsure() -> None:
    machine = menu(confirms=True, understand={"twelve": 12}.get)
    assert machine.feed(said(("twelve", 0.1))) == Understood(12, "twelve", 0.1)


# --- timers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("begins", [SPEAKS, so_far("bill")])
def test_the_first_sound_ends_the_waiting_for_a_key(begins: Words) -> None:
    machine = menu()
    late = TimerDue(TimerName.FIRST_DIGIT, machine.turn)
    assert machine.feed(begins) == Waiting()
    assert machine.timers() == {TimerName.LONGEST: 10}
    assert machine.feed(late) == Waiting()


def test_what_follows_moves_no_timer() -> None:
    machine = menu()
    machine.feed(SPEAKS)
    turn = machine.turn
    machine.feed(so_far("bill"))
    machine.feed(so_far("billing"))
    assert machine.turn == turn


def test_speech_that_began_over_the_prompt_is_waited_for_behind_it() -> None:
    machine = menu(listening=False)
    machine.feed(SPEAKS)
    turn = machine.turn
    machine.listen()
    assert (machine.turn, machine.timers()) == (turn, {TimerName.LONGEST: 10})


def test_who_speaks_too_long_is_taken_by_what_was_understood() -> None:
    machine = menu()
    machine.feed(so_far("billing and"))
    assert label(let_run_out(machine)) == "billing"


def test_who_is_heard_too_long_and_not_understood_was_a_noise() -> None:
    machine = menu()
    machine.feed(SPEAKS)
    assert let_run_out(machine) == Waiting()
    assert machine.timers() == {TimerName.FIRST_DIGIT: 5}


@pytest.mark.parametrize("noise", [NOISE, said("  ")])
def test_a_noise_starts_the_timer_anew_three_times(noise: Words) -> None:
    machine = menu()
    for _ in range(3):
        turn = machine.turn
        machine.feed(SPEAKS)
        assert machine.feed(noise) == Waiting()
        assert machine.timers() == {TimerName.FIRST_DIGIT: 5}
        assert machine.turn != turn
    assert machine.feed(noise) == NoMatch("", "unsure", by="speech")


def test_silence_after_a_noise_is_no_input() -> None:
    machine = menu()
    machine.feed(NOISE)
    assert let_run_out(machine) == NoInput()


# --- over the prompt --------------------------------------------------------------------------


def test_over_the_prompt_only_what_means_something_counts() -> None:
    machine = menu(listening=False)
    for fed in (said("hello"), said(("cards", 0.2)), *[NOISE] * 9):
        assert machine.feed(fed) == Waiting()
        assert machine.timers() == {}
    machine.listen()
    assert machine.feed(NOISE) == Waiting()
    assert label(menu(listening=False).feed(said("cards"))) == "cards"


# --- keys and words ---------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["3", "*"])
def test_who_types_is_not_interrupted(key: str) -> None:
    machine = menu()
    machine.feed(so_far("billing"))
    machine.feed(Key(key))
    timers, turn = machine.timers(), machine.turn
    assert TimerName.LONGEST not in timers
    for fed in (SPEAKS, so_far("cards"), said("cards"), NOISE):
        assert machine.feed(fed) == Waiting()
    assert (machine.timers(), machine.turn) == (timers, turn)


def test_the_first_complete_one_wins() -> None:
    machine = menu()
    state = machine.feed(Key("1"))
    assert machine.feed(said("cards")) == state
    spoken = menu()
    assert label(spoken.feed(said("cards"))) == "cards"
    with pytest.raises(RuntimeError):
        spoken.feed(Key("1"))


def test_a_recogniser_that_is_gone_leaves_the_full_time_for_keys() -> None:
    machine = menu()
    machine.feed(SPEAKS)
    turn = machine.turn
    machine.deafen()
    assert machine.turn != turn
    assert machine.timers() == {TimerName.FIRST_DIGIT: 5}
    assert machine.feed(said("billing")) == Waiting()
    assert label(machine.feed(Key("1"))) == "billing"


def test_a_recogniser_that_is_gone_in_silence_moves_no_timer() -> None:
    machine = menu()
    turn = machine.turn
    machine.deafen()
    assert (machine.turn, machine.timers()) == (turn, {TimerName.FIRST_DIGIT: 5})


# --- keys alone -------------------------------------------------------------------------------


@given(
    keys=st.lists(st.sampled_from([*"1234#*", "due"]), max_size=6),
    terminator=st.sampled_from([None, "#"]),
    restart=st.sampled_from([None, "*"]),
    before=st.booleans(),
)
def test_with_keys_alone_words_change_nothing(
    keys: list[str], terminator: str | None, restart: str | None, before: bool
) -> None:
    bare = EntrySet(Entry(each.pattern, each.label) for each in ENTRIES.entries)
    plain = KeyMachine(bare, TIMING, terminator=terminator, restart=restart)
    rules = SpeechRules(0.9, True, lambda text: text, 1.0)
    spoken = KeyMachine(ENTRIES, TIMING, terminator=terminator, restart=restart, speech=rules)
    assert _walk(plain, keys, before) == _walk(spoken, keys, before)


def _walk(machine: KeyMachine, keys: list[str], before: bool) -> list[object]:
    """All that is seen of a machine on its way."""
    seen: list[object] = []
    if not before:
        machine.listen()
    for each in keys:
        if machine.over:
            break
        if each == "due":
            machine.listen()
            state = let_run_out(machine)
        else:
            state = machine.feed(Key(each))
        entry = state.entry.label if isinstance(state, Chosen) else None
        typed = getattr(state, "keys", None), getattr(state, "reason", None)
        seen.append((type(state), entry, typed, machine.turn, dict(machine.timers()), machine.keys))
    return seen


# --- whatever happens -------------------------------------------------------------------------


THINGS = (
    *("1", "3", "4", "#", "*", "due", "listen", "deafen"),
    *("speaks", "noise", "billing", "cards?", "hm", "hm?", "unsure"),
)
HAPPENS = st.lists(st.sampled_from(THINGS), max_size=14)


@given(happens=HAPPENS)
def test_whatever_happens_a_question_waits_for_something_or_is_over(happens: list[str]) -> None:
    machine = menu(listening=False)
    typed = listening = False
    for each in happens:
        if machine.over:
            assert machine.timers() == {}
            return
        match each:
            case "listen":
                listening = True
                machine.listen()
            case "deafen":
                machine.deafen()
            case "due":
                for name in machine.timers():
                    machine.feed(TimerDue(name, machine.turn))
            case "speaks":
                machine.feed(SPEAKS)
            case "noise":
                machine.feed(NOISE)
            case "unsure":
                machine.feed(said(("billing", 0.1)))
            case _ if each[0] in "134#*":
                typed = True
                machine.feed(Key(each))
            case _ if each.endswith("?"):
                machine.feed(so_far(each[:-1]))
            case _:
                machine.feed(said(each))
        assert len(machine.timers()) == 1 or machine.over or not listening
        if typed:
            assert TimerName.LONGEST not in machine.timers()
            assert getattr(machine.state, "by", "key") == "key"
