"""The keys that a text announces ("press 1", "para saldos, pulse 2"): a language's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ivrkit.flow.world import Announced


@dataclass(frozen=True)
class KeyWords:
    """How a language announces keys. All but ``names`` are regular expressions, without groups.

    ``press`` stands before any key, ``option`` only before a short one (a verb that is also used
    for telephone numbers: "dial 112"). ``fillers`` may stand between these and the key, ``either``
    between several keys, ``purpose`` before what a key is for. ``units`` behind a number say that
    it is no key ("press it 3 times"). ``names`` are words for keys. A language that is not
    ``spaced`` writes its words without anything between them.
    """

    press: str
    option: str
    fillers: str
    either: str
    purpose: str
    units: str
    names: Mapping[str, str] = field(default_factory=dict)
    spaced: bool = True

    def find(self, text: str) -> Iterator[Announced]:
        """The keys that a text announces, in their order; offsets point into the text."""
        at = 0
        while (found := self._begins.search(text, at)) is not None:
            keys = self._key_at(text, found.end())
            at = found.end()
            if keys is None or (found["option"] and len(keys.keys) > 2):
                continue
            while keys is not None:
                yield keys
                at = keys.offset + keys.length
                keys = self._another(text, at)

    def _another(self, text: str, at: int) -> Announced | None:
        """A key behind another one: ``1 or 2``, ``1 for balances, 2 for cards``, ``press 1 for
        balances. For cards, 2.``"""
        either = self._either.match(text, at)
        found = self._key_at(text, either.end()) if either is not None else None
        if found is not None:
            return found
        for way in (self._before, self._behind):
            matched = way.match(text, at)
            found = self._key_at(text, matched.end()) if matched is not None else None
            if found is None:
                continue
            end = found.offset + found.length
            if way is self._behind or self._purpose.match(text, end):
                return found
        return None

    def _key_at(self, text: str, at: int) -> Announced | None:
        found = self._key.match(text, at)
        if found is None:
            return None
        tokens = re.findall(self._token, found["keys"], re.IGNORECASE)
        keys = "".join(self.names.get(token.lower(), token.upper()) for token in tokens)
        return Announced(keys, found.start("keys"), len(found["keys"]))

    @cached_property
    def _token(self) -> str:
        words = "|".join(map(re.escape, sorted(self.names, key=len, reverse=True)))
        return rf"(?:{words}){self._end}|[0-9*#]+"

    @cached_property
    def _end(self) -> str:
        """Where a word ends; one that stands between others without spaces ends anywhere."""
        return r"(?!\w)" if self.spaced else ""

    @cached_property
    def _gap(self) -> str:
        return r"\s+" if self.spaced else r"\s*"

    @cached_property
    def _key(self) -> re.Pattern[str]:
        token, gap = self._token, "[ -]" if self.spaced else "[ -]?"
        fillers = rf"(?:(?:{self.fillers}){self._end}\s*)*"
        keys = rf"(?P<keys>(?:{token})(?:{gap}(?:{token}))*)"
        end = self._end or r"(?![0-9A-Za-z])"
        return re.compile(
            rf"\s*{fillers}['\"«“「]?{keys}{end}(?!{self._gap}(?:{self.units}){self._end})", _FLAGS
        )

    @cached_property
    def _begins(self) -> re.Pattern[str]:
        begin = r"(?<!\w)" if self.spaced else ""
        return re.compile(rf"{begin}(?:{self.press}|(?P<option>{self.option})){self._end}", _FLAGS)

    @cached_property
    def _either(self) -> re.Pattern[str]:
        left = rf"(?:{self._gap}(?:{self.fillers}){self._end})*"
        listed = r",(?=\s*[0-9*#]+\s*[,.]?\s)"
        return re.compile(rf"{left}\s*(?:,?\s*(?:{self.either}){self._end}|{listed})", _FLAGS)

    @cached_property
    def _purpose(self) -> re.Pattern[str]:
        return re.compile(rf"{self._gap}(?:{self.purpose}){self._end}", _FLAGS)

    @cached_property
    def _before(self) -> re.Pattern[str]:
        """Up to where the next key may stand before its purpose."""
        either = rf"(?:{self.either})\s+"
        return re.compile(rf"[^.;,!?]*?(?:[.;,]\s*(?:{either})?|\s{either}(?=\S+\s))", _FLAGS)

    @cached_property
    def _behind(self) -> re.Pattern[str]:
        """Up to where the next key may stand behind its purpose."""
        purpose = rf"(?:(?:{self.either})\s+)?(?:{self.purpose})(?!\w)"
        return re.compile(rf"\s*[^.;,!?]*[.;,]\s*{purpose}[^.;,!?]*,", _FLAGS)


_FLAGS = re.IGNORECASE | re.UNICODE
