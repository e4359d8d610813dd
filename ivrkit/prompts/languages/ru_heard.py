"""What callers say in Russian that the rules do not."""

from __future__ import annotations

from ivrkit.prompts.heard_words import HeardWords, apart

HEARD = HeardWords(
    fillers=apart("в во на и года год этот эту следующий следующую пожалуйста"),
    folds={"ё": "е"},
    numbers={
        5: ("пяти",),
        10: ("десяти",),
        15: ("пятнадцати",),
        20: ("двадцати",),
        25: ("двадцати пяти",),
    },
    zeros=("нуль",),
    repeats={"два раза": 2, "дважды": 2, "трижды": 3},
    plus=("плюс",),
    denials=("не", "ни"),
    near_days={"послезавтра": 2, "позавчера": -2},
    days=("{day}",),
    endings={"ое": ("ого",), "ье": ("ьего",)},
    times={
        "{hour}": 0,
        "{hour} часа": 0,
        "{hour} часов": 0,
        "{hour} {minute}": "+",
        "{hour} ноль {minute}": "+",
        "{hour} часов {minute}": "+",
        "{hour} часа {minute}": "+",
        "без четверти {hour}": -15,
        "без {minute} {hour}": "-",
    },
    day_parts={
        "утра": "am",
        "утром": "am",
        "дня": "pm",
        "днём": "pm",
        "вечера": "pm",
        "вечером": "pm",
        "ночи": "night",
        "ночью": "night",
    },
    understood="Я понял",
    right="Верно?",
)
