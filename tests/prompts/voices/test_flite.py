"""flite is really run: the machine that tests has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivrkit.errors import NotAvailable, PromptError
from ivrkit.prompts import audio
from ivrkit.prompts import program as programs
from ivrkit.prompts.voice import CannotSpeak
from ivrkit.prompts.voices.flite import Flite, FliteSettings, speakable
from tests.prompts.voices.support import program


@pytest.fixture
async def voice() -> AsyncIterator[Flite]:
    made = Flite()
    yield made
    await made.close()


async def test_a_sentence_is_spoken(voice: Flite) -> None:
    samples, rate = audio.read(await voice.speak("Welcome to Acme Bank.", "en-GB", None, 1.0))
    assert rate == 16000
    assert 0.8 < len(samples) / rate < 4


async def test_speed_and_voice_are_heard(voice: Flite) -> None:
    usual = await voice.speak("One moment, please.", "en", None, 1.0)
    assert usual == await voice.speak("One moment, please.", "en", "slt", 1.0)
    assert len(await voice.speak("One moment, please.", "en", None, 2.0)) < 0.7 * len(usual)
    assert await voice.speak("One moment, please.", "en", "rms", 1.0) != usual


async def test_several_speak_at_once(voice: Flite) -> None:
    sounds = await asyncio.gather(*(voice.speak(f"{n}", "en", "kal", 1.0) for n in range(6)))
    assert len(set(sounds)) == 6


async def test_the_text_is_no_command(voice: Flite, tmp_path: Path) -> None:
    await voice.speak(f"-o {tmp_path}/x.wav; touch {tmp_path}/y `id` $HOME", "en", "kal", 1.0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "language", "name", "reason"),
    [
        ("Guten Tag", "de", None, "speaks English, not 'de'"),
        ("Hello", "en", "sld", "no voice 'sld'.*did you mean 'slt'"),
        ("Hello", "en", "/etc/passwd", "no voice"),
        ("你好", "en", None, "nothing of the text is English"),
        ("x" * 4001, "en", None, "several parts"),
    ],
)
async def test_what_it_cannot_speak(
    voice: Flite, text: str, language: str, name: str | None, reason: str
) -> None:
    with pytest.raises(CannotSpeak, match=reason):
        await voice.speak(text, language, name, 1.0)


async def test_what_it_has(voice: Flite) -> None:
    assert "slt" in await voice.voices("en-US")
    assert list(await voice.voices("de")) == []
    assert "slt" in await voice.version()


async def test_without_the_program_the_package_is_named() -> None:
    voice = Flite(FliteSettings(program="no-such-program"))
    with pytest.raises(NotAvailable, match="apt-get install flite"):
        await voice.version()
    await voice.close()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ('[ "$1" = -lv ] && echo "Voices available: kal" || true', "gave no sound"),
        ("true", "lists no voices"),
        ("echo out of memory >&2; exit 3", "out of memory"),
        ("exec sleep 60", "took longer"),
    ],
)
async def test_a_program_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    monkeypatch.setattr(programs, "LONGEST_WAIT", 0.5)
    voice = Flite(FliteSettings(program=program(tmp_path, script)))
    with pytest.raises(PromptError, match=reason):
        await voice.speak("Hello", "en", None, 1.0)
    await voice.close()


def test_what_is_not_ascii_is_written_as_it_sounds() -> None:
    assert speakable("Café\x00 “Zoë” – don’t 你") == 'Cafe "Zoe" - don\'t'
