"""The golden table of English: what a native speaker says, and what the trace shows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import PromptError
from ivrkit.prompts.languages.en import LARGEST, English, cardinal
from ivrkit.prompts.words import Utterance, groups

EN = English("EUR")


def said(utterance: Utterance) -> str:
    return EN.speech(utterance.words)


NUMBERS = [
    ("0", "0", "zero"),
    ("1", "1", "one"),
    ("10", "10", "ten"),
    ("13", "13", "thirteen"),
    ("20", "20", "twenty"),
    ("21", "21", "twenty-one"),
    ("99", "99", "ninety-nine"),
    ("100", "100", "one hundred"),
    ("105", "105", "one hundred five"),
    ("342", "342", "three hundred forty-two"),
    ("1000", "1000", "one thousand"),
    ("1001", "1001", "one thousand one"),
    ("12345", "12345", "twelve thousand three hundred forty-five"),
    ("1000000", "1000000", "one million"),
    ("2000019", "2000019", "two million nineteen"),
    ("7000000000", "7000000000", "seven billion"),
    ("1000000000000", "1000000000000", "one trillion"),
    ("1000000000000000", "1000000000000000", "one quadrillion"),
    ("-5", "-5", "minus five"),
    ("-0", "0", "zero"),
    ("0.5", "0.5", "zero point five"),
    ("-0.25", "-0.25", "minus zero point two five"),
    ("3.14", "3.14", "three point one four"),
    ("12.50", "12.5", "twelve point five"),
    ("1.05", "1.05", "one point zero five"),
    ("0.3333333333", "0.333333", "zero point three three three three three three"),
    ("-0.0000001", "0", "zero"),
    ("0.9999999", "1", "one"),
]
MONEY = [
    ("12.50", "EUR", "12 euros and 50 cents", "twelve euros and fifty cents"),
    ("1", "EUR", "1 euro", "one euro"),
    ("1.01", "EUR", "1 euro and 1 cent", "one euro and one cent"),
    ("0", "EUR", "0 euros", "zero euros"),
    ("0.01", "USD", "1 cent", "one cent"),
    ("0.99", "USD", "99 cents", "ninety-nine cents"),
    ("2", "USD", "2 dollars", "two dollars"),
    ("-5.20", "USD", "minus 5 dollars and 20 cents", "minus five dollars and twenty cents"),
    ("-0.001", "USD", "0 dollars", "zero dollars"),
    ("1.01", "GBP", "1 pound and 1 penny", "one pound and one penny"),
    ("3.20", "gbp", "3 pounds and 20 pence", "three pounds and twenty pence"),
    ("1500", "JPY", "1500 yen", "one thousand five hundred yen"),
    ("1500.5", "JPY", "1500 yen", "one thousand five hundred yen"),
    ("1.234", "KWD", "1 dinar and 234 fils", "one dinar and two hundred thirty-four fils"),
    ("2.10", "CHF", "2 francs and 10 centimes", "two francs and ten centimes"),
    ("1.005", "EUR", "1 euro", "one euro"),
    ("1.015", "EUR", "1 euro and 2 cents", "one euro and two cents"),
    ("1000000", "INR", "1000000 rupees", "one million rupees"),
]
DATES = [
    (date(2026, 3, 2), "full", "Monday, March 2nd, 2026",
     "Monday, March second, twenty twenty-six"),
    (date(2000, 1, 1), "full", "Saturday, January 1st, 2000",
     "Saturday, January first, two thousand"),
    (date(2005, 5, 3), "full", "Tuesday, May 3rd, 2005", "Tuesday, May third, two thousand five"),
    (date(1999, 12, 31), "full", "Friday, December 31st, 1999",
     "Friday, December thirty-first, nineteen ninety-nine"),
    (date(1905, 7, 4), "full", "Tuesday, July 4th, 1905", "Tuesday, July fourth, nineteen oh five"),
    (date(1900, 6, 30), "full", "Saturday, June 30th, 1900",
     "Saturday, June thirtieth, nineteen hundred"),
    (date(2010, 2, 11), "full", "Thursday, February 11th, 2010",
     "Thursday, February eleventh, twenty ten"),
    (date(2026, 8, 12), "short", "August 12th", "August twelfth"),
    (date(2026, 9, 13), "short", "September 13th", "September thirteenth"),
    (date(2026, 10, 20), "short", "October 20th", "October twentieth"),
    (date(2026, 11, 22), "short", "November 22nd", "November twenty-second"),
    (date(2026, 4, 23), "short", "April 23rd", "April twenty-third"),
    (date(2026, 4, 5), "weekday", "Sunday", "Sunday"),
    (date(2026, 4, 8), "weekday", "Wednesday", "Wednesday"),
]  # fmt: skip
TIMES = [
    (time(0, 0), "midnight", "midnight"),
    (time(12, 0), "noon", "noon"),
    (time(0, 1), "12:01 AM", "twelve oh one a.m."),
    (time(9, 0), "9 AM", "nine a.m."),
    (time(9, 5), "9:05 AM", "nine oh five a.m."),
    (time(10, 30), "10:30 AM", "ten thirty a.m."),
    (time(12, 15), "12:15 PM", "twelve fifteen p.m."),
    (time(17, 0, 59), "5 PM", "five p.m."),
    (time(23, 59), "11:59 PM", "eleven fifty-nine p.m."),
]
DIGITS = [
    ("7", 0, "seven"),
    ("0123", 0, "zero one two three"),
    ("12345", 0, "one two three, four five"),
    ("123456", 0, "one two three, four five six"),
    ("5551234", 0, "five five five, one two three four"),
    ("12345678", 0, "one two three, four five six, seven eight"),
    ("123456", 2, "one two, three four, five six"),
    ("12345", 4, "one two three four, five"),
    ("12 34", 0, "one two, three four"),
    ("555-0199", 0, "five five five, zero one nine nine"),
    ("+4930", 0, "plus four nine, three zero"),
    ("*31#", 0, "star three one hash"),
]
SPELLED = [
    ("ABC", "A B C", "A, B, C"),
    ("xy1", "X Y 1", "X, Y, one"),
    ("a.b@c", "A dot B at C", "A, dot, B, at, C"),
    ("é-ü", "E dash U", "E, dash, U"),
    ("A", "A", "A"),
    ("中", "中", "中"),
]
PRESSES = [
    ("1", ", press 1.", ", press one."),
    ("0", ", press 0.", ", press zero."),
    ("*", ", press star.", ", press star."),
    ("#", ", press hash.", ", press hash."),
    ("*31", ", press star 3 1.", ", press star three one."),
    ("A", ", press A.", ", press A."),
]


@pytest.mark.parametrize(("value", "text", "words"), NUMBERS)
def test_numbers(value: str, text: str, words: str) -> None:
    utterance = EN.number(Decimal(value))
    assert (utterance.text, said(utterance)) == (text, words)


@pytest.mark.parametrize(("value", "currency", "text", "words"), MONEY)
def test_money(value: str, currency: str, text: str, words: str) -> None:
    utterance = EN.money(Decimal(value), currency)
    assert (utterance.text, said(utterance)) == (text, words)


@pytest.mark.parametrize(("value", "style", "text", "words"), DATES)
def test_dates(value: date, style: str, text: str, words: str) -> None:
    utterance = EN.date(value, style)
    assert (utterance.text, said(utterance)) == (text, words)


@pytest.mark.parametrize(("value", "text", "words"), TIMES)
def test_times(value: time, text: str, words: str) -> None:
    utterance = EN.time(value)
    assert (utterance.text, said(utterance)) == (text, words)


@pytest.mark.parametrize(("text", "group", "words"), DIGITS)
def test_digits(text: str, group: int, words: str) -> None:
    utterance = EN.digits(text, group)
    assert (utterance.text, said(utterance)) == (text, words)


@pytest.mark.parametrize(("value", "text", "words"), SPELLED)
def test_spelling(value: str, text: str, words: str) -> None:
    utterance = EN.spell(value)
    assert (utterance.text, said(utterance)) == (text, words)


@pytest.mark.parametrize(("keys", "text", "words"), PRESSES)
def test_announcements(keys: str, text: str, words: str) -> None:
    utterance = EN.press(keys)
    assert (utterance.text, said(utterance)) == (text, words)


def test_the_sounds_are_those_of_asterisk() -> None:
    sounds = [word.sound for word in EN.date(date(2026, 3, 2)).words if not word.pause]
    assert sounds == ["digits/day-1", "digits/mon-2", "digits/h-2", "digits/20", "digits/20",
                      "digits/6"]  # fmt: skip
    assert [word.sound for word in EN.number(Decimal(-142)).words] == [
        "digits/minus", "digits/1", "digits/hundred", "digits/40", "digits/2",
    ]  # fmt: skip


def test_a_year_before_the_year_1000_is_a_number() -> None:
    assert said(EN.date(date(50, 1, 2))).endswith("second, fifty")


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: EN.number(Decimal(10) ** 18), "digits"),
        (lambda: EN.money(Decimal(1), "EUX"), "did you mean"),
        (lambda: EN.money(Decimal(1), ""), "write currency: EUR"),
        (lambda: EN.digits("12a"), "'a' is not a digit"),
        (lambda: EN.digits(" "), "no digits"),
        (lambda: EN.spell(""), "nothing to spell"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_cure(call: object, complaint: str) -> None:
    assert callable(call)
    with pytest.raises(PromptError, match=complaint):
        call()


# A slow inverse, written from the rules of English and not from the code.
SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen"""
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = {word: number for number, word in enumerate(SMALL.split())} | {
    word: 10 * number for number, word in enumerate(TENS.split(), start=2)
}
POWERS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15}


