"""Piper: neural voices on this machine, by its command line, one process per text."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final, Self

from pydantic import Field

from ivrkit.call.locale import is_same_language
from ivrkit.errors import NotAvailable, PromptError
from ivrkit.prompts.program import VoiceProgram
from ivrkit.prompts.voice import LONGEST_TEXT, CannotSpeak, Voice, VoiceSettings

PROGRAM: Final = "piper"
REMEDY: Final = "pip install piper-tts, or name the program: program: /opt/piper/piper"
LONGEST_WAIT: Final = 50.0
"""Seconds for one text: it loads its model each time."""


class PiperSettings(VoiceSettings):
    """Piper, whose neural voices sound like people. ``model`` is the file (`.onnx`) of a voice;
    what belongs to it lies beside it (`.onnx.json`), or is named by ``config``. ``speaker`` is the
    number of one where a model has several. ``program`` is where Piper is, if it is not on the
    path. Where there is a list of voices, a caller waits for this one no longer than
    ``timeout``: Piper loads its model for each text."""

    engine: str = PROGRAM
    model: Path
    config: Path | None = None
    speaker: int | None = Field(default=None, ge=0)
    program: str = PROGRAM

    def placed(self, folder: Path) -> Self:
        config = self.config and folder / self.config
        return self.model_copy(update={"model": folder / self.model, "config": config})


class Piper(Voice[PiperSettings]):
    """The voice engine ``piper``. Its voice is its model: a name chooses a speaker of it."""

    name = PROGRAM
    settings_model = PiperSettings

    def __init__(self, settings: PiperSettings) -> None:
        super().__init__(settings)
        self._program = VoiceProgram(settings.program, REMEDY, LONGEST_WAIT)
        self._about: dict[str, Any] = {}

    @property
    def title(self) -> str:
        return f"{PROGRAM} {self.settings.model.stem}"

    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        said = " ".join("".join(each if each.isprintable() else " " for each in text).split())
        if len(said) > LONGEST_TEXT:
            raise CannotSpeak(
                f"a text of {len(said)} characters is too long to be spoken",
                hint="split it into several parts",
            )
        return await self._program.off_the_loop(lambda: self._spoken(said, language, voice, speed))

    async def version(self) -> str:
        """The model's size and time: a path may hold another one tomorrow."""

        def looked() -> str:
            self._described()
            found = self.settings.model.stat()
            return f"{self.settings.model.name}-{found.st_size}-{found.st_mtime_ns}"

        return await self._program.off_the_loop(looked) + f"-{self.settings.speaker or 0}"

    async def voices(self, language: str) -> Collection[str]:
        about = await self._program.off_the_loop(self._described)
        if not _speaks(about, language):
            return ()
        return tuple(about.get("speaker_id_map") or {}) or (self.settings.model.stem,)

    async def close(self) -> None:
        self._program.close()

    def _spoken(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        about = self._described()
        if not _speaks(about, language):
            raise CannotSpeak(f"the model {self.settings.model.name} does not speak '{language}'")
        with tempfile.TemporaryDirectory(prefix="ivrkit-piper-") as folder:
            # Into a file: what it writes into a pipe lacks its end.
            sound = Path(folder) / "sound.wav"
            self._program.run(self._options(about, voice, speed, sound), f"{text}\n".encode())
            made = sound.read_bytes() if sound.exists() else b""
        if len(made) <= 44:
            raise PromptError(f"{PROGRAM} gave no sound")
        return made

    def _options(
        self, about: dict[str, Any], voice: str | None, speed: float, sound: Path
    ) -> list[str]:
        """With underscores, which old and new versions of Piper know."""
        settings = self.settings
        scale = float((about.get("inference") or {}).get("length_scale", 1.0)) / speed
        options = ["--model", str(settings.model.absolute()), "--output_file", str(sound)]
        options += ["--length_scale", f"{scale:.4f}"]
        if settings.config is not None:
            options += ["--config", str(settings.config.absolute())]
        speaker = settings.speaker if voice is None else self._speaker(about, voice)
        return options if speaker is None else [*options, "--speaker", str(speaker)]

    def _speaker(self, about: dict[str, Any], voice: str) -> int | None:
        speakers = about.get("speaker_id_map") or {}
        if voice in speakers:
            return int(speakers[voice])
        if voice == self.settings.model.stem:
            return self.settings.speaker
        names = ", ".join(list(speakers)[:10]) or self.settings.model.stem
        raise CannotSpeak(
            f"the model {self.settings.model.name} has no speaker '{voice}'",
            hint=f"it has {names}",
        )

    def _described(self) -> dict[str, Any]:
        """What belongs to the model. Raises NotAvailable when it is not there."""
        if self._about:
            return self._about
        model = self.settings.model
        if not model.is_file():
            raise NotAvailable(
                f"there is no model {model}", hint="fetch a voice of Piper, and name its .onnx"
            )
        path = self.settings.config or model.with_name(f"{model.name}.json")
        try:
            found = json.loads(path.read_text())
        except OSError:
            raise NotAvailable(
                f"there is no {path}, which belongs to the model", hint="fetch both files of it"
            ) from None
        except ValueError:
            raise NotAvailable(f"{path} is no JSON", hint="fetch the model again") from None
        self._about = found if isinstance(found, dict) and found else {"": None}
        return self._about


def _speaks(about: dict[str, Any], language: str) -> bool:
    """Whether a model is of a language; one that does not tell is taken at the settings' word."""
    told = (about.get("language") or {}).get("family") or (about.get("espeak") or {}).get("voice")
    return (
        not told
        or is_same_language(str(told).replace("_", "-"), language)
        or (told == "cmn" and is_same_language("zh", language))
    )
