"""What is said to a caller: prompts, their parts, and what becomes of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from ivrkit.call.fields import Condition, LanguageName, SpeedField, VoiceName
from ivrkit.call.locale import AS_WRITTEN, Locale
from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value, truth

if TYPE_CHECKING:
    from ivrkit.expressions.expression import Expression, Template


@dataclass(frozen=True, slots=True)
class Piece:
    """What one part says in this call: evaluated, plain, ready for a voice or for recordings.

    ``dynamic`` pieces hold data of the call: they are cached apart and briefly. ``secret`` ones
    are never cached, traced or logged. ``fallback`` is what is said instead of a recording that
    is not there; ``written`` is the language of a text that stands in for one in the call's.
    """

    form: str
    value: Value
    options: Mapping[str, Value] = field(default_factory=dict)
    language: str | None = None
    voice: str | None = None
    speed: float = 1.0
    dynamic: bool = False
    secret: bool = False
    fallback: tuple[Piece, ...] = ()
    written: str | None = None


class Part(BaseModel):
    """One part of a prompt. A subclass per form (``text``, ``money``, ``silence`` …), found in a
    registry by ``form``, which is also the name of its main field.

    The fields here are those that every part may have.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    form: ClassVar[str]
    example: ClassVar[str]

    when: Condition | None = None
    """Left out while this is false."""
    voice: VoiceName | None = None
    """Who speaks it: a name from `prompts: voices` of ivrkit.yaml."""
    language: LanguageName | None = None
    """In which language, where not the call's."""
    speed: SpeedField | None = None
    """How fast: 1 is the voice's own speed."""

    @abstractmethod
    def evaluate(self, scope: Scope) -> Piece:
        """What this part says now, as far as it is one piece whatever the language. Raises
        ExpressionError (``none`` in a spoken text too)."""

    def misfit(self, type_: Type) -> str:
        """Why a value of this type cannot be said in the part's main field; empty if it can."""
        return ""

    @property
    def static(self) -> Piece | None:
        """The piece when it is the same in every call, so that it can be spoken beforehand."""
        return None

    def pieces(self, scope: Scope, locale: Locale) -> Sequence[Piece]:
        """All that this part says now to a call that is spoken to in a language. Raises
        ExpressionError."""
        return (self.evaluate(scope),)

    def ready(self, locale: Locale) -> Sequence[Piece | None]:
        """The pieces that are the same in every call of a language; None for each other one."""
        return (self.static,)

    def speaks(self, locale: Locale) -> bool:
        """Whether it can be said in the call's language; values can, by the language's rules."""
        return True

    def alternatives(self, locale: Locale) -> Iterable[tuple[Prompt, Locale]]:
        """Prompts of which it will say one: they are spoken beforehand, each by itself."""
        return ()

    @property
    def phrases(self) -> Collection[str]:
        """The names of the phrases that it may say."""
        return ()

    @property
    def looked_up(self) -> Template | None:
        """The text by which it is looked up in the catalogue, where it is."""
        return None

    @property
    def languages_written(self) -> Collection[str]:
        """The languages for which it has texts of its own."""
        return ()

    @property
    def plurals(self) -> Collection[str] | None:
        """The plural forms for which it has texts; None if it has nothing to do with them."""
        return None

    @property
    def settled(self) -> Mapping[str, Value]:
        """The settings of how it is said (a currency, a style) that are written, and not worked
        out in the call."""
        return {}

    @property
    def names(self) -> Mapping[str, Type]:
        """Names that hold in the prompts inside it, besides those that hold around it."""
        return {}


class Constant(tuple[Piece, ...]):
    """The pieces of a prompt that are the same in every call of a language: one object, which
    has with it what was made of it last, by whom and for which language. It goes with its prompt:
    some are composed anew in every call."""

    made: tuple[object, str, Rendered] | None = None


