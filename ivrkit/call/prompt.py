"""What is said to a caller: prompts, their parts, and what becomes of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from ivrkit.call.fields import Condition, LanguageName, SpeedField, VoiceName
from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.values import Value, truth

if TYPE_CHECKING:
    from ivrkit.expressions.expression import Expression


@dataclass(frozen=True, slots=True)
class Piece:
    """What one part says in this call: evaluated, plain, ready for a voice or for recordings.

    ``dynamic`` pieces hold data of the call: they are cached apart and briefly. ``secret`` ones
    are never cached, traced or logged.
    """

    form: str
    value: Value
    options: Mapping[str, Value] = field(default_factory=dict)
    language: str | None = None
    voice: str | None = None
    speed: float = 1.0
    dynamic: bool = False
    secret: bool = False


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
        """What this part says now. Raises ExpressionError (``none`` in a spoken text too)."""

    @property
    def static(self) -> Piece | None:
        """The piece when it is the same in every call, so that it can be spoken beforehand."""
        return None


@dataclass(frozen=True, slots=True)
class Prompt:
    """Parts in their order."""

    parts: tuple[Part, ...]
    mark: Mark = field(default=NOWHERE, compare=False)

    def evaluate(self, scope: Scope) -> list[Piece]:
        """The pieces that this call says now; parts whose ``when`` is false are left out."""
        return [
            part.evaluate(scope)
            for part in self.parts
            if part.when is None or truth(part.when.value(scope))
        ]


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
    (``••••`` where it is secret)."""

    media: tuple[Media, ...]
    text: str
    release: Callable[[], None] = field(default=_nothing_to_release, compare=False, repr=False)
    """Called when the playback is over: deletes what held a secret. Harmless if it held none."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a prompt ended: ``finished``, ``barge_in`` (a key or word cut it), ``skipped`` (keys
    were waiting), or ``failed``. ``seconds`` is how much of it was played."""

    end: str
    seconds: float = 0.0
    text: str = ""


class Prompts(Protocol):
    """The port that turns pieces into sound. Implemented by the room ``prompts``."""

    async def render(self, pieces: Sequence[Piece], language: str) -> Rendered:
        """The sound files for these pieces, spoken now where no recording and no cached file
        exists. Raises PromptError when no voice can speak them."""

    def announcement(self, say: Prompt, key: str, language: str) -> Prompt:
        """The language's own wording of a menu entry ("For balances, press 1.")."""

    def confirmation(
        self, value: Expression | None, kind: str, yes: str, no: str, language: str
    ) -> Prompt:
        """The language's own wording of "You entered 1 2 3. If that is right, press 1; to enter
        it again, press 2." ``kind`` is the type that was collected; a value of None (a secret)
        is not read back."""

    def apology(self, language: str) -> Prompt:
        """What is said when a call cannot go on and the flow has no answer to it."""
