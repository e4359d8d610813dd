"""What the prompt parts have in common: from a field to a piece, from a piece to what is heard."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, ClassVar, Final, NoReturn, TypeAlias

from ivrkit.call.fields import Flag
from ivrkit.call.prompt import Part, Piece
from ivrkit.errors import ExpressionError, PromptError
from ivrkit.expressions.expression import Expression, Setting
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value, kind_of
from ivrkit.flow.registry import Registry
from ivrkit.prompts import parts
from ivrkit.prompts.language import Language
from ivrkit.prompts.words import Utterance

ENTRY_POINTS = "ivrkit.parts"


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound file of the project by its name, and what is said when there is none.

    ``optional``: nobody said that it exists (a phrase of the catalogue): nothing is missing
    without it.
    """

    name: str
    fallback: tuple[Piece, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Markup:
    """SSML for a voice that knows it, and its text without the marks."""

    ssml: str
    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """A sound that is calculated. ``name`` tells it from all others and is a good file name."""

    name: str
    seconds: float
    make: Callable[[], bytes] = field(compare=False)


Heard: TypeAlias = Utterance | Markup | Recording | Made
Rules: TypeAlias = Callable[[], Language]
"""The say rules of a piece's language; asking raises PromptError where there are none."""


class SayablePart(Part):
    """A part that this room turns into sound."""

    @classmethod
    @abstractmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        """What a piece of this form sounds like. Pure. Raises PromptError."""

    def piece(
        self,
        value: Value,
        options: Mapping[str, Value] | None = None,
        *,
        dynamic: bool = False,
        secret: bool = False,
        fallback: Sequence[Piece] = (),
    ) -> Piece:
        """A piece of this form, with what every part may have."""
        return Piece(
            self.form,
            value,
            options or {},
            self.language,
            self.voice,
            float(self.speed) if self.speed else 1.0,
            dynamic,
            secret,
            tuple(fallback),
        )

    def styled(self, piece: Piece) -> Piece:
        """A piece from inside this part, said by the voice and at the speed of it."""
        voice = piece.voice or self.voice
        speed = float(self.speed) if self.speed and piece.speed == 1.0 else piece.speed
        return replace(piece, voice=voice, speed=speed)


class InnerPart(SayablePart):
    """A part that holds prompts and says one of them. It has no sound of its own."""

    def evaluate(self, scope: Scope) -> Piece:
        raise PromptError(f"{self.form} is said in the language of a call")

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        raise PromptError(f"{cls.form} has no sound of its own")


VALUES: Final[Mapping[str, type]] = {
    **dict.fromkeys(("number", "money"), Decimal),
    **dict.fromkeys(("text", "digits", "phone", "secret", "choice"), str),
    **dict.fromkeys(("list", "record"), object),
    "date": date,
    "datetime": datetime,
    "time": time,
    "duration": timedelta,
    "flag": object,
}
"""What values of a type are in Python; those that no part says are nothing but objects."""


class ValuePart(SayablePart):
    """A part whose main field is an expression. Its subclasses name the kinds of values that
    ``accepts`` and, in ``settings``, the options that may be computed too."""

    accepts: ClassVar[tuple[type, ...]]
    wanted: ClassVar[str]
    """What the form takes, for the error text."""
    settings: ClassVar[tuple[str, ...]] = ()

    reveal: Flag = False
    """Whether a secret may be said."""

    def evaluate(self, scope: Scope) -> Piece:
        return self.static or self._evaluated(scope)

    def misfit(self, type_: Type) -> str:
        value = VALUES.get(type_.kind)
        if value is None or issubclass(value, self.accepts):
            return ""
        return f"this is {type_.describe()}, and {self.form} says {self.wanted}"

    @property
    def settled(self) -> Mapping[str, Value]:
        settings = {name: getattr(self, name) for name in self.settings}
        return {name: each.literal for name, each in settings.items() if each and each.static}

    @property
    def computed(self) -> bool:
        """Whether one of its settings is worked out in the call."""
        settings = [getattr(self, name) for name in self.settings]
        return any(setting is not None and not setting.static for setting in settings)

    @cached_property
    def static(self) -> Piece | None:
        """The piece of a literal value with literal settings, as in ``number: 5``."""
        expression = self._expression
        if self.timed or self.computed:
            return None
        if expression.names() or "(" in expression.source:
            return None
        return self._evaluated(NOTHING, dynamic=False)

    @property
    def timed(self) -> bool:
        """Whether what is said of the same value changes with the call's time."""
        return False

    @property
    def _expression(self) -> Expression:
        found: Expression = getattr(self, self.form)
        return found

    def _evaluated(self, scope: Scope, *, dynamic: bool = True) -> Piece:
        source = self._expression.source
        value = self._expression.value(scope)
        inner: Any = value.reveal() if isinstance(value, Secret) else value
        if inner is None:
            raise ExpressionError(
                f"there is nothing to say: '{source}' is none", hint="give it a value first"
            )
        if not isinstance(inner, self.accepts) or isinstance(inner, bool):
            raise ExpressionError(
                f"'{source}' is a {kind_of(value)}, and {self.form} says {self.wanted}"
            )
        if isinstance(value, Secret) and not self.reveal:
            raise secret_spoken(source, f"write reveal: true beside {self.form} to read it back")
        options = self.options(opened(value), scope)
        return self.piece(value, options, dynamic=dynamic, secret=isinstance(value, Secret))

    def options(self, value: Value, scope: Scope) -> Mapping[str, Value]:
        """The other fields of the form, evaluated for a value; those left out are not in it."""
        found = {}
        for name in self.settings:
            setting: Setting | None = getattr(self, name)
            if setting is not None:
                found[name] = plain_setting(setting, scope, name)
        return found

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        return cls.utterance(opened(piece.value), piece.options, rules())

    @classmethod
    @abstractmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        """The words for a value, by the rules of a language."""


_SAMPLES: Final[Mapping[type, Value]] = {
    Decimal: Decimal(1),
    str: "1",
    date: date(2026, 3, 2),
    datetime: datetime(2026, 3, 2, 10, 0),
    time: time(10, 0),
    timedelta: timedelta(minutes=1),
}
"""A value of each kind that every language can say."""


def refusal(part: Part, language: Language) -> PromptError | None:
    """Why a language cannot say a part, whatever its value is in the call: what is written of it
    is refused. None where that is not known beforehand."""
    if not isinstance(part, ValuePart) or part.computed:
        return None
    sample = _SAMPLES.get(part.accepts[0])
    try:
        piece = part.static or (sample and Piece(part.form, sample, part.settled))
        if piece:
            part.heard(piece, lambda: language)
    except PromptError as error:
        return error
    except ExpressionError:
        return None  # the value itself is wrong, of which another check tells
    return None


class NothingKnown:
    """The scope of what is the same in every call: it knows no name, no time and no chance."""

    def lookup(self, name: str) -> NoReturn:
        raise KeyError(name)

    def now(self) -> NoReturn:
        raise ExpressionError("a prompt that is spoken beforehand has no time")

    def random(self) -> NoReturn:
        raise ExpressionError("a prompt that is spoken beforehand has no chance")


NOTHING = NothingKnown()


def opened(value: Value) -> Any:
    """The value itself, of a secret what is in it: this room is where a secret is spoken."""
    return value.reveal() if isinstance(value, Secret) else value


def plain_setting(setting: Setting, scope: Scope, name: str) -> Value:
    """The value of a setting that is no secret and not none. Raises ExpressionError."""
    value = setting.value(scope)
    if isinstance(value, Secret):
        raise secret_spoken(name, "use a value that is no secret")
    if value is None:
        raise ExpressionError(f"'{name}' is none", hint="give it a value first")
    return value


def secret_spoken(what: str, hint: str) -> ExpressionError:
    """The refusal to speak a secret."""
    return ExpressionError(f"'{what}' is a secret and is not spoken", hint=hint)


@cache
def registry() -> Registry[Part]:
    """All prompt parts: the files of ``prompts/parts`` and the entry points."""
    return Registry.find(Part, "form", parts, ENTRY_POINTS)  # type: ignore[type-abstract]
