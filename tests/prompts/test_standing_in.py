"""What is said where a language lacks something: the languages that a site declares, in the trace
too, and the voice that a phrase has of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from ivrkit.call.fallbacks import Fallbacks
from ivrkit.call.locale import Locale, Phrases
from ivrkit.call.prompt import Piece, Prompt, stand_in
from ivrkit.flow.catalogue import read_catalogue
from ivrkit.prompts.service import PromptService
from ivrkit.prompts.settings import PromptSettings
from ivrkit.service.registries import reader
from tests.prompts.support import Hum, Names
from tests.prompts.test_phrasing import said

DECLARED = {"ca": ["es"], "es-MX": ["es-419", "es"]}
PHRASES = """
phrases:
  welcome: {en: Welcome., es: Bienvenido.}
  voiced: {en: Hello., es: Hola., voice: {en: low}}
  shouted: {en: Hey., voice: high}
"""


@pytest.fixture
def phrases(tmp_path: Path) -> Phrases:
    file = tmp_path / "all.yaml"
    file.write_text(PHRASES)
    return read_catalogue(reader(), [file], Fallbacks(DECLARED)).phrases


@pytest.fixture
def declared(settings: PromptSettings) -> PromptSettings:
    return settings.model_copy(update={"fallback": DECLARED})


def pieces(text: str, language: str, phrases: Phrases) -> list[Piece]:
    return said(text).evaluate(Names(), Locale(language, "en", phrases))


async def told(
    settings: PromptSettings, text: str, language: str, phrases: Phrases
) -> tuple[str, str, str]:
    """The text, the language in which it is said, and what stands in."""
    service = PromptService(settings, engines={"hum": Hum})
    try:
        found = pieces(text, language, phrases)
        rendered = await service.render(found, language)
        return rendered.text, rendered.language, stand_in(found, rendered, language)
    finally:
        await service.close()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Welcome.", "en", ("Welcome.", "en", "")),
        ("Welcome.", "ca", ("Bienvenido.", "es", "es")),
        ("{phrase: welcome}", "ca", ("Bienvenido.", "es", "es")),
        ("{phrase: welcome}", "es-MX", ("Bienvenido.", "es-MX", "es")),
        ("{phrase: welcome}", "fr", ("Welcome.", "en", "en")),
        ("Not there.", "ca", ("Not there.", "en", "en")),
        ("{en: One., es: Uno., ca: U.}", "ca", ("U.", "ca", "")),
        ("[{en: One., es: Uno., ca: U.}, Welcome.]", "ca", ("Uno. Bienvenido.", "es", "es")),
        ('[{en: You owe, es: Debe}, {number: "3"}]', "ca", ("Debe 3", "es", "es")),
        ('{number: "3"}', "ca", ("3", "es", "es")),
        ("{text: Bonjour., language: fr}", "en", ("Bonjour.", "fr", "")),
    ],
)
async def test_what_is_declared_stands_in(
    declared: PromptSettings,
    phrases: Phrases,
    hum: type[Hum],
    text: str,
    language: str,
    expected: tuple[str, str, str],
) -> None:
    assert await told(declared, text, language, phrases) == expected


async def test_recordings_of_the_language_that_stands_in(
    declared: PromptSettings, phrases: Phrases, hum: type[Hum], record: Callable[..., Path]
) -> None:
    record("es/jingle")
    record("anywhere")
    assert await told(declared, "{audio: jingle}", "ca", phrases) == ("[jingle]", "ca", "es")
    assert await told(declared, "{audio: jingle}", "es", phrases) == ("[jingle]", "es", "")
    assert await told(declared, "{audio: anywhere}", "ca", phrases) == ("[anywhere]", "ca", "")


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("{phrase: voiced}", "low"),
        ("Hello.", "low"),
        ("{phrase: voiced, voice: other}", "other"),
        ("{phrase: shouted}", "high"),
        ("{phrase: welcome}", None),
    ],
)
def test_a_phrase_has_a_voice_of_its_own(phrases: Phrases, text: str, voice: str | None) -> None:
    (piece,) = pieces(text, "en", phrases)
    assert piece.fallback[0].voice == voice


def test_in_another_language_it_has_the_usual_voice(phrases: Phrases) -> None:
    (piece,) = pieces("{phrase: voiced}", "es", phrases)
    assert piece.fallback[0].voice is None


async def test_what_was_spoken_beforehand_is_what_is_said(
    declared: PromptSettings, phrases: Phrases, hum: type[Hum]
) -> None:
    service = PromptService(declared, engines={"hum": Hum})
    prompts: list[Prompt] = [said("[{en: One., es: Uno.}, Welcome.]"), said("{phrase: voiced}")]
    for language in ("ca", "es-MX", "en"):
        locale = Locale(language, "en", phrases)
        await service.prepare(prompts, locale)
        asked = len(Hum.asked)
        for prompt in prompts:
            await service.render(prompt.evaluate(Names(), locale), language)
        assert len(Hum.asked) == asked
    await service.close()


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"fallback": {"xx": ["en"]}}, "'xx' is not the tag of a language"),
        ({"fallback": {"en": ["klingon"]}}, "'klingon' is not the tag"),
        ({"fallback": {"en": ["en"]}}, "cannot stand in for itself"),
        ({"recorded": ["english"]}, "'english' is not the tag"),
        ({"loudness": 3}, "less than or equal to -10"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, object], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        PromptSettings(**settings)  # type: ignore[arg-type]