_MOST_LOCALES = 32
"""For how many languages a prompt keeps its pieces: calls may name languages that nobody speaks."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Parts in their order."""

    parts: tuple[Part, ...]
    mark: Mark = field(default=NOWHERE, compare=False)
    _constant: dict[str, tuple[Locale, Constant | None]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    announced: dict[str, Prompt] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """Itself with the keys to press for it behind it, as it was announced before."""

    def evaluate(self, scope: Scope, locale: Locale = AS_WRITTEN) -> Sequence[Piece]:
        """The pieces that this call says now; parts whose ``when`` is false are left out.

        A prompt is said in one language: if one of its texts is not there in the call's, all of
        it is said in the flow's. Most prompts are the same in every call: they are worked out once.
        """
        known = self._constant.get(locale.language)
        if known is not None and known[0] != locale:
            known = None
        if known is not None and known[1] is not None:
            return known[1]
        parts = [part for part in self.parts if part.when is None or truth(part.when.value(scope))]
        spoken = locale_of(parts, locale)
        pieces = [piece for part in parts for piece in pieces_of(part, scope, spoken)]
        if spoken is not locale:
            pieces = [standing_in(each, spoken) for each in pieces]
        if known is not None:
            return pieces
        if len(self._constant) >= _MOST_LOCALES:
            self._constant.clear()
        same = all(part.when is None and None not in ready_of(part, spoken) for part in self.parts)
        constant = Constant(pieces) if same else None
        self._constant[locale.language] = locale, constant
        return pieces if constant is None else constant

    @property
    def only_text(self) -> str | None:
        """The text that it is, if it is one text and nothing else."""
        found = self.parts[0].looked_up if len(self.parts) == 1 else None
        return found.source if found is not None else None


def locale_of(parts: Iterable[Part], locale: Locale) -> Locale:
    """The locale in which all of these can be said."""
    said = list(parts)
    for each in chain((locale,), locale.stand_ins):
        if each.is_at_home or all(part.language or part.speaks(each) for part in said):
            return each
    return locale.at_home


def pieces_of(part: Part, scope: Scope, locale: Locale) -> Sequence[Piece]:
    """What a part says now, in its own language if it names one."""
    if part.language is None:
        return part.pieces(scope, locale)
    own = replace(locale, language=part.language)
    return [in_language(piece, own) for piece in part.pieces(scope, own)]


def ready_of(part: Part, locale: Locale) -> Sequence[Piece | None]:
    """The same as far as it is known beforehand; None for each piece that is not."""
    if part.language is None:
        return part.ready(locale)
    own = replace(locale, language=part.language)
    return [piece and in_language(piece, own) for piece in part.ready(own)]


def in_language(piece: Piece, locale: Locale) -> Piece:
    """The piece, said in the language of a locale unless it says otherwise."""
    return piece if piece.language else replace(piece, language=locale.language or None)


def standing_in(piece: Piece, locale: Locale) -> Piece:
    """The piece, said in another language than the call's because it is not there in that."""
    if piece.language:
        return piece
    return replace(
        piece, language=locale.language or None, written=piece.written or locale.language
    )


@dataclass(frozen=True, slots=True)
class Media:
    """One sound file. ``path`` is on this machine; ``seconds`` its length; ``text`` what is said
    in it (empty for tones and silence). Everything is a file: ARI cannot stop its own numbers."""

    path: Path
    seconds: float
    text: str = ""


def _nothing_to_release() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt ready to be played. ``text`` is what is heard, for the trace and the scripts
    (``••••`` where it is secret); ``language`` the one it is said in (that of its first piece, if
    they differ); ``fallback`` that of recordings which stand in for those of it, if they do."""

    media: tuple[Media, ...]
    text: str
    language: str = ""
    fallback: str = ""
    release: Callable[[], None] = field(default=_nothing_to_release, compare=False, repr=False)
    """Called when the playback is over: deletes what held a secret. Harmless if it held none."""
    seconds: float = field(init=False, compare=False)
    """How long all of it takes."""
    names: tuple[str, ...] = field(init=False, compare=False)
    """The names of the files, for the trace."""

    def __post_init__(self) -> None:
        # Here, because most prompts are rendered once and played in every call.
        object.__setattr__(self, "seconds", round(sum(each.seconds for each in self.media), 3))
        object.__setattr__(self, "names", tuple(each.path.name for each in self.media))


def stand_in(pieces: Iterable[Piece], rendered: Rendered, language: str) -> str:
    """The language of what was said because there was no text, recording or rule in the call's;
    empty where nothing stood in."""
    own = False
    for piece in pieces:
        if piece.written:
            return piece.written
        own = own or piece.language is not None
    if rendered.fallback or own:
        return rendered.fallback
    return rendered.language if rendered.language != language else ""


@dataclass(frozen=True, slots=True)
class Played:
    """How a prompt ended: ``finished``, ``barge_in`` (a key or word cut it), ``skipped`` (keys
    were waiting), or ``failed``. ``seconds`` is how much of it was played."""

    end: str
    seconds: float = 0.0
    text: str = ""


class Prompts(Protocol):
    """The port that turns pieces into sound. Implemented by the room ``prompts``."""

    def ready(self, pieces: Sequence[Piece], language: str) -> Rendered | None:
        """The same at once, where it is the same in every call and was rendered before."""

    async def render(self, pieces: Sequence[Piece], language: str) -> Rendered:
        """The sound files for these pieces, spoken now where no recording and no cached file
        exists. Raises PromptError when no voice can speak them."""

    def announcement(self, say: Prompt, key: str, language: str) -> Prompt:
        """The language's own wording of a menu entry ("For balances, press 1.")."""

    def confirmation(
        self,
        value: Expression | None,
        kind: str,
        yes: str,
        no: str,
        language: str,
        heard: bool = False,
    ) -> Prompt:
        """The language's own wording of "You entered 1 2 3. If that is right, press 1; to enter
        it again, press 2." ``kind`` is the type that was collected; a value of None (a secret)
        is not read back. What was ``heard`` is asked about in words that can be answered by yes or
        no ("I understood 12. Is that right?")."""

    def apology(self, language: str) -> Prompt:
        """What is said when a call cannot go on and the flow has no answer to it."""
