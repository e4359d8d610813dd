"""pyttsx3 is really run, in its worker process."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from ivrkit.errors import NotAvailable, PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.voice import CannotSpeak
from ivrkit.prompts.voices import pyttsx3
from ivrkit.prompts.voices.pyttsx3 import Pyttsx3


@pytest.fixture
async def voice() -> AsyncIterator[Pyttsx3]:
    made = Pyttsx3()
    yield made
    await made.close()


async def test_a_sentence_is_spoken(voice: Pyttsx3) -> None:
    samples, rate = audio.read(await voice.speak("Welcome to Acme Bank.", "en", None, 1.0))
    assert rate == 22050
    assert 0.8 < len(samples) / rate < 5
    assert "pyttsx3" not in sys.modules


async def test_none_is_lost_when_many_speak_at_once(voice: Pyttsx3) -> None:
    sounds = await asyncio.gather(*(voice.speak(str(n), "en", None, 1.0) for n in range(12)))
    assert all(len(each) > 1000 for each in sounds)


async def test_speed_voice_and_language_are_heard(voice: Pyttsx3) -> None:
    usual = await voice.speak("One moment, please.", "en", "gmw/en-us", 1.0)
    assert len(await voice.speak("One moment, please.", "en", "en-us", 2.0)) < 0.7 * len(usual)
    german = await voice.speak("Einen Moment, bitte.", "de-AT", None, 1.0)
    assert german
    assert "cmn-latn-pinyin" in await voice.voices("zh-CN")
    assert "yue" in await voice.voices("zh-HK")


@pytest.mark.parametrize(
    ("text", "language", "name", "reason"),
    [
        ("Hello", "en", "en-uss", "no voice 'en-uss'.*did you mean"),
        ("Hello", "tlh", None, "does not speak 'tlh'"),
        ("x" * 4001, "en", None, "several parts"),
    ],
)
async def test_what_it_cannot_speak(
    voice: Pyttsx3, text: str, language: str, name: str | None, reason: str
) -> None:
    with pytest.raises(CannotSpeak, match=reason):
        await voice.speak(text, language, name, 1.0)


async def test_one_that_hangs_is_ended(voice: Pyttsx3, monkeypatch: pytest.MonkeyPatch) -> None:
    await voice.voices("en")
    monkeypatch.setattr(pyttsx3, "LONGEST_WAIT", 0.0)
    with pytest.raises(PromptError, match="took longer"):
        await voice.speak("Hello", "en", None, 1.0)
    monkeypatch.undo()
    assert await voice.speak("Hello", "en", None, 1.0)


async def test_without_the_package(voice: Pyttsx3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyttsx3, "find_spec", lambda name: None)
    with pytest.raises(NotAvailable, match=r"pip install 'ivrkit\[voices\]'"):
        await voice.speak("Hello", "en", None, 1.0)
    with pytest.raises(NotAvailable):
        await voice.version()
