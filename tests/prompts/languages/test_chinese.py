"""What the golden tables of Mandarin and Cantonese cannot show: that a listener understands every
number, that the voices read every word, and what is refused."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs.generator.golden import rows
from ivrkit.errors import PromptError
from ivrkit.prompts.language import Languages
from ivrkit.prompts.languages.chinese import LARGEST, Chinese
from ivrkit.prompts.languages.yue import Cantonese
from ivrkit.prompts.languages.zh import Mandarin
from ivrkit.prompts.voices.espeak import VOICES

ZH, YUE = Mandarin("CNY"), Cantonese("HKD")


def test_tags_find_the_language_that_their_callers_speak() -> None:
    known = Languages()
    assert {tag: known.find(tag).tag for tag in ("zh", "zh-CN", "zh-TW", "zh-Hans-CN")} == {
        "zh": "zh", "zh-CN": "zh", "zh-TW": "zh", "zh-Hans-CN": "zh",
    }  # fmt: skip
    assert known.find("yue-HK").tag == "yue"
    assert isinstance(known.find("zh-HK"), Cantonese)


# A slow inverse, written from the rules of reading Chinese numerals and not from the code.
DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
          "八": 8, "九": 9}  # fmt: skip
SCALES = {"十": 10, "百": 100, "千": 1000}


def understood(text: str) -> int:
    """The number that somebody hears."""
    sign = -1 if text[0] in "负負" else 1
    total = huge = section = digit = 0
    for character in re.sub("亿亿|億億", "京", text.lstrip("负負")):
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in SCALES:
            section += (digit or 1) * SCALES[character]
            digit = 0
        elif character in "万萬":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif character in "亿億":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        else:
            assert character == "京"  # 10**16, written with one character
            huge, total, section, digit = (total + section + digit) * 10**16, 0, 0, 0
    return sign * (huge + total + section + digit)


@pytest.mark.parametrize("language", [ZH, YUE], ids=["zh", "yue"])
@given(number=st.integers(-LARGEST, LARGEST) | st.integers(-20_000, 20_000))
def test_a_listener_understands_every_number(language: Chinese, number: int) -> None:
    utterance = language.number(Decimal(number))
    text = language.speech(utterance.words)
    assert understood(text) == number
    assert utterance.text == str(number)
    assert all(word.sound for word in utterance.words)
    assert "零零" not in text
    assert number == 0 or not text.endswith("零")
    assert " " not in text


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (lambda: ZH.number(Decimal(10) ** 18), "digits"),
        (lambda: ZH.ordinal(10**18), "ordinal"),
        (lambda: ZH.digits("12甲"), "'甲' is not a digit"),
        (lambda: ZH.digits(" "), "no digits"),
        (lambda: YUE.spell(""), "nothing to spell"),
        (lambda: YUE.money(Decimal(1), "HKX"), "did you mean 'HKD'"),
        (lambda: Mandarin().money(Decimal(1), ""), "write currency: EUR"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_cure(
    said: Callable[[], object], complaint: str
) -> None:
    with pytest.raises(PromptError, match=complaint):
        said()


def test_both_have_names_for_the_same_money() -> None:
    assert ZH.currencies.keys() == YUE.currencies.keys()


@pytest.mark.parametrize("language", [ZH, YUE], ids=["zh", "yue"])
def test_the_voice_reads_every_word_in_its_language(language: Chinese) -> None:
    """espeak-ng marks what it reads as another language, ``(en)``: its voice ``cmn`` does so with
    all Chinese characters. Latin letters are English letters to a Cantonese speaker too."""
    texts = [row.words for row in rows(language.tag)]
    texts += [language.apology, language.entered, language.right, language.wrong]
    texts += [*language.yes, *language.no, *(word.text for word in language.signs.values())]
    texts += [unit.of("other").text for money in language.currencies.values()
              for unit in (money.major, money.minor) if unit is not None]  # fmt: skip
    chinese = [text for text in texts if not re.search("[A-Za-z]", text)]
    assert len(chinese) > 0.9 * len(texts)
    voice = VOICES.get(language.tag, language.tag)
    heard = subprocess.run(
        ["espeak-ng", "-q", "--ipa", "-v", voice, "--stdin"],
        input="。\n".join(chinese).encode(),
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert heard.strip()
    assert "(" not in heard
