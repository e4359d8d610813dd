"""The vocabulary of English: numerals, months, signs, currencies, with the names of their sounds.

Names are those of Asterisk's core sounds where these have the word.
"""

from __future__ import annotations

from ivrkit.prompts.amounts import Currency, Unit
from ivrkit.prompts.announced import KeyWords
from ivrkit.prompts.signs import LATIN, Signs
from ivrkit.prompts.text_words import TextWords
from ivrkit.prompts.words import Word, named, sound_names


def _numbered(sound: str, first: int, texts: str) -> dict[int, Word]:
    """Words by consecutive numbers, which their sounds are named after."""
    return {
        number: Word(text, sound.format(number))
        for number, text in enumerate(texts.split(), start=first)
    }


SMALL = _numbered(
    "digits/{}",
    0,
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
)
TENS = _numbered("digits/{}0", 2, "twenty thirty forty fifty sixty seventy eighty ninety")
SCALES = tuple(
    (size, Word(text, f"digits/{text}"))
    for size, text in (
        (10**15, "quadrillion"),
        (10**12, "trillion"),
        (10**9, "billion"),
        (10**6, "million"),
        (10**3, "thousand"),
        (10**2, "hundred"),
    )
)
ORDINALS = _numbered(
    "digits/h-{}",
    1,
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
) | {
    10 * number: Word(f"{word.text.removesuffix('y')}ieth", f"digits/h-{number}0")
    for number, word in TENS.items()
}
MONTHS = _numbered(
    "digits/mon-{}",
    0,
    "January February March April May June July August September October November December",
)
"""From 0, as Asterisk's sounds."""
DAYS = _numbered("digits/day-{}", 0, "Sunday Monday Tuesday Wednesday Thursday Friday Saturday")
"""From Sunday, as Asterisk's sounds."""
NEAR_DAYS = {
    -1: Word("yesterday", "digits/yesterday"),
    0: Word("today", "digits/today"),
    1: Word("tomorrow", "digits/tomorrow"),
}
YES = ("yes", "yeah", "yep", "yes please", "correct", "right", "that's right", "sure", "okay", "ok")
NO = ("no", "nope", "nah", "no thanks", "no thank you", "wrong", "incorrect", "that's wrong")
KEY_NAMES = {str(number): SMALL[number] for number in range(10)} | {
    "*": Word("star", "digits/star"),
    "#": Word("hash", "digits/hash"),
}
"""Asterisk's ``digits/pound`` says "pound", which is money to half of the callers."""
KEY_WORDS = KeyWords(
    press="press(?:ing)?|push|hit|touch",
    option="dial|select|choose|option|pick",
    fillers="the|key|button|number|digit|option|a|sign|either",
    either="or|and",
    purpose="for|to|if",
    units="times?|digits?|numbers?|seconds?|minutes?|keys|of|more|days?|hours?",
    names={word.text: digit for digit, word in KEY_NAMES.items()} | {"asterisk": "*", "pound": "#"},
)
TEXT_WORDS = TextWords(
    digits="digits?",
    deletes="delet(?:e|es|ed|ing)|erase[sd]?|erasing|remov(?:e|es|ed|ing)|forget",
    numbers={word.text: number for number, word in SMALL.items() if number},
)
MARKS = {
    "+": Word("plus", "letters/plus"),
    "-": Word("dash", "letters/dash"),
    ".": Word("dot", "letters/dot"),
    "@": Word("at", "letters/at"),
    "/": Word("slash", "letters/slash"),
    "_": Word("underscore", "letters/ascii95"),
    "&": Word("ampersand", "letters/ascii38"),
    "%": Word("percent", "letters/ascii37"),
    ":": Word("colon", "letters/ascii58"),
    ",": Word("comma", "letters/ascii44"),
    "'": Word("apostrophe", "letters/ascii39"),
    "=": Word("equals", "letters/equals"),
    " ": Word("space", "letters/space"),
}
SIGNS = Signs(KEY_NAMES, MARKS, LATIN)


