"""The vocabulary of German: numerals, months, signs, currencies, with the names of their sounds.

Names are those of Debian's asterisk-prompt-de where it has the word. Those it lacks are named after
the German word in letters of ASCII (``digits/franken``), the ordinals by their ending:
``digits/h-3`` is "dritter" as in a date, ``digits/h-3-e`` "dritte", ``digits/h-3-s`` "drittes".
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
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn",
)
ONE = {"": Word("ein", "digits/ein"), "feminine": Word("eine", "digits/eine")}
"""One before a noun, or in the middle of a number."""
TENS = _numbered("digits/{}0", 2, "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
ONES_AND = _numbered(
    "digits/{}-and",
    1,
    "einund zweiund dreiund vierund fünfund sechsund siebenund achtund neunund",
)
"""What stands before the tens: einundzwanzig."""
HUNDRED = Word("hundert", "digits/hundred")
THOUSAND = Word("tausend", "digits/thousand")
SCALES = (
    (10**15, named("Billiarde"), named("Billiarden")),
    (10**12, named("Billion"), named("Billionen")),
    (10**9, named("Milliarde"), named("Milliarden")),
    (10**6, Word("Million", "digits/million"), Word("Millionen", "digits/millions")),
)
"""They are feminine nouns: eine Million, zwei Millionen."""
STEMS = {
    number: word.text
    for number, word in _numbered(
        "",
        1,
        "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft dreizehnt "
        "vierzehnt fünfzehnt sechzehnt siebzehnt achtzehnt neunzehnt",
    ).items()
}
"""Ordinals without their ending; from twenty on they have -st."""
ENDINGS = {
    "": ("e", "-e"),
    "masculine": ("er", ""),
    "feminine": ("e", "-e"),
    "neuter": ("es", "-s"),
}
"""The ending of an ordinal by gender, and that of the name of its sound. By itself it has the one
that it has behind an article: der, die, das dritte."""
MONTHS = _numbered(
    "digits/mon-{}",
    0,
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
)
"""From 0, as Asterisk's sounds."""
DAYS = _numbered("digits/day-{}", 0, "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag")
"""From Sunday, as Asterisk's sounds."""
NEAR_DAYS = {
    -1: Word("gestern", "digits/yesterday"),
    0: Word("heute", "digits/today"),
    1: Word("morgen", "digits/tomorrow"),
}
PARTS_OF_DAY = (
    (18, named("abends")),
    (13, named("nachmittags")),
    (12, named("mittags")),
    (10, named("vormittags")),
    (5, named("morgens")),
    (0, named("nachts")),
)
"""From which hour on what is said of the clock of twelve hours (CLDR's day periods of German)."""
YES = (
    *("ja", "jawohl", "ja bitte", "ja gerne", "ja genau", "genau", "richtig", "das ist richtig"),
    *("stimmt", "das stimmt", "korrekt", "in ordnung", "okay", "ok", "natürlich", "klar"),
)
NO = (
    *("nein", "nee", "nö", "nein danke", "falsch", "das ist falsch", "nicht richtig"),
    *("das ist nicht richtig", "stimmt nicht", "das stimmt nicht", "auf keinen fall"),
)
KEY_NAMES = {str(number): SMALL[number] for number in range(10)} | {
    "*": Word("Stern", "digits/star"),
    "#": Word("Raute", "digits/pound"),
}
KEY_WORDS = KeyWords(
    press="drück(?:en|e|t|st)?|tipp(?:en|e|t)?|betätig(?:en|e|t)|press(?:en|e|t)",
    option="wähl(?:en|e|t|st)?|waehl(?:en|e|t)",
    fillers="sie|bitte|auf|die|den|das|der|taste|nummer|ziffer|zahl|zeichen|dann|danach|jetzt|"
    "einfach|entweder",
    either="oder|und",
    purpose="für|fuer|um|zum|zur|wenn|falls",
    units="mal|stellen?|stellig(?:e|en|er|es)?|ziffern?|zahlen|nummern|sekunden?|minuten?|stunden?|"
    "tagen?|tasten",
    names={word.text.lower(): key for key, word in KEY_NAMES.items()}
    | {"sterntaste": "*", "stern-taste": "*", "sternchen": "*"}
    | {"rautetaste": "#", "raute-taste": "#", "rautezeichen": "#", "doppelkreuz": "#"},
)
TEXT_WORDS = TextWords(
    digits="stellig(?:e|en|er|es|em)?|stellen?|ziffern?",
    deletes="lösch(?:en|e|t|st)|gelöscht|entfern(?:en|e|t)|verw(?:erfen|irft|orfen)|"
    "verg(?:essen|isst)",
    between=r"[ -]*",
    numbers={word.text: number for number, word in SMALL.items() if number},
)
MARKS = {
    "+": Word("plus", "letters/plus"),
    "-": Word("Bindestrich", "letters/dash"),
    ".": Word("Punkt", "letters/dot"),
    "@": Word("at", "letters/at"),
    "/": Word("Schrägstrich", "letters/slash"),
    "_": Word("Unterstrich", "letters/ascii95"),
    "&": Word("und", "letters/ascii38"),
    "%": Word("Prozent", "letters/ascii37"),
    ":": Word("Doppelpunkt", "letters/ascii58"),
    ",": Word("Komma", "letters/ascii44"),
    "'": Word("Apostroph", "letters/ascii39"),
    "=": Word("ist gleich", "letters/equals"),
    " ": Word("Leerzeichen", "letters/space"),
}
LETTERS = LATIN | {
    "Ä": Word("Ä", "letters/ae"),
    "Ö": Word("Ö", "letters/oe"),
    "Ü": Word("Ü", "letters/ue"),
    "ß": Word("Eszett", "letters/eszett"),
}
SIGNS = Signs(KEY_NAMES, MARKS, LETTERS)


