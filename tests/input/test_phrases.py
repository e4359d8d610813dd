"""How what is said is compared with phrases."""

from __future__ import annotations

import pytest

from ivrkit.input import Entry, EntrySet, Pattern, Scope
from ivrkit.input.phrases import spoken_form, tokens


def entry(key: str, *words: str, scope: Scope = Scope.OWN, level: int = 0) -> Entry:
    return Entry(Pattern.parse(key), key, scope, words, level)


def named(text: str, *entries: Entry) -> str | None:
    found = EntrySet(entries).spoken(text)
    return None if found is None else found.label


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Account  Balance", "account balance"),
        ("my account.", "My, account!"),
        ("STRASSE", "Straße"),
        ("Kontostände", "Kontostände"),
        ("l'addition", "l’ addition"),
        ("查询余额", "查询 余额"),
        ("ＶＩＰ客户", "vip 客户"),
        ("e-mail", "e mail"),
        ("İSTANBUL", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("二〇〇六", "二 〇 〇 六"),
    ],
)
def test_the_same_to_the_ear(one: str, other: str) -> None:
    assert tokens(one) == tokens(other) != ()
    assert named(one, entry("1", other)) == "1"


@pytest.mark.parametrize(
    ("one", "other"), [("cards", "card"), ("余额", "余"), ("in voice", "invoice")]
)
def test_not_the_same_to_the_ear(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("billing", "1"),
        ("I want billing please", "1"),
        ("billings", None),
        ("lost card", "3"),
        ("my card", "2"),
        ("i have a lost card and another card", "3"),
        ("billing or card", None),
        ("card, card, card", "2"),
        ("", None),
        ("?!", None),
    ],
)
def test_whole_words_and_the_longest_phrase(said: str, label: str | None) -> None:
    menu = (entry("1", "Billing"), entry("2", "card"), entry("3", "lost card", "stolen card"))
    assert named(said, *menu) == label


def test_in_languages_without_spaces_the_phrase_may_stand_anywhere() -> None:
    menu = (entry("1", "余额"), entry("2", "信用卡"), entry("3", "信用卡挂失"))
    assert named("我要查余额谢谢", *menu) == "1"
    assert named("信 用 卡 挂 失", *menu) == "3"
    assert named("余额信用卡", *menu) == "2"


def test_of_equally_long_ones_the_scope_decides_then_the_flow() -> None:
    menu = entry("1", "agent")
    whole = entry("0", "agent", "help", scope=Scope.FLOW)
    outer = entry("9", "help", scope=Scope.FLOW, level=1)
    assert named("agent", whole, menu) == "1"
    assert named("help", outer, whole) == "0"
    assert named("agent help", menu, whole) == "1"


def test_two_that_are_equally_good_are_none() -> None:
    assert named("cards", entry("1", "cards"), entry("2", "Cards")) is None


def test_phrases_of_a_grammar_keep_their_letters_and_apostrophes() -> None:
    assert spoken_form(" L’Addition,  s'il vous plaît! ") == "l'addition s'il vous plaît"
    assert spoken_form("Straße") == "straße"
    assert spoken_form("'Quoted'") == "quoted"
    book = EntrySet(
        [entry("1", "For Billing!", "..."), entry("2", "for billing", "查余额")]
    ).phrases
    assert book.texts == ("for billing", "查余额")
