"""The table "Keys, exactly" of the language, one test per row that the machine decides."""

from __future__ import annotations

import pytest

from ivrkit.errors import ValueRejected
from ivrkit.input import (
    Chosen,
    DefaultAccepted,
    Entry,
    EntrySet,
    Hypothesis,
    Key,
    KeyMachine,
    NoInput,
    NoMatch,
    Pattern,
    Restarted,
    Scope,
    State,
    TimerDue,
    TimerName,
    Timing,
    Waiting,
    Words,
)

TIMING = Timing(first_digit=5, between_digits=3, settle=1)


def entries(*patterns: str, scope: Scope = Scope.OWN) -> list[Entry]:
    return [Entry(Pattern.parse(text), text, scope) for text in patterns]


def menu(*patterns: str, terminator: str | None = None, timing: Timing = TIMING) -> KeyMachine:
    return KeyMachine(EntrySet(entries(*patterns)), timing, terminator=terminator)


def collect(
    least: int, most: int, *outside: str, default: bool = False, timing: Timing = TIMING
) -> KeyMachine:
    own = Entry(Pattern.digits(least, most), "asked for")
    return KeyMachine(
        EntrySet([own, *entries(*outside, scope=Scope.FLOW)]),
        timing,
        terminator="#",
        restart="*",
        default=default,
        collecting=True,
    )


def press(machine: KeyMachine, keys: str) -> State:
    machine.listen()
    state: State = machine.state
    for key in keys:
        state = machine.feed(Key(key))
    return state


def let_run_out(machine: KeyMachine) -> State:
    (name,) = machine.timers()
    return machine.feed(TimerDue(name, machine.turn))


def label(state: State) -> str:
    assert isinstance(state, Chosen)
    return state.entry.label


# --- the rows ---------------------------------------------------------------------------------


def test_one_entry_matches_and_no_longer_one_is_possible_take_it_at_once() -> None:
    assert label(press(menu("1", "2", "34"), "1")) == "1"
    assert label(press(menu("1", "2", "34"), "34")) == "34"


def test_an_entry_matches_longer_ones_are_possible_wait_settle() -> None:
    machine = menu("1", "12")
    assert press(machine, "1") == Waiting()
    assert machine.timers() == {TimerName.SETTLE: 1}
    assert label(let_run_out(machine)) == "1"


def test_an_entry_matches_longer_ones_are_possible_the_terminator_takes_it_at_once() -> None:
    state = press(menu("1", "12", terminator="#"), "1#")
    assert label(state) == "1"
    assert isinstance(state, Chosen)
    assert state.keys == "1"
    assert not state.swallow


def test_nothing_can_match_any_more_no_match_at_once() -> None:
    assert press(menu("1", "23"), "5") == NoMatch("5", "unknown")
    assert press(menu("1", "23"), "24") == NoMatch("24", "unknown")


def test_silence_with_nothing_typed_no_input() -> None:
    machine = menu("1")
    assert press(machine, "") == Waiting()
    assert machine.timers() == {TimerName.FIRST_DIGIT: 5}
    assert let_run_out(machine) == NoInput()


def test_silence_with_an_incomplete_entry_no_match_too_short_and_kept_for_the_record() -> None:
    machine = collect(6, 12)
    assert press(machine, "1234") == Waiting()
    assert machine.timers() == {TimerName.BETWEEN_DIGITS: 3}
    state = let_run_out(machine)
    assert isinstance(state, NoMatch)
    assert (state.keys, state.reason) == ("1234", "too_short")


def test_terminator_after_an_incomplete_entry_no_match_too_short_at_once() -> None:
    assert press(collect(6, 12), "1234#") == NoMatch("1234", "too_short")
    assert press(menu("1", "234", terminator="#"), "23#") == NoMatch("23", "too_short")


def test_terminator_with_nothing_typed_the_entry_of_that_key_if_there_is_one() -> None:
    assert label(press(menu("1", "#", terminator="#"), "#")) == "#"


def test_terminator_with_nothing_typed_the_default_if_there_is_one() -> None:
    assert press(collect(4, 4, default=True), "#") == DefaultAccepted()


def test_terminator_with_nothing_typed_else_no_match() -> None:
    assert press(collect(4, 4), "#") == NoMatch("", "too_short")
    assert press(menu("1", terminator="#"), "#") == NoMatch("", "too_short")


