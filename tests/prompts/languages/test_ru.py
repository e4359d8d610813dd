"""What the golden table of Russian cannot show: what is understood of texts, and by a listener."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.prompts.languages.ru import LARGEST, Russian

RU = Russian("RUB")

ANNOUNCED = (
    ("Чтобы узнать баланс, нажмите 1.", "1"),
    ("Для связи с оператором нажмите 0. Для повтора нажмите звёздочку.", "0 *"),
    ("Нажмите 1 для баланса, 2 для карт или 3 для повтора.", "1 2 3"),
    ("Нажмите один или два.", "1 2"),
    ("Нажмите клавишу решётка.", "#"),
    ("Затем нажмите на кнопку решетку.", "#"),
    ("Выберите цифру 4.", "4"),
    ("В экстренном случае наберите 112.", ""),
    ("Нажмите 3 раза.", ""),
    ("У вас 3 сообщения.", ""),
    ("Нажмите любую клавишу.", ""),
)


@pytest.mark.parametrize(("text", "keys"), ANNOUNCED)
def test_announced_keys(text: str, keys: str) -> None:
    assert [each.keys for each in RU.announced(text)] == keys.split()


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Введите 8-значный номер счёта.", [8]),
        ("Введите четырёхзначный код.", [4]),
        ("Введите 16 цифр карты.", [16]),
        ("Введите шестизначный пароль.", [6]),
        ("У вас 8 сообщений.", []),
    ],
)
def test_counts_of_digits(text: str, counts: list[int]) -> None:
    assert Russian.text_words is not None
    assert Russian.text_words.digit_counts(text) == counts


def test_words_for_deleting() -> None:
    assert Russian.text_words is not None
    assert Russian.text_words.says_delete("Сообщение будет удалено.")
    assert not Russian.text_words.says_delete("Сообщение сохранено.")


SMALL = """ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать
тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"""
TENS = "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"
HUNDREDS = "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот"
VALUES = (
    {word: number for number, word in enumerate(SMALL.split())}
    | {word: 10 * number for number, word in enumerate(TENS.split(), start=2)}
    | {word: 100 * number for number, word in enumerate(HUNDREDS.split(), start=1)}
    | {"одна": 1, "две": 2}
)
SCALES = {"тысяч": 3, "миллион": 6, "миллиард": 9, "триллион": 12, "квадриллион": 15}
FORMS = {3: ("а", "и", ""), 6: ("", "а", "ов")}


def understood(text: str) -> int:
    """The number that somebody hears, by the rules of Russian; a wrong form is not understood."""
    total = group = last = 0
    for word in text.split():
        if word in VALUES:
            group, last = group + VALUES[word], VALUES[word]
            continue
        stem = next(stem for stem in SCALES if word.startswith(stem))
        one, few, many = FORMS[3] if stem == "тысяч" else FORMS[6]
        assert word == stem + {1: one, 2: few, 3: few, 4: few}.get(last, many)
        total, group = total + group * 10 ** SCALES[stem], 0
    return total + group


@given(st.integers(0, LARGEST) | st.integers(0, 2000))
def test_a_listener_understands_every_number(number: int) -> None:
    assert understood(RU.speech(RU.number(Decimal(number)).words)) == number
