"""What callers say in Italian that the rules do not."""

from __future__ import annotations

from ivrkit.prompts.heard_words import HeardWords, apart

HEARD = HeardWords(
    fillers=apart("il lo la le l i di del alle all a prossimo questo circa"),
    joints=("e",),
    repeats={"doppio": 2, "triplo": 3},
    points=("punto",),
    plus=("più",),
    denials=("non", "mai"),
    near_days={"dopodomani": 2, "l'altro ieri": -2, "stasera": 0},
    days=("{day}",),
    times={
        "{hour}": 0,
        "ore {hour}": 0,
        "{hour} in punto": 0,
        "{hour} {minute}": "+",
        "{hour} e {minute}": "+",
        "{hour} e un quarto": 15,
        "{hour} e mezza": 30,
        "{hour} e mezzo": 30,
        "{hour} e tre quarti": 45,
        "{hour} meno un quarto": -15,
        "un quarto alle {hour}": -15,
        "{hour} meno {minute}": "-",
    },
    day_parts={
        "di mattina": "am",
        "del mattino": "am",
        "di pomeriggio": "pm",
        "del pomeriggio": "pm",
        "di sera": "pm",
        "della sera": "pm",
        "di notte": "night",
        "della notte": "night",
    },
    understood="Ho capito",
    right="È giusto?",
)
