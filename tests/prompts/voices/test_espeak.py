"""espeak-ng is really run: the machine that tests has it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivrkit.errors import NotAvailable, PromptError
from ivrkit.prompts import audio
from ivrkit.prompts import program as programs
from ivrkit.prompts.language import registry
from ivrkit.prompts.voices.espeak import EspeakNg, EspeakSettings, speakable
from tests.prompts.voices.support import program


@pytest.fixture
async def voice() -> AsyncIterator[EspeakNg]:
    made = EspeakNg()
    yield made
    await made.close()


def standing_in(path: str) -> EspeakNg:
    return EspeakNg(EspeakSettings(program=path))


async def test_a_sentence_is_spoken(voice: EspeakNg) -> None:
    samples, rate = audio.read(await voice.speak("Welcome to Acme Bank.", "en", None, 1.0))
    assert rate == 22050
    assert 0.8 < len(samples) / rate < 4


async def test_the_same_text_sounds_the_same(voice: EspeakNg) -> None:
    one, other = await asyncio.gather(*(voice.speak("Hello.", "en", None, 1.0) for _ in range(2)))
    assert one == other


async def test_speed_and_voice_are_heard(voice: EspeakNg) -> None:
    text = "One moment, please."
    usual = await voice.speak(text, "en", None, 1.0)
    fast = await voice.speak(text, "en", None, 2.0)
    other = await voice.speak(text, "en", "en-gb-scotland+F3", 1.0)
    assert len(fast) < 0.8 * len(usual)
    assert other != usual


async def test_the_text_is_no_command(voice: EspeakNg, tmp_path: Path) -> None:
    await voice.speak(f"-w {tmp_path}/x.wav; touch {tmp_path}/y `id` $HOME", "en", None, 1.0)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("tag", [*registry(), "en-US", "de-AT", "fr-CA", "pt-BR", "zh-TW"])
async def test_languages_are_found_by_their_tags(voice: EspeakNg, tag: str) -> None:
    assert await voice.speak("1", tag, None, 1.0)


async def test_chinese_is_read_as_chinese(voice: EspeakNg) -> None:
    text = "请按一。"
    mandarin = await voice.speak(text, "zh-CN", None, 1.0)
    assert mandarin == await voice.speak(text, "zh", "cmn-latn-pinyin", 1.0)
    assert mandarin == await voice.speak(text, "zh", "cmn", 1.0)
    cantonese = await voice.speak(text, "yue-HK", None, 1.0)
    assert cantonese == await voice.speak(text, "zh-HK", None, 1.0)
    assert cantonese != mandarin
    assert "cmn-latn-pinyin" in await voice.voices("zh-CN")
    assert "yue" in await voice.voices("zh-HK")


async def test_an_unknown_language_is_refused_with_the_cure(voice: EspeakNg) -> None:
    with pytest.raises(PromptError, match=r"does not speak 'tlh'.*prompts\.voices"):
        await voice.speak("Hello", "tlh", None, 1.0)


@pytest.mark.parametrize("name", ["en-uss", "en+nobody", "../../etc/passwd", "mb-us1", "-w", ""])
async def test_an_unknown_voice_is_refused(voice: EspeakNg, name: str) -> None:
    with pytest.raises(PromptError, match="has no voice"):
        await voice.speak("Hello", "en", name, 1.0)


async def test_voices_of_a_language(voice: EspeakNg) -> None:
    voices = await voice.voices("en")
    assert "en-us" in voices
    assert "de" not in voices
    assert await voice.voices("tlh") == []


async def test_the_version_is_the_programs(voice: EspeakNg) -> None:
    assert (await voice.version())[0].isdigit()


async def test_without_the_program_the_package_is_named() -> None:
    voice = EspeakNg(EspeakSettings(program="no-such-program"))
    with pytest.raises(NotAvailable, match="apt-get install espeak-ng"):
        await voice.version()
    await voice.close()


async def test_a_program_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "LONGEST_WAIT", 0.2)
    voice = standing_in(program(tmp_path, "exec sleep 60"))
    with pytest.raises(PromptError, match="took longer"):
        await voice.version()
    await voice.close()


async def test_a_program_that_fails_is_quoted(tmp_path: Path) -> None:
    voice = standing_in(program(tmp_path, "echo out of memory >&2; exit 3"))
    with pytest.raises(PromptError, match="out of memory"):
        await voice.version()
    await voice.close()


async def test_a_program_is_told_no_secret_of_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_PASSWORD", "open sesame")
    voice = standing_in(program(tmp_path, "env >&2; exit 3"))
    with pytest.raises(PromptError) as told:
        await voice.version()
    assert "open sesame" not in str(told.value)
    written = tmp_path / "seen"
    other = standing_in(program(tmp_path, f"env > {written}; exit 3"))
    with pytest.raises(PromptError):
        await other.version()
    names = {line.partition("=")[0] for line in written.read_text().splitlines()}
    assert "PATH" in names
    assert "CRM_PASSWORD" not in names
    await voice.close()
    await other.close()


async def test_a_text_too_long_is_refused(voice: EspeakNg) -> None:
    with pytest.raises(PromptError, match="several parts"):
        await voice.speak("x" * 4001, "en", None, 1.0)


def test_what_espeak_would_obey_is_taken_out() -> None:
    assert speakable("a\0b\x1b[[h@'loU]] \ud800c") == "a b [ [h@'loU]]  c"
