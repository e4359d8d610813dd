"""What callers of a language say that its say rules do not: for understanding them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

HalfDay: TypeAlias = Literal["am", "pm", "night"]
"""Before noon, after it, or the one of both in which it is dark."""


@dataclass(frozen=True)
class HeardWords:
    """The words of a language beyond those by which values are said in it. Everything else is
    read from its say rules, backwards.

    ``fillers`` mean nothing inside a value, wherever they stand. ``folds`` are writings that are
    the same ("ё" and "е"). ``joints`` may stand between the parts of a number or an amount, where
    they cannot be fillers because numbers contain them ("und"). ``numbers`` are further names of
    numbers below 1000, of ``thousand`` such for 1000; ``zeros`` of the digit zero; ``repeats`` say
    a digit several times ("double"). ``negative`` stands before a number, ``points`` before its
    places. ``denials`` are words that turn a yes round.

    ``near_days`` are named by how far they are from today. ``days`` and ``times`` are patterns:
    ``{day}`` is the number of a day, ``{hour}`` and ``{minute}`` are numbers; ``times`` are by what
    is to be done with the minutes: a number is added to the hour, ``+`` and ``-`` add or take away
    those that are said. ``day_parts`` stand before or behind a time. ``endings`` are further
    endings of ordinals, by those they stand for. ``units`` are further names of money, by currency
    (``minor`` for that of its smaller unit, ``tenth`` for what is between).
    """

    fillers: frozenset[str] = frozenset()
    folds: Mapping[str, str] = field(default_factory=dict)
    joints: tuple[str, ...] = ()
    numbers: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    zeros: tuple[str, ...] = ()
    repeats: Mapping[str, int] = field(default_factory=dict)
    negative: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    plus: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()
    near_days: Mapping[str, int] = field(default_factory=dict)
    days: tuple[str, ...] = ()
    endings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: Mapping[str, int | str] = field(default_factory=dict)
    day_parts: Mapping[str, HalfDay] = field(default_factory=dict)
    units: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    understood: str = ""
    """What stands before a value that was understood and is asked about."""
    right: str = ""
    """The question whether that is right."""


NO_WORDS = HeardWords()


def apart(words: str) -> frozenset[str]:
    """Words that are written apart by spaces."""
    return frozenset(words.split())