def understood(text: str) -> int:
    """The number that somebody hears."""
    words = text.replace("-", " ").split()
    sign = -1 if words[0] == "minus" else 1
    total = group = 0
    for word in words[1:] if sign < 0 else words:
        if word in ONES:
            group += ONES[word]
        elif word == "hundred":
            group *= 100
        else:
            total += group * 10 ** POWERS[word]
            group = 0
    return sign * (total + group)


@given(st.integers(-LARGEST, LARGEST) | st.integers(-2000, 2000))
def test_a_listener_understands_every_number(number: int) -> None:
    utterance = EN.number(Decimal(number))
    assert understood(said(utterance)) == number
    assert utterance.text == str(number)
    assert all(word.sound for word in utterance.words)


@given(st.integers(0, LARGEST))
def test_the_words_grow_in_order(number: int) -> None:
    """No word of a scale comes twice, and larger ones come first."""
    powers = [POWERS[word.text] for word in cardinal(number) if word.text in POWERS]
    assert powers == sorted(set(powers), reverse=True)


@given(st.text("0123456789", min_size=1, max_size=30), st.integers(0, 10))
def test_groups_lose_nothing(digits: str, size: int) -> None:
    parts = groups(digits, size)
    assert "".join(parts) == digits
    assert size or all(2 <= len(part) <= 4 for part in parts) or len(digits) == 1


