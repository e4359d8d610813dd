"""What a step that listens makes of words: one value, a choice, or several values at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ivrkit.call import Call
from ivrkit.call.asking import DigitCount, words_in
from ivrkit.call.hearing import Grammar, Understanding
from ivrkit.call.listening import Choices
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value
from ivrkit.input.entries import Entry
from ivrkit.input.patterns import UNTYPED
from ivrkit.input.phrases import spoken_form

_DIGITS: Final = frozenset({"digits", "secret", "phone"})
_ORDER: Final = ("date", "time", "money", "phone", "digits", "secret", "number", "flag")
"""Of several values the one is looked for first that is least like the others."""


@dataclass(frozen=True, slots=True)
class Meant:
    """One value that is asked for: its variable ("" if it is not kept), its type, and the choices
    that it is one of, if it is. ``count`` is how many digits are meant."""

    name: str
    type: Type
    choices: Choices = field(default_factory=dict)
    count: DigitCount | None = None


def choices_of(type_: Type) -> Choices:
    """The choices of a type, each said as it is called."""
    return {option: {"": (option,)} for option in type_.options}


class Spoken:
    """What can be said for some values in the call's language now, and what it means."""

    def __init__(self, call: Call, values: Sequence[Meant], several: bool) -> None:
        self._language = call.session.language
        self._values = values
        self._several = several
        self._understanding = call.use(Understanding)  # type: ignore[type-abstract]
        self._today = call.clock.now().date()

    @property
    def grammar(self) -> Grammar:
        """What the recogniser must know besides the phrases of entries; empty where nothing that
        is said can be understood."""
        phrases: list[str] = []
        words: list[str] = []
        free = False
        for each in self._values:
            if each.choices:
                phrases += [
                    spoken_form(phrase)
                    for said in each.choices.values()
                    for phrase in words_in(said, self._language)
                ]
            elif self._understands(each):
                grammar = self._understanding.grammar(each.type.kind, self._language)
                phrases += grammar.phrases
                words += grammar.words
                free = free or grammar.free
        return Grammar("", _once(phrases), _once(words), free)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The choices of a single value, which compete with everything else that has words."""
        if self._several:
            return ()
        return tuple(
            Entry(UNTYPED, label, words=words_in(words, self._language))
            for each in self._values
            for label, words in each.choices.items()
        )

    def understand(self, text: str) -> Value:
        """What a text says for values that are no choices: one value, or a record of those that
        were said; None where it says none."""
        if self._several:
            return self._filled(text) or None
        only = self._values[0] if self._values else None
        if only is None or only.choices or not self._understands(only):
            return None
        value = self._understanding.value(only.type.kind, text, self._language, self._today)
        return value if _fits(only, value) else None

    def phrase(self, label: str) -> str:
        """How a choice is called by the caller."""
        for each in self._values:
            said = words_in(each.choices.get(label, {}), self._language)
            if said:
                return said[0]
        return label

    def _understands(self, meant: Meant) -> bool:
        return meant.type.kind == "text" or self._understanding.understands(self._language)

    def _filled(self, text: str) -> dict[str, Value]:
        """The values that a text says; words that say one are not there for the others."""
        pieces = [list(self._understanding.tokens(text, self._language))]
        found: dict[str, Value] = {}
        for each in sorted(self._values, key=_place):
            for index, piece in enumerate(pieces):
                said = self._choice(each, piece) if each.choices else self._value(each, piece)
                if said is not None:
                    value, begin, end = said
                    found[each.name] = value
                    pieces[index : index + 1] = [piece[:begin], piece[end:]]
                    break
        return {each.name: found[each.name] for each in self._values if each.name in found}

    def _choice(self, meant: Meant, said: Sequence[str]) -> tuple[Value, int, int] | None:
        """The choice with the longest phrase that was said."""
        best: tuple[Value, int, int] | None = None
        for label, words in meant.choices.items():
            for phrase in words_in(words, self._language):
                tokens = list(self._understanding.tokens(phrase, self._language))
                longer = best is None or len(tokens) > best[2] - best[1]
                begin = _index(said, tokens) if tokens and longer else None
                if begin is not None:
                    best = (label, begin, begin + len(tokens))
        return best

    def _value(self, meant: Meant, said: Sequence[str]) -> tuple[Value, int, int] | None:
        """The first value that was said so that it can mean nothing else."""
        if not self._understands(meant):
            return None
        every = self._understanding.found(
            meant.type.kind, " ".join(said), self._language, self._today
        )
        sure = (each for each in every if not each.bare and _fits(meant, each.value))
        return next(((each.value, each.begin, each.end) for each in sure), None)


def _fits(meant: Meant, value: Value) -> bool:
    """Whether a value has as many digits as are asked for."""
    if value is None or meant.count is None or not isinstance(value, str):
        return value is not None
    is_counted = meant.type.kind in _DIGITS
    return not is_counted or meant.count.least <= len(value.lstrip("+")) <= meant.count.most


def _place(meant: Meant) -> int:
    if meant.choices:
        return -1
    return _ORDER.index(meant.type.kind) if meant.type.kind in _ORDER else len(_ORDER)


def _index(said: Sequence[str], phrase: Sequence[str]) -> int | None:
    """Where a phrase begins in what was said."""
    places = range(len(said) - len(phrase) + 1)
    return next((at for at in places if said[at : at + len(phrase)] == phrase), None)


def _once(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
