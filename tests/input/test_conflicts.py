from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.errors import ValueRejected
from ivrkit.input import ConflictKind, Entry, EntrySet, Pattern, Scope


def entry(
    text: str, scope: Scope = Scope.OWN, level: int = 0, words: tuple[str, ...] = ()
) -> Entry:
    return Entry(Pattern.parse(text), text, scope, words, level)


Found = tuple[str, str, str | None, str]


def found(*entries: Entry, **rules: object) -> list[Found]:
    return [
        (it.kind.value, it.entry.label, it.other and it.other.label, it.keys)
        for it in EntrySet(entries).conflicts(**rules)  # type: ignore[arg-type]
    ]


ASKED = Entry(Pattern.digits(6, 12), "asked for")


def test_nothing_to_say() -> None:
    assert found(entry("1"), entry("2"), entry("*31"), entry("0", Scope.FLOW)) == []
    assert found(entry("11"), entry("1X")) == []


def test_two_of_the_same_rank() -> None:
    assert found(entry("1X"), entry("X1")) == [("same_rank", "X1", "1X", "11")]
    assert found(entry("1"), entry("1")) == [("same_rank", "1", "1", "1")]
    assert found(entry("2X."), entry("2XX.")) == [("same_rank", "2XX.", "2X.", "2000")]


def test_an_entry_that_another_hides() -> None:
    assert found(entry("X"), entry("0", Scope.FLOW)) == [("hidden", "0", "X", "0")]
    assert found(entry("0"), entry("0", Scope.FLOW)) == [("hidden", "0", "0", "0")]
    assert found(entry("1X."), entry("12."), entry("0")) == []


def test_an_entry_that_begins_another() -> None:
    assert found(entry("12"), entry("1")) == [("beginning", "1", "12", "1")]
    assert found(entry("*3", Scope.FLOW), entry("*31", Scope.SHORTCUT)) == [
        ("beginning", "*3", "*31", "*3")
    ]


def test_where_the_shorter_entry_is_taken_at_once_the_longer_is_hidden() -> None:
    assert found(entry("12"), entry("1"), at_once=True) == [("hidden", "12", "1", "12")]
    assert found(entry("X2"), entry("1"), at_once=True) == [("beginning", "1", "X2", "1")]
    assert found(ASKED, entry("0", Scope.FLOW), collecting=True, at_once=True) == [
        ("beginning", "0", "asked for", "0")
    ]


def test_an_inner_flow_that_redefines_a_key_means_to() -> None:
    assert found(entry("0", Scope.FLOW), entry("0", Scope.FLOW, level=1)) == []
    assert found(entry("X", Scope.FLOW), entry("0", Scope.FLOW, level=1)) == [
        ("hidden", "0", "X", "0")
    ]


def test_entries_that_hold_terminator_or_restart_cannot_be_typed() -> None:
    assert found(entry("1#"), entry("#1"), terminator="#") == [("terminator", "1#", None, "#")]
    rules = {"terminator": "#", "restart": "*", "collecting": True}
    assert found(ASKED, entry("*31", Scope.SHORTCUT), **rules) == [("restart", "*31", None, "*")]
    assert found(ASKED, entry("#", Scope.FLOW), **rules) == [("terminator", "#", None, "#")]
    assert found(ASKED, entry("*#", Scope.FLOW), **rules) == [("terminator", "*#", None, "#")]


def test_an_entry_that_can_be_typed_otherwise_is_not_reported() -> None:
    assert found(entry("1[2#]"), terminator="#") == []
    assert found(entry("1"), entry("1#"), terminator="#") == [("terminator", "1#", None, "#")]


def test_a_flow_wide_key_that_begins_what_a_collect_asks_for_is_no_conflict() -> None:
    assert found(ASKED, entry("0", Scope.FLOW), collecting=True) == []


def test_a_flow_wide_key_that_could_be_what_a_collect_asks_for_is_hidden() -> None:
    short = Entry(Pattern.digits(1, 3), "asked for")
    assert found(short, entry("0", Scope.FLOW), collecting=True) == [
        ("hidden", "0", "asked for", "0")
    ]
    assert found(short, entry("9999", Scope.FLOW), collecting=True) == [
        ("hidden", "9999", "asked for", "9999")
    ]


def test_two_entries_of_one_phrase() -> None:
    one, two = entry("1", words=("My  Account", "cards")), entry("2", words=("my account",))
    assert found(one, two) == [("same_words", "2", "1", "my account")]
    assert found(one, entry("0", Scope.FLOW, words=("cards",))) == []


def test_the_rules_are_checked() -> None:
    with pytest.raises(ValueRejected):
        EntrySet([]).conflicts(terminator="*", restart="*")


TEXTS = ["1", "2", "X", "N", "[12]", "12", "1X", "X1", "XX", "1.", "X.", ".", "1#", "#", "2X.", "*"]
STRINGS = ["".join(keys) for length in range(1, 5) for keys in product("123*#", repeat=length)]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(TEXTS),
    st.sampled_from(TEXTS),
    st.sampled_from([Scope.OWN, Scope.FLOW]),
    st.sampled_from([None, "#"]),
)
def test_pairs_are_judged_as_by_writing_out_all_strings(
    one: str, two: str, scope: Scope, terminator: str | None
) -> None:
    pair = [entry(one), entry(two, scope)]
    sets = [
        {
            keys
            for keys in STRINGS
            if it.pattern.matches(keys) and (terminator or "-") not in keys[1:]
        }
        for it in pair
    ]
    kinds = {it.kind for it in EntrySet(pair).conflicts(terminator=terminator)}
    common = sets[0] & sets[1]
    same = pair[0].rank == pair[1].rank
    upper, lower = (sets[0], sets[1]) if pair[0].rank < pair[1].rank else (sets[1], sets[0])
    hidden = bool(lower) and not same and lower <= upper
    assert (ConflictKind.SAME_RANK in kinds) == (same and bool(common))
    assert (ConflictKind.HIDDEN in kinds) == hidden
    assert (ConflictKind.TERMINATOR in kinds) == (not sets[0] or not sets[1])
    begins = any(
        long.startswith(short) and long != short
        for place, (first, second) in enumerate((sets, sets[::-1]))
        if not pair[place].pattern.is_open
        for short in first
        for long in second
    )
    if not kinds & {ConflictKind.SAME_RANK, ConflictKind.HIDDEN}:
        assert (ConflictKind.BEGINNING in kinds) == begins