@pytest.mark.parametrize(
    ("value", "text", "words"),
    [
        (1, "1st", "first"),
        (2, "2nd", "second"),
        (12, "12th", "twelfth"),
        (20, "20th", "twentieth"),
        (21, "21st", "twenty-first"),
        (40, "40th", "fortieth"),
        (99, "99th", "ninety-ninth"),
        (100, "100th", "one hundredth"),
        (111, "111th", "one hundred eleventh"),
        (123, "123rd", "one hundred twenty-third"),
        (1000, "1000th", "one thousandth"),
        (2026, "2026th", "two thousand twenty-sixth"),
        (1_000_000, "1000000th", "one millionth"),
    ],
)
def test_places_in_an_order(value: int, text: str, words: str) -> None:
    said = English().ordinal(value)
    assert (said.text, English().speech(said.words)) == (text, words)


@pytest.mark.parametrize(
    ("value", "text", "words"),
    [
        (timedelta(), "0 seconds", "zero seconds"),
        (timedelta(seconds=1), "1 second", "one second"),
        (
            timedelta(minutes=2, seconds=5),
            "2 minutes and 5 seconds",
            "two minutes and five seconds",
        ),
        (
            timedelta(days=1, hours=1, minutes=30),
            "1 day, 1 hour and 30 minutes",
            "one day, one hour and thirty minutes",
        ),
        (timedelta(seconds=-90), "minus 1 minute and 30 seconds", None),
        (timedelta(milliseconds=1600), "2 seconds", "two seconds"),
    ],
)
def test_lengths_of_time(value: timedelta, text: str, words: str | None) -> None:
    said = English().duration(value)
    assert said.text == text
    assert words is None or English().speech(said.words) == words


def test_a_date_with_its_time() -> None:
    said = English().moment(datetime(2026, 3, 2, 14, 5))
    assert said.text == "Monday, March 2nd, 2026 at 2:05 PM"
    assert English().moment(datetime(2026, 3, 2, 0, 0), "short").text == "March 2nd at midnight"
