"""What callers say in English that the rules do not."""

from __future__ import annotations

from ivrkit.prompts.heard_words import HeardWords, apart

HEARD = HeardWords(
    fillers=apart("the of at on and for this next coming please about"),
    numbers={
        100: ("a hundred", "hundred"),
    },
    zeros=("oh", "o", "nought", "nil"),
    repeats={"double": 2, "triple": 3, "treble": 3},
    negative=("negative",),
    points=("dot", "decimal"),
    plus=("plus",),
    denials=("not", "isn't", "don't", "never"),
    near_days={
        "day after tomorrow": 2,
        "the day before yesterday": -2,
        "tonight": 0,
    },
    days=("{day}",),
    times={
        "{hour} o'clock": 0,
        "{hour}": 0,
        "{hour} {minute}": "+",
        "{hour} oh {minute}": "+",
        "{hour} zero {minute}": "+",
        "half past {hour}": 30,
        "half {hour}": 30,
        "quarter past {hour}": 15,
        "a quarter past {hour}": 15,
        "quarter after {hour}": 15,
        "quarter to {hour}": -15,
        "a quarter to {hour}": -15,
        "quarter of {hour}": -15,
        "{minute} past {hour}": "+",
        "{minute} after {hour}": "+",
        "{minute} minutes past {hour}": "+",
        "{minute} to {hour}": "-",
        "{minute} minutes to {hour}": "-",
    },
    day_parts={
        "a.m.": "am",
        "am": "am",
        "p.m.": "pm",
        "pm": "pm",
        "in the morning": "am",
        "in the afternoon": "pm",
        "in the evening": "pm",
        "tonight": "pm",
        "at night": "night",
        "noon": "pm",
    },
    units={("EUR", "major"): ("euro",), ("USD", "major"): ("bucks", "buck")},
    understood="I understood",
    right="Is that right?",
)
