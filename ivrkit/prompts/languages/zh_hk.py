"""Chinese of Hong Kong: texts in the common written language, which its speakers read and hear in
Cantonese. Without rules of its own the tag would fall back to ``zh``, to Mandarin."""

from __future__ import annotations

from ivrkit.prompts.languages.yue import Cantonese


class HongKong(Cantonese):
    """Chinese as Hong Kong speaks it."""

    tag = "zh-HK"
