"""Defects that other systems shipped: each named after the report, each impossible here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivrkit.input import (
    Attempts,
    Chosen,
    Entry,
    EntrySet,
    GiveUp,
    Key,
    KeyMachine,
    NoInput,
    NoMatch,
    Pattern,
    Put,
    Scope,
    State,
    Swallow,
    Timing,
    TypeAhead,
)

Timeline = Callable[..., tuple[State, float | None]]

TIMING = Timing(first_digit=5, between_digits=3)


def menu(*patterns: str, terminator: str | None = None) -> KeyMachine:
    entries = EntrySet(Entry(Pattern.parse(text), text) for text in patterns)
    return KeyMachine(entries, TIMING, terminator=terminator)


def collect(least: int, most: int) -> KeyMachine:
    entries = EntrySet([Entry(Pattern.digits(least, most), "asked for")])
    return KeyMachine(entries, TIMING, terminator="#", restart="*", collecting=True)


def every(seconds: float, keys: str, start: float = 1.0) -> list[tuple[float, str]]:
    return [(start + place * seconds, key) for place, key in enumerate(keys)]


def label(state: State) -> str:
    assert isinstance(state, Chosen)
    return state.entry.label


@pytest.mark.parametrize("terminator", [None, "#"])
def test_freepbx_604_an_optional_hash_entry_makes_no_single_key_wait(
    timeline: Timeline, terminator: str | None
) -> None:
    for key in "12#":
        state, when = timeline(menu("1", "2", "#", terminator=terminator), [(1, key)])
        assert (label(state), when) == (key, 1)


def test_asterisk_1511_the_terminator_ends_the_wait_when_a_number_begins_others(
    timeline: Timeline,
) -> None:
    state, when = timeline(menu("10", "101", terminator="#"), [(1, "1"), (2, "0"), (3, "#")])
    assert (label(state), when) == ("10", 3)


def test_jambonz_1337_between_digits_runs_below_the_minimum_and_nothing_short_is_returned(
    timeline: Timeline,
) -> None:
    state, when = timeline(collect(6, 12), every(1, "123"))
    assert when == 3 + TIMING.between_digits
    assert isinstance(state, NoMatch)
    assert (state.keys, state.reason) == ("123", "too_short")


def test_jambonz_1306_1348_534_a_long_number_is_not_cut_off_by_the_no_input_timer(
    timeline: Timeline,
) -> None:
    state, when = timeline(collect(12, 12), every(2.9, "123456789012"))
    assert isinstance(state, Chosen)
    assert state.keys == "123456789012"
    assert when == pytest.approx(1 + 11 * 2.9)


@pytest.mark.parametrize("listen_at", [10.0, None])
def test_jambonz_1311_a_fixed_length_does_not_wait_for_ever_after_one_barged_in_digit(
    timeline: Timeline, listen_at: float | None
) -> None:
    state, when = timeline(collect(4, 4), [(1, "7")], listen_at)
    assert when == 1 + TIMING.between_digits
    assert isinstance(state, NoMatch)
    assert state.keys == "7"


def test_jambonz_250_the_end_between_digits_gives_the_digits_and_not_silence(
    timeline: Timeline,
) -> None:
    state, when = timeline(collect(1, 12), every(1, "1234"))
    assert when == 4 + TIMING.between_digits
    assert isinstance(state, Chosen)
    assert state.keys == "1234"


def test_jambonz_215_282_382_389_nothing_leaks_from_one_question_into_the_next(
    timeline: Timeline,
) -> None:
    shared = EntrySet([Entry(Pattern.digits(4, 4), "asked for")])
    first = KeyMachine(shared, TIMING, terminator="#", restart="*", collecting=True)
    timeline(first, every(1, "12"))
    second = KeyMachine(shared, TIMING, terminator=None, restart=None, collecting=True)
    assert second.keys == ""
    assert second.timers() == {}
    # "*" was the first question's key and means nothing to the second.
    state, _ = timeline(second, [(1, "*")])
    assert isinstance(state, NoMatch)


def test_jambonz_389_keys_that_may_not_interrupt_are_kept_and_not_lost() -> None:
    buffer = TypeAhead()
    assert [buffer.put(Key(key)) for key in "*1"] == [Put.KEPT, Put.KEPT]
    assert buffer.take() == Key("*")


def test_freeswitch_1550_fewer_digits_than_the_longest_entry_do_not_wait_beyond_the_timeout(
    timeline: Timeline,
) -> None:
    state, when = timeline(menu("1", "2", "10"), [(1, "2")])
    assert (label(state), when) == ("2", 1)
    state, when = timeline(menu("1", "2", "10"), [(1, "1")])
    assert (label(state), when) == ("1", 1 + TIMING.between_digits)
    assert timeline(menu("10"), []) == (NoInput(), TIMING.first_digit)


def test_fusionpbx_515_silence_and_wrong_input_are_counted_apart_and_both_end() -> None:
    attempts = Attempts(no_input=2, no_match=2)
    attempts.failed("no_match")
    attempts.failed("no_input")
    assert attempts.failed("no_match") == GiveUp("no_match")


def test_fusionpbx_1402_1990_654_2505_a_direct_number_as_long_as_an_option(
    timeline: Timeline,
) -> None:
    for patterns in (("101", "1XX"), ("1XX", "101")):
        assert label(timeline(menu(*patterns), every(1, "101"))[0]) == "101"
        assert label(timeline(menu(*patterns), every(1, "102"))[0]) == "1XX"


def test_fusionpbx_1516_wrong_input_is_used_up() -> None:
    attempts = Attempts()
    outcomes = [attempts.failed("no_match") for _ in range(3)]
    assert outcomes[-1] == GiveUp("no_match")
    assert GiveUp("no_match") not in outcomes[:-1]


def test_ivozprovider_16_a_known_length_does_not_wait(timeline: Timeline) -> None:
    _, when = timeline(collect(4, 4), every(1, "1234"))
    assert when == 4


def test_ivozprovider_275_nothing_dialled_is_not_wrong(timeline: Timeline) -> None:
    assert timeline(menu("1"), [])[0] == NoInput()
    assert timeline(menu("1"), [(1, "9")])[0] == NoMatch("9", "unknown")


def test_rapidpro_132_silence_can_neither_loop_for_ever_nor_end_unnamed() -> None:
    attempts = Attempts(no_input=None, no_match=None, total=4)
    outcomes = [attempts.failed("no_input") for _ in range(4)]
    assert outcomes[-1] == GiveUp("used_up", "no_input")


def test_partial_digits_are_kept_when_an_entry_fails(timeline: Timeline) -> None:
    for keys in ("4929", "4929#", "4929A"):
        state, _ = timeline(collect(16, 16), every(1, keys))
        assert isinstance(state, NoMatch)
        assert state.keys.startswith("4929")


def test_type_ahead_after_the_most_digits_the_terminator_does_not_reach_the_next_question() -> None:
    buffer = TypeAhead()
    for place, key in enumerate("1234#2"):
        buffer.put(Key(key, place * 0.2))
    machine = collect(4, 4)
    key = Key("")
    while not machine.over and (key := buffer.take() or key):
        machine.feed(key)
    assert isinstance(machine.state, Chosen)
    assert machine.state.swallow
    assert buffer.swallow(Swallow("#", key.at + TIMING.between_digits))
    assert buffer.take() == Key("2", 1.0)


def test_a_habitual_terminator_behind_a_wrong_key_is_not_a_second_wrong_input(
    timeline: Timeline,
) -> None:
    state, _ = timeline(menu("1", "2", terminator="#"), [(1, "5")])
    assert state == NoMatch("5", "unknown", swallow=True)


def test_a_shortcut_that_begins_with_the_restart_key_is_never_half_a_shortcut(
    timeline: Timeline,
) -> None:
    entries = EntrySet(
        [
            Entry(Pattern.digits(6, 12), "asked for"),
            Entry(Pattern.parse("*31"), "cards", Scope.SHORTCUT),
        ]
    )
    machine = KeyMachine(entries, TIMING, terminator="#", restart="*", collecting=True)
    state, _ = timeline(machine, every(1, "*312345#"))
    assert isinstance(state, Chosen)
    assert state.keys == "312345"