def test_the_terminator_is_itself_an_entry_only_when_nothing_was_typed_before_it() -> None:
    machine = menu("1", "12", "#", "1#", terminator="#")
    assert label(press(machine, "1#")) == "1"


def test_the_terminator_begins_an_entry_only_when_nothing_was_typed_before_it() -> None:
    assert label(press(menu("12", "#9", terminator="#"), "#9")) == "#9"
    assert press(menu("12", "#9", terminator="#"), "1#") == NoMatch("1", "too_short")
    # So "##" can never be typed, and nothing begins with the terminator.
    assert press(menu("##", terminator="#"), "#") == NoMatch("", "too_short")


def test_restart_key_in_a_collect_drops_what_was_typed_and_the_timers_start_anew() -> None:
    machine = collect(4, 4)
    assert press(machine, "12*") == Restarted("12")
    assert machine.timers() == {TimerName.FIRST_DIGIT: 5}
    state = press(machine, "3456")
    assert isinstance(state, Chosen)
    assert state.keys == "3456"


def test_restart_key_forgets_that_an_entry_had_matched() -> None:
    machine = collect(4, 4, "0")
    assert press(machine, "0*A") == NoMatch("A", "unknown", swallow=True)


def test_restart_key_during_the_prompt_starts_the_timers_too() -> None:
    machine = collect(4, 4)
    machine.feed(Key("1"))
    machine.feed(Key("*"))
    assert machine.timers() == {TimerName.FIRST_DIGIT: 5}
    turn = machine.turn
    assert machine.listen() == Waiting()  # the stopped prompt reports its end late
    assert machine.turn == turn


def test_the_terminator_as_an_entry_swallows_nothing_behind_it() -> None:
    state = press(menu("1", "#", terminator="#"), "#")
    assert isinstance(state, Chosen)
    assert not state.swallow


def test_the_most_digits_reached_is_complete_and_no_terminator_is_awaited() -> None:
    state = press(collect(6, 12), "123456789012")
    assert isinstance(state, Chosen)
    assert state.keys == state.rest == "123456789012"
    assert state.swallow


def test_keys_beyond_an_entry_that_then_fit_nothing_are_never_cut_back() -> None:
    assert press(menu("1", "123"), "14") == NoMatch("14", "too_long")
    machine = menu("1", "123")
    press(machine, "12")
    assert machine.timers() == {TimerName.BETWEEN_DIGITS: 3}
    assert let_run_out(machine) == NoMatch("12", "too_short")


def test_key_during_a_prompt_counts_and_starts_its_timer() -> None:
    machine = menu("1", "12")
    assert machine.timers() == {}
    machine.feed(Key("1"))
    assert machine.timers() == {TimerName.SETTLE: 1}
    turn = machine.turn
    machine.listen()
    assert machine.turn == turn
    assert machine.timers() == {TimerName.SETTLE: 1}


def test_keys_of_a_long_step_are_matched_as_in_a_menu_without_a_first_digit() -> None:
    machine = menu("*2", "*21")
    machine.feed(Key("*"))
    machine.feed(Key("2"))
    assert label(let_run_out(machine)) == "*2"


def test_type_ahead_one_key_per_menu_walks_three_menus() -> None:
    typed = "213"
    labels = [label(press(menu("1", "2", "3"), key)) for key in typed]
    assert labels == ["2", "1", "3"]


# --- settle, scopes, flow-wide keys -----------------------------------------------------------


def test_settle_is_between_digits_if_not_said() -> None:
    machine = menu("1", "12", timing=Timing(5, 3))
    press(machine, "1")
    assert machine.timers() == {TimerName.SETTLE: 3}


def test_settle_of_0_takes_the_shorter_entry_at_once() -> None:
    assert label(press(menu("1", "12", timing=Timing(5, 3, 0)), "1")) == "1"


def test_more_fixed_keys_win_whatever_the_order() -> None:
    for patterns in (("1X", "12", "XX"), ("XX", "12", "1X")):
        assert label(press(menu(*patterns), "12")) == "12"
        assert label(press(menu(*patterns), "13")) == "1X"
        assert label(press(menu(*patterns), "33")) == "XX"


