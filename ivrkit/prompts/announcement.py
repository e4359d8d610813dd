"""The wording that is the language's own: announcements, confirmations, the apology."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from ivrkit.call.prompt import Part, Piece, Prompt
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.types import Type
from ivrkit.prompts.language import KEYS, Language, Languages
from ivrkit.prompts.part import Heard, Rules, SayablePart
from ivrkit.prompts.parts.date import DatePart
from ivrkit.prompts.parts.digits import DigitsPart
from ivrkit.prompts.parts.money import MoneyPart
from ivrkit.prompts.parts.number import NumberPart
from ivrkit.prompts.parts.text import TextPart
from ivrkit.prompts.parts.time import TimePart
from ivrkit.prompts.words import Utterance


class PressPart(SayablePart):
    """The end of an announcement. A flow cannot write it: menus say what they map."""

    form = "press"
    example = "{press: 1}"

    keys: str

    def evaluate(self, scope: Scope) -> Piece:
        return self.piece(self.keys)

    @property
    def static(self) -> Piece:
        """The piece; it is the same in every call."""
        return self.piece(self.keys)

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        return rules().press(str(piece.value))


class StopPart(SayablePart):
    """The end of a sentence whose last words are data. A flow writes it into its texts."""

    form = "stop"
    example = "{stop: sentence}"

    def evaluate(self, scope: Scope) -> Piece:
        return self.piece("")

    @property
    def static(self) -> Piece | None:
        """The piece; it is the same in every call."""
        return self.piece("")

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        stop = rules().stop
        return Utterance(stop.text, (stop,))


def announcement(say: Prompt, key: str) -> Prompt:
    """What an entry says of itself and the key for it. The wording is that of the language in
    which it is rendered; an entry that is no sequence of keys (a pattern) is only said."""
    if not key or not KEYS.issuperset(key):
        return say
    found = say.announced.get(key)
    if found is None:
        last = say.parts[-1] if say.parts else None
        press = PressPart(keys=key) if last is None else _following(last, key)
        found = say.announced[key] = Prompt((*say.parts, press), say.mark)
    return found


def apology(languages: Languages, language: str) -> Prompt:
    """What is said when a call cannot go on. Raises PromptError for a language without rules."""
    return Prompt((_text(languages.find(language).apology, language),))


@lru_cache(maxsize=1024)
def confirmation(
    languages: Languages,
    value: Expression | None,
    kind: str,
    yes: str,
    no: str,
    language: str,
    heard: bool = False,
) -> Prompt:
    """Reads an entry back (None: it is a secret) and asks whether it is right; after what was
    ``heard`` with a question for yes or no, in a language that has one."""
    rules = languages.find(language)
    parts: list[Part] = []
    if kind == "money" and not rules.currency:
        kind = "number"  # an amount that nobody says the currency of
    if value is not None:
        begin = rules.heard.understood if heard and rules.heard.right else rules.entered
        read_back = _read_back(rules, kind, value, language)
        parts = [_text(begin, language), *read_back, StopPart(language=language)]
    if heard and rules.heard.right:
        return Prompt((*parts, _text(rules.heard.right, language)))
    parts += announcement(Prompt((_text(rules.right, language),)), yes).parts
    parts += announcement(Prompt((_text(rules.wrong, language),)), no).parts
    return Prompt(tuple(parts))


def _read_back(rules: Language, kind: str, value: Expression, language: str) -> list[Part]:
    """The value, as a part of its kind."""
    if kind == "flag":
        denied = Expression.parse(f"not ({value.source})")
        yes, no = (Template.parse(words[0]) for words in (rules.yes, rules.no))
        return [
            TextPart(text=yes, language=language, when=value),
            TextPart(text=no, language=language, when=denied),
        ]
    return [_READ_BACK.get(kind, _digits)(value)]


def _text(text: str, language: str) -> TextPart:
    """A text that is in the call's language, whatever that of the flow is."""
    return TextPart(text=Template.parse(text), language=language)


def _digits(value: Expression) -> Part:
    return DigitsPart(digits=value)


_PHONE = Setting.parse("phone", Type("text"))
_READ_BACK: dict[str, Callable[[Expression], Part]] = {
    "number": lambda value: NumberPart(number=value),
    "money": lambda value: MoneyPart(money=value),
    "date": lambda value: DatePart(date=value),
    "time": lambda value: TimePart(time=value),
    "phone": lambda value: DigitsPart(digits=value, style=_PHONE),
    "text": lambda value: TextPart(text=Template.parse(f"{{{{ {value.source} }}}}")),
    "choice": lambda value: TextPart(text=Template.parse(f"{{{{ {value.source} }}}}")),
}
"""How an entry of a type is read back; the others as digits."""


@lru_cache(maxsize=1024)
def _alike(
    key: str,
    language: str | None,
    voice: str | None,
    speed: Decimal | None,
    when: Expression | None,
) -> PressPart:
    return PressPart(keys=key, language=language, voice=voice, speed=speed, when=when)


def _following(last: Part, key: str) -> PressPart:
    """The part for a key, said like the part before it, and only if that one is."""
    return _alike(key, last.language, last.voice, last.speed, last.when)
