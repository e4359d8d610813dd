from __future__ import annotations

from ivrkit.input import Entry, EntrySet, Pattern, Scope


def entry(text: str, label: str = "", scope: Scope = Scope.OWN, **more: object) -> Entry:
    return Entry(Pattern.parse(text), label or text, scope, **more)  # type: ignore[arg-type]


def test_best_possible_longer() -> None:
    entries = EntrySet([entry("1"), entry("12"), entry("2X.")])
    best = entries.best("12")
    assert best is not None
    assert best.label == "12"
    assert entries.best("2") is None
    assert [entries.possible(keys) for keys in ("", "1", "2", "24", "13", "9")] == [
        *[True] * 4,
        *[False] * 2,
    ]
    assert [entries.longer(keys) for keys in ("1", "12", "245", "9")] == [True, False, True, False]


def test_the_rank_is_scope_then_flow_then_fixed_keys() -> None:
    ranked = [
        entry("X"),
        entry("00", scope=Scope.FLOW),
        entry("X", scope=Scope.FLOW),
        entry("00", scope=Scope.FLOW, level=1),
        entry("000", scope=Scope.SHORTCUT),
    ]
    shuffled = [ranked[place] for place in (3, 0, 4, 2, 1)]
    assert sorted(shuffled, key=lambda it: it.rank) == ranked


def test_no_entries_at_all() -> None:
    entries = EntrySet([])
    assert entries.best("1") is None
    assert not entries.possible("1")
    assert entries.conflicts() == []


def test_words_follow_the_rank() -> None:
    entries = EntrySet(
        [
            entry("0", "operator", Scope.FLOW, words=("Agent", "operator")),
            entry("1", "own", words=("agent",)),
        ]
    )
    found = [entries.spoken(text) for text in ("AGENT", " operator ", "none")]
    assert [it and it.label for it in found] == ["own", "operator", None]
