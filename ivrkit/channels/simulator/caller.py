"""The other end of the line: what a caller hears, and what a caller does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ivrkit.call.prompt import Media


@dataclass(slots=True)
class Heard:
    """One thing that was played to the caller.

    ``at`` is on the clock's time; ``seconds`` how long it was heard, None while it lasts.
    ``length`` is how long it lasts when nothing stops it. Music has no length and no text.
    """

    playback: str
    media: tuple[Media, ...]
    at: float
    length: float
    seconds: float | None = None
    music: str = ""

    @property
    def whole(self) -> bool:
        """Whether it was heard to its end."""
        return self.seconds is not None and self.seconds >= self.length

    @property
    def text(self) -> str:
        """All that it says, however much of it was heard."""
        return " ".join(each.text for each in self.media if each.text)

    @property
    def words(self) -> str:
        """What was heard of it: up to the word that was being said when it was cut."""
        if self.seconds is None or self.whole:
            return self.text
        left, said = self.seconds, []
        for each in self.media:
            if left >= each.seconds:
                said.append(each.text)
            elif left > 0:
                words = each.text.split()
                said.append(" ".join(words[: round(len(words) * left / each.seconds)]))
            left -= each.seconds
        return " ".join(text for text in said if text)


@dataclass(slots=True)
class SimulatedCaller:
    """What the caller of one call has met so far.

    ``heard`` is in order; ``cause`` is the Q.850 cause with which the call ended, ``sip`` the
    status with which it was refused where the flow named one.
    """

    number: str
    heard: list[Heard] = field(default_factory=list)
    ringing: bool = False
    answered: bool = False
    cause: int | None = None
    sip: int | None = None
    keys_lost: int = 0

    def begin(self, playback: str, media: Sequence[Media], at: float, music: str = "") -> Heard:
        """Something begins to sound."""
        length = sum(each.seconds for each in media)
        heard = Heard(playback, tuple(media), at, length, music=music)
        self.heard.append(heard)
        return heard

    @property
    def transcript(self) -> list[str]:
        """The words that were heard, one text per prompt."""
        return [each.words for each in self.heard if each.words]
