"""Texts one behind the other, also of scripts that put no spaces between words: Chinese and kana.
(Korean has spaces.)"""

from __future__ import annotations

import re
from typing import Final

LETTERS: Final = r"\u2e80-\u2fdf\u3005-\u3007\u3041-\u30fa\u30fc-\u312f\u31a0-\u9fff\uf900-\ufaff"
"""Their characters, for a class of a regular expression; each is as good as a word."""
_UNSPACED = re.compile(rf"[{LETTERS}\u3000-\u303f\u30fb\uff01-\uff9f]")


def beside(first: str, second: str) -> str:
    """Two texts as one, with a space between them where their scripts have one."""
    if not first or not second:
        return first + second
    within = _UNSPACED.match(second[0]) and (first[-1].isalnum() or first[-1] in "•%")
    return first + second if _UNSPACED.match(first[-1]) or within else f"{first} {second}"
