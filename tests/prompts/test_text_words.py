"""What the checks understand of texts."""

from __future__ import annotations

import pytest

from ivrkit.prompts.language import Languages


@pytest.mark.parametrize(
    ("language", "text", "counts"),
    [
        ("en", "Enter your 8 digit code.", [8]),
        ("en", "Enter the last four digits of your 16-digit card number.", [4, 16]),
        ("en", "Enter 6 to 12 digits.", [12]),
        ("en", "Enter one digit.", [1]),
        ("en", "Enter your code, then press 4.", []),
        ("en", "Enter 1.5 digits, digit by digit.", []),
        ("es", "Introduzca su código de 4 dígitos.", [4]),
        ("es", "Introduzca las cuatro cifras.", [4]),
        ("zh", "请输入您的8位账号。", [8]),
        ("zh", "请输入身份证后四位数字，或16 位卡号。", [4, 16]),
        ("zh", "您前面还有3位客户。请按4。", []),
        ("zh", "请输入十六位卡号的第8位数字。", [16]),
        ("yue", "請輸入六位數字密碼。", [6]),
    ],
)
def test_numbers_of_digits(language: str, text: str, counts: list[int]) -> None:
    words = Languages().text_words(language)
    assert words is not None
    assert words.digit_counts(text) == counts


@pytest.mark.parametrize(
    ("language", "text", "deletes"),
    [
        ("en", "To delete the message", True),
        ("en", "For erased messages", True),
        ("en", "To keep it", False),
        ("en", "For undeleted ones", False),
        ("es", "Para borrar el mensaje", True),
        ("es", "Para guardarlo", False),
        ("zh", "如需删除留言", True),
        ("zh-HK", "如要刪除留言", True),
        ("zh", "如需保留留言", False),
    ],
)
def test_what_says_that_it_deletes(language: str, text: str, deletes: bool) -> None:
    words = Languages().text_words(language)
    assert words is not None
    assert words.says_delete(text) is deletes


def test_a_text_lasts_as_long_as_it_is() -> None:
    words = Languages().text_words("en-GB")
    assert words is not None
    assert words.seconds("x" * 150) == 10


def test_nothing_is_understood_of_an_unknown_language() -> None:
    assert Languages().text_words("xx") is None