def _unit(gender: str, one: str, many: str = "") -> Unit:
    """A unit; without a plural of its own ("zwei Euro"), both are the same."""
    return Unit({"one": named(one), "other": named(many or one)}, gender)


def _m(one: str, many: str = "") -> Unit:
    return _unit("masculine", one, many)


def _f(one: str, many: str = "") -> Unit:
    return _unit("feminine", one, many)


def _n(one: str, many: str = "") -> Unit:
    return _unit("neuter", one, many)


LENGTHS = (
    _m("Tag", "Tage"),
    _f("Stunde", "Stunden"),
    Unit({"one": named("Minute"), "other": Word("Minuten", "vm-minutes")}, "feminine"),
    _f("Sekunde", "Sekunden"),
)
"""The units of a duration."""
CENT = _m("Cent")
DOLLAR = _m("Dollar")
OERE = _n("Öre")
CURRENCIES = {
    code: Currency(major, minor, places)
    for code, major, minor, places in (
        ("AED", _m("Dirham"), _m("Fils"), 2),
        ("AUD", DOLLAR, CENT, 2),
        ("BRL", _m("Real", "Reais"), _m("Centavo", "Centavos"), 2),
        ("CAD", DOLLAR, CENT, 2),
        ("CHF", _m("Franken"), _m("Rappen"), 2),
        ("CNY", _m("Yuan"), _m("Fen"), 2),
        ("CZK", _f("Krone", "Kronen"), _m("Heller"), 2),
        ("DKK", _f("Krone", "Kronen"), OERE, 2),
        ("EUR", _m("Euro"), CENT, 2),
        ("GBP", _n("Pfund"), _m("Penny", "Pence"), 2),
        ("HKD", DOLLAR, CENT, 2),
        ("HUF", _m("Forint"), None, 0),
        ("INR", _f("Rupie", "Rupien"), _f("Paisa", "Paise"), 2),
        ("JPY", _m("Yen"), None, 0),
        ("KRW", _m("Won"), None, 0),
        ("KWD", _m("Dinar"), _m("Fils"), 3),
        ("MXN", _m("Peso", "Pesos"), _m("Centavo", "Centavos"), 2),
        ("NOK", _f("Krone", "Kronen"), OERE, 2),
        ("NZD", DOLLAR, CENT, 2),
        ("PLN", _m("Zloty"), _m("Grosz", "Groszy"), 2),
        ("RUB", _m("Rubel"), _f("Kopeke", "Kopeken"), 2),
        ("SEK", _f("Krone", "Kronen"), OERE, 2),
        ("SGD", DOLLAR, CENT, 2),
        ("TRY", _f("Lira"), _m("Kurusch"), 2),
        ("UAH", _f("Hrywnja"), _f("Kopeke", "Kopeken"), 2),
        ("USD", DOLLAR, CENT, 2),
        ("ZAR", _m("Rand"), CENT, 2),
    )
}
"""Names of money by ISO 4217 code. HUF is said without its unused minor unit."""
UNRECORDED = sound_names(
    """
    digits/abends digits/billiarde digits/billiarden digits/billion digits/billionen
    digits/centavo digits/centavos digits/dinar digits/dirham digits/fen digits/fils digits/forint
    digits/franken digits/grosz digits/groszy digits/h-1-e digits/h-1-s digits/h-10-e
    digits/h-10-s digits/h-11-e digits/h-11-s digits/h-12-e digits/h-12-s digits/h-13-e
    digits/h-13-s digits/h-14-e digits/h-14-s digits/h-15-e digits/h-15-s digits/h-16-e
    digits/h-16-s digits/h-17-e digits/h-17-s digits/h-18-e digits/h-18-s digits/h-19-e
    digits/h-19-s digits/h-2-e digits/h-2-s digits/h-20-e digits/h-20-s digits/h-3-e digits/h-3-s
    digits/h-30-e digits/h-30-s digits/h-4-e digits/h-4-s digits/h-40 digits/h-40-e digits/h-40-s
    digits/h-5-e digits/h-5-s digits/h-50 digits/h-50-e digits/h-50-s digits/h-6-e digits/h-6-s
    digits/h-60 digits/h-60-e digits/h-60-s digits/h-7-e digits/h-7-s digits/h-70 digits/h-70-e
    digits/h-70-s digits/h-8-e digits/h-8-s digits/h-80 digits/h-80-e digits/h-80-s digits/h-9-e
    digits/h-9-s digits/h-90 digits/h-90-e digits/h-90-s digits/h-hundred digits/h-hundred-e
    digits/h-hundred-s digits/h-thousand digits/h-thousand-e digits/h-thousand-s digits/heller
    digits/hrywnja digits/kopeke digits/kopeken digits/krone digits/kronen digits/kurusch
    digits/lira digits/milliarde digits/milliarden digits/minute digits/mittags digits/mitternacht
    digits/morgens digits/nachmittags digits/nachts digits/nummer digits/ore digits/paisa
    digits/paise digits/pence digits/penny digits/peso digits/pesos digits/pfund digits/rand
    digits/rappen digits/reais digits/real digits/rubel digits/rupie digits/rupien digits/sekunde
    digits/sekunden digits/stunde digits/stunden digits/tag digits/tage digits/vormittags
    digits/won digits/yen digits/yuan digits/zloty letters/ae letters/ascii37 letters/ascii38
    letters/ascii39 letters/ascii44 letters/ascii58 letters/ascii95 letters/eszett letters/oe
    letters/plus letters/ue
    """
)
"""What asterisk-prompt-de 2.0 has no recording of."""
