"""How the words of Mandarin and Cantonese are written down: by the names of their sounds.

Names are those that Asterisk's own rules for ``zh`` ask for, where these have the word
(``digits/wan``, ``digits/mon-0``, ``digits/oclock``), else its reading in Pinyin. Both languages
have the same names, in folders of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivrkit.prompts.amounts import Currency, Unit
from ivrkit.prompts.words import Word

PAUSE = Word("，", pause=0.25)
STOP = Word("。", pause=0.4)


@dataclass(frozen=True, slots=True)
class Coins(Currency):
    """A currency with a unit for a tenth (元, 角, 分), and the name that stands before the amount
    where this is not the callers' own money (港币十二元五角)."""

    tenth: Unit | None = None
    before: Word | None = None


def words(names_and_texts: str) -> dict[str, Word]:
    """Words by name, of names and texts that take turns; the sound is ``digits/`` and the name."""
    parts = names_and_texts.split()
    return {
        name: Word(text, f"digits/{name}")
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def currencies(table: str) -> dict[str, Currency]:
    """Currencies by ISO 4217 code. A row: the code, its places, the unit, and the smaller unit if
    it is said; a name is followed by its text, and ``=`` stands between a unit's both."""
    return dict(_row(line.split()) for line in table.strip().splitlines())


def coins(table: str, yuan: Unit, jiao: Unit, fen: Unit) -> dict[str, Currency]:
    """Currencies that have all three units. A row: the code, and the name before the amount."""
    return {
        code: Coins(yuan, fen, 2, jiao, _named(before[0]) if before else None)
        for code, *before in (line.split() for line in table.strip().splitlines())
    }


def unit(named: str) -> Unit:
    """A unit of money: ``meiyuan=美元``."""
    return Unit({"other": _named(named)})


def _row(columns: list[str]) -> tuple[str, Currency]:
    code, places, major, *minor = columns
    return code, Currency(unit(major), unit(minor[0]) if minor else None, int(places))


def _named(named: str) -> Word:
    name, _, text = named.partition("=")
    return Word(text, f"digits/{name}")
