"""What callers say in French that the rules do not."""

from __future__ import annotations

from ivrkit.prompts.heard_words import HeardWords, apart

HEARD = HeardWords(
    fillers=apart("le la les l de d du et à au prochain prochaine ce environ"),
    numbers={
        70: ("septante",),
        80: ("huitante", "octante"),
        90: ("nonante",),
    },
    repeats={"deux fois": 2, "trois fois": 3, "double": 2},
    points=("point",),
    plus=("plus",),
    denials=("pas", "jamais"),
    near_days={"après-demain": 2, "avant-hier": -2, "ce soir": 0},
    days=("{day}",),
    times={
        "{hour} heure": 0,
        "{hour} heures": 0,
        "{hour} heure {minute}": "+",
        "{hour} heures {minute}": "+",
        "{hour} heure quart": 15,
        "{hour} heures quart": 15,
        "{hour} heure demie": 30,
        "{hour} heures demie": 30,
        "{hour} heures moins quart": -15,
        "{hour} heure moins quart": -15,
        "{hour} heures trois quarts": 45,
        "{hour} heures moins {minute}": "-",
        "{hour} heure moins {minute}": "-",
    },
    day_parts={
        "du matin": "am",
        "le matin": "am",
        "de l'après-midi": "pm",
        "l'après-midi": "pm",
        "du soir": "pm",
        "le soir": "pm",
        "de la nuit": "night",
    },
    understood="J'ai compris",
    right="Est-ce exact ?",
)
