"""The vocabulary of French: numerals, months, letters, currencies, with the names of their sounds.

Names are those of Asterisk's core sounds where these have the word. Forms that sound alike
("cent" and "cents") share a recording.
"""

from __future__ import annotations

from ivrkit.prompts.amounts import Currency, Unit
from ivrkit.prompts.announced import KeyWords
from ivrkit.prompts.signs import Signs
from ivrkit.prompts.text_words import TextWords
from ivrkit.prompts.words import Word, named, sound_names


def _numbered(sound: str, first: int, texts: str, step: int = 1) -> dict[int, Word]:
    """Words by numbers that follow each other, which their sounds are named after."""
    return {
        first + step * place: Word(text, sound.format(first + step * place))
        for place, text in enumerate(texts.split())
    }


SMALL = _numbered(
    "digits/{}",
    0,
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
) | {
    17: Word("dix-sept", "digits/17"),
    18: Word("dix-huit", "digits/18"),
    19: Word("dix-neuf", "digits/19"),
}
TENS = _numbered("digits/{}", 20, "vingt trente quarante cinquante soixante", 10) | {
    70: Word("soixante-dix", "digits/70"),
    80: Word("quatre-vingts", "digits/80"),
    90: Word("quatre-vingt-dix", "digits/90"),
}
ONE_FEMININE = Word("une", "digits/1F")
MONTHS = _numbered(
    "digits/mon-{}",
    0,
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
)
DAYS = _numbered("digits/day-{}", 0, "dimanche lundi mardi mercredi jeudi vendredi samedi")
NEAR_DAYS = {
    -1: Word("hier", "digits/yesterday"),
    0: Word("aujourd'hui", "digits/today"),
    1: Word("demain", "digits/tomorrow"),
}
FIRST = {
    "": Word("premier", "digits/h-1"),
    "feminine": Word("première", "digits/h-1F"),
}
PLACES = {
    "un": Word("unième", "digits/h-1-et"),
    "quatre-vingts": Word("quatre-vingtième", "digits/h-80"),
    "cent": Word("centième", "digits/h-hundred"),
    "cents": Word("centième", "digits/h-hundred"),
    "mille": Word("millième", "digits/h-thousand"),
    "million": Word("millionième", "digits/h-million"),
    "millions": Word("millionième", "digits/h-million"),
    "milliard": Word("milliardième", "digits/h-billion"),
    "milliards": Word("milliardième", "digits/h-billion"),
    **{
        SMALL[number].text: Word(text, f"digits/h-{number}")
        for number, text in (
            (2, "deuxième"),
            (3, "troisième"),
            (4, "quatrième"),
            (5, "cinquième"),
            (6, "sixième"),
            (7, "septième"),
            (8, "huitième"),
            (9, "neuvième"),
            (10, "dixième"),
            (11, "onzième"),
            (12, "douzième"),
            (13, "treizième"),
            (14, "quatorzième"),
            (15, "quinzième"),
            (16, "seizième"),
            (17, "dix-septième"),
            (18, "dix-huitième"),
            (19, "dix-neuvième"),
        )
    },
    **{
        TENS[number].text: Word(text, f"digits/h-{number}")
        for number, text in (
            (20, "vingtième"),
            (30, "trentième"),
            (40, "quarantième"),
            (50, "cinquantième"),
            (60, "soixantième"),
            (70, "soixante-dixième"),
            (90, "quatre-vingt-dixième"),
        )
    },
}
"""What the last word of a number becomes in the number of a place."""
YES = (
    "oui", "ouais", "d'accord", "c'est ça", "exact", "exactement", "tout à fait", "bien sûr",
    "c'est exact", "c'est correct", "oui merci", "ok",
)  # fmt: skip
NO = ("non", "non merci", "pas du tout", "c'est faux", "ce n'est pas ça", "incorrect", "nan")
KEY_NAMES = {str(number): SMALL[number] for number in range(10)} | {
    "*": Word("étoile", "digits/star"),
    "#": Word("dièse", "digits/pound"),
}
KEY_WORDS = KeyWords(
    press="appuye[rz]|appuie|appuyant|press(?:ez|er|ant)|enfonce[rz]|tape[rz]|tapant|faites",
    option="composez|composer|choisissez|choisir|sélectionne[rz]|selectionne[rz]|option",
    fillers="sur|le|la|l'option|les|touche|touches|numéro|numero|chiffre|bouton|option|signe|ensuite|"
    "puis|soit",
    either="ou|et",
    purpose="pour|si",
    units="fois|chiffres?|numéros?|numeros?|secondes?|minutes?|touches|de|jours?|heures?",
    names={word.text: digit for digit, word in KEY_NAMES.items()}
    | {"astérisque": "*", "asterisque": "*", "carré": "#", "diese": "#", "etoile": "*"},
)
TEXT_WORDS = TextWords(
    digits="chiffres?|caractères?|caracteres?",
    deletes="efface(?:r|z|e|nt)?|effacé(?:e|s|es)?|supprime(?:r|z|e|nt)?|supprimé(?:e|s|es)?|"
    "détrui(?:re|t|te|ts|tes)",
    numbers={word.text: number for number, word in SMALL.items() if number},
)
LETTERS = {
    letter: Word(name, f"letters/{letter.lower()}")
    for letter, name in (
        *zip("ABCDEFGHI", "a bé cé dé e effe gé hache i".split(), strict=True),  # noqa: SIM905
        *zip("JKLMNOPQ", "ji ka elle aime enne o pé cu".split(), strict=True),  # noqa: SIM905
        *zip("RSTUVXZ", "erre esse té u vé ixe zède".split(), strict=True),  # noqa: SIM905
        ("W", "double vé"),
        ("Y", "i grec"),
    )
}
"""The names of the letters, written so that a voice reads each as its name."""
_ACCENTS = {
    "accent aigu": ("acute", "É"),
    "accent grave": ("grave", "ÀÈÙ"),
    "accent circonflexe": ("circumflex", "ÂÊÎÔÛ"),
    "tréma": ("diaeresis", "ËÏÜŸ"),
    "cédille": ("cedilla", "Ç"),
}
_BASES = dict(zip("ÉÀÈÙÂÊÎÔÛËÏÜŸÇ", "EAEUAEIOUEIUYC", strict=True))
ACCENTED = {
    letter: Word(
        f"{LETTERS[_BASES[letter]].text} {name}", f"letters/{_BASES[letter].lower()}-{sound}"
    )
    for name, (sound, letters) in _ACCENTS.items()
    for letter in letters
} | {"Œ": Word("e dans l'o", "letters/oe"), "Æ": Word("e dans l'a", "letters/ae")}
"""A name is spelt with its accents."""
SIGNS = Signs(
    KEY_NAMES,
    {
        "+": Word("plus", "letters/plus"),
        "-": Word("tiret", "letters/dash"),
        ".": Word("point", "letters/dot"),
        "@": Word("arobase", "letters/at"),
        "/": Word("barre oblique", "letters/slash"),
        "_": Word("tiret bas", "letters/ascii95"),
        "&": Word("esperluette", "letters/ascii38"),
        "%": Word("pour cent", "letters/ascii37"),
        ":": Word("deux-points", "letters/ascii58"),
        ",": Word("virgule", "letters/ascii44"),
        "'": Word("apostrophe", "letters/ascii39"),
        "=": Word("égal", "letters/equals"),
        " ": Word("espace", "letters/space"),
    },
    LETTERS | ACCENTED,
)