def _unit(one: str, many: str = "") -> Unit:
    """A unit of money; without a plural of its own, both are the same."""
    return Unit({"one": named(one), "other": named(many or one)})


LENGTHS = tuple(
    Unit({"one": Word(name, name), "other": Word(f"{name}s", f"{name}s")})
    for name in ("day", "hour", "minute", "second")
)
"""The units of a duration."""
CENTS = _unit("cent", "cents")
CURRENCIES = {
    code: Currency(_unit(*major), minor, places)
    for code, major, minor, places in (
        ("AED", ("dirham", "dirhams"), _unit("fils"), 2),
        ("AUD", ("dollar", "dollars"), CENTS, 2),
        ("BRL", ("real", "reais"), _unit("centavo", "centavos"), 2),
        ("CAD", ("dollar", "dollars"), CENTS, 2),
        ("CHF", ("franc", "francs"), _unit("centime", "centimes"), 2),
        ("CNY", ("yuan",), _unit("fen"), 2),
        ("CZK", ("koruna", "korunas"), _unit("haler", "halers"), 2),
        ("DKK", ("krone", "kroner"), _unit("øre"), 2),
        ("EUR", ("euro", "euros"), CENTS, 2),
        ("GBP", ("pound", "pounds"), _unit("penny", "pence"), 2),
        ("HKD", ("dollar", "dollars"), CENTS, 2),
        ("HUF", ("forint", "forints"), None, 0),
        ("INR", ("rupee", "rupees"), _unit("paisa", "paise"), 2),
        ("JPY", ("yen",), None, 0),
        ("KRW", ("won",), None, 0),
        ("KWD", ("dinar", "dinars"), _unit("fils"), 3),
        ("MXN", ("peso", "pesos"), _unit("centavo", "centavos"), 2),
        ("NOK", ("krone", "kroner"), _unit("øre"), 2),
        ("NZD", ("dollar", "dollars"), CENTS, 2),
        ("PLN", ("zloty", "zlotys"), _unit("grosz", "groszy"), 2),
        ("RUB", ("ruble", "rubles"), _unit("kopeck", "kopecks"), 2),
        ("SEK", ("krona", "kronor"), _unit("öre"), 2),
        ("SGD", ("dollar", "dollars"), CENTS, 2),
        ("TRY", ("lira",), _unit("kurush"), 2),
        ("UAH", ("hryvnia", "hryvnias"), _unit("kopiyka", "kopiykas"), 2),
        ("USD", ("dollar", "dollars"), CENTS, 2),
        ("ZAR", ("rand",), CENTS, 2),
    )
}
"""Names of money by ISO 4217 code. HUF is said without its unused minor unit."""
UNRECORDED = sound_names(
    """
    day days digits/cent digits/centavo digits/centavos digits/centime digits/centimes
    digits/cents digits/dinar digits/dinars digits/dirham digits/dirhams digits/dollar digits/euro
    digits/euros digits/fen digits/fils digits/forint digits/forints digits/franc digits/francs
    digits/grosz digits/groszy digits/h-trillion digits/haler digits/halers digits/hash
    digits/hryvnia digits/hryvnias digits/kopeck digits/kopecks digits/kopiyka digits/kopiykas
    digits/koruna digits/korunas digits/krona digits/krone digits/kroner digits/kronor
    digits/kurush digits/lira digits/midnight digits/noon digits/ore digits/paisa digits/paise
    digits/pence digits/penny digits/peso digits/pesos digits/point digits/pounds
    digits/quadrillion digits/rand digits/reais digits/real digits/ruble digits/rubles
    digits/rupee digits/rupees digits/trillion digits/won digits/yen digits/yuan digits/zloty
    digits/zlotys hour
    """
)
"""What asterisk-core-sounds-en 1.6.1 has no recording of."""
