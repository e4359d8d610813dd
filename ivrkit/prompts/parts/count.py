"""So many of something: "one caller", "five callers"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from ivrkit.call.asking import PromptField
from ivrkit.call.fields import ValueField
from ivrkit.call.locale import Locale
from ivrkit.call.prompt import Piece, Prompt, locale_of
from ivrkit.errors import ExpressionError
from ivrkit.expressions.plurals import FORMS, form_of
from ivrkit.expressions.scope import Scope, Within
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import kind_of
from ivrkit.prompts.part import VALUES, InnerPart, secret_spoken

NUMBER = "n"
"""What the number is called in the forms."""


class CountPart(InnerPart):
    """The form that a number takes: `one`, `few`, `many`, `other` … as the language has them
    (CLDR). `zero` may be given in every language; `n` is the number."""

    form = "count"
    example = '{count: queues.service.waiting, one: one caller, other: "{{ n }} callers"}'

    count: ValueField
    """The number."""
    zero: PromptField | None = None
    """For none at all."""
    one: PromptField | None = None
    """For one; in some languages for 21, 31 … too."""
    two: PromptField | None = None
    """For two, in languages with a dual."""
    few: PromptField | None = None
    """For a few (in Russian 2 to 4, 22 to 24 …)."""
    many: PromptField | None = None
    """For many (in Russian 5 to 20 …)."""
    other: PromptField | None = None
    """For all other numbers."""

    def misfit(self, type_: Type) -> str:
        if VALUES.get(type_.kind, Decimal) is Decimal:
            return ""
        return f"this is {type_.describe()}, and count takes numbers"

    def pieces(self, scope: Scope, locale: Locale) -> Sequence[Piece]:
        number = self._number(scope)
        prompt = self._form(number, locale.language or locale.home or "en")
        pieces = prompt.evaluate(Within({NUMBER: number}, scope), locale)
        return [self.styled(piece) for piece in pieces]

    def ready(self, locale: Locale) -> Sequence[Piece | None]:
        return (None,)

    def speaks(self, locale: Locale) -> bool:
        return all(locale_of(prompt.parts, locale) is locale for prompt in self._forms())

    def alternatives(self, locale: Locale) -> Iterable[tuple[Prompt, Locale]]:
        return ((prompt, locale) for prompt in self._forms())

    @property
    def plurals(self) -> Collection[str]:
        return [name for name in FORMS if getattr(self, name) is not None]

    @property
    def names(self) -> Mapping[str, Type]:
        return {NUMBER: Type("number")}

    def _forms(self) -> Iterator[Prompt]:
        found = (getattr(self, name) for name in FORMS)
        return (prompt for prompt in found if prompt is not None)

    def _number(self, scope: Scope) -> Decimal:
        value = self.count.value(scope)
        if isinstance(value, Secret):
            raise secret_spoken(self.count.source, "count something that is no secret")
        if not isinstance(value, Decimal):
            raise ExpressionError(f"'{self.count.source}' is a {kind_of(value)}, no number")
        return value

    def _form(self, number: Decimal, language: str) -> Prompt:
        if number == 0 and self.zero is not None:
            return self.zero
        wanted: Prompt | None = getattr(self, form_of(number, language)) or self.other
        if wanted is None:
            form = form_of(number, language)
            raise ExpressionError(f"there is no text for {number} ('{form}')", hint="add `other:`")
        return wanted
