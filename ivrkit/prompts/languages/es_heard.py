"""What callers say in Spanish that the rules do not."""

from __future__ import annotations

from ivrkit.prompts.heard_words import HeardWords, apart

HEARD = HeardWords(
    fillers=apart("el la los las de del y a al con próximo este número"),
    repeats={"doble": 2, "triple": 3},
    points=("punto",),
    plus=("más",),
    denials=("no", "nunca"),
    near_days={"pasado mañana": 2, "anteayer": -2, "antes de ayer": -2},
    days=("{day}",),
    times={
        "{hour}": 0,
        "{hour} horas": 0,
        "{hour} en punto": 0,
        "{hour} {minute}": "+",
        "{hour} y {minute} minutos": "+",
        "{hour} y cuarto": 15,
        "{hour} y media": 30,
        "{hour} menos cuarto": -15,
        "cuarto para las {hour}": -15,
        "{hour} menos {minute}": "-",
        "{minute} para las {hour}": "-",
    },
    day_parts={
        "de la madrugada": "am",
        "de la mañana": "am",
        "por la mañana": "am",
        "del mediodía": "pm",
        "de la tarde": "pm",
        "por la tarde": "pm",
        "de la noche": "night",
        "por la noche": "night",
    },
    understood="He entendido",
    right="¿Es correcto?",
)
