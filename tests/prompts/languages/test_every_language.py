"""What holds in every language, over the registry: a new language is tested here by being there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import PromptError
from ivrkit.prompts.language import CLOCKS, DATE_STYLES, DIGIT_STYLES, GENDERS, Language, registry
from ivrkit.prompts.languages.en import English
from ivrkit.prompts.words import Utterance

TAGS = sorted(registry())
LANGUAGES = {tag: registry()[tag]("EUR") for tag in TAGS}
tags = pytest.mark.parametrize("tag", TAGS)
GENDER = st.sampled_from(("", *GENDERS))
CLOCK = st.sampled_from((0, *CLOCKS))
STYLE = st.sampled_from(DATE_STYLES)
AWAY = st.none() | st.integers(-400, 400)
YEARS = st.dates(date(1000, 1, 1), date(2999, 12, 31))


def complete(said: Utterance) -> bool:
    """Whether an utterance has a text, words, and a sound for every word."""
    words = [word for word in said.words if not word.pause]
    spelt = all(word.text.strip() == word.text != "" for word in said.words)
    return bool(said.text.strip() and words and spelt and all(word.sound for word in words))


@tags
@given(st.integers(-(10**15), 10**15) | st.integers(-2000, 2000), GENDER)
def test_every_whole_number_is_said(tag: str, number: int, gender: str) -> None:
    assert complete(LANGUAGES[tag].number(Decimal(number), gender))


@tags
@given(st.decimals(-(10**15), 10**15, allow_nan=False, places=8), GENDER)
def test_every_fraction_is_said(tag: str, number: Decimal, gender: str) -> None:
    assert complete(LANGUAGES[tag].number(number, gender))


@tags
def test_no_two_numbers_sound_alike(tag: str) -> None:
    language = LANGUAGES[tag]
    for gender in ("", *language.genders):
        said = [language.number(Decimal(number), gender).words for number in range(10_000)]
        assert len(set(map(language.speech, said))) == len(said)
        assert len({tuple(word.sound for word in words) for words in said}) == len(said)


@tags
@given(st.integers(0, 10**15) | st.integers(0, 200))
def test_the_plural_form_is_that_of_cldr(tag: str, count: int) -> None:
    assert LANGUAGES[tag].plural(count) == Locale.parse(tag, sep="-").plural_form(count)


@tags
def test_a_gender_that_the_language_has_not_is_that_of_a_number_by_itself(tag: str) -> None:
    language = LANGUAGES[tag]
    for gender in set(GENDERS) - set(language.genders):
        for number in (1, 2, 21, 101, 200):
            assert language.number(Decimal(number), gender) == language.number(Decimal(number))
            assert language.ordinal(number, gender) == language.ordinal(number)


@tags
@given(st.data(), st.decimals(-(10**12), 10**12, allow_nan=False, places=3))
def test_every_amount_is_said(tag: str, data: st.DataObject, value: Decimal) -> None:
    currency = data.draw(st.sampled_from(sorted(LANGUAGES[tag].currencies)))
    assert complete(LANGUAGES[tag].money(value, currency))


@tags
def test_every_language_names_the_money_that_english_names(tag: str) -> None:
    assert LANGUAGES[tag].currencies.keys() >= English.currencies.keys()
    for code, names in LANGUAGES[tag].currencies.items():
        assert names.places == (get_currency_precision(code) if names.minor else 0)


@tags
@given(YEARS, STYLE, AWAY)
def test_every_date_is_said(tag: str, day: date, style: str, away: int | None) -> None:
    assert complete(LANGUAGES[tag].date(day, style, away))


@tags
@given(YEARS)
def test_a_relative_date_is_near_or_in_full(tag: str, day: date) -> None:
    language = LANGUAGES[tag]
    near = [language.date(day, "relative", away) for away in (-1, 0, 1)]
    assert len({said.text for said in near}) == len(near)
    assert all(complete(said) for said in near)
    for away in (-2, 2, None):
        assert language.date(day, "relative", away) == language.date(day)


@tags
@pytest.mark.parametrize("clock", [0, *CLOCKS])
def test_no_two_minutes_of_a_day_sound_alike(tag: str, clock: int) -> None:
    language = LANGUAGES[tag]
    said = [language.time(time(hour, minute), clock) for hour in range(24) for minute in range(60)]
    assert all(map(complete, said))
    assert len({language.speech(each.words) for each in said}) == len(said)


@tags
@given(st.datetimes(datetime(1000, 1, 1), datetime(2999, 12, 31)), STYLE, AWAY, CLOCK)
def test_every_moment_is_said(
    tag: str, moment: datetime, style: str, away: int | None, clock: int
) -> None:
    assert complete(LANGUAGES[tag].moment(moment, style, away, clock))


@tags
@given(st.integers(1, 10**12) | st.integers(1, 3000), GENDER)
def test_every_place_in_an_order_is_said(tag: str, place: int, gender: str) -> None:
    assert complete(LANGUAGES[tag].ordinal(place, gender))


@tags
@given(st.timedeltas(timedelta(days=-9999), timedelta(days=9999)))
def test_every_length_of_time_is_said(tag: str, length: timedelta) -> None:
    assert complete(LANGUAGES[tag].duration(length))


@tags
@given(
    st.from_regex(r"\+?[0-9]{1,20}([ -][0-9]{1,5}){0,4}", fullmatch=True),
    st.sampled_from(("", *DIGIT_STYLES)),
    st.integers(0, 6),
)
def test_all_digits_are_said(tag: str, text: str, style: str, group: int) -> None:
    said = LANGUAGES[tag].digits(text, group, style)
    assert complete(said)
    assert said.text == text


@tags
def test_the_digits_of_a_card_are_said_one_by_one_in_fours(tag: str) -> None:
    words = LANGUAGES[tag].digits("1234567890123456", style="card").words
    assert len([word for word in words if not word.pause]) == 16
    assert [index for index, word in enumerate(words) if word.pause] == [4, 9, 14]


@tags
def test_letters_and_signs_have_names(tag: str) -> None:
    language = LANGUAGES[tag]
    said = language.spell("ABCXYZ0189" + language.letters)
    assert len(said.words) == 10 + len(language.letters)
    assert all(word.sound for word in said.words)


@tags
def test_yes_and_no_are_told_apart(tag: str) -> None:
    kind: type[Language] = registry()[tag]
    for answers in (kind.yes, kind.no):
        assert len(answers) >= 4
        assert all(answer == " ".join(answer.lower().split()) != "" for answer in answers)
    assert not set(kind.yes) & set(kind.no)


@tags
def test_what_is_said_besides_values_has_words(tag: str) -> None:
    kind: type[Language] = registry()[tag]
    assert all((kind.apology, kind.entered, kind.right, kind.wrong))
    assert kind.key_words is not None
    assert kind.text_words is not None
    assert set(kind.near_days) == {-1, 0, 1}


@tags
@pytest.mark.parametrize("keys", [*"0123456789", "*", "#", "*31#"])
def test_a_menus_announcement_is_understood_by_the_check(tag: str, keys: str) -> None:
    """What the product says itself of a key, its own check finds in a text."""
    language = LANGUAGES[tag]
    said = language.press(keys)
    if not set(keys) & set("*#"):
        assert [each.keys for each in language.announced(f"Abc{said.text}")] == [keys]
    assert [each.keys for each in language.announced(f"Abc{language.speech(said.words)}")] == [keys]


@tags
def test_what_cannot_be_said_is_refused_with_the_cure(tag: str) -> None:
    language = LANGUAGES[tag]
    for wrong, cure in (
        (lambda: language.number(Decimal(10) ** 40), "digits"),
        (lambda: language.money(Decimal(1), "EUX"), "did you mean 'EUR'"),
        (lambda: registry()[tag]().money(Decimal(1), ""), "currency: EUR"),
        (lambda: language.digits("12a"), "spell"),
        (lambda: language.digits(" "), "no digits"),
        (lambda: language.spell(""), "nothing to spell"),
    ):
        with pytest.raises(PromptError, match=cure):
            wrong()
