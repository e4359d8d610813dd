"""Mandarin, for the mainland (``zh``, ``zh-CN``) and Taiwan (``zh-TW``): said alike, shown in the
characters of the mainland. Hong Kong's ``zh-HK`` is spoken as Cantonese.

Amounts are said as banks announce them, in 元, 角 and 分 (十二元五角), other money in its own units
(十二美元五十美分). A two is 两 at the front of a number and before what it counts, else 二
(两千二百二十二, 两点, 第二). 10 to the 12th is 万亿, as 兆 has two meanings. A telephone number
has 幺 for its ones.
"""

from __future__ import annotations

import re

from ivrkit.prompts.languages import zh_words
from ivrkit.prompts.languages.chinese import Chinese
from ivrkit.prompts.languages.zh_heard import HEARD


class Mandarin(Chinese):
    """Mandarin Chinese."""

    tag = "zh"
    apology = "很抱歉，系统出现了问题。请您稍后再拨。再见。"
    entered = "您输入的是"
    right = "如果正确"
    wrong = "如需重新输入"
    yes = zh_words.YES
    no = zh_words.NO
    near_days = zh_words.NEAR_DAYS
    key_words = zh_words.KEY_WORDS
    text_words = zh_words.TEXT_WORDS
    heard = HEARD
    words = zh_words.WORDS
    currencies = zh_words.CURRENCIES
    signs = zh_words.SIGNS
    day_parts = zh_words.DAY_PARTS
    pair_from = 100
    zero_hour = True
    phone = re.compile(
        r"(\+86|0086)?(?:(1\d\d)(\d{4})(\d{4})|([48]00)(\d{3})(\d{4})|(010|02\d)?(\d{4})(\d{4})"
        r"|(0[3-9]\d\d)(\d{3,4})(\d{4})|(\d{3,6}))"
    )
    phone_one = "yao"
