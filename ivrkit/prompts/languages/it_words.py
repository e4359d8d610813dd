"""The vocabulary of Italian: numerals, months, letters, currencies, with the names of their sounds.

Names are those of Asterisk's core sounds where these have the word.
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
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
    "quindici sedici diciassette diciotto diciannove",
)
TENS = _numbered(
    "digits/{}", 20, "venti trenta quaranta cinquanta sessanta settanta ottanta novanta", 10
)
ONES = _numbered(
    "digits/{}",
    21,
    "ventuno trentuno quarantuno cinquantuno sessantuno settantuno ottantuno novantuno",
    10,
)
EIGHTS = _numbered(
    "digits/{}",
    28,
    "ventotto trentotto quarantotto cinquantotto sessantotto settantotto ottantotto novantotto",
    10,
)
MONTHS = _numbered(
    "digits/mon-{}",
    0,
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
)
DAYS = _numbered("digits/day-{}", 0, "domenica lunedì martedì mercoledì giovedì venerdì sabato")
NEAR_DAYS = {
    -1: Word("ieri", "digits/yesterday"),
    0: Word("oggi", "digits/today"),
    1: Word("domani", "digits/tomorrow"),
}
ORDINALS = _numbered(
    "digits/h-{}", 1, "primo secondo terzo quarto quinto sesto settimo ottavo nono decimo"
)
"""Those that are not made of the number, in the masculine."""
YES = (
    "sì", "si", "certo", "esatto", "corretto", "giusto", "va bene", "d'accordo", "certamente",
    "sì grazie", "è corretto", "ok",
)  # fmt: skip
NO = ("no", "no grazie", "per niente", "sbagliato", "non è corretto", "assolutamente no")
KEY_NAMES = {str(number): SMALL[number] for number in range(10)} | {
    "*": Word("asterisco", "digits/star"),
    "#": Word("cancelletto", "digits/pound"),
}
KEY_WORDS = KeyWords(
    press="prem(?:a|i|ere|endo|ete)|schiacci(?:a|are|ate)?|tocc(?:a|hi|are)",
    option="digit(?:a|i|are|ando|ate)|compon(?:ga|i|ere)|sce(?:lga|gli)|selezion[aie]+|opzione",
    fillers="il|lo|la|l'opzione|i|le|tasto|tasti|numero|cifra|pulsante|opzione|segno|poi|quindi|"
    "oppure",
    either="o|oppure|e",
    purpose="per|se",
    units="volt[ae]|cifr[ae]|numeri|second[oi]|minut[oi]|tasti|di|giorn[oi]|or[ae]",
    names={word.text: digit for digit, word in KEY_NAMES.items()}
    | {"stella": "*", "stelletta": "*", "diesis": "#", "quadratino": "#"},
)
TEXT_WORDS = TextWords(
    digits="cifr[ae]|caratter[ei]",
    deletes="cancell(?:a|i|are|ato|ata|ati|ate)|elimin(?:a|i|are|ato|ata|ati|ate)|rimoss[oaie]|"
    "rimuovere",
    numbers={word.text: number for number, word in SMALL.items() if number},
)
LETTERS = {
    letter: Word(name, f"letters/{letter.lower()}")
    for letter, name in (
        *zip("ABCDEFGHI", "a bi ci di e effe gi acca i".split(), strict=True),  # noqa: SIM905
        *zip("LMNOPQRST", "elle emme enne o pi cu erre esse ti".split(), strict=True),  # noqa: SIM905
        *zip("UVZKX", "u vu zeta cappa ics".split(), strict=True),  # noqa: SIM905
        ("J", "i lunga"),
        ("W", "doppia vu"),
        ("Y", "ipsilon"),
    )
}
ACCENTED = {
    letter: Word(f"{LETTERS[base].text} accentata", f"letters/{base.lower()}-accent")
    for letter, base in zip("ÀÈÉÌÒÙ", "AEEIOU", strict=True)
}
SIGNS = Signs(
    KEY_NAMES,
    {
        "+": Word("più", "letters/plus"),
        "-": Word("trattino", "letters/dash"),
        ".": Word("punto", "letters/dot"),
        "@": Word("chiocciola", "letters/at"),
        "/": Word("barra", "letters/slash"),
        "_": Word("trattino basso", "letters/ascii95"),
        "&": Word("e commerciale", "letters/ascii38"),
        "%": Word("per cento", "letters/ascii37"),
        ":": Word("due punti", "letters/ascii58"),
        ",": Word("virgola", "letters/ascii44"),
        "'": Word("apostrofo", "letters/ascii39"),
        "=": Word("uguale", "letters/equals"),
        " ": Word("spazio", "letters/space"),
    },
    LETTERS | ACCENTED,
)


def _noun(one: str, many: str = "", *, feminine: bool = False, of: str = "di") -> Unit:
    """A unit with its gender; without a plural of its own, both are the same. Behind whole
    millions stands "di": "un milione di euro"."""
    several = many or one
    forms = {"one": one, "other": several, "many": f"{of} {several}"}
    words = {form: _word(text) for form, text in forms.items()}
    return Unit(words, "feminine" if feminine else "masculine")


def _word(text: str) -> Word:
    sound = _RECORDED.get(text)
    return Word(text, sound) if sound else named(text)


_RECORDED = {
    "euro": "digits/euros",
    "dollari": "digits/dollars",
    "ore": "digits/hours",
    "minuto": "queue-minute",
    "minuti": "digits/minutes",
    "secondi": "queue-seconds",
}
"""The units that Asterisk has recordings of."""
LENGTHS = (
    _noun("giorno", "giorni"),
    _noun("ora", "ore", feminine=True),
    _noun("minuto", "minuti"),
    _noun("secondo", "secondi"),
)
"""The units of a duration."""
CENTS = _noun("centesimo", "centesimi")
ORE = _noun("øre")
CURRENCIES = {
    code: Currency(major, minor, places)
    for code, major, minor, places in (
        ("AED", _noun("dirham"), _noun("fils"), 2),
        ("AUD", _noun("dollaro", "dollari"), CENTS, 2),
        ("BRL", _noun("real"), _noun("centavo", "centavos"), 2),
        ("CAD", _noun("dollaro", "dollari"), CENTS, 2),
        ("CHF", _noun("franco", "franchi"), CENTS, 2),
        ("CNY", _noun("yuan"), _noun("fen"), 2),
        ("CZK", _noun("corona", "corone", feminine=True), _noun("haléř"), 2),
        ("DKK", _noun("corona", "corone", feminine=True), ORE, 2),
        ("EUR", _noun("euro"), CENTS, 2),
        ("GBP", _noun("sterlina", "sterline", feminine=True), _noun("penny", "pence"), 2),
        ("HKD", _noun("dollaro", "dollari"), CENTS, 2),
        ("HUF", _noun("fiorino", "fiorini"), None, 0),
        ("INR", _noun("rupia", "rupie", feminine=True), _noun("paisa"), 2),
        ("JPY", _noun("yen"), None, 0),
        ("KRW", _noun("won"), None, 0),
        ("KWD", _noun("dinaro", "dinari"), _noun("fils"), 3),
        ("MXN", _noun("peso", "pesos"), _noun("centavo", "centavos"), 2),
        ("NOK", _noun("corona", "corone", feminine=True), ORE, 2),
        ("NZD", _noun("dollaro", "dollari"), CENTS, 2),
        ("PLN", _noun("zloty"), _noun("grosz"), 2),
        ("RUB", _noun("rublo", "rubli"), _noun("copeco", "copechi"), 2),
        ("SEK", _noun("corona", "corone", feminine=True), _noun("öre"), 2),
        ("SGD", _noun("dollaro", "dollari"), CENTS, 2),
        ("TRY", _noun("lira turca", "lire turche", feminine=True), _noun("kuruş"), 2),
        ("UAH", _noun("grivnia", "grivnie", feminine=True), _noun("copeco", "copechi"), 2),
        ("USD", _noun("dollaro", "dollari"), CENTS, 2),
        ("ZAR", _noun("rand"), CENTS, 2),
    )
}
"""Names of money by ISO 4217 code. HUF is said without its unused minor unit."""
UNRECORDED = sound_names(
    """
    digits/all-una digits/billions digits/centavo digits/centavos digits/centesimi
    digits/centesimo digits/copechi digits/copeco digits/corona digits/corone digits/del-mattino
    digits/del-pomeriggio digits/di digits/di-corone digits/di-dinari digits/di-dirham
    digits/di-dollari digits/di-euro digits/di-fiorini digits/di-franchi digits/di-grivnie
    digits/di-lire-turche digits/di-notte digits/di-pesos digits/di-rand digits/di-real
    digits/di-rubli digits/di-rupie digits/di-sera digits/di-sterline digits/di-won
    digits/di-yen digits/di-yuan digits/di-zloty digits/dinari digits/dinaro digits/dirham
    digits/dollaro digits/fen digits/fils digits/fiorini digits/fiorino digits/franchi
    digits/franco digits/giorni digits/giorno digits/grivnia digits/grivnie digits/grosz
    digits/h-1-esimo digits/h-1-esimoF digits/h-10F digits/h-11F digits/h-12F digits/h-13F
    digits/h-14F digits/h-15F digits/h-16F digits/h-17F digits/h-18F digits/h-19F digits/h-1F
    digits/h-2-esimo digits/h-2-esimoF digits/h-20F digits/h-21 digits/h-21F digits/h-28
    digits/h-28F digits/h-2F digits/h-3-esimo digits/h-3-esimoF digits/h-30F digits/h-31
    digits/h-31F digits/h-38 digits/h-38F digits/h-3F digits/h-4-esimo digits/h-4-esimoF
    digits/h-40F digits/h-41 digits/h-41F digits/h-48 digits/h-48F digits/h-4F digits/h-5-esimo
    digits/h-5-esimoF digits/h-50F digits/h-51 digits/h-51F digits/h-58 digits/h-58F digits/h-5F
    digits/h-6-esimo digits/h-6-esimoF digits/h-60F digits/h-61 digits/h-61F digits/h-68
    digits/h-68F digits/h-6F digits/h-7-esimo digits/h-7-esimoF digits/h-70F digits/h-71
    digits/h-71F digits/h-78 digits/h-78F digits/h-7F digits/h-8-esimo digits/h-8-esimoF
    digits/h-80F digits/h-81 digits/h-81F digits/h-88 digits/h-88F digits/h-8F digits/h-9-esimo
    digits/h-9-esimoF digits/h-90F digits/h-91 digits/h-91F digits/h-98 digits/h-98F digits/h-9F
    digits/h-billionF digits/h-hundredF digits/h-millionF digits/h-thousandF digits/haler
    digits/kurus digits/l-una digits/le digits/lira-turca digits/lire-turche digits/mezza
    digits/mezzogiorno digits/ora digits/ore digits/paisa digits/pence digits/penny digits/peso
    digits/pesos digits/quarto digits/rand digits/real digits/rubli digits/rublo digits/rupia
    digits/rupie digits/secondo digits/sterlina digits/sterline digits/una digits/won digits/yen
    digits/yuan digits/zloty letters/a-accent letters/e-accent letters/i-accent letters/o-accent
    letters/u-accent
    """
)
"""What asterisk-core-sounds-it 1.6.1 has no recording of."""
