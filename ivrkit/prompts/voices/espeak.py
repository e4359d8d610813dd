"""espeak-ng, by its command line: one process per text, because only that gives the same sound
for the same text each time (the library keeps state across voices), and because it is GPL."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from ivrkit.call.locale import wider
from ivrkit.errors import NotAvailable, PromptError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.prompts.voice import LONGEST_TEXT, Voice

T = TypeVar("T")

PROGRAM = "espeak-ng"
WORDS_A_MINUTE = 160
"""At speed 1: a little slower than espeak-ng's own 175, which is much on a telephone."""
LONGEST_WAIT = 20.0
"""Seconds for one text; 4000 characters take about half a second."""
AT_ONCE = 4
"""Texts spoken at the same time, so that preparing a flow never makes a caller wait."""
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


class EspeakNg(Voice):
    """The voice engine ``espeak-ng``."""

    name = "espeak-ng"
    knows_markup = True

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="espeak-ng")

    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        return await self._spoken(speakable(text), language, voice, speed)

    async def speak_markup(
        self, ssml: str, language: str, voice: str | None, speed: float
    ) -> bytes:
        return await self._spoken(speakable(ssml), language, voice, speed, "-m")

    async def version(self) -> str:
        return await self._off_the_loop(lambda: _version(self._program))

    async def voices(self, language: str) -> Collection[str]:
        def listed() -> list[str]:
            tag = next(
                (VOICES[each] for each in wider(language.lower()) if each in VOICES), language
            )
            return sorted(name for name in self._known() if wider(name)[-1] == wider(tag)[-1])

        return await self._off_the_loop(listed)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _off_the_loop(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _spoken(
        self, text: str, language: str, voice: str | None, speed: float, *more: str
    ) -> bytes:
        if len(text) > LONGEST_TEXT:
            raise PromptError(
                f"a text of {len(text)} characters is too long to be spoken",
                hint="split it into several parts",
            )

        def speak() -> bytes:
            rate = min(450, max(80, round(WORDS_A_MINUTE * speed)))
            chosen = self._chosen(language, voice)
            # The text goes in by a pipe: it may hold anything, and nobody else sees it.
            options = ("--stdin", "-b", "1", "-v", chosen, "-s", str(rate), "--stdout", *more)
            sound = _run(self._program, options, text.encode())
            if not sound.startswith(b"RIFF"):
                raise PromptError(f"{PROGRAM} gave no sound with the voice '{chosen}'")
            return sound

        return await self._off_the_loop(speak)

    def _chosen(self, language: str, voice: str | None) -> str:
        """The voice's name as espeak-ng knows it. Raises PromptError for one it does not have."""
        known = self._known()
        if voice is not None:
            base, plus, variant = voice.lower().partition("+")
            base = MANDARIN if base == "cmn" else base
            if base in known and (not plus or plus + variant in known):
                return known[base] + (known[plus + variant] if plus else "")
            names = [name for name in known if not name.startswith("+")]
            raise PromptError(f"{PROGRAM} has no voice '{voice}'", hint=did_you_mean(voice, names))
        for tag in wider(language.lower()):
            name = VOICES.get(tag, tag)
            if name in known:
                return known[name]
        raise PromptError(
            f"{PROGRAM} does not speak '{language}'",
            hint=f"name another voice for it under prompts.voices; {PROGRAM} --voices lists them",
        )

    def _known(self) -> Mapping[str, str]:
        return _installed(self._program)


def speakable(text: str) -> str:
    """The text without what espeak-ng would obey: control characters, and ``[[`` (phonemes)."""
    return _CONTROLS.sub(" ", text).replace("[[", "[ [")


@lru_cache
def _version(program: str) -> str:
    found = re.search(r"\d+(\.\d+)+(-\w+)?", _run(program, ("--version",)).decode())
    return found[0] if found else "unknown"


@lru_cache
def _installed(program: str) -> Mapping[str, str]:
    """Languages that can be named as voices, and variants with a leading ``+``, by their names in
    small letters. mbrola's are listed even where it is not installed, and are left out."""
    names = {}
    for columns in _table(_run(program, ("--voices",))):
        if not columns[4].startswith("mb/"):
            names[columns[1].lower()] = columns[1]
    for columns in _table(_run(program, ("--voices=variant",))):
        variant = columns[4].rpartition("/")[2]
        names["+" + variant.lower()] = "+" + variant
    return names


def _table(listing: bytes) -> list[list[str]]:
    rows = (line.split() for line in listing.decode(errors="replace").splitlines()[1:])
    return [row for row in rows if len(row) >= 5]


def _run(program: str, options: Sequence[str], text: bytes = b"") -> bytes:
    """What the program writes. Raises NotAvailable without it, PromptError when it fails."""
    try:
        done = subprocess.run(  # noqa: S603 (no shell, options of our own making)
            [program, *options], input=text, capture_output=True, timeout=LONGEST_WAIT, check=True
        )
    except (FileNotFoundError, PermissionError):
        raise NotAvailable(
            f"the program {program} is not installed", hint="apt-get install espeak-ng"
        ) from None
    except subprocess.TimeoutExpired:
        raise PromptError(f"{program} took longer than {LONGEST_WAIT:.0f} s") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[:200]
        raise PromptError(f"{program} failed: {said or f'status {error.returncode}'}") from None
    return done.stdout
