"""Cantonese, as Hong Kong's announcements have it: the standard written words, read in Cantonese
(十二元五角, not 十二個半), with the spoken words for yesterday and tomorrow and for yes and no. It
serves `yue`, `yue-HK` and `zh-HK`. Letters are spelled in English.

Two hundred is 二百, two thousand 兩千, two o'clock 兩點. Midnight is twelve o'clock.
"""

from __future__ import annotations

import re

from ivrkit.prompts.languages import yue_words
from ivrkit.prompts.languages.chinese import Chinese
from ivrkit.prompts.languages.yue_heard import HEARD


class Cantonese(Chinese):
    """Cantonese."""

    tag = "yue"
    apology = "對不起，系統出現問題。請稍後再致電。再見。"
    entered = "你輸入的是"
    right = "如正確"
    wrong = "如要重新輸入"
    yes = yue_words.YES
    no = yue_words.NO
    near_days = yue_words.NEAR_DAYS
    key_words = yue_words.KEY_WORDS
    text_words = yue_words.TEXT_WORDS
    heard = HEARD
    words = yue_words.WORDS
    currencies = yue_words.CURRENCIES
    signs = yue_words.SIGNS
    day_parts = yue_words.DAY_PARTS
    pair_from = 1000
    zero_hour = False
    phone = re.compile(r"(\+85[23])?(\d{4})(\d{4})|(\+86)?(1\d\d)(\d{4})(\d{4})|(\d{3,6})")
    phone_one = "1"
