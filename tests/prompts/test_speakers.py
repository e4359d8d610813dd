from __future__ import annotations

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.prompts.plan import Spoken
from ivrkit.prompts.settings import PromptSettings, VoiceSettings
from ivrkit.prompts.speakers import Speakers
from ivrkit.prompts.voice import registry
from tests.prompts.support import Hum

VOICES = {
    "en": VoiceSettings(engine="hum", voice="low", speed=0.9),
    "friendly": VoiceSettings(engine="hum", voice="high"),
}


def speakers(**settings: object) -> Speakers:
    return Speakers(PromptSettings.model_validate({"voices": VOICES, **settings}), {"hum": Hum})


def test_espeak_is_found_in_the_folder() -> None:
    assert "espeak-ng" in registry()


@pytest.mark.parametrize(
    ("language", "voice", "engine_voice", "speed"),
    [
        ("en", None, "low", 1.8),
        ("en-GB", None, "low", 1.8),
        ("en", "friendly", "high", 2.0),
        ("en", "en-us+f3", "en-us+f3", 1.8),
    ],
)
async def test_voices_go_by_language_or_by_name(
    language: str, voice: str | None, engine_voice: str, speed: float
) -> None:
    speech = await speakers().speech(Spoken("x", "x", language, voice, 2.0))
    assert (speech.voice, speech.speed, speech.engine) == (engine_voice, speed, "hum 1")


async def test_another_language_gets_the_usual_engine(hum: type[Hum]) -> None:
    speech = await speakers(engine="hum").speech(Spoken("x", "x", "fr"))
    assert (speech.engine, speech.voice) == ("hum 1", None)


async def test_an_engine_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"no voice engine 'humm'.*did you mean 'hum'"):
        await speakers(engine="humm").speech(Spoken("x", "x", "fr"))


async def test_a_check_says_who_speaks_or_what_to_do(hum: type[Hum]) -> None:
    good = await speakers().check("en")
    assert (good.ok, good.text) == (True, "hum 1, voice low")
    bad = await speakers(engine="none").check("fr")
    assert not bad.ok
    assert "no voice engine" in bad.text
