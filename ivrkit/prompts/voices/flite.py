"""flite (CMU): small, fast, and English alone; by its command line, one process per text."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection
from typing import BinaryIO, Final

from ivrkit.call.locale import is_same_language
from ivrkit.errors import PromptError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.prompts.program import VoiceProgram
from ivrkit.prompts.voice import LONGEST_TEXT, CannotSpeak, Voice, VoiceSettings

PROGRAM: Final = "flite"
REMEDY: Final = "apt-get install flite"
LANGUAGE: Final = "en"
_CONTROLS: Final = re.compile(r"[^\x20-\x7e]+")
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


class FliteSettings(VoiceSettings):
    """flite, which speaks English: more pleasant than espeak-ng, and as fast. ``voice`` is one
    that `flite -lv` lists (`slt` if not said); ``program`` is where it is, if it is not on the
    path. Where there is a list of voices, a caller waits for this one no longer than
    ``timeout``."""

    engine: str = PROGRAM
    program: str = PROGRAM


class Flite(Voice[FliteSettings]):
    """The voice engine ``flite``."""

    name = PROGRAM
    settings_model = FliteSettings

    def __init__(self, settings: FliteSettings | None = None) -> None:
        super().__init__(settings or FliteSettings())
        self._program = VoiceProgram(self.settings.program, REMEDY)
        self._voices: tuple[str, ...] = ()

    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        if not is_same_language(language, LANGUAGE):
            raise CannotSpeak(f"{PROGRAM} speaks English, not '{language}'")
        said = speakable(text)
        if not said:
            raise CannotSpeak("nothing of the text is English")
        if len(said) > LONGEST_TEXT:
            raise CannotSpeak(
                f"a text of {len(said)} characters is too long to be spoken",
                hint="split it into several parts",
            )
        return await self._program.off_the_loop(lambda: self._spoken(said, voice, speed))

    async def version(self) -> str:
        # What `flite --version` tells, it tells as a failure; other voices sound different.
        return "-".join(await self._program.off_the_loop(self._known))

    async def voices(self, language: str) -> Collection[str]:
        if not is_same_language(language, LANGUAGE):
            return ()
        return await self._program.off_the_loop(self._known)

    async def close(self) -> None:
        self._program.close()

    def _spoken(self, text: str, voice: str | None, speed: float) -> bytes:
        chosen = self._chosen(voice)
        stretch = f"duration_stretch={1 / speed:.4f}"
        # By files, as it hangs on a pipe; no folder has them, so nothing of them is ever left.
        with _unseen(text.encode()) as said, _unseen() as sound:
            files = ("-f", f"/dev/fd/{said.fileno()}", "-o", f"/dev/fd/{sound.fileno()}")
            options = ("-voice", chosen, "--setf", stretch, *files)
            self._program.run(options, passed=(said.fileno(), sound.fileno()))
            made = sound.read()
        if len(made) <= 44:
            raise PromptError(f"{PROGRAM} gave no sound with the voice '{chosen}'")
        return made

    def _chosen(self, voice: str | None) -> str:
        """The voice to take. flite takes its usual one for a name that it does not know."""
        known = self._known()
        if voice is None:
            return "slt" if "slt" in known else known[0]
        if voice not in known:
            raise CannotSpeak(f"{PROGRAM} has no voice '{voice}'", hint=did_you_mean(voice, known))
        return voice

    def _known(self) -> tuple[str, ...]:
        if not self._voices:
            listed = self._program.run(("-lv",)).decode(errors="replace").partition(":")[2].split()
            if not listed:
                raise PromptError(f"{PROGRAM} lists no voices", hint=f"see {PROGRAM} -lv")
            self._voices = tuple(listed)
        return self._voices


def _unseen(content: bytes = b"") -> BinaryIO:
    """A file that no folder has."""
    file = open(os.memfd_create("flite"), "w+b")  # noqa: SIM115 (who calls closes it)
    file.write(content)
    file.seek(0)
    return file


def speakable(text: str) -> str:
    """The text in ASCII, which is all that flite reads: accents are left out."""
    plain = unicodedata.normalize("NFKD", text.translate(_QUOTES))
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(_CONTROLS.sub(" ", bare).split())
