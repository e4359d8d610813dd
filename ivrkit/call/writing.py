"""Scripts that put no spaces between words: Chinese and kana. (Korean has spaces.)"""

from __future__ import annotations

import re
from typing import Final

LETTERS: Final = r"\u2e80-\u2fdf\u3005-\u3007\u3041-\u30fa\u30fc-\u312f\u31a0-\u9fff\uf900-\ufaff"
"""Their characters, for a class of a regular expression; each is as good as a word."""
_UNSPACED = re.compile(rf"[{LETTERS}\u3000-\u303f\u30fb\uff01-\uff9f]")


def is_unspaced(character: str) -> bool:
    """Whether a character is one of theirs or one of their signs."""
    return _UNSPACED.match(character) is not None
