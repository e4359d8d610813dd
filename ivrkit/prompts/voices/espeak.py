"""espeak-ng, by its command line: one process per text, because only that gives the same sound
for the same text each time (the library keeps state across voices), and because it is GPL."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from ivrkit.call.locale import wider
from ivrkit.errors import PromptError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.prompts.program import VoiceProgram
from ivrkit.prompts.voice import LONGEST_TEXT, CannotSpeak, Voice, VoiceSettings

PROGRAM = "espeak-ng"
REMEDY = "apt-get install espeak-ng"
WORDS_A_MINUTE = 160
"""At speed 1: a little slower than espeak-ng's own 175, which is much on a telephone."""
MANDARIN = "cmn-latn-pinyin"
"""espeak-ng 1.51's ``cmn`` spells Chinese characters as English letters."""
VOICES = {
    "cmn": MANDARIN,
    "en": "en-us",
    "fr": "fr-fr",
    "zh": MANDARIN,
    "zh-hk": "yue",
    "zh-mo": "yue",
}
"""Where the language's own name is no good choice. Chinese of Hong Kong is read in Cantonese."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class EspeakSettings(VoiceSettings):
    """espeak-ng, which speaks all languages of ivrkit with a small synthetic voice. ``voice`` is
    one that `espeak-ng --voices` lists, perhaps with a variant (`en-us+f3`); ``program`` is where
    it is, if it is not on the path. Where there is a list of voices, a caller waits for this one
    no longer than ``timeout``."""

    engine: str = PROGRAM
    program: str = PROGRAM


class EspeakNg(Voice[EspeakSettings]):
    """The voice engine ``espeak-ng``."""

    name = PROGRAM
    settings_model = EspeakSettings
    knows_markup = True

    def __init__(self, settings: EspeakSettings | None = None) -> None:
        super().__init__(settings or EspeakSettings())
        self._program = VoiceProgram(self.settings.program, REMEDY)
        self._installed: Mapping[str, str] | None = None

    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        return await self._spoken(speakable(text), language, voice, speed)

    async def speak_markup(
        self, ssml: str, language: str, voice: str | None, speed: float
    ) -> bytes:
        return await self._spoken(speakable(ssml), language, voice, speed, "-m")

    async def version(self) -> str:
        return await self._program.off_the_loop(lambda: _version(self._program))

    async def voices(self, language: str) -> Collection[str]:
        def listed() -> list[str]:
            tag = next(
                (VOICES[each] for each in wider(language.lower()) if each in VOICES), language
            )
            return sorted(name for name in self._known() if wider(name)[-1] == wider(tag)[-1])

        return await self._program.off_the_loop(listed)

    async def close(self) -> None:
        self._program.close()

    async def _spoken(
        self, text: str, language: str, voice: str | None, speed: float, *more: str
    ) -> bytes:
        if len(text) > LONGEST_TEXT:
            raise CannotSpeak(
                f"a text of {len(text)} characters is too long to be spoken",
                hint="split it into several parts",
            )

        def speak() -> bytes:
            rate = min(450, max(80, round(WORDS_A_MINUTE * speed)))
            chosen = self._chosen(language, voice)
            options = ("--stdin", "-b", "1", "-v", chosen, "-s", str(rate), "--stdout", *more)
            sound = self._program.run(options, text.encode())
            if not sound.startswith(b"RIFF"):
                raise PromptError(f"{PROGRAM} gave no sound with the voice '{chosen}'")
            return sound

        return await self._program.off_the_loop(speak)

    def _chosen(self, language: str, voice: str | None) -> str:
        """The voice's name as espeak-ng knows it. Raises PromptError for one it does not have."""
        known = self._known()
        if voice is not None:
            base, plus, variant = voice.lower().partition("+")
            base = MANDARIN if base == "cmn" else base
            if base in known and (not plus or plus + variant in known):
                return known[base] + (known[plus + variant] if plus else "")
            names = [name for name in known if not name.startswith("+")]
            raise CannotSpeak(f"{PROGRAM} has no voice '{voice}'", hint=did_you_mean(voice, names))
        for tag in wider(language.lower()):
            name = VOICES.get(tag, tag)
            if name in known:
                return known[name]
        raise CannotSpeak(
            f"{PROGRAM} does not speak '{language}'",
            hint=f"name another voice for it under prompts.voices; {PROGRAM} --voices lists them",
        )

    def _known(self) -> Mapping[str, str]:
        if self._installed is None:
            self._installed = _installed(self._program)
        return self._installed


def speakable(text: str) -> str:
    """The text without what espeak-ng would obey: control characters, and ``[[`` (phonemes)."""
    return _CONTROLS.sub(" ", text).replace("[[", "[ [")


def _version(program: VoiceProgram) -> str:
    found = re.search(r"\d+(\.\d+)+(-\w+)?", program.run(("--version",)).decode())
    return found[0] if found else "unknown"


def _installed(program: VoiceProgram) -> Mapping[str, str]:
    """Languages that can be named as voices, and variants with a leading ``+``, by their names in
    small letters. mbrola's are listed even where it is not installed, and are left out."""
    names = {}
    for columns in _table(program.run(("--voices",))):
        if not columns[4].startswith("mb/"):
            names[columns[1].lower()] = columns[1]
    for columns in _table(program.run(("--voices=variant",))):
        variant = columns[4].rpartition("/")[2]
        names["+" + variant.lower()] = "+" + variant
    return names


def _table(listing: bytes) -> list[list[str]]:
    rows = (line.split() for line in listing.decode(errors="replace").splitlines()[1:])
    return [row for row in rows if len(row) >= 5]
