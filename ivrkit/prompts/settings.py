"""The settings of this room, as ``ivrkit.yaml`` has them under ``prompts``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WrapValidator,
    field_validator,
    model_validator,
)

from ivrkit.call.fallbacks import Fallbacks, wider
from ivrkit.call.settings import AnyDuration as Duration
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.names import is_language
from ivrkit.prompts.loudness import LEVEL
from ivrkit.prompts.voice import VoiceSettings, registry

ENGINE = "espeak-ng"
"""Who speaks where nothing is said."""


def _engine(value: Any) -> Any:
    """The name of the engine that settings are for."""
    if isinstance(value, Mapping):
        return value.get("engine", ENGINE)
    return getattr(value, "engine", None)


def _known_engine(value: Any, read: Any) -> Any:
    if isinstance(value, VoiceSettings):
        return value  # it was read before
    if not isinstance(value, Mapping):
        raise ValueError("a voice is written as {engine: …, voice: …}")
    name = _engine(value)
    if name not in registry():
        hint = did_you_mean(str(name), registry())
        raise ValueError(f"there is no voice engine '{name}'" + (f": {hint}" if hint else ""))
    return read({**value, "engine": name})


def _several(value: Any) -> Any:
    """A single voice is a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


def _settings() -> Any:
    """The settings of any engine that there is: which model it is, ``engine`` tells."""
    models = [Annotated[each.settings_model, Tag(name)] for name, each in registry().items()]
    any_of_them: Any = reduce(or_, models)
    return Annotated[any_of_them, Discriminator(_engine), WrapValidator(_known_engine)]


if TYPE_CHECKING:
    ConfiguredVoice = VoiceSettings
else:
    ConfiguredVoice = _settings()

Voices = Annotated[tuple[ConfiguredVoice, ...], BeforeValidator(_several), Field(min_length=1)]
"""One voice, or a list: the next one speaks where one fails, is slow or has not the language."""


class DynamicSettings(BaseModel):
    """Texts that hold data of a call. ``wait`` is how long a caller may wait for one; it is kept
    for ``keep`` after its last use, and all of them together take at most ``megabytes``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wait: Duration = Field(default=timedelta(seconds=3), gt=timedelta(0))
    keep: Duration = Field(default=timedelta(minutes=10), ge=timedelta(minutes=1))
    megabytes: float = Field(default=64.0, gt=0)


ENDPOINT = r"^[A-Za-z0-9]+/[^\s&{}]*\{number\}[^\s&{}]*$"
"""A channel of Asterisk's to one telephone."""


class RecordSettings(BaseModel):
    """`ivrkit prompts record`: ``endpoint`` is how Asterisk calls a number (``PJSIP/{number}`` for
    telephones of its own, ``PJSIP/{number}@trunk`` for those outside), ``ring`` how long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint: str = Field(default="PJSIP/{number}", pattern=ENDPOINT)
    ring: Duration = Field(default=timedelta(seconds=45), gt=timedelta(0))


class PromptSettings(BaseModel):
    """Where recordings lie, where spoken texts are kept, who speaks.

    ``voices`` is by language tag (``en``, ``pt-BR``), or by a name of your own that a prompt's
    ``voice:`` uses: one voice, or a list of them, of which the next one speaks where one fails, is
    slow or does not have the language. ``engine`` speaks the languages that have none.
    ``currency`` is the one of prompts that name none. ``preparing`` is how many
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
    voices: dict[str, Voices] = Field(default_factory=dict)
    engine: str = ENGINE
    currency: str = ""
    loudness: float = Field(default=LEVEL, ge=-40.0, le=-10.0)
    fallback: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    recorded: tuple[str, ...] = ()
    dynamic: DynamicSettings = DynamicSettings()
    preparing: int = Field(default=2, ge=1, le=32)
    record: RecordSettings = RecordSettings()

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

    @model_validator(mode="after")
    def _time_for_all(self) -> Self:
        wait = self.dynamic.wait.total_seconds()
        for name, voices in self.voices.items():
            share = wait / len(voices)
            before = sum(
                each.timeout.total_seconds() if each.timeout is not None else share
                for each in voices[:-1]
            )
            if before >= wait:
                raise ValueError(
                    f"the timeouts of the voices of '{name}' leave no time to the last one: "
                    f"together {before:g} s of the {wait:g} s of dynamic: wait; shorten them"
                )
        return self

    def placed(self, folder: Path) -> Self:
        """The same with its paths counted from a folder."""
        return self.model_copy(
            update={
                "folder": folder / self.folder,
                "cache": folder / self.cache,
                "voices": {
                    name: tuple(each.placed(folder) for each in voices)
                    for name, voices in self.voices.items()
                },
            }
        )

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
