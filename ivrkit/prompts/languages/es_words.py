"""The vocabulary of Spanish: numerals, months, letters, currencies, with the names of their sounds.

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
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés "
    "veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve",
)
BEFORE_NOUN = {1: Word("un", "digits/1M"), 21: Word("veintiún", "digits/21M")}
"""What stands for one and twenty-one before a masculine noun."""
FEMININE = {1: Word("una", "digits/1F"), 21: Word("veintiuna", "digits/21F")}
TENS = _numbered("digits/{}", 30, "treinta cuarenta cincuenta sesenta setenta ochenta noventa", 10)
HUNDREDS = {
    number * 100: Word(f"{text}os", f"digits/{number}00")
    for number, text in enumerate(
        "doscient trescient cuatrocient quinient seiscient setecient ochocient novecient".split(),  # noqa: SIM905
        start=2,
    )
}
HUNDREDS_FEMININE = {
    number: Word(f"{word.text[:-2]}as", f"{word.sound}F") for number, word in HUNDREDS.items()
}
MONTHS = _numbered(
    "digits/mon-{}",
    0,
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)
DAYS = _numbered("digits/day-{}", 0, "domingo lunes martes miércoles jueves viernes sábado")
ORDINALS = _numbered(
    "digits/h-{}",
    1,
    "primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo undécimo duodécimo "
    "decimotercero decimocuarto decimoquinto decimosexto decimoséptimo decimoctavo decimonoveno",
)
TENTHS = _numbered(
    "digits/h-{}",
    20,
    "vigésimo trigésimo cuadragésimo quincuagésimo sexagésimo septuagésimo octogésimo nonagésimo",
    10,
)
NEAR_DAYS = {
    -1: Word("ayer", "digits/yesterday"),
    0: Word("hoy", "digits/today"),
    1: Word("mañana", "digits/tomorrow"),
}
YES = ("sí", "si", "claro", "correcto", "exacto", "vale", "de acuerdo", "así es", "por supuesto")
NO = ("no", "no gracias", "para nada", "incorrecto", "no es correcto", "negativo")
KEY_NAMES = {str(number): SMALL[number] for number in range(10)} | {
    "*": Word("asterisco", "digits/star"),
    "#": Word("almohadilla", "digits/hash"),
}
KEY_WORDS = KeyWords(
    press="puls(?:e|a|ar|ando)|presion(?:e|a|ar|ando)|oprim(?:a|e|ir|iendo)|apriet[ea]|tecle[ea]",
    option="mar(?:que|ca|car|cando)|digit(?:e|a|ar)|eli(?:ja|ge)|seleccion[ea]|opción|opcion",
    fillers="el|la|los|tecla|número|numero|dígito|digito|botón|boton|opción|opcion|signo|de|bien",
    either="o|ó|u|y",
    purpose="para|si",
    units="ve(?:z|ces)|dígitos?|digitos?|números|numeros|segundos?|minutos?|teclas|de|más|días?|"
    "horas?",
    names={word.text: digit for digit, word in KEY_NAMES.items()}
    | {"estrella": "*", "numeral": "#", "gato": "#", "cuadradillo": "#"},
)
TEXT_WORDS = TextWords(
    digits="dígitos?|digitos?|cifras?",
    deletes="borr(?:a|e|ar|ado|ada)|elimin(?:a|e|ar|ado|ada)|suprim(?:a|e|ir|ido|ida)",
    numbers={word.text: number for number, word in SMALL.items() if number},
)
LETTERS = {
    letter: Word(name, f"letters/{letter.lower().replace('ñ', 'n-tilde')}")
    for letter, name in (
        *zip("ABCDEFGHI", "a be ce de e efe ge hache i".split(), strict=True),  # noqa: SIM905
        *zip("JKLMNÑOPQ", "jota ka ele eme ene eñe o pe cu".split(), strict=True),  # noqa: SIM905
        *zip("RSTUVXYZ", "erre ese te u uve equis ye zeta".split(), strict=True),  # noqa: SIM905
        ("W", "uve doble"),
    )
}
"""The names of the letters that the academies of the language agreed upon in 2010."""
ACCENTED = {
    letter: Word(f"{LETTERS[base].text} con acento", f"letters/{base.lower()}-accent")
    for letter, base in zip("ÁÉÍÓÚ", "AEIOU", strict=True)
} | {"Ü": Word("u con diéresis", "letters/u-diaeresis")}
"""A name is spelt with its accents."""
SIGNS = Signs(
    KEY_NAMES,
    {
        "+": Word("más", "letters/plus"),
        "-": Word("guion", "letters/dash"),
        ".": Word("punto", "letters/dot"),
        "@": Word("arroba", "letters/at"),
        "/": Word("barra", "letters/slash"),
        "_": Word("guion bajo", "letters/ascii95"),
        "&": Word("et", "letters/ascii38"),
        "%": Word("por ciento", "letters/ascii37"),
        ":": Word("dos puntos", "letters/ascii58"),
        ",": Word("coma", "letters/ascii44"),
        "'": Word("apóstrofo", "letters/ascii39"),
        "=": Word("igual", "letters/equals"),
        " ": Word("espacio", "letters/space"),
    },
    LETTERS | ACCENTED,
)


def _noun(one: str, many: str = "", *, feminine: bool = False) -> Unit:
    """A unit with its gender: "un euro", "una libra". "many" are whole millions ("de euros")."""
    forms = {"one": one, "other": many or f"{one}s"}
    return Unit(
        {form: _word(text) for form, text in forms.items()},
        "feminine" if feminine else "masculine",
    )


def _word(text: str) -> Word:
    sound = _RECORDED.get(text)
    return Word(text, sound) if sound else named(text)


_RECORDED = {
    "horas": "hours",
    "minuto": "queue-minute",
    "minutos": "minutes",
    "segundos": "seconds",
    "dólares": "digits/dollars",
}
"""The units that Asterisk has recordings of."""
HOURS = _noun("hora", feminine=True)
LENGTHS = (
    _noun("día"),
    HOURS,
    _noun("minuto"),
    _noun("segundo"),
)
"""The units of a duration."""
CENTS = _noun("céntimo")
CENTAVOS = _noun("centavo")
CURRENCIES = {
    code: Currency(major, minor, places)
    for code, major, minor, places in (
        ("AED", _noun("dírham", "dírhams"), _noun("fils", "fils"), 2),
        ("ARS", _noun("peso"), CENTAVOS, 2),
        ("AUD", _noun("dólar", "dólares"), CENTAVOS, 2),
        ("BOB", _noun("boliviano"), CENTAVOS, 2),
        ("BRL", _noun("real", "reales"), CENTAVOS, 2),
        ("CAD", _noun("dólar", "dólares"), CENTAVOS, 2),
        ("CHF", _noun("franco"), CENTS, 2),
        ("CLP", _noun("peso"), None, 0),
        ("CNY", _noun("yuan", "yuanes"), _noun("fen", "fen"), 2),
        ("COP", _noun("peso"), CENTAVOS, 2),
        ("CRC", _noun("colón", "colones"), CENTS, 2),
        ("CUP", _noun("peso"), CENTAVOS, 2),
        ("CZK", _noun("corona", feminine=True), _noun("háler", "háleres"), 2),
        ("DKK", _noun("corona", feminine=True), _noun("øre", "øre"), 2),
        ("DOP", _noun("peso"), CENTAVOS, 2),
        ("EUR", _noun("euro"), CENTS, 2),
        ("GBP", _noun("libra", feminine=True), _noun("penique"), 2),
        ("GTQ", _noun("quetzal", "quetzales"), CENTAVOS, 2),
        ("HKD", _noun("dólar", "dólares"), CENTAVOS, 2),
        ("HNL", _noun("lempira"), CENTAVOS, 2),
        ("HUF", _noun("forinto"), None, 0),
        ("INR", _noun("rupia", feminine=True), _noun("paisa", feminine=True), 2),
        ("JPY", _noun("yen", "yenes"), None, 0),
        ("KRW", _noun("won", "wones"), None, 0),
        ("KWD", _noun("dinar", "dinares"), _noun("fils", "fils"), 3),
        ("MXN", _noun("peso"), CENTAVOS, 2),
        ("NIO", _noun("córdoba"), CENTAVOS, 2),
        ("NOK", _noun("corona", feminine=True), _noun("øre", "øre"), 2),
        ("NZD", _noun("dólar", "dólares"), CENTAVOS, 2),
        ("PAB", _noun("balboa"), _noun("centésimo"), 2),
        ("PEN", _noun("sol", "soles"), CENTS, 2),
        ("PLN", _noun("esloti"), _noun("grosz", "groszy"), 2),
        ("PYG", _noun("guaraní", "guaraníes"), None, 0),
        ("RUB", _noun("rublo"), _noun("kopek"), 2),
        ("SEK", _noun("corona", feminine=True), _noun("öre", "öre"), 2),
        ("SGD", _noun("dólar", "dólares"), CENTAVOS, 2),
        ("TRY", _noun("lira", feminine=True), _noun("kurus", "kurus"), 2),
        ("UAH", _noun("grivna", feminine=True), _noun("kopek"), 2),
        ("USD", _noun("dólar", "dólares"), CENTAVOS, 2),
        ("UYU", _noun("peso"), _noun("centésimo"), 2),
        ("VES", _noun("bolívar", "bolívares"), CENTS, 2),
        ("ZAR", _noun("rand", "rands"), CENTAVOS, 2),
    )
}
"""Names of money by ISO 4217 code. CLP, HUF and PYG are said without a smaller unit."""
UNRECORDED = sound_names(
    """
    digits/200F digits/21F digits/21M digits/300F digits/400F digits/500F digits/600F
    digits/700F digits/800F digits/900F digits/a digits/balboa digits/balboas digits/billion
    digits/billions digits/bolivar digits/bolivares digits/boliviano digits/bolivianos
    digits/centavo digits/centavos digits/centesimo digits/centesimos digits/centimo
    digits/centimos digits/colon digits/colones digits/con digits/cordoba digits/cordobas
    digits/corona digits/coronas digits/de-la-madrugada digits/de-la-manana digits/de-la-noche
    digits/de-la-tarde digits/del-mediodia digits/dia digits/dias digits/dinar digits/dinares
    digits/dirham digits/dirhams digits/dolar digits/esloti digits/eslotis digits/euro
    digits/euros digits/fen digits/fils digits/forinto digits/forintos digits/franco
    digits/francos digits/grivna digits/grivnas digits/grosz digits/groszy digits/guarani
    digits/guaranies digits/h-10F digits/h-11F digits/h-12F digits/h-13F digits/h-13M
    digits/h-14F digits/h-15F digits/h-16F digits/h-17F digits/h-18F digits/h-19F digits/h-1F
    digits/h-1M digits/h-20F digits/h-2F digits/h-30F digits/h-3F digits/h-3M digits/h-40F
    digits/h-4F digits/h-50F digits/h-5F digits/h-60F digits/h-6F digits/h-70F digits/h-7F
    digits/h-80F digits/h-8F digits/h-90F digits/h-9F digits/haler digits/haleres digits/half
    digits/hash digits/hora digits/kopek digits/kopeks digits/kurus digits/la digits/las
    digits/lempira digits/lempiras digits/libra digits/libras digits/lira digits/liras
    digits/number digits/ore digits/paisa digits/paisas digits/penique digits/peniques
    digits/peso digits/pesos digits/quarter digits/quetzal digits/quetzales digits/rand
    digits/rands digits/real digits/reales digits/rublo digits/rublos digits/rupia digits/rupias
    digits/segundo digits/sol digits/soles digits/won digits/wones digits/yen digits/yenes
    digits/yuan digits/yuanes letters/a-accent letters/e-accent letters/i-accent letters/n-tilde
    letters/o-accent letters/u-accent letters/u-diaeresis
    """
)
"""What asterisk-core-sounds-es 1.6.1 has no recording of."""
