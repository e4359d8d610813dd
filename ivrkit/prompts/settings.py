"""The settings of this room, as ``ivrkit.yaml`` has them under ``prompts``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ivrkit.call.settings import AnyDuration as Duration
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
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path = Path("prompts")
    cache: Path = Path("cache/prompts")
    voices: dict[str, VoiceSettings] = Field(default_factory=dict)
    engine: str = "espeak-ng"
    currency: str = ""
    loudness: float = Field(default=LEVEL, ge=-40.0, le=-10.0)
    dynamic: DynamicSettings = DynamicSettings()
    preparing: int = Field(default=2, ge=1, le=32)
