"""Which keys a text announces."""

from __future__ import annotations

import pytest

from ivrkit.prompts.language import Languages

ENGLISH = (
    ("For balances, press 1.", "1"),
    ("For balances, press 1. For cards, press 2.", "1 2"),
    ("Press 1 for balances, 2 for cards, or 3 to hear this again.", "1 2 3"),
    ("For balances press 1, for cards, 2.", "1 2"),
    ("Press one or two.", "1 2"),
    ("Press 1, 2 or 3.", "1 2 3"),
    ("Press the hash key.", "#"),
    ("then press pound", "#"),
    ("Press star 2 to begin again.", "*2"),
    ("press *2", "*2"),
    ("press the number 7 now", "7"),
    ("To return press the star key or the 9 key", "* 9"),
    ("Select option 4.", "4"),
    ("For cards, dial 2.", "2"),
    ("If this is an emergency, hang up and dial 911.", ""),
    ("Press it 3 times.", ""),
    ("Press 4 digits.", ""),
    ("Press any key.", ""),
    ("We have 3 people waiting.", ""),
    ("Enter your 6 digit code.", ""),
    ("Press one of the keys.", ""),
    ("Welcome.", ""),
    ("", ""),
)


MANDARIN = (
    ("查询余额，请按1。", "1"),
    ("查询余额请按1，转账请按2，人工服务请按0", "1 2 0"),
    ("请按一或二。", "1 2"),
    ("请按1、2或3", "1 2 3"),
    ("请按1键或2键", "1 2"),
    ("请按“9”键返回", "9"),
    ("请按数字键5", "5"),
    ("按井号键结束，重听请按星号键", "# *"),
    ("请按 *9", "*9"),
    ("请选择1", "1"),
    ("按揭贷款请按3", "3"),
    ("按揭3年", ""),
    ("请按任意键", ""),
    ("请在10秒内按1次", ""),
    ("按一下", ""),
    ("遇紧急情况请拨打112", ""),
    ("请输入您的8位账号", ""),
    ("您有3条留言。", ""),
)
CANTONESE = (
    ("查詢結餘，請按1。", "1"),
    ("廣東話請㩒一，普通話請㩒二。", "1 2"),
    ("如需重聽，請按星號鍵，或按1。", "* 1"),
    ("完成後請按井字鍵。", "#"),
    ("請輸入六位數字密碼。", ""),
)


@pytest.mark.parametrize(("text", "keys"), MANDARIN)
def test_mandarin(text: str, keys: str) -> None:
    found = Languages().announced(text, "zh-CN")
    assert [each.keys for each in found] == keys.split()


@pytest.mark.parametrize(("text", "keys"), CANTONESE)
@pytest.mark.parametrize("tag", ["yue", "zh-HK"])
def test_cantonese(tag: str, text: str, keys: str) -> None:
    found = Languages().announced(text, tag)
    assert [each.keys for each in found] == keys.split()


@pytest.mark.parametrize(("text", "keys"), ENGLISH)
def test_english(text: str, keys: str) -> None:
    found = Languages().announced(text, "en-GB")
    assert [each.keys for each in found] == keys.split()


def test_the_place_is_that_of_the_keys() -> None:
    text = "For balances, press star 2."
    (found,) = Languages().announced(text, "en")
    assert text[found.offset : found.offset + found.length] == "star 2"


def test_a_language_without_words_for_it_announces_nothing() -> None:
    assert Languages().announced("press 1", "tlh") == []