def _noun(one: str, many: str = "", *, feminine: bool = False) -> Unit:
    """A unit with its gender. ``many`` is the form behind whole millions: "un million d'euros"."""
    several = many or f"{one}s"
    of = f"d'{several}" if one[0] in "aeéiouœø" else f"de {several}"
    recorded = _RECORDED.get(one) or named(one).sound
    # "euro" and "euros" sound alike, "penny" and "pence" do not.
    other = Word(several, recorded) if several in (one, f"{one}s") else named(several)
    whole = Word(of, named(of.replace("'", "-")).sound)
    forms = {"one": Word(one, recorded), "other": other, "many": whole}
    return Unit(forms, "feminine" if feminine else "masculine")


_RECORDED = {
    "heure": "hours",
    "minute": "minutes",
    "seconde": "seconds",
    "dollar": "digits/dollars",
}
"""The units that Asterisk has recordings of."""
HOURS = _noun("heure", feminine=True)
LENGTHS = (
    _noun("jour"),
    HOURS,
    _noun("minute", feminine=True),
    _noun("seconde", feminine=True),
)
"""The units of a duration."""
CENTS = _noun("cent")
CENTIMES = _noun("centime")
ORE = _noun("øre", "øre")
CURRENCIES = {
    code: Currency(major, minor, places)
    for code, major, minor, places in (
        ("AED", _noun("dirham"), _noun("fils", "fils"), 2),
        ("AUD", _noun("dollar"), CENTS, 2),
        ("BRL", _noun("réal"), _noun("centavo"), 2),
        ("CAD", _noun("dollar"), CENTS, 2),
        ("CHF", _noun("franc"), CENTIMES, 2),
        ("CNY", _noun("yuan"), _noun("fen", "fen"), 2),
        ("CZK", _noun("couronne", feminine=True), _noun("haler"), 2),
        ("DKK", _noun("couronne", feminine=True), ORE, 2),
        ("DZD", _noun("dinar"), CENTIMES, 2),
        ("EUR", _noun("euro"), CENTIMES, 2),
        ("GBP", _noun("livre", feminine=True), _noun("penny", "pence"), 2),
        ("HKD", _noun("dollar"), CENTS, 2),
        ("HUF", _noun("forint"), None, 0),
        ("INR", _noun("roupie", feminine=True), _noun("paisa"), 2),
        ("JPY", _noun("yen"), None, 0),
        ("KRW", _noun("won"), None, 0),
        ("KWD", _noun("dinar"), _noun("fils", "fils"), 3),
        ("MAD", _noun("dirham"), CENTIMES, 2),
        ("MXN", _noun("peso"), _noun("centavo"), 2),
        ("NOK", _noun("couronne", feminine=True), ORE, 2),
        ("NZD", _noun("dollar"), CENTS, 2),
        ("PLN", _noun("zloty"), _noun("grosz", "groszy"), 2),
        ("RUB", _noun("rouble"), _noun("kopeck"), 2),
        ("SEK", _noun("couronne", feminine=True), _noun("öre", "öre"), 2),
        ("SGD", _noun("dollar"), CENTS, 2),
        ("TND", _noun("dinar"), _noun("millime"), 3),
        ("TRY", _noun("livre turque", "livres turques", feminine=True), _noun("kurus", "kurus"), 2),
        ("UAH", _noun("hryvnia", feminine=True), _noun("kopiyka", feminine=True), 2),
        ("USD", _noun("dollar"), CENTS, 2),
        ("XAF", _noun("franc CFA", "francs CFA"), None, 0),
        ("XOF", _noun("franc CFA", "francs CFA"), None, 0),
        ("ZAR", _noun("rand"), CENTS, 2),
    )
}
"""Names of money by ISO 4217 code. HUF is said without its unused minor unit."""
UNRECORDED = sound_names(
    """
    digits/1F digits/billion digits/cent digits/centavo digits/centime digits/couronne
    digits/d-euros digits/de digits/de-couronnes digits/de-dinars digits/de-dirhams
    digits/de-dollars digits/de-forints digits/de-francs digits/de-francs-cfa digits/de-hryvnias
    digits/de-l-apres-midi digits/de-livres digits/de-livres-turques digits/de-pesos
    digits/de-rands digits/de-reals digits/de-roubles digits/de-roupies digits/de-wons
    digits/de-yens digits/de-yuans digits/de-zlotys digits/dinar digits/dirham digits/du-matin
    digits/du-soir digits/euro digits/fen digits/fils digits/forint digits/franc
    digits/franc-cfa digits/francs-cfa digits/grosz digits/groszy digits/h-1-et digits/h-1F
    digits/haler digits/half digits/hryvnia digits/jour digits/kopeck digits/kopiyka
    digits/kurus digits/livre digits/livre-turque digits/livres-turques digits/midnight
    digits/millime digits/noon digits/ore digits/paisa digits/pence digits/penny digits/peso
    digits/quarter digits/rand digits/real digits/rouble digits/roupie digits/won digits/yen
    digits/yuan digits/zloty letters/a-circumflex letters/a-grave letters/ae letters/c-cedilla
    letters/e-acute letters/e-circumflex letters/e-diaeresis letters/e-grave
    letters/i-circumflex letters/i-diaeresis letters/o-circumflex letters/oe
    letters/u-circumflex letters/u-diaeresis letters/u-grave letters/y-diaeresis
    """
)
"""What asterisk-core-sounds-fr 1.6.1 has no recording of."""
