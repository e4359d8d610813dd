"""Prompts without sound, for the simulator: the same words by the same rules, no files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ivrkit.call.fallbacks import NO_FALLBACKS, Fallbacks
from ivrkit.call.prompt import Media, Part, Piece, Prompt, Rendered
from ivrkit.errors import PromptError
from ivrkit.expressions.expression import Expression
from ivrkit.prompts import messages
from ivrkit.prompts.announcement import announcement, apology, confirmation
from ivrkit.prompts.kept import Kept
from ivrkit.prompts.language import Languages
from ivrkit.prompts.plan import Played, Segment, Sound, joined, key_of, spoken_language
from ivrkit.prompts.recordings import checked
from ivrkit.prompts.service import planner
from ivrkit.prompts.understanding.service import Understood

CHARACTERS_A_SECOND = 15.0
"""How fast a voice is taken to be in a language that says nothing of it."""
MOST_REMEMBERED = 10_000


class TextPrompts:
    """The port :class:`~ivrkit.call.prompt.Prompts` where nothing is heard.

    ``has_audio`` tells which recordings exist, by name and language; without it all do. Paths
    of the media are names only.
    """

    def __init__(
        self,
        *,
        currency: str = "",
        parts: Mapping[str, type[Part]] | None = None,
        has_audio: Callable[[str, str], bool] | None = None,
        fallbacks: Fallbacks = NO_FALLBACKS,
    ) -> None:
        self._languages = Languages(currency, fallbacks=fallbacks)
        self._understanding = Understood(self._languages)
        self._planner = planner(parts, self._languages, lambda language, sound: False)
        self._has_audio = has_audio
        self._ready = Kept(MOST_REMEMBERED)

    @property
    def understanding(self) -> Understood:
        """Who understands what callers say, in the languages that are spoken."""
        return self._understanding

    def ready(self, pieces: Sequence[Piece], language: str) -> Rendered | None:
        """What is the same in every call and was asked for before."""
        return self._ready.find(pieces, language)

    async def render(self, pieces: Sequence[Piece], language: str) -> Rendered:
        """What would be heard, and for how long. Raises PromptError as the service does."""
        ready = self.ready(pieces, language)
        if ready is not None:
            return ready
        segments = self._planner.plan(pieces, language)
        media = tuple(self._media(segment) for segment in segments)
        rendered = Rendered(
            media, joined(each.shown for each in segments), spoken_language(segments, language)
        )
        key = key_of(pieces, language)
        if key is not None:
            self._ready.keep(key, rendered)
        return rendered

    def announcement(self, say: Prompt, key: str, language: str) -> Prompt:
        """What a menu entry says of itself and the key for it."""
        return announcement(say, key)

    def confirmation(
        self,
        value: Expression | None,
        kind: str,
        yes: str,
        no: str,
        language: str,
        heard: bool = False,
    ) -> Prompt:
        """Reads an entry back and asks whether it is right."""
        return confirmation(self._languages, value, kind, yes, no, language, heard)

    def apology(self, language: str) -> Prompt:
        """What is said when a call cannot go on."""
        return apology(self._languages, language)

    def _media(self, segment: Segment) -> Media:
        if isinstance(segment, Sound):
            return Media(Path(f"{segment.made.name}.wav"), segment.made.seconds)
        if isinstance(segment, Played):
            self._look_up(segment)
        words = self._languages.text_words(segment.language)
        pace = CHARACTERS_A_SECOND if words is None else words.pace
        seconds = round(len(segment.shown) / pace, 2)
        name = segment.name if isinstance(segment, Played) else "spoken"
        return Media(Path(f"{name}.wav"), seconds, segment.shown)

    def _look_up(self, played: Played) -> None:
        """Refuse what the service would refuse: a bad name, a missing recording without text."""
        if messages.is_message(played.name):
            messages.checked(played.name)
            return
        checked(played.name)
        missing = self._has_audio is not None and not self._has_audio(played.name, played.language)
        if missing and not played.fallback:
            raise PromptError(
                f"there is no recording '{played.name}' in '{played.language}'",
                hint="record it, or give a text",
            )
