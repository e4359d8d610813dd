"""Yes and no."""

from __future__ import annotations

from ivrkit.call.hearing import Found
from ivrkit.prompts.heard_words import HeardWords
from ivrkit.prompts.language import Language
from ivrkit.prompts.understanding.sentence import Spelling


class YesAndNo:
    """The answers of one language: the longest phrase of either that was said counts. A yes with a
    denial beside it ("not right") is neither."""

    def __init__(self, rules: Language, heard: HeardWords, spelling: Spelling) -> None:
        self._spelling = spelling
        phrases = [(text, True) for text in rules.yes] + [(text, False) for text in rules.no]
        self._phrases = {tuple(spelling.tokens(text)): means for text, means in phrases}
        self._denials = frozenset(
            token for text in heard.denials for token in spelling.tokens(text)[:1]
        )
        self._longest = max(map(len, self._phrases))

    def found(self, text: str) -> list[Found]:
        """The answer that a text gives, if it gives one."""
        said = self._spelling.tokens(text)
        for length in range(min(self._longest, len(said)), 0, -1):
            here = [
                Found(means, begin, begin + length)
                for begin in range(len(said) - length + 1)
                if (means := self._phrases.get(tuple(said[begin : begin + length]))) is not None
            ]
            if here:
                if len({each.value for each in here}) > 1 or self._denied(said, here[0]):
                    return []
                return here[:1]
        return []

    def _denied(self, said: list[str], found: Found) -> bool:
        others = (*said[: found.begin], *said[found.end :])
        return bool(found.value) and any(each in self._denials for each in others)
