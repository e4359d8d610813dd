"""The vocabulary of Russian: numerals in their genders, months, letters, currencies, with the names
of their sounds.

Names are those of Asterisk's core sounds where these have the word: ``digits/1n`` is "одно",
``digits/h-2`` "второе", ``digits/mon-2`` "марта". Where Asterisk's own rules for Russian ask for a
word that its recordings lack, the name is theirs (``digits/2f`` "две", ``digits/300``,
``digits/thousands-i`` "тысячи"). Other ordinals end with ``-m`` ("второй"), ``-f`` ("вторая") and
``-g`` ("второго"); other words are named after their letters (``digits/rubley``).
"""

from __future__ import annotations

from ivrkit.prompts.amounts import Currency, Unit
from ivrkit.prompts.announced import KeyWords
from ivrkit.prompts.signs import Signs
from ivrkit.prompts.text_words import TextWords
from ivrkit.prompts.words import Word, sound_names

_CYRILLIC_SMALL = "абвгдеёжзийклмнопрстуфхцчшщыэюя"
_LATIN = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya"
_IN_LATIN = dict(zip(_CYRILLIC_SMALL, _LATIN.split(), strict=True))


def _named(text: str) -> Word:
    """A word whose recording is named after it, in Latin letters."""
    return Word(text, "digits/" + "".join(_IN_LATIN.get(letter, "") for letter in text))


def _numbered(sound: str, first: int, texts: str, step: int = 1) -> dict[int, Word]:
    """Words by numbers that follow each other, which their sounds are named after."""
    return {
        first + step * place: Word(text, sound.format(first + step * place))
        for place, text in enumerate(texts.split())
    }


def _unit(one: str, few: str, many: str, gender: str = "masculine") -> Unit:
    """A unit: один рубль, два рубля, пять рублей; "other" is that of fractions."""
    words = {form: _named(text) for form, text in (("one", one), ("few", few), ("many", many))}
    return Unit({**words, "other": words["few"]}, gender)


def _recorded(unit: Unit, **sounds: str) -> Unit:
    """A unit some of whose words Asterisk has under a name of its own."""
    forms = {
        form: Word(word.text, sounds.get(form, word.sound)) for form, word in unit.forms.items()
    }
    return Unit(forms, unit.gender)


SMALL = _numbered(
    "digits/{}",
    0,
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать "
    "тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
)
GENDERED = {
    "feminine": {1: Word("одна", "digits/1f"), 2: Word("две", "digits/2f")},
    "neuter": {1: Word("одно", "digits/1n")},
}
"""One and two agree with what they count; "два" is masculine and neuter."""
TENS = _numbered(
    "digits/{}",
    20,
    "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
    10,
)
HUNDREDS = {100: Word("сто", "digits/hundred")} | _numbered(
    "digits/{}",
    200,
    "двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот",
    100,
)


def _scale(word: str, few: str, many: str, sound: str, gender: str = "masculine") -> Unit:
    """A thousand, a million: their sounds are named as Asterisk's rules name them."""
    endings = ("", "s-i", "s") if gender == "feminine" else ("", "-a", "s")
    forms = {
        form: Word(text, f"digits/{sound}{ending}")
        for form, text, ending in zip(
            ("one", "few", "many"), (word, few, many), endings, strict=True
        )
    }
    return Unit({**forms, "other": forms["few"]}, gender)


