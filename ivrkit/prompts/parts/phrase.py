"""A phrase of the catalogue: ``{phrase: your-balance, with: {balance: "{{ balance }}"}}``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field, model_validator

from ivrkit.call.asking import Assigned, ValuesField
from ivrkit.call.fields import Reads
from ivrkit.call.locale import Locale, Phrase
from ivrkit.call.prompt import Piece, Prompt
from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.expression import Setting, Template
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.values import Value
from ivrkit.prompts import phrasing
from ivrkit.prompts.part import (
    Heard,
    InnerPart,
    Recording,
    Rules,
    plain_setting,
    secret_spoken,
)

PhraseName = Annotated[str, Reads("name", role="phrase")]
PhraseSetting = Annotated[Setting, Reads("setting", type="text", role="phrase")]


class PhrasePart(InnerPart):
    """A phrase of the catalogue in `prompts/`, in the call's language. `with` gives values to its
    parameters; a name that is worked out needs `among`."""

    form = phrasing.PHRASE
    example = '{phrase: your-balance, with: {balance: "{{ customer.balance }}"}}'

    phrase: PhraseSetting
    """The phrase's name."""
    arguments: ValuesField = Field(default_factory=dict, alias="with")
    """Values for its `params`."""
    among: tuple[PhraseName, ...] = ()
    """The phrases that are possible, where the name is worked out."""

    @model_validator(mode="after")
    def _known_beforehand(self) -> PhrasePart:
        if not self.phrase.static and not self.among:
            raise ValueError("the name is worked out; hint: add `among: [..]` with all it can be")
        return self

    def pieces(self, scope: Scope, locale: Locale) -> Sequence[Piece]:
        name = plain_setting(self.phrase, scope, self.form)
        if self.among and name not in self.among:
            raise ExpressionError(
                f"the phrase '{name}' is not among those that are possible here",
                hint=did_you_mean(str(name), self.among),
            )
        phrase = self._found(str(name), locale)
        values = self._values(phrase, scope)
        return phrasing.phrase_spoken(self, phrase, Arguments(values, scope), locale)

    def ready(self, locale: Locale) -> Sequence[Piece | None]:
        written = all(value.static for value in self.arguments.values())
        phrase = locale.phrases.find(str(self.phrase.literal)) if self.phrase.static else None
        if phrase is None or not written or phrase.params:
            return (None,)
        return phrasing.phrase_ready(self, phrase, locale)

    def speaks(self, locale: Locale) -> bool:
        found = map(locale.phrases.find, self.phrases)
        return all(phrase is None or phrase.speaks(locale.language) for phrase in found)

    def alternatives(self, locale: Locale) -> Iterable[tuple[Prompt, Locale]]:
        if self.phrase.static and None not in self.ready(locale):
            return  # it is one piece, which may be recorded: then nobody says its text
        for phrase in map(locale.phrases.find, self.phrases):
            language = phrase.language_for(locale) if phrase is not None else None
            if phrase is not None and language is not None:
                yield phrase.prompts[language], locale.written_in(language)

    @property
    def phrases(self) -> Collection[str]:
        return (str(self.phrase.literal),) if self.phrase.static else self.among

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        return Recording(str(piece.value), piece.fallback, optional=True)

    def _found(self, name: str, locale: Locale) -> Phrase:
        phrase = locale.phrases.find(name)
        if phrase is None:
            raise ExpressionError(
                f"there is no phrase '{name}'", hint=did_you_mean(name, locale.phrases)
            )
        return phrase

    def _values(self, phrase: Phrase, scope: Scope) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name, type_ in phrase.params.items():
            given = self.arguments.get(name)
            value = type_.default if given is None else _value(given, scope)
            if isinstance(value, Secret):
                raise secret_spoken(name, "a phrase takes no secrets")
            if value is None:
                if not type_.optional:
                    raise ExpressionError(
                        f"the phrase '{phrase.name}' needs a value for '{name}'",
                        hint="give it in with:",
                    )
                values[name] = None
                continue
            try:
                values[name] = type_.accept(value)
            except ValueRejected as error:
                raise ExpressionError(f"{name}: {error.message}", hint=error.hint) from None
        return values


class Arguments:
    """The scope of a phrase: its parameters, the time and the chance of the call."""

    def __init__(self, values: Mapping[str, Value], scope: Scope) -> None:
        self._values = values
        self._scope = scope

    def lookup(self, name: str) -> Value:
        """The value of a parameter. Raises KeyError for every other name."""
        return self._values[name]

    def now(self) -> datetime:
        """The call's time."""
        return self._scope.now()

    def random(self) -> float:
        """The call's chance."""
        return self._scope.random()


def _value(given: Assigned, scope: Scope) -> Value:
    return given.text(scope) if isinstance(given, Template) else given.value(scope)
