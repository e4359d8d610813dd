"""What callers say in German that the rules do not."""

from __future__ import annotations

from ivrkit.prompts.heard_words import HeardWords, apart

HEARD = HeardWords(
    fillers=apart(
        "der die das den dem am im bitte ungefähr circa nächsten nächster nächste kommenden diesen"
    ),
    joints=("und",),
    numbers={2: ("zwo",), 100: ("hundert",), 1: ("einen", "einem")},
    zeros=("null",),
    repeats={"doppel": 2, "zweimal": 2, "dreimal": 3},
    points=("punkt",),
    plus=("plus",),
    denials=("nicht", "kein", "nie"),
    near_days={"übermorgen": 2, "vorgestern": -2, "sonnabend": 0},
    days=("{day}",),
    endings={"er": ("en",)},
    times={
        "{hour} uhr": 0,
        "{hour}": 0,
        "{hour} uhr {minute}": "+",
        "{hour} {minute}": "+",
        "um {hour}": 0,
        "halb {hour}": -30,
        "viertel nach {hour}": 15,
        "viertel vor {hour}": -15,
        "dreiviertel {hour}": -15,
        "drei viertel {hour}": -15,
        "{minute} nach {hour}": "+",
        "{minute} minuten nach {hour}": "+",
        "{minute} vor {hour}": "-",
        "{minute} minuten vor {hour}": "-",
    },
    day_parts={
        "morgens": "am",
        "früh": "am",
        "am morgen": "am",
        "vormittags": "am",
        "am vormittag": "am",
        "mittags": "pm",
        "am mittag": "pm",
        "nachmittags": "pm",
        "am nachmittag": "pm",
        "abends": "pm",
        "am abend": "pm",
        "nachts": "night",
        "in der nacht": "night",
    },
    understood="Ich habe verstanden",
    right="Ist das richtig?",
)
