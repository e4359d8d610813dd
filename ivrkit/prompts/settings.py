"""The settings of this room, as ``ivrkit.yaml`` has them under ``prompts``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ivrkit.call.fallbacks import Fallbacks, wider
from ivrkit.call.settings import AnyDuration as Duration
from ivrkit.flow.names import is_language
from ivrkit.prompts.loudness import LEVEL


class VoiceSettings(BaseModel):
    """Who speaks: an engine, one of its voices (its own choice if not said), and how fast."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: str = "espeak-ng"
    voice: str | None = None
    speed: float = Field(default=1.0, ge=0.3, le=3.0)


class DynamicSettings(BaseModel):
    """Texts that hold data of a call. ``wait`` is how long a caller may wait for one; it is kept
    for ``keep`` after its last use, and all of them together take at most ``megabytes``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wait: Duration = Field(default=timedelta(seconds=3), gt=timedelta(0))
    keep: Duration = Field(default=timedelta(minutes=10), ge=timedelta(minutes=1))
    megabytes: float = Field(default=64.0, gt=0)


class PromptSettings(BaseModel):
    """Where recordings lie, where spoken texts are kept, who speaks.

    ``voices`` is by language tag (``en``, ``pt-BR``), or by a name of your own that a prompt's
    ``voice:`` uses. ``currency`` is the one of prompts that name none. ``preparing`` is how many
    texts are spoken at once while a flow is loaded. ``loudness`` is what voices and recordings are
    brought to (LUFS, ITU-R BS.1770).

    ``fallback`` names, for a language tag, those in which a text or recording is looked for when
    it is not there in that one, in their order (``zh-HK: [yue, zh]``), in place of the wider tags
    that it has by itself (``zh``); behind them comes the language of the flow. ``recorded`` are
    the languages that callers are to hear from recordings alone: `ivrkit prompts check` tells
    which are missing. In the others a voice speaks what was not recorded.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path = Path("prompts")
    cache: Path = Path("cache/prompts")
    voices: dict[str, VoiceSettings] = Field(default_factory=dict)
    engine: str = "espeak-ng"
    currency: str = ""
    loudness: float = Field(default=LEVEL, ge=-40.0, le=-10.0)
    fallback: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    recorded: tuple[str, ...] = ()
    dynamic: DynamicSettings = DynamicSettings()
    preparing: int = Field(default=2, ge=1, le=32)

    @field_validator("fallback")
    @classmethod
    def _known_fallbacks(cls, given: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for tag, others in given.items():
            _known((tag, *others))
            if tag in others:
                raise ValueError(f"{tag} cannot stand in for itself; leave it out of its list")
        return given

    @field_validator("recorded")
    @classmethod
    def _known_recorded(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        _known(given)
        return given

    @cached_property
    def fallbacks(self) -> Fallbacks:
        """Which language stands in for which."""
        return Fallbacks(self.fallback)

    def wants_recordings(self, language: str) -> bool:
        """Whether callers are to hear a language from recordings alone."""
        return any(tag in self.recorded for tag in wider(language))


def _known(tags: Iterable[str]) -> None:
    for tag in tags:
        if not is_language(tag):
            raise ValueError(f"'{tag[:40]}' is not the tag of a language; write en, de or de-AT")