SCALES = (
    (10**15, _scale("квадриллион", "квадриллиона", "квадриллионов", "quadrillion")),
    (10**12, _scale("триллион", "триллиона", "триллионов", "trillion")),
    (10**9, _scale("миллиард", "миллиарда", "миллиардов", "billion")),
    (10**6, _scale("миллион", "миллиона", "миллионов", "million")),
    (10**3, _scale("тысяча", "тысячи", "тысяч", "thousand", "feminine")),
)
WHOLES = (_named("целая"), _named("целых"))
"""Behind the whole part of a fraction, which is feminine: одна целая, две целых."""
FRACTIONS = tuple(
    (_named(f"{stem}ая"), _named(f"{stem}ых"))
    for stem in ("десят", "сот", "тысячн", "десятитысячн", "стотысячн", "миллионн")
)
"""Tenths, hundredths …: одна десятая, пять десятых."""
ORDINALS = {
    number: (stem, ending)
    for numbers, texts in (
        (
            range(1, 20),
            "перв-ый втор-ой трет-ий четвёрт-ый пят-ый шест-ой седьм-ой восьм-ой девят-ый "
            "десят-ый одиннадцат-ый двенадцат-ый тринадцат-ый четырнадцат-ый пятнадцат-ый "
            "шестнадцат-ый семнадцат-ый восемнадцат-ый девятнадцат-ый",
        ),
        (
            range(20, 100, 10),
            "двадцат-ый тридцат-ый сороков-ой пятидесят-ый шестидесят-ый семидесят-ый "
            "восьмидесят-ый девяност-ый",
        ),
        (
            range(100, 1000, 100),
            "сот-ый двухсот-ый трёхсот-ый четырёхсот-ый пятисот-ый шестисот-ый семисот-ый "
            "восьмисот-ый девятисот-ый",
        ),
        (
            range(1000, 10000, 1000),
            "тысячн-ый двухтысячн-ый трёхтысячн-ый четырёхтысячн-ый пятитысячн-ый "
            "шеститысячн-ый семитысячн-ый восьмитысячн-ый девятитысячн-ый",
        ),
    )
    for number, (stem, _, ending) in zip(
        numbers, (text.partition("-") for text in texts.split()), strict=True
    )
}
"""Stem and masculine ending of each."""
THIRD = {"feminine": "третья", "neuter": "третье", "genitive": "третьего"}
ENDINGS = {"feminine": "ая", "neuter": "ое", "genitive": "ого"}
ORDINAL_SOUNDS = {"masculine": "-m", "feminine": "-f", "neuter": "", "genitive": "-g"}
ORDINAL_NAMES = {100: "hundred", 1000: "thousand"}
MONTHS = _numbered(
    "digits/mon-{}",
    0,
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
)
"""Of January …; from 0, as Asterisk's sounds."""
DAYS = _numbered(
    "digits/day-{}", 0, "воскресенье понедельник вторник среда четверг пятница суббота"
)
"""From Sunday, as Asterisk's sounds."""
NEAR_DAYS = {
    -1: Word("вчера", "digits/yesterday"),
    0: Word("сегодня", "digits/today"),
    1: Word("завтра", "digits/tomorrow"),
}
YEAR = _named("года")
PARTS_OF_DAY = (
    (18, _named("вечера")),
    (12, _named("дня")),
    (4, _named("утра")),
    (0, _named("ночи")),
)
"""From which hour on what is said of the clock of twelve hours (CLDR's day periods of Russian)."""
YES = (
    *("да", "ага", "угу", "да конечно", "конечно", "верно", "всё верно", "правильно", "точно"),
    *("так точно", "согласен", "согласна", "хорошо", "ладно", "ок", "окей"),
)
NO = (
    *("нет", "неа", "нет спасибо", "неверно", "не верно", "неправильно", "не правильно"),
    *("не согласен", "не согласна", "не надо", "ни в коем случае"),
)
KEY_NAMES = {str(number): SMALL[number] for number in range(10)} | {
    "*": Word("звёздочка", "digits/star"),
    "#": Word("решётка", "digits/hash"),
}
"""Asterisk's ``digits/pound`` says "диез", which is a note to most callers."""
PRESSED = KEY_NAMES | {
    "*": Word("звёздочку", "digits/star"),
    "#": Word("решётку", "digits/hash"),
}
"""What is pressed stands in the accusative."""
KEY_WORDS = KeyWords(
    press="нажмите|нажимайте|нажать|нажми|жмите",
    option="наберите|набирайте|набрать|выберите|выбирайте|выбрать",
    fillers="на|клавишу|кнопку|цифру|номер|пожалуйста|знак|символ|затем|потом|сначала|либо",
    either="или|либо|и|а",
    purpose="для|чтобы|если|чтоб",
    units="раза?|цифр[аыу]?|знак(?:а|ов)?|секунд[аыу]?|минут[аыу]?|час(?:а|ов)?|день|дня|дней|"
    "кноп(?:ки|ок)|клавиш[иу]?|номер(?:а|ов)?",
    names={word.text: key for key, word in KEY_NAMES.items()}
    | {word.text: key for key, word in PRESSED.items()}
    | {"нуль": "0", "единицу": "1", "двойку": "2", "тройку": "3"}
    | {"звездочка": "*", "звездочку": "*", "решетка": "#", "решетку": "#", "диез": "#"},
)
_COUNTED = (
    "одно двух трёх четырёх пяти шести семи восьми девяти десяти одиннадцати двенадцати "
    "тринадцати четырнадцати пятнадцати шестнадцати"
)
TEXT_WORDS = TextWords(
    digits="значн(?:ый|ого|ому|ым|ом|ая|ую|ой|ое|ые|ых)|цифр[аыу]?|знак(?:а|ов)?",
    deletes=r"удал\w+|ст[её]р\w+|сотр\w+|забы(?:ть|т|та|то|ты)",
    between=r"[ -]*(?:(?:ти|ми|х)[ -]*)?",
    numbers={word.text: number for number, word in SMALL.items() if number}
    | {text: number for number, text in enumerate(_COUNTED.split(), start=1)}
    | {"трех": 3, "четырех": 4},
)
MARKS = {
    "+": Word("плюс", "letters/plus"),
    "-": Word("дефис", "letters/dash"),
    ".": Word("точка", "letters/dot"),
    "@": Word("собака", "letters/at"),
    "/": Word("косая черта", "letters/slash"),
    "_": Word("подчёркивание", "letters/ascii95"),
    "&": Word("амперсанд", "letters/ascii38"),
    "%": Word("процент", "letters/ascii37"),
    ":": Word("двоеточие", "letters/ascii58"),
    ",": Word("запятая", "letters/ascii44"),
    "'": Word("апостроф", "letters/ascii39"),
    "=": Word("равно", "letters/equals"),
    " ": Word("пробел", "letters/space"),
}
_LATIN_NAMES = "а бэ цэ дэ е эф гэ аш и йот ка эль эм эн о пэ ку эр эс тэ у вэ дабл-ю икс игрек зет"
_NAMES = (
    "а,бэ,вэ,гэ,дэ,е,ё,жэ,зэ,и,и краткое,ка,эль,эм,эн,о,пэ,эр,эс,тэ,у,эф,ха,цэ,че,ша,ща,"
    "твёрдый знак,ы,мягкий знак,э,ю,я"
)
CYRILLIC = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
LETTERS = {
    letter: Word(name, f"letters/{letter.lower()}")
    for letter, name in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _LATIN_NAMES.split(), strict=True)
} | {
    letter: Word(name, f"letters/ru-{number:02}")
    for number, (letter, name) in enumerate(zip(CYRILLIC, _NAMES.split(","), strict=True), start=1)
}
"""Latin letters by the names that Russians give them; Cyrillic ones are recorded by their place in
the alphabet: ``letters/ru-01`` is "а"."""
SIGNS = Signs(KEY_NAMES, MARKS, LETTERS)
HOUR = _recorded(_unit("час", "часа", "часов"), many="hours")
MINUTE = _recorded(_unit("минута", "минуты", "минут", "feminine"), many="minutes")
LENGTHS = (
    _unit("день", "дня", "дней"),
    HOUR,
    MINUTE,
    _recorded(_unit("секунда", "секунды", "секунд", "feminine"), many="seconds"),
)
"""The units of a duration."""
CENT = _unit("цент", "цента", "центов")
DOLLAR = _recorded(_unit("доллар", "доллара", "долларов"), many="digits/dollars")
KROON = _unit("крона", "кроны", "крон", "feminine")
OERE = _unit("эре", "эре", "эре", "neuter")
KOPECK = _unit("копейка", "копейки", "копеек", "feminine")
ROUBLE = _unit("рубль", "рубля", "рублей")
FILS = _unit("филс", "филса", "филсов")
CENTAVO = _unit("сентаво", "сентаво", "сентаво")
CURRENCIES = {
    code: Currency(major, minor, places)
    for code, major, minor, places in (
        ("AED", _unit("дирхам", "дирхама", "дирхамов"), FILS, 2),
        ("AUD", DOLLAR, CENT, 2),
        ("BRL", _unit("реал", "реала", "реалов"), CENTAVO, 2),
        ("BYN", ROUBLE, KOPECK, 2),
        ("CAD", DOLLAR, CENT, 2),
        ("CHF", _unit("франк", "франка", "франков"), _unit("сантим", "сантима", "сантимов"), 2),
        ("CNY", _unit("юань", "юаня", "юаней"), _unit("фынь", "фыня", "фыней"), 2),
        ("CZK", KROON, _unit("геллер", "геллера", "геллеров"), 2),
        ("DKK", KROON, OERE, 2),
        ("EUR", _unit("евро", "евро", "евро"), CENT, 2),
        ("GBP", _unit("фунт", "фунта", "фунтов"), _unit("пенс", "пенса", "пенсов"), 2),
        ("HKD", DOLLAR, CENT, 2),
        ("HUF", _unit("форинт", "форинта", "форинтов"), None, 0),
        (
            "INR",
            _unit("рупия", "рупии", "рупий", "feminine"),
            _unit("пайса", "пайсы", "пайс", "feminine"),
            2,
        ),
        ("JPY", _unit("иена", "иены", "иен", "feminine"), None, 0),
        ("KRW", _unit("вона", "воны", "вон", "feminine"), None, 0),
        ("KWD", _unit("динар", "динара", "динаров"), FILS, 3),
        ("KZT", _unit("тенге", "тенге", "тенге"), _unit("тиын", "тиына", "тиынов"), 2),
        ("MXN", _unit("песо", "песо", "песо"), CENTAVO, 2),
        ("NOK", KROON, OERE, 2),
        ("NZD", DOLLAR, CENT, 2),
        ("PLN", _unit("злотый", "злотых", "злотых"), _unit("грош", "гроша", "грошей"), 2),
        ("RUB", ROUBLE, KOPECK, 2),
        ("SEK", KROON, OERE, 2),
        ("SGD", DOLLAR, CENT, 2),
        ("TRY", _unit("лира", "лиры", "лир", "feminine"), _unit("куруш", "куруша", "курушей"), 2),
        ("UAH", _unit("гривна", "гривны", "гривен", "feminine"), KOPECK, 2),
        ("USD", DOLLAR, CENT, 2),
        ("ZAR", _unit("ранд", "ранда", "рандов"), CENT, 2),
    )
}
"""Names of money by ISO 4217 code. HUF is said without its unused minor unit."""
UNRECORDED = sound_names(
    """
    digits/1f digits/200 digits/2f digits/300 digits/400 digits/500 digits/600 digits/700
    digits/800 digits/900 digits/billion-a digits/billions digits/chas digits/chasa digits/den
    digits/desyataya digits/desyatitysyachnaya digits/desyatitysyachnykh digits/desyatykh
    digits/dinar digits/dinara digits/dinarov digits/dirkham digits/dirkhama digits/dirkhamov
    digits/dney digits/dnya digits/dollar digits/dollara digits/ere digits/evro digits/fils
    digits/filsa digits/filsov digits/forint digits/forinta digits/forintov digits/frank
    digits/franka digits/frankov digits/funt digits/funta digits/funtov digits/fyn digits/fyney
    digits/fynya digits/geller digits/gellera digits/gellerov digits/goda digits/griven
    digits/grivna digits/grivny digits/grosh digits/grosha digits/groshey digits/h-1-f
    digits/h-1-g digits/h-1-m digits/h-10-f digits/h-10-g digits/h-10-m digits/h-11-f
    digits/h-11-g digits/h-11-m digits/h-12-f digits/h-12-g digits/h-12-m digits/h-13-f
    digits/h-13-g digits/h-13-m digits/h-14-f digits/h-14-g digits/h-14-m digits/h-15-f
    digits/h-15-g digits/h-15-m digits/h-16-f digits/h-16-g digits/h-16-m digits/h-17-f
    digits/h-17-g digits/h-17-m digits/h-18-f digits/h-18-g digits/h-18-m digits/h-19-f
    digits/h-19-g digits/h-19-m digits/h-2-f digits/h-2-g digits/h-2-m digits/h-20-f digits/h-20-g
    digits/h-20-m digits/h-200 digits/h-200-f digits/h-200-m digits/h-2000-g digits/h-3-f
    digits/h-3-g digits/h-3-m digits/h-30-f digits/h-30-g digits/h-30-m digits/h-300
    digits/h-300-f digits/h-300-m digits/h-4-f digits/h-4-g digits/h-4-m digits/h-40-f
    digits/h-40-g digits/h-40-m digits/h-400 digits/h-400-f digits/h-400-m digits/h-5-f
    digits/h-5-g digits/h-5-m digits/h-50-f digits/h-50-g digits/h-50-m digits/h-500
    digits/h-500-f digits/h-500-g digits/h-500-m digits/h-6-f digits/h-6-g digits/h-6-m
    digits/h-60-f digits/h-60-g digits/h-60-m digits/h-600 digits/h-600-f digits/h-600-m
    digits/h-7-f digits/h-7-g digits/h-7-m digits/h-70-f digits/h-70-g digits/h-70-m digits/h-700
    digits/h-700-f digits/h-700-m digits/h-8-f digits/h-8-g digits/h-8-m digits/h-80-f
    digits/h-80-g digits/h-80-m digits/h-800 digits/h-800-f digits/h-800-m digits/h-9-f
    digits/h-9-g digits/h-9-m digits/h-90-f digits/h-90-g digits/h-90-m digits/h-900
    digits/h-900-f digits/h-900-g digits/h-900-m digits/h-hundred-f digits/h-hundred-g
    digits/h-hundred-m digits/h-thousand-f digits/h-thousand-m digits/hash digits/ien digits/iena
    digits/ieny digits/kopeek digits/kopeyka digits/kopeyki digits/kron digits/krona digits/krony
    digits/kurush digits/kurusha digits/kurushey digits/lir digits/lira digits/liry
    digits/midnight digits/million-a digits/millionnaya digits/millionnykh digits/millions
    digits/minuta digits/minuty digits/nochi digits/noon digits/pays digits/paysa digits/paysy
    digits/pens digits/pensa digits/pensov digits/peso digits/quadrillion digits/quadrillion-a
    digits/quadrillions digits/rand digits/randa digits/randov digits/real digits/reala
    digits/realov digits/rubl digits/rubley digits/rublya digits/rupii digits/rupiy digits/rupiya
    digits/santim digits/santima digits/santimov digits/sekunda digits/sekundy digits/sentavo
    digits/sotaya digits/sotykh digits/stotysyachnaya digits/stotysyachnykh digits/tenge
    digits/thousands digits/thousands-i digits/tiyn digits/tiyna digits/tiynov digits/trillion
    digits/trillion-a digits/trillions digits/tselaya digits/tselykh digits/tsent digits/tsenta
    digits/tsentov digits/tysyachnaya digits/tysyachnykh digits/utra digits/vechera digits/von
    digits/vona digits/vony digits/yuan digits/yuaney digits/yuanya digits/zlotykh digits/zlotyy
    letters/ru-01 letters/ru-02 letters/ru-03 letters/ru-04 letters/ru-05 letters/ru-06
    letters/ru-07 letters/ru-08 letters/ru-09 letters/ru-10 letters/ru-11 letters/ru-12
    letters/ru-13 letters/ru-14 letters/ru-15 letters/ru-16 letters/ru-17 letters/ru-18
    letters/ru-19 letters/ru-20 letters/ru-21 letters/ru-22 letters/ru-23 letters/ru-24
    letters/ru-25 letters/ru-26 letters/ru-27 letters/ru-28 letters/ru-29 letters/ru-30
    letters/ru-31 letters/ru-32 letters/ru-33
    """
)
"""What asterisk-core-sounds-ru 1.6.1 has no recording of."""
