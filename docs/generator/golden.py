"""The golden tables: what a native speaker says for a value, one file per language.

A row is a prompt part as a flow writes it (``{money: 12.50, currency: EUR}``) with ``text`` (what
trace and call scripts show), ``words`` (what a voice reads) and ``sounds`` (the recordings, apart
by spaces). ``today`` beside a date is the day of the call. ``press`` is the end of an announcement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml

from ivrkit.expressions.types import Type
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart, registry
from ivrkit.prompts.words import Utterance

TABLES: Final = Path(__file__).parents[2] / "tests" / "prompts" / "languages" / "golden"
"""``<tag>.yaml`` for each language."""
RECORDED: Final = TABLES.with_name("recordings")
"""``<tag>.txt``: the names of the sounds that Debian's package of a language has."""
SAID: Final = ("text", "words", "sounds")
_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "number": Decimal,
    "money": Decimal,
    "ordinal": Decimal,
    "digits": str,
    "spell": str,
    **{kind: Type(kind).parse for kind in ("date", "time", "datetime", "duration")},
}


@dataclass(frozen=True)
class Row:
    """One row. ``part`` is what a flow writes, ``form`` its main field."""

    part: Mapping[str, str]
    text: str
    words: str
    sounds: tuple[str, ...]

    @property
    def form(self) -> str:
        """Which part it is, or ``press``."""
        return next(iter(self.part))

    def said(self, language: Language) -> Utterance:
        """What the rules say for it."""
        value, options = self.part[self.form], dict(self.part)
        del options[self.form]
        if self.form == "press":
            return language.press(value)
        read = _READ[self.form](value)
        today = options.pop("today", "")
        if today:
            day = date.fromisoformat(value[:10])
            options["away"] = str((day - date.fromisoformat(today)).days)
        part = registry()[self.form]
        assert issubclass(part, ValuePart)
        return part.utterance(read, options, language)


def rows(tag: str) -> list[Row]:
    """The table of a language."""
    return read((TABLES / f"{tag}.yaml").read_text("utf-8"))


def read(text: str) -> list[Row]:
    """The rows of a table."""
    return [_row(each) for each in yaml.load(text, yaml.BaseLoader)]  # noqa: S506 - plain texts


def sounds_of(utterance: Utterance) -> tuple[str, ...]:
    """The recordings of an utterance. Pauses have none."""
    return tuple(word.sound or "?" for word in utterance.words if not word.pause)


def _row(fields: Mapping[str, str]) -> Row:
    part = {name: value for name, value in fields.items() if name not in SAID}
    return Row(part, fields["text"], fields["words"], tuple(fields["sounds"].split()))
