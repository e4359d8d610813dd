from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from ivrkit.errors import PromptError
from ivrkit.prompts.plan import Spoken, silence_of
from ivrkit.prompts.settings import DynamicSettings, PromptSettings
from ivrkit.prompts.sounds import Sounds
from ivrkit.prompts.speakers import Speakers
from ivrkit.prompts.voice import VoiceSettings
from tests.prompts.support import Hum

STATIC = Spoken("Welcome.", "Welcome.", "en")
DYNAMIC = Spoken("Ann Lee", "Ann Lee", "en", dynamic=True)


class Whistle(Hum):
    """Another voice, which never fails."""

    name = "whistle"

    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        failing, Hum.failing = Hum.failing, None
        try:
            return await super().speak(text, language, voice, speed)
        finally:
            Hum.failing = failing


SECRET = Spoken("four seven", "••••", "en", dynamic=True, secret=True)


@pytest.fixture
async def sounds(settings: PromptSettings, hum: type[Hum]) -> AsyncIterator[Sounds]:
    made = Sounds(settings, Speakers(settings, {"hum": hum}))
    yield made
    await made.close()


@pytest.mark.parametrize("spoken", [STATIC, DYNAMIC])
async def test_two_calls_that_need_the_same_text_have_it_spoken_once(
    sounds: Sounds, hum: type[Hum], spoken: Spoken
) -> None:
    hum.gate = asyncio.Event()
    private = sounds.private()
    waiting = [asyncio.create_task(sounds.spoken(spoken, private)) for _ in range(10)]
    while not hum.asked:
        await asyncio.sleep(0)
    hum.gate.set()
    media = await asyncio.gather(*waiting)
    again = await sounds.spoken(spoken, private)
    assert hum.asked == [spoken.text]
    assert {each.path for each in (*media, again)} == {again.path}
    assert again.text == spoken.shown


async def test_static_and_dynamic_texts_are_kept_apart(
    sounds: Sounds, settings: PromptSettings
) -> None:
    private = sounds.private()
    static = await sounds.spoken(STATIC, private)
    dynamic = await sounds.spoken(DYNAMIC, private)
    assert static.path.is_relative_to(settings.cache / "static")
    assert dynamic.path.parent.name == "dynamic"
    await sounds.close()
    assert static.path.exists()
    assert not dynamic.path.exists()


async def test_a_static_text_is_found_by_the_next_engine(
    sounds: Sounds, settings: PromptSettings, hum: type[Hum]
) -> None:
    first = await sounds.spoken(STATIC, sounds.private())
    await sounds.close()
    other = Sounds(settings, Speakers(settings, {"hum": hum}))
    assert await other.spoken(STATIC, other.private()) == first
    assert len(hum.asked) == 1
    await other.close()


async def test_a_secret_is_spoken_each_time_and_only_its_owner_has_it(
    sounds: Sounds, settings: PromptSettings, hum: type[Hum]
) -> None:
    owner = sounds.private()
    one, other = [await sounds.spoken(SECRET, owner) for _ in range(2)]
    assert one.path != other.path
    assert one.path.parent.name == "private"
    assert one.text == "••••"
    assert len(hum.asked) == 2
    owner.release()
    assert not list(settings.cache.rglob("*.wav"))


async def test_silence_is_made_once(sounds: Sounds) -> None:
    one, other = await asyncio.gather(sounds.made(silence_of(0.25)), sounds.made(silence_of(0.25)))
    assert one == other
    assert one.seconds == 0.25


async def test_what_fails_is_tried_again_next_time(sounds: Sounds, hum: type[Hum]) -> None:
    hum.failing = RuntimeError("out of breath")
    with pytest.raises(PromptError, match="RuntimeError"):
        await sounds.spoken(DYNAMIC, sounds.private())
    hum.failing = None
    assert (await sounds.spoken(DYNAMIC, sounds.private())).path.exists()


async def test_what_stands_in_is_kept_as_its_own(settings: PromptSettings, hum: type[Hum]) -> None:
    hum.failing = PromptError("out of breath")
    voices = [VoiceSettings(engine=each) for each in ("hum", "whistle")]
    both = settings.model_copy(update={"voices": {"en": tuple(voices)}})
    made = Sounds(both, Speakers(both, {"hum": hum, "whistle": Whistle}))
    instead = await made.spoken(STATIC, made.private())
    assert made.stood_in == 1
    hum.failing = None
    own = await made.spoken(STATIC, made.private())
    assert own.path != instead.path
    assert made.stood_in == 1
    await made.close()


async def test_who_gave_up_does_not_stop_it_for_the_others(sounds: Sounds, hum: type[Hum]) -> None:
    hum.gate = asyncio.Event()
    first, second = (
        asyncio.create_task(sounds.spoken(DYNAMIC, sounds.private())) for _ in range(2)
    )
    while not hum.asked:
        await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    hum.gate.set()
    assert (await second).path.exists()
    assert len(hum.asked) == 1


async def test_a_secret_that_comes_too_late_leaves_nothing(
    settings: PromptSettings, hum: type[Hum]
) -> None:
    hum.gate = asyncio.Event()
    short = DynamicSettings(wait=timedelta(milliseconds=20))
    hasty = settings.model_copy(update={"dynamic": short})
    made = Sounds(hasty, Speakers(hasty, {"hum": hum}))
    with pytest.raises(PromptError, match="took longer"):
        await made.spoken(SECRET, made.private())
    hum.gate.set()
    await made.close()
    assert not list(settings.cache.rglob("*.wav"))


async def test_what_is_no_sound_is_a_failure_of_the_voice(
    settings: PromptSettings, hum: type[Hum]
) -> None:
    class Rubbish(Hum):
        name = "rubbish"

        async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
            return b"rubbish"

    both = (VoiceSettings(engine="rubbish"), VoiceSettings(engine="hum"))
    listed = settings.model_copy(update={"voices": {"en": both}})
    made = Sounds(listed, Speakers(listed, {"hum": hum, "rubbish": Rubbish}))
    assert (await made.spoken(DYNAMIC, made.private())).path.exists()
    assert hum.asked == [DYNAMIC.text]
    await made.close()


async def test_dynamic_sounds_are_erased_by_time(
    sounds: Sounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = await sounds.spoken(DYNAMIC, sounds.private())
    assert sounds._sweeping is not None
    monkeypatch.setattr(sounds._dynamic, "_clock", lambda: 1e12)
    sounds._sweep()
    assert not media.path.exists()
    assert sounds._sweeping is None
