"""Which engine speaks a text, with which of its voices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivrkit.call.locale import wider
from ivrkit.errors import ConfigurationError, IvrkitError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.prompts.cache import Speech
from ivrkit.prompts.plan import Spoken
from ivrkit.prompts.settings import PromptSettings, VoiceSettings
from ivrkit.prompts.voice import Voice, registry


@dataclass(frozen=True, slots=True)
class VoiceCheck:
    """Whether a language can be spoken here; ``text`` says by whom, or what to do."""

    language: str
    ok: bool
    text: str


class Speakers:
    """The voice engines, each made when it is first needed."""

    def __init__(
        self, settings: PromptSettings, engines: Mapping[str, type[Voice]] | None = None
    ) -> None:
        self._settings = settings
        self._engines = registry() if engines is None else engines
        self._made: dict[str, Voice] = {}
        self._versions: dict[str, str] = {}

    async def speech(self, spoken: Spoken) -> Speech:
        """All that decides how a text sounds. Raises ConfigurationError for an engine that does
        not exist, NotAvailable for one that cannot run here."""
        chosen = self._chosen(spoken.language, spoken.voice)
        version = self._versions.get(chosen.engine)
        if version is None:
            version = await self._engine(chosen.engine).version()
            self._versions[chosen.engine] = version
        return Speech(
            spoken.text,
            spoken.language,
            f"{chosen.engine} {version}",
            chosen.voice,
            round(chosen.speed * spoken.speed, 3),
            spoken.markup,
            self._settings.loudness,
        )

    async def speak(self, speech: Speech) -> bytes:
        """The sound of a text, as the engine gives it. Raises PromptError."""
        engine = self._engine(speech.engine.split(" ", 1)[0])
        speak = engine.speak_markup if speech.markup else engine.speak
        return await speak(speech.text, speech.language, speech.voice, speech.speed)

    async def markup_problem(self, language: str, voice: str | None) -> str:
        """Why the voice of a language cannot speak SSML; empty if it can."""
        engine = self._chosen(language, voice).engine
        if self._engine(engine).knows_markup:
            return ""
        return f"the voice engine {engine} does not know SSML"

    async def check(self, language: str) -> VoiceCheck:
        """Try a language for ``doctor``: one word is really spoken."""
        try:
            speech = await self.speech(Spoken("1", "1", language))
            await self.speak(speech)
        except IvrkitError as error:
            return VoiceCheck(language, False, str(error))
        voice = f", voice {speech.voice}" if speech.voice else ""
        return VoiceCheck(language, True, f"{speech.engine}{voice}")

    def close(self) -> None:
        """Let go of the engines."""
        for engine in self._made.values():
            engine.close()
        self._made.clear()

    def _chosen(self, language: str, voice: str | None) -> VoiceSettings:
        voices = self._settings.voices
        if voice is not None and voice in voices:
            return voices[voice]
        default = VoiceSettings(engine=self._settings.engine)
        usual = next((voices[tag] for tag in wider(language) if tag in voices), default)
        return usual if voice is None else usual.model_copy(update={"voice": voice})

    def _engine(self, name: str) -> Voice:
        engine = self._made.get(name)
        if engine is None:
            if name not in self._engines:
                raise ConfigurationError(
                    f"there is no voice engine '{name}'", hint=did_you_mean(name, self._engines)
                )
            engine = self._made[name] = self._engines[name]()
        return engine