def test_own_entries_come_before_flow_wide_keys_and_these_before_shortcuts() -> None:
    own = Entry(Pattern.parse("X"), "own")
    flow = [Entry(Pattern.parse(key), f"flow {key}", Scope.FLOW) for key in ("0", "*")]
    shortcuts = [Entry(Pattern.parse(key), f"short {key}", Scope.SHORTCUT) for key in ("*", "#")]
    everything = EntrySet([*shortcuts, *flow, own])
    pressed = {key: label(press(KeyMachine(everything, TIMING), key)) for key in "0*#"}
    assert pressed == {"0": "own", "*": "flow *", "#": "short #"}


def test_an_inner_flow_redefines_the_key_of_an_outer_one() -> None:
    outer = Entry(Pattern.parse("0"), "outer", Scope.FLOW, level=1)
    inner = Entry(Pattern.parse("0"), "inner", Scope.FLOW, level=0)
    assert label(press(KeyMachine(EntrySet([outer, inner]), TIMING), "0")) == "inner"


def test_a_flow_wide_key_in_a_collect_counts_when_it_is_typed_alone() -> None:
    machine = collect(6, 12, "0")
    assert press(machine, "0") == Waiting()
    assert machine.timers() == {TimerName.SETTLE: 1}
    assert label(let_run_out(machine)) == "0"
    assert label(press(collect(6, 12, "0"), "0#")) == "0"


def test_a_flow_wide_key_in_a_collect_is_a_digit_when_more_follow() -> None:
    state = press(collect(6, 12, "0"), "0123456#")
    assert label(state) == "asked for"
    machine = collect(6, 12, "0")
    press(machine, "01")
    state = let_run_out(machine)
    assert isinstance(state, NoMatch)
    assert (state.keys, state.reason) == ("01", "too_short")


def test_a_flow_wide_key_in_a_collect_does_not_count_when_the_entry_may_be_that_short() -> None:
    assert label(press(collect(1, 1, "0"), "0")) == "asked for"
    assert label(press(collect(1, 3, "0"), "0#")) == "asked for"
    assert label(press(collect(2, 2, "123"), "12")) == "asked for"


def test_in_a_collect_terminator_and_restart_come_before_flow_wide_keys() -> None:
    assert press(collect(4, 4, "#"), "#") == NoMatch("", "too_short")
    assert press(collect(4, 4, "#1", default=True), "#") == DefaultAccepted()
    assert press(collect(4, 4, "*", "*31"), "*") == Restarted("")


# --- timers -----------------------------------------------------------------------------------


def test_a_key_at_the_instant_of_a_timer_comes_before_it() -> None:
    machine = collect(4, 4)
    press(machine, "1")
    armed = TimerDue(TimerName.BETWEEN_DIGITS, machine.turn)
    machine.feed(Key("2"))
    assert machine.feed(armed) == Waiting()  # overtaken, though a timer of that name runs again
    assert machine.feed(TimerDue(TimerName.BETWEEN_DIGITS, machine.turn)) != Waiting()


def test_a_timer_that_does_not_run_does_nothing() -> None:
    machine = menu("1", "12")
    press(machine, "1")
    assert machine.feed(TimerDue(TimerName.FIRST_DIGIT, machine.turn)) == Waiting()


def test_the_end_is_final() -> None:
    machine = menu("1")
    state = press(machine, "1")
    assert machine.over
    assert machine.timers() == {}
    assert machine.listen() == state
    assert machine.feed(TimerDue(TimerName.FIRST_DIGIT, machine.turn)) == state
    assert machine.feed(Words((Hypothesis("one"),))) == state
    with pytest.raises(RuntimeError):
        machine.feed(Key("1"))


def test_a_key_that_no_telephone_has_matches_nothing() -> None:
    assert press(menu("."), "é") == NoMatch("é", "unknown")


@pytest.mark.parametrize("keys", [("12", None), ("x", None), (None, ""), ("#", "#")])
def test_terminator_and_restart_are_two_keys(keys: tuple[str | None, str | None]) -> None:
    with pytest.raises(ValueRejected):
        KeyMachine(EntrySet([]), TIMING, terminator=keys[0], restart=keys[1])


@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
def test_a_time_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(ValueRejected, match="between_digits"):
        Timing(5, seconds)


# --- records ----------------------------------------------------------------------------------


def test_what_was_typed_or_said_does_not_show_itself() -> None:
    card = "4111111111111111"
    shown = [
        repr(press(collect(16, 16), card)),
        repr(press(collect(6, 20), card[:5] + "#")),
        repr(press(collect(16, 16), card[:5] + "*")),
        repr(Words((Hypothesis(card),))),
    ]
    assert not any(card[:5] in text for text in shown)
