"""What callers say, as values: every value that the rules can say is understood when it is said."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.call.listening import SAYABLE
from ivrkit.errors import PromptError
from ivrkit.expressions.values import Value
from ivrkit.prompts.language import Language, Languages
from ivrkit.prompts.understanding.service import Understood
from ivrkit.prompts.words import Utterance

TODAY = date(2026, 3, 2)
"""A Monday."""
OWN = {"en": "USD", "ru": "RUB", "yue": "HKD", "zh": "CNY", "zh-HK": "HKD"}
CURRENCIES = {tag: OWN.get(tag, "EUR") for tag in Languages().tags}
LANGUAGES = {tag: Languages(currency) for tag, currency in CURRENCIES.items()}
UNDERSTOOD = {tag: Understood(languages) for tag, languages in LANGUAGES.items()}
TAGS = st.sampled_from(sorted(CURRENCIES))


def rules(tag: str) -> Language:
    return LANGUAGES[tag].find(tag)


def heard(tag: str, kind: str, said: Utterance) -> Value:
    """What is understood when a value is said as the rules say it."""
    return UNDERSTOOD[tag].value(kind, rules(tag).speech(said.words), tag, TODAY)


def test_all_languages_are_understood() -> None:
    assert all(UNDERSTOOD[tag].understands(tag) for tag in CURRENCIES)
    assert UNDERSTOOD["en"].understands("en-GB")
    assert not UNDERSTOOD["en"].understands("sw")


def test_what_understands_a_language_is_made_beforehand() -> None:
    understood = Understood(Languages())
    understood.prepare("en")
    understood.prepare("sw")
    assert understood.value("time", "noon", "en", TODAY) == time(12)


# --- what the rules say -----------------------------------------------------------------------


@pytest.mark.parametrize("tag", CURRENCIES)
def test_every_number_below_ten_thousand(tag: str) -> None:
    for number in range(10_000):
        assert heard(tag, "number", rules(tag).number(Decimal(number))) == number


@pytest.mark.parametrize("tag", CURRENCIES)
def test_numbers_before_nouns_of_every_gender(tag: str) -> None:
    for gender in rules(tag).genders:
        for number in (1, 2, 3, 21, 31, 101, 200, 201, 500, 1001, 2002, 21_001, 200_000):
            assert heard(tag, "number", rules(tag).number(Decimal(number), gender)) == number


def large(tag: str) -> Iterator[Decimal]:
    chosen = random.Random(tag)
    for places in range(4, 13):
        for _ in range(60):
            yield Decimal(chosen.randrange(10**places))
        yield Decimal(10**places)
        yield Decimal(10**places + 1)


@pytest.mark.parametrize("tag", CURRENCIES)
def test_large_numbers(tag: str) -> None:
    for number in large(tag):
        assert heard(tag, "number", rules(tag).number(number)) == number


@given(TAGS, st.decimals(-(10**9), 10**9, places=2))
@settings(deadline=None, max_examples=300)
def test_numbers_with_places(tag: str, number: Decimal) -> None:
    assert heard(tag, "number", rules(tag).number(number)) == number


@given(TAGS, st.decimals(0, 10**7, places=2))
@settings(deadline=None, max_examples=300)
def test_amounts_of_the_own_money(tag: str, amount: Decimal) -> None:
    assert heard(tag, "money", rules(tag).money(amount, CURRENCIES[tag])) == amount


@given(TAGS, st.text("0123456789", min_size=1, max_size=12))
@settings(deadline=None, max_examples=300)
def test_digits(tag: str, digits: str) -> None:
    assert heard(tag, "digits", rules(tag).digits(digits)) == digits


@pytest.mark.parametrize("clock", [0, 12, 24])
@pytest.mark.parametrize("tag", CURRENCIES)
def test_every_time_on_every_clock(tag: str, clock: int) -> None:
    for minutes in range(0, 24 * 60, 5):
        at = time(*divmod(minutes, 60))
        assert heard(tag, "time", rules(tag).time(at, clock)) == at


@given(TAGS, st.dates(date(1850, 1, 1), date(2150, 12, 31)))
@settings(deadline=None, max_examples=300)
def test_full_dates(tag: str, day: date) -> None:
    assert heard(tag, "date", rules(tag).date(day, "full")) == day


@pytest.mark.parametrize("tag", CURRENCIES)
def test_a_date_without_a_year_is_the_next_one(tag: str) -> None:
    for away in range(365):
        day = TODAY + timedelta(days=away)
        assert heard(tag, "date", rules(tag).date(day, "short")) == day


@pytest.mark.parametrize("tag", CURRENCIES)
def test_a_weekday_is_the_next_one_behind_today(tag: str) -> None:
    for away in range(1, 8):
        day = TODAY + timedelta(days=away)
        assert heard(tag, "date", rules(tag).date(day, "weekday")) == day


@pytest.mark.parametrize("away", [-1, 0, 1])
@pytest.mark.parametrize("tag", CURRENCIES)
def test_days_near_today(tag: str, away: int) -> None:
    day = TODAY + timedelta(days=away)
    assert heard(tag, "date", rules(tag).date(day, "relative", away)) == day


@pytest.mark.parametrize("tag", CURRENCIES)
def test_every_yes_and_every_no(tag: str) -> None:
    understood = UNDERSTOOD[tag]
    for text in rules(tag).yes:
        assert understood.value("flag", text, tag, TODAY) is True
    for text in rules(tag).no:
        assert understood.value("flag", text, tag, TODAY) is False


# --- what callers say besides -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "kind", "said", "value"),
    [
        ("en", "number", "uh it's a hundred and five please", Decimal(105)),
        ("en", "number", "one two three", Decimal(123)),
        ("en", "number", "negative four point two five", Decimal("-4.25")),
        ("en", "number", "twenty or thirty", None),
        ("en", "number", "none of these", None),
        ("en", "digits", "double seven five oh", "7750"),
        ("en", "digits", "twenty twenty-six", "2026"),
        ("en", "phone", "plus four nine three oh", "+4930"),
        ("en", "money", "twelve dollars fifty", Decimal("12.50")),
        ("en", "money", "twelve", Decimal(12)),
        ("en", "money", "fifty euros", None),
        ("en", "date", "the third of April", date(2026, 4, 3)),
        ("en", "date", "next Monday", date(2026, 3, 9)),
        ("en", "date", "March second twenty twenty seven", date(2027, 3, 2)),
        ("en", "date", "the fifteenth", date(2026, 3, 15)),
        ("en", "date", "the first", date(2026, 4, 1)),
        ("en", "date", "the day after tomorrow", date(2026, 3, 4)),
        ("en", "date", "February thirtieth", None),
        ("en", "date", "February twenty-ninth", date(2028, 2, 29)),
        ("en", "time", "half past three", time(15, 30)),
        ("en", "time", "a quarter to seven in the morning", time(6, 45)),
        ("en", "time", "three", time(15)),
        ("en", "time", "seven o'clock", time(7)),
        ("en", "time", "noon", time(12)),
        ("en", "time", "eleven at night", time(23)),
        ("en", "flag", "no that's wrong", False),
        ("en", "flag", "that's not right", None),
        ("en", "flag", "yes no", None),
        ("en", "text", "anything at all", "anything at all"),
        ("de", "number", "ein und zwanzig", Decimal(21)),
        ("de", "number", "hundert und eins", Decimal(101)),
        ("de", "money", "zwölf Euro fünfzig", Decimal("12.50")),
        ("de", "date", "am dritten März", date(2026, 3, 3)),
        ("de", "date", "übermorgen", date(2026, 3, 4)),
        ("de", "time", "halb vier", time(15, 30)),
        ("de", "time", "Viertel vor acht abends", time(19, 45)),
        ("fr", "number", "septante", Decimal(70)),
        ("fr", "time", "huit heures moins le quart", time(7, 45)),
        ("es", "time", "las cinco menos cuarto", time(16, 45)),
        ("it", "time", "alle tre e mezza", time(15, 30)),
        ("ru", "time", "без пятнадцати восемь утра", time(7, 45)),
        ("ru", "date", "третьего мая", date(2026, 5, 3)),
        ("zh", "number", "一百五", Decimal(150)),
        ("zh", "number", "一万二", Decimal(12000)),
        ("zh", "money", "五块二", Decimal("5.2")),
        ("zh", "date", "三月五号", date(2026, 3, 5)),
        ("zh", "time", "下午三点半", time(15, 30)),
        ("zh", "flag", "不对", False),
        ("yue", "money", "十二蚊", Decimal(12)),
    ],
)
def test_what_callers_say_otherwise(tag: str, kind: str, said: str, value: Value) -> None:
    assert UNDERSTOOD[tag].value(kind, said, tag, TODAY) == value


def test_without_a_currency_of_the_site_all_are_understood() -> None:
    understood = Understood(Languages())
    assert understood.value("money", "five pounds", "en", TODAY) == 5
    assert understood.value("money", "five euros and ten cents", "en", TODAY) == Decimal("5.10")


def test_all_values_of_a_text_and_where_they_stand() -> None:
    found = UNDERSTOOD["en"].found("number", "from twenty one to thirty", "en", TODAY)
    assert [(each.value, each.begin, each.end) for each in found] == [(21, 1, 3), (30, 4, 5)]


# --- what a recogniser must know --------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in SAYABLE if kind not in ("text", "flag")])
@pytest.mark.parametrize("tag", CURRENCIES)
def test_the_grammar_has_the_words_of_the_values(tag: str, kind: str) -> None:
    grammar = UNDERSTOOD[tag].grammar(kind, tag)
    assert grammar.language == tag
    assert rules(tag).heard.understood
    assert rules(tag).heard.right
    assert 10 <= len(grammar.words) <= 600
    assert not any(" " in word or not word for word in grammar.words)


def test_grammars_of_answers_and_of_anything() -> None:
    assert "yes please" in UNDERSTOOD["en"].grammar("flag", "en").phrases
    assert UNDERSTOOD["en"].grammar("text", "en").free


def test_what_has_no_words_is_refused() -> None:
    with pytest.raises(PromptError, match="duration cannot be said"):
        UNDERSTOOD["en"].grammar("duration", "en")
    with pytest.raises(PromptError, match="no say rules"):
        UNDERSTOOD["en"].grammar("number", "sw")


# --- whoever talks and talks ------------------------------------------------------------------


@pytest.mark.timeout(60)
@pytest.mark.parametrize("tag", CURRENCIES)
def test_a_number_said_for_an_hour_is_done_with_at_once(tag: str) -> None:
    said = rules(tag).speech(rules(tag).number(Decimal(27)).words)
    for kind in SAYABLE:
        UNDERSTOOD[tag].value(kind, " ".join([said] * 2000), tag, TODAY)
